"""Stages joined by queues, a thread each; the summary is made when all have ended."""

import queue
import threading


class Stage(threading.Thread):
    def __init__(self, work, source, sink):
        super().__init__(daemon=True)
        self.work = work
        self.source = source
        self.sink = sink
        self.done = 0
        self.errors = []

    def run(self):
        while True:
            item = self.source.get()
            if item is None:
                self.sink.put(None)
                return
            try:
                self.sink.put(self.work(item))
                self.done += 1
            except ValueError as exc:
                self.errors.append(exc)


def run(functions, items):
    queues = [queue.Queue() for _ in range(len(functions) + 1)]
    stages = [Stage(f, a, b) for f, a, b in zip(functions, queues, queues[1:])]
    for stage in stages:
        stage.start()
    for item in items:
        queues[0].put(item)
    queues[0].put(None)
    for stage in stages:
        stage.join()
    return sum(stage.done for stage in stages)
