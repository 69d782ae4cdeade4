"""An image cache behind Flask: a decorator takes the lock for whatever touches the cache; resizing needs none."""

import asyncio
import functools
import threading
from collections import OrderedDict
from pathlib import Path

from flask import Flask, abort, send_file

app = Flask(__name__)


def synchronized(method):
    @functools.wraps(method)
    def locked(self, *args, **kwargs):
        with self._lock:
            return method(self, *args, **kwargs)

    return locked


class ImageCache:
    def __init__(self, limit: int = 200) -> None:
        self._lock = threading.RLock()
        self._images: OrderedDict[str, bytes] = OrderedDict()
        self._limit = limit
        self.hits = 0
        self.misses = 0

    @synchronized
    def get(self, key: str) -> bytes | None:
        image = self._images.get(key)
        if image is None:
            self.misses += 1
            return None
        self.hits += 1
        self._images.move_to_end(key)
        return image

    @synchronized
    def put(self, key: str, image: bytes) -> None:
        self._images[key] = image
        while len(self._images) > self._limit:
            self._images.popitem(last=False)

    @synchronized
    def snapshot(self) -> dict[str, int]:
        return {"hits": self.hits, "misses": self.misses, "size": len(self._images)}


cache = ImageCache()


def resize(name: str, width: int) -> bytes:
    with Path("/images", name).open("rb") as file:
        return file.read()[:width]


@app.get("/images/<name>/<int:width>")
def image(name: str, width: int):
    key = f"{name}@{width}"
    data = cache.get(key)
    if data is None:
        data = resize(name, width)
        cache.put(key, data)
    if not data:
        abort(404)
    return send_file(data)


async def warm(names: list[str]) -> None:
    loop = asyncio.get_running_loop()
    for name in names:
        data = await loop.run_in_executor(None, resize, name, 640)
        cache.put(f"{name}@640", data)
