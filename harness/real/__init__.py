"""Real OS threads and the stock event loop: a recorded schedule is acted out on them, turn by turn.

``recording`` is the script, written down by the controlled world; ``stage`` hands the turn from one real thread to the
next in the order of the script; ``primitives``, ``threads`` and ``loops`` put the stage in front of each real
operation; ``names`` says which names of the standard library that concerns; ``performance`` acts a script out.
"""

from __future__ import annotations

__all__: list[str] = []
