"""Two locks for one number: each of them is right, and together they guard nothing."""

import threading


class Dashboard:
    def __init__(self):
        self.read_lock = threading.Lock()
        self.write_lock = threading.Lock()
        self.value = 0

    def add(self, amount):
        with self.write_lock:
            self.value += amount

    def take(self):
        with self.read_lock:
            value = self.value
            self.value = 0  # finding: missed-section
            return value
