"""``threading.local``: CPython's version in Python, which asks who the current thread is at each access."""

from __future__ import annotations

import _threading_local
import threading
from typing import Final

from harness.stdlib.executors import NoLock
from harness.stdlib.patch import Exchange, Patch

__all__ = ["EXCHANGES", "PATCHES"]

_real_local = threading.local
PATCHES: Final = (
    Patch(threading, "local", _threading_local.local),
    Patch(_threading_local, "RLock", NoLock),  # the lock inside each, whose operations are one step
)
EXCHANGES: Final = (Exchange(_real_local, _threading_local.local),)
