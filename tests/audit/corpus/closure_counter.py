"""Crawls with workers that share the variables of the function around them."""

import asyncio
import threading


async def crawl(fetch, urls):
    pending = list(urls)
    done = 0
    failed = 0

    async def worker():
        nonlocal done, failed
        while pending:
            url = pending.pop()
            try:
                so_far = done
                await fetch(url)
                done = so_far + 1  # finding: read-modify-write
            except OSError:
                failed += 1

    await asyncio.gather(*(worker() for _ in range(5)))
    return done, failed


def crawl_in_threads(fetch, urls):
    done = 0

    def worker(url):
        nonlocal done
        fetch(url)
        done += 1  # finding: read-modify-write

    threads = [threading.Thread(target=worker, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
