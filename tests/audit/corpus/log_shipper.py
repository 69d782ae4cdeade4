"""A thread ships log lines; everybody else puts them into a queue."""

import queue
import threading


class LogShipper:
    def __init__(self, send):
        self._send = send
        self._queue = queue.Queue(maxsize=1000)
        self._shipped = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def log(self, line):
        try:
            self._queue.put_nowait(line)
        except queue.Full:
            pass

    def _run(self):
        while True:
            line = self._queue.get()
            if line is None:
                return
            self._send(line)
            self._shipped += 1

    def close(self):
        self._queue.put(None)
        self._thread.join()
