"""A shop's stock and its reservations, each behind a lock; a Timer lets reservations lapse."""

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Reservation:
    item: str
    amount: int
    until: float


class StockRoom:
    def __init__(self) -> None:
        self._stock: dict[str, int] = {}
        self._reservations: dict[int, Reservation] = {}
        self._stock_lock = threading.Lock()
        self._reservations_lock = threading.Lock()
        self._next = 1
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        self._timer = threading.Timer(30.0, self._lapse)
        self._timer.start()

    def reserve(self, item: str, amount: int) -> int | None:
        with self._stock_lock, self._reservations_lock:
            if self._stock.get(item, 0) < amount:
                return None
            self._stock[item] -= amount
            number, self._next = self._next, self._next + 1
            self._reservations[number] = Reservation(item, amount, time.time() + 600)
            return number

    def deliver(self, item: str, amount: int) -> None:
        with self._stock_lock:
            self._stock[item] = self._stock.get(item, 0) + amount

    def _give_back(self, reservation: Reservation) -> None:
        with self._stock_lock:  # finding: lock-order
            self._stock[reservation.item] += reservation.amount

    def _lapse(self) -> None:
        now = time.time()
        with self._reservations_lock:
            for number, reservation in list(self._reservations.items()):
                if reservation.until < now:
                    del self._reservations[number]
                    self._give_back(reservation)
