"""``python -m harness`` is the same command as ``race``."""

from __future__ import annotations

import sys

__all__: list[str] = []

if __name__ == "__main__":
    try:
        from harness.cli import main
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(main())
