"""Leases with a renewal task and a thread that drops the dead ones."""

import asyncio
import threading
import time
from dataclasses import dataclass


@dataclass
class Lease:
    owner: str
    expires: float
    renewals: int = 0


class LeaseManager:
    def __init__(self):
        self._leases: dict[str, Lease] = {}
        self._mutex = threading.RLock()
        self._stop = threading.Event()

    def start(self):
        threading.Thread(target=self._reaper, daemon=True).start()

    def acquire(self, name, owner, seconds):
        with self._mutex:
            lease = self._leases.get(name)
            if lease is not None and lease.expires > time.time():
                return None
            lease = Lease(owner, time.time() + seconds)
            self._leases[name] = lease
            return lease.owner

    async def renew_forever(self, name, seconds):
        while not self._stop.is_set():
            await asyncio.sleep(seconds / 2)
            lease = self._leases.get(name)
            if lease is None:
                return
            lease.renewals += 1  # finding: check-then-act
            lease.expires = time.time() + seconds  # finding: torn-update, check-then-act

    def _reaper(self):
        while not self._stop.wait(1.0):
            with self._mutex:
                for name in [n for n, lease in self._leases.items() if lease.expires < time.time()]:
                    del self._leases[name]

    def describe(self, name):
        with self._mutex:
            lease = self._leases[name]
            return f"{lease.owner} until {lease.expires}, renewed {lease.renewals} times"
