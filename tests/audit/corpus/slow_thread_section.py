"""A thread sleeps with the lock that a coroutine wants: the whole loop stands still."""

import asyncio
import threading
import time

state = {"level": 0}
state_lock = threading.Lock()


def refill():
    while True:
        with state_lock:
            state["level"] += 1
            time.sleep(1)  # finding: slow-in-lock


async def level():
    with state_lock:
        return state["level"]


async def main():
    threading.Thread(target=refill, daemon=True).start()
    while True:
        print(await level())
        await asyncio.sleep(1)
