"""Variables that are seen to change: globals that functions bind, and variables that inner functions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.replacing import ATOMS, replace_variable

if TYPE_CHECKING:
    from types import FunctionType

    from harness.instrument.hooks.listener import Access, Note
    from harness.model.site import Site

__all__ = ["announce_name", "before_store", "noted"]

_access: Access | None = None


def announce_name(holder: Any, name: str, site: Site) -> Note:
    """Announce the load of a global (``holder`` is the dictionary) or of a closure variable (a lambda captures it)."""
    if _access is None:
        return None
    return _access(holder if type(holder) is dict else _cell(holder, name), name, READ, site)


def noted(note: Note, value: Any) -> Any:
    """The value of a name, which Python has loaded after the announcement."""
    if note is not None:
        note(value)
    return value


def before_store(value: Any, holder: Any, name: str, site: Site) -> Any:
    """``value`` is about to be stored in a global or a closure variable."""
    if _access is not None:
        holder = holder if type(holder) is dict else _cell(holder, name)
        note = _access(holder, name, WRITE, site)
        if type(value) not in ATOMS:
            replace_variable(holder, name, value)
        if note is not None:
            note(value)
    return value


def _cell(capture: FunctionType, name: str) -> object:
    cells = capture.__closure__
    return cells[capture.__code__.co_freevars.index(name)] if cells else capture
