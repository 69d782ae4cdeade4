"""Decisions: who makes them (strategies, one a file), and how a schedule is written down (tokens)."""

from harness.strategies.strategy import STRATEGIES, Strategy, make_strategy

__all__ = ["STRATEGIES", "Strategy", "make_strategy"]
