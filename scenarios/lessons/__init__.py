"""Holds the lessons beside the scenarios: a text, its claims, and the programs on which each claim is tried."""

__all__: list[str] = []
