"""Locks in helpers: a decorator, a context manager, a private method that its callers lock for."""

import functools
import threading
from contextlib import contextmanager


def synchronized(method):
    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        with self._lock:
            return method(self, *args, **kwargs)

    return wrapper


class Registry:
    def __init__(self):
        self._lock = threading.RLock()
        self._entries = {}
        self._version = 0

    @contextmanager
    def _changing(self):
        with self._lock:
            yield
            self._version += 1

    @synchronized
    def add(self, name, value):
        if name in self._entries:
            raise KeyError(name)
        self._entries[name] = value
        self._bump()

    def remove(self, name):
        with self._changing():
            if name in self._entries:
                del self._entries[name]

    def _bump(self):
        self._version += 1  # finding: read-modify-write

    def touch(self):
        self._bump()  # the one caller that has no lock

    def names(self):
        with self._lock:
            return [name for name in self._entries]
