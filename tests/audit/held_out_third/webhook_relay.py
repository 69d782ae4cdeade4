"""Sends webhooks from a pool; each finished call is counted in a callback, in the thread that finished it."""

import concurrent.futures
import logging
import threading
from dataclasses import dataclass, field

import requests

log = logging.getLogger(__name__)


@dataclass
class Tally:
    delivered: int = 0
    failed: dict[str, str] = field(default_factory=dict)


class WebhookRelay:
    def __init__(self, workers: int = 8) -> None:
        self._pool = concurrent.futures.ThreadPoolExecutor(workers)
        self._targets_lock = threading.Lock()
        self._targets: list[str] = []
        self.tally = Tally()

    def register(self, url: str) -> None:
        with self._targets_lock:
            if url not in self._targets:
                self._targets.append(url)

    def broadcast(self, payload: dict) -> None:
        with self._targets_lock:
            targets = list(self._targets)
        for url in targets:
            future = self._pool.submit(self._post, url, payload)
            future.add_done_callback(self._on_done)

    def _post(self, url: str, payload: dict) -> str:
        response = requests.post(url, json=payload, timeout=10)
        response.raise_for_status()
        return url

    def _on_done(self, future: concurrent.futures.Future) -> None:
        if future.exception() is not None:
            log.warning("webhook failed", exc_info=future.exception())
            return
        self.tally.delivered += 1  # finding: read-modify-write

    def close(self) -> None:
        self._pool.shutdown(wait=True)
