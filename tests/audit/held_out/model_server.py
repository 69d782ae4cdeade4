"""Serves a model: predictions run in threads, the model can be reloaded meanwhile."""

import asyncio
import threading


class ModelServer:
    def __init__(self, load):
        self._load = load
        self._model = load()
        self._version = 1
        self._lock = threading.Lock()
        self._served = {}

    async def predict(self, x):
        return await asyncio.to_thread(self._predict, x)

    def _predict(self, x):
        model = self._model
        y = model(x)
        key = self._version
        self._served[key] = self._served.get(key, 0) + 1  # finding: read-modify-write
        return y

    async def reload(self):
        with self._lock:
            self._model = await asyncio.to_thread(self._load)  # finding: slow-in-lock
            self._version += 1

    async def stats(self):
        return {version: count for version, count in self._served.items()}  # finding: unsafe-iteration
