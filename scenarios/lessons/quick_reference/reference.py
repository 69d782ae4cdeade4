"""Holds the text of the quick reference."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from harness.evidence import Text

__all__ = ["TEXT"]

TEXT: Final = Text(Path(__file__).with_name("quick_reference.md").read_text(encoding="utf-8"))
