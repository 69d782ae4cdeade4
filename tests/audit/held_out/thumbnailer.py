"""Makes thumbnails in a process-wide pool; keeps score in a dict of counters."""

import logging
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

log = logging.getLogger(__name__)


class Thumbnailer:
    def __init__(self, resize, workers=4):
        self._resize = resize
        self._stats = Counter()
        self._by_folder = defaultdict(list)
        self._stats_lock = threading.Lock()
        self._workers = workers
        self._last_error = None

    def run(self, folder: Path):
        with ThreadPoolExecutor(self._workers) as pool:
            futures = [pool.submit(self._one, path) for path in folder.iterdir()]
            for future in as_completed(futures):
                log.info("done: %s", future.result())
        return dict(self._stats)

    def _one(self, path):
        try:
            result = self._resize(path)
        except OSError as exc:
            self._last_error = exc
            self._stats["failed"] += 1  # finding: read-modify-write
            return None
        with self._stats_lock:
            self._stats["done"] += 1
        self._by_folder[path.parent].append(result)
        return result
