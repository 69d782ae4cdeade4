"""Moves money between many accounts at once: their locks are entered in one order, with an ExitStack."""

import contextlib
import threading
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor


class Ledger:
    def __init__(self) -> None:
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._locks_guard = threading.Lock()
        self._balances: dict[str, int] = {}

    def _lock_of(self, account: str) -> threading.Lock:
        with self._locks_guard:
            return self._locks[account]

    def settle(self, changes: Mapping[str, int]) -> None:
        with contextlib.ExitStack() as stack:
            for account in sorted(changes):
                stack.enter_context(self._lock_of(account))
            for account, change in changes.items():
                self._balances[account] = self._balances.get(account, 0) + change

    def balance(self, account: str) -> int:
        with self._lock_of(account):
            return self._balances.get(account, 0)


def settle_all(ledger: Ledger, batches: list[Mapping[str, int]]) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        for batch in batches:
            pool.submit(ledger.settle, batch)
