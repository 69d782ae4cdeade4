"""Configuration: one thread reloads it, everybody reads one reference."""

import json
import threading
from pathlib import Path
from types import MappingProxyType


class Config:
    def __init__(self, path: Path):
        self._path = path
        self._current = MappingProxyType({})
        self._reloading = threading.Lock()
        self._timer = None
        self.reload()

    def reload(self):
        with self._reloading:
            self._current = MappingProxyType(json.loads(self._path.read_text()))

    def watch(self, seconds=30):
        def again():
            self.reload()
            self.watch(seconds)

        self._timer = threading.Timer(seconds, again)
        self._timer.daemon = True
        self._timer.start()

    def get(self, key, default=None):
        return self._current.get(key, default)

    def pair(self, first, second):
        current = self._current
        return current[first], current[second]
