"""Exports: each runs in a pool, can be cancelled, and is known while it runs."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Exports:
    _shared = None

    def __init__(self):
        self.pool = ThreadPoolExecutor(4)
        self.lock = threading.Lock()
        self.states = {}
        self.running = {}

    @classmethod
    def shared(cls):
        if cls._shared is None:
            cls._shared = cls()  # finding: check-then-act
        return cls._shared

    def start(self, key, rows):
        with self.lock:
            self.states[key] = {"state": "running", "rows": 0}
        self.running[key] = self.pool.submit(self._export, key, rows)  # finding: add-after-start

    def _export(self, key, rows):
        Exports.shared().announce(key)
        count = sum(1 for _ in rows)
        with self.lock:
            self.states[key]["rows"] = count
            self.states[key]["state"] = "done"  # finding: final-status
        self.running.pop(key)

    def announce(self, key):
        print("exporting", key)

    def cancel(self, key):
        with self.lock:
            self.states[key]["state"] = "cancelled"  # finding: final-status
