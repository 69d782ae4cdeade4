"""A circuit breaker for coroutines of one loop."""

import asyncio
import enum


class State(enum.Enum):
    CLOSED = 1
    OPEN = 2
    HALF_OPEN = 3


class CircuitBreaker:
    def __init__(self, threshold=5, pause=10.0):
        self._state = State.CLOSED
        self._failures = 0
        self._threshold = threshold
        self._pause = pause

    async def call(self, function, *args):
        if self._state is State.OPEN:
            raise ConnectionError("open")
        try:
            result = await function(*args)
        except OSError:
            self._failures += 1
            if self._failures >= self._threshold:
                self._trip()
            raise
        else:
            self._failures = 0
            self._state = State.CLOSED
            return result

    def _trip(self):
        if self._state is not State.OPEN:
            self._state = State.OPEN
            asyncio.get_running_loop().call_later(self._pause, self._half_open)

    def _half_open(self):
        self._state = State.HALF_OPEN
