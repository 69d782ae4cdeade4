"""Metrics: a flusher thread swaps the buffer, everybody else appends to it."""

import threading
import time


class Metrics:
    def __init__(self, push, interval=10):
        self._push = push
        self._interval = interval
        self._buffer = []
        self._gauges = {}
        self._lock = threading.Lock()
        self._flusher = threading.Thread(target=self._flush_forever, daemon=True)

    def start(self):
        self._flusher.start()

    def incr(self, name, value=1):
        with self._lock:
            self._buffer.append((name, value))

    def gauge(self, name, value):
        self._gauges[name] = value

    def _flush_forever(self):
        while True:
            time.sleep(self._interval)
            self._flush()

    def _flush(self):
        with self._lock:
            batch, self._buffer = self._buffer, []
        for name, value in self._gauges.items():  # finding: unsafe-iteration
            batch.append((name, value))
        self._push(batch)
