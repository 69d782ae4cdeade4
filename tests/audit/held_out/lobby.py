"""A game lobby: coroutines and a thread that keeps the ranking, two locks."""

import asyncio
import threading

players_lock = threading.Lock()
ranking_lock = threading.Lock()
players: dict[str, int] = {}
ranking: list[str] = []


def rank_forever(stop: threading.Event):
    while not stop.wait(5):
        with ranking_lock:
            ranking.clear()
            with players_lock:
                ranking.extend(sorted(players, key=players.get))


async def score(name: str, points: int):
    with players_lock:
        players[name] = players.get(name, 0) + points
        if players[name] > 100:
            with ranking_lock:  # finding: lock-order
                ranking.insert(0, name)


async def kick(name: str):
    with players_lock:
        players.pop(name, None)


async def main():
    stop = threading.Event()
    thread = threading.Thread(target=rank_forever, args=(stop,))
    thread.start()
    await asyncio.sleep(3600)
    stop.set()
