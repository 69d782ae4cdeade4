"""Moves money between accounts; each account has its lock."""

import threading
from dataclasses import dataclass, field


@dataclass
class Account:
    name: str
    balance: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Bank:
    def __init__(self):
        self.accounts: dict[str, Account] = {}
        self.ledger_lock = threading.Lock()
        self.audit_lock = threading.Lock()
        self.ledger = []
        self.audits = 0

    def book(self, entry):
        with self.ledger_lock:
            self.ledger.append(entry)
            with self.audit_lock:
                self.audits += 1

    def audit(self):
        with self.audit_lock:
            self.audits += 1
            with self.ledger_lock:  # finding: lock-order
                return len(self.ledger)
