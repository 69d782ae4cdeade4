"""Takes samples on the web server's loop and ships them from a background thread that has a loop of its own."""

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI


@dataclass
class Batch:
    samples: list[dict] = field(default_factory=list)
    dropped: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # finding: wrong-lock


class Shipper(threading.Thread):
    def __init__(self, batch: Batch, client) -> None:
        super().__init__(daemon=True)
        self.batch = batch
        self.client = client
        self.stopping = threading.Event()

    def run(self) -> None:
        asyncio.run(self._ship())

    async def _ship(self) -> None:
        while not self.stopping.is_set():
            async with self.batch.lock:
                samples, self.batch.samples = self.batch.samples, []
            if samples:
                await self.client.send(samples)
            await asyncio.sleep(1)


batch = Batch()


@asynccontextmanager
async def lifespan(app: FastAPI):
    shipper = Shipper(batch, app.state.client)
    shipper.start()
    yield
    shipper.stopping.set()


app = FastAPI(lifespan=lifespan)


@app.post("/samples")
async def take(sample: dict):
    async with batch.lock:
        if len(batch.samples) >= 10_000:
            batch.dropped += 1
            return {"accepted": False}
        batch.samples.append(sample)
    return {"accepted": True}
