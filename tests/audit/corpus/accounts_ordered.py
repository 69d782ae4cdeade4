"""Moves money between accounts, always in the order of their names."""

import threading


class Bank:
    def __init__(self):
        self.balances = {"a": 10, "b": 10}
        self.locks = {"a": threading.Lock(), "b": threading.Lock()}
        self.ledger_lock = threading.RLock()
        self.ledger = []

    def transfer(self, source, target, amount):
        first, second = sorted((source, target))
        with self.locks[first], self.locks[second]:
            if self.balances[source] < amount:
                return False
            self.balances[source] -= amount
            self.balances[target] += amount
            self._note(source, target, amount)
        return True

    def _note(self, *entry):
        with self.ledger_lock:
            self.ledger.append(entry)
            self._trim()

    def _trim(self):
        with self.ledger_lock:
            while len(self.ledger) > 100:
                self.ledger.pop(0)
