"""Plays the quick reference's own code and drawings, as programs, each in one file with all that it needs.

A program fails where the schedule does what the text shows: to find the failure is to re-enact the text, and to prove
that there is none is to show it impossible. Tokens name programs by this package, as ``...programs.module:name``.
"""

__all__: list[str] = []
