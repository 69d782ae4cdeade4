"""Source in, code that announces its accesses out.

``scopes.py`` finds the names that may change; ``rewrite.py``, on top of ``marks.py``, ``scoping.py`` and
``expressions.py``, puts calls of ``hooks`` in place of accesses; ``containers.py`` knows what the methods of containers
touch, and ``sets.py`` in what order a set is walked; ``code.py`` compiles, ``install.py`` puts the code in place.
"""

from harness.instrument.install import Instrumentation
from harness.model.site import Site

__all__ = ["Instrumentation", "Site"]
