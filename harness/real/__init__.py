"""Real OS threads and the stock event loop: a recorded schedule is re-enacted on them, turn by turn.

``script.py`` has an execution that writes its own script; ``replayer.py`` hands the turn from one real thread to the
next in the order of the script; ``replay_primitives.py``, ``replay_threads.py`` and ``stock_loop.py`` put it in front
of each real operation, and ``replay_patches.py`` says which names of the standard library that concerns;
``reenact.py`` runs a script. ``confirming.py`` is the way in; ``forked.py`` runs work in a process of its own.
"""

from __future__ import annotations

__all__: list[str] = []
