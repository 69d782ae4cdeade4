"""Every call has a lock, and each has another one."""

import threading


class Meter:
    def __init__(self):
        self.value = 0
        threading.Thread(target=self.add, args=(1,)).start()
        threading.Thread(target=self.add, args=(2,)).start()

    def add(self, amount):
        lock = threading.Lock()  # finding: lock-per-call
        with lock:
            self.value += amount  # finding: read-modify-write
