"""An LRU cache of tiles for render threads."""

import threading
from collections import OrderedDict


class TileCache:
    def __init__(self, render, size=256):
        self._render = render
        self._size = size
        self._tiles = OrderedDict()
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    def get(self, key):
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
                self.hits += 1
                return self._tiles[key]
            self.misses += 1
        tile = self._render(key)
        with self._lock:
            self._tiles[key] = tile
            while len(self._tiles) > self._size:
                self._tiles.popitem(last=False)
        return tile

    def ratio(self):
        with self._lock:
            total = self.hits + self.misses
            return self.hits / total if total else 0.0

    def drop(self, key):
        if key in self._tiles:
            del self._tiles[key]  # finding: check-then-act
