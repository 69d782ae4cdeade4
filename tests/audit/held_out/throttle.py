"""A throttle shared by worker threads, module level, with a global start time."""

import threading
import time

_tokens = 10.0
_last = time.monotonic()
_guard = threading.Lock()


def take():
    global _tokens, _last
    while True:
        with _guard:
            now = time.monotonic()
            _tokens = min(10.0, _tokens + (now - _last) * 5)
            _last = now
            if _tokens >= 1:
                _tokens -= 1
                return
        time.sleep(0.1)


def refund():
    global _tokens
    _tokens += 1  # finding: read-modify-write


def level():
    return _tokens
