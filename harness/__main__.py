"""``python -m harness`` is the same command as ``race``."""

from __future__ import annotations

import sys

from harness.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
