"""The locks of the import system: CPython's own, for importing a module is one step."""

from __future__ import annotations

import _thread
import importlib
import types
from typing import Any, Final

from harness.stdlib.patch import Patch

__all__ = ["PATCHES"]

_bootstrap: Any = importlib._bootstrap
PATCHES: Final = (Patch(_bootstrap, "_thread", types.SimpleNamespace(**vars(_thread))),)
