"""A print spooler: an HTTP handler adds jobs, a pool of threads prints them."""

import itertools
import threading
from queue import Empty, Queue


class Spooler:
    _ids = itertools.count(1)

    def __init__(self, printers):
        self.pending = Queue()
        self.states = {}
        self.printed = 0
        self._count_lock = threading.Lock()
        self.workers = [threading.Thread(target=self._work, args=(p,), daemon=True) for p in printers]

    def start(self):
        for worker in self.workers:
            worker.start()

    def submit(self, document):
        number = next(self._ids)
        self.states[number] = "waiting"
        self.pending.put((number, document))
        return number

    def cancel(self, number):
        if self.states.get(number) == "waiting":
            self.states[number] = "cancelled"  # finding: check-then-act
            return True
        return False

    def _work(self, printer):
        while True:
            try:
                number, document = self.pending.get(timeout=1)
            except Empty:
                continue
            if self.states[number] == "cancelled":
                continue
            self.states[number] = "printing"  # finding: check-then-act
            printer.print(document)
            self.states[number] = "done"
            with self._count_lock:
                self.printed += 1
