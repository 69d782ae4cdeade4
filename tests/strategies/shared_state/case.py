"""What a way to share state consists of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Case = tuple[Callable[[], Any], Callable[[Any], Any], Callable[[Any], Any]]
"""Makes the state; what one thread does with it; what the other does. What they return is what they see."""
