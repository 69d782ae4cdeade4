"""Counts requests in worker threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

total = 0
by_path: dict[str, int] = {}
lock = threading.Lock()


def handle(path: str) -> None:
    global total
    total += 1  # finding: read-modify-write
    by_path[path] = by_path.get(path, 0) + 1  # finding: read-modify-write


def handle_carefully(path: str) -> None:
    global total
    with lock:
        total += 1
        by_path[path] = by_path.get(path, 0) + 1


def main() -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        for path in ["/", "/a", "/b"] * 100:
            pool.submit(handle, path)
            pool.submit(handle_carefully, path)
    print(total, by_path)


if __name__ == "__main__":
    main()
