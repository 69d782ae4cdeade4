"""Strategies: who goes next. One file each; ``dpor/`` is the exhaustive search."""

from harness.strategies.strategy import STRATEGIES, Coverage, Search, Strategy, make_strategy

__all__ = ["STRATEGIES", "Coverage", "Search", "Strategy", "make_strategy"]
