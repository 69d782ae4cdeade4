"""Moves money between accounts; whoever calls first locks first."""

import threading


class Bank:
    def __init__(self):
        self.balances = {"a": 10, "b": 10}
        self.locks = {"a": threading.Lock(), "b": threading.Lock()}

    def transfer(self, source, target, amount):
        with self.locks[source]:
            with self.locks[target]:  # finding: lock-order
                self.balances[source] -= amount
                self.balances[target] += amount
