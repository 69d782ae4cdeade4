"""Players wait in queues and are paired; two locks, always taken in the order in which one statement names them."""

import threading
import uuid
from typing import NamedTuple


class Match(NamedTuple):
    first: str
    second: str


class Matchmaker:
    def __init__(self) -> None:
        self.waiting_lock = threading.RLock()
        self.matches_lock = threading.RLock()
        self.waiting: list[str] = []
        self.matches: dict[str, Match] = {}

    def join(self, player: str) -> None:
        with self.waiting_lock:
            if player not in self.waiting:
                self.waiting.append(player)
                self._size_changed()

    def _size_changed(self) -> None:
        with self.waiting_lock:
            size = len(self.waiting)
        print(f"{size} waiting")

    def pair(self) -> str | None:
        with self.waiting_lock, self.matches_lock:
            if len(self.waiting) < 2:
                return None
            match = Match(self.waiting.pop(), self.waiting.pop())
            key = uuid.uuid4().hex
            self.matches[key] = match
            return key

    def finish(self, key: str) -> None:
        with self.matches_lock:
            self.matches.pop(key, None)

    def rematch(self, key: str) -> None:
        with self.waiting_lock, self.matches_lock:
            match = self.matches.pop(key, None)
            if match is not None:
                self.waiting.extend(match)


def pair_forever(matchmaker: Matchmaker, stop: threading.Event) -> None:
    while not stop.wait(0.5):
        while matchmaker.pair():
            pass


def serve(matchmaker: Matchmaker, arrivals) -> None:
    stop = threading.Event()
    threading.Thread(target=pair_forever, args=(matchmaker, stop), daemon=True).start()
    for player in arrivals:
        matchmaker.join(player)
    stop.set()
