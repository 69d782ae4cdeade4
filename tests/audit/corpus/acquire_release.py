"""The lock in the old style: acquire, try, finally, release."""

import threading


class Pool:
    def __init__(self, connections):
        self._lock = threading.Lock()
        self._free = list(connections)
        self._used = 0

    def take(self):
        self._lock.acquire()
        try:
            if not self._free:
                raise RuntimeError("empty")
            self._used += 1
            return self._free.pop()
        finally:
            self._lock.release()

    def give(self, connection):
        self._lock.acquire()
        try:
            self._free.append(connection)
        finally:
            self._lock.release()
        self._used -= 1  # finding: read-modify-write
