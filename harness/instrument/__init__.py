"""Source in, code that announces its accesses out.

``scopes.py`` finds the names that may change, ``rewrite.py`` puts calls of ``hooks`` in place of accesses,
``containers.py`` knows what the methods of containers touch, ``code.py`` compiles, ``install.py`` puts the code in
place.
"""

from harness.instrument.install import Instrumentation
from harness.instrument.site import Site

__all__ = ["Instrumentation", "Site"]
