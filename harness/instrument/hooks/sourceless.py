"""Calls of functions without source, by what is known of them: they look, change their arguments, or do anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.instrument.contents import SCALARS, closed_over
from harness.instrument.hooks import effects
from harness.instrument.hooks.files import use_files
from harness.instrument.hooks.listener import USE, WRITE
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from harness.instrument.hooks.listener import Access
    from harness.model.site import Site

__all__ = ["call_cached", "call_changing", "call_files", "call_looking", "call_unknown"]

_access: Access | None = None


def call_looking(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """A function that reads what it is given, and may call back."""
    effects.look((*args, *kwargs.values()), site)
    return function(*args, **kwargs)


def call_changing(function: Any, site: Site, owner: Any, /, *args: Any, **kwargs: Any) -> Any:
    """A function that changes what it is given, or ``owner``."""
    if _access is None:
        return function(*args, **kwargs)
    used = args if owner is None else (owner, *args)
    first = next((each for each in used if type(each) not in SCALARS), None)
    if first is not None:
        _access(first, WHOLE, WRITE, site)
    begun = effects.use((*used, *kwargs.values()), site, already=first)
    try:
        return function(*args, **kwargs)
    finally:
        effects.ended((*used, *kwargs.values()), begun, site)


def call_files(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function that reads or changes files."""
    use_files(site)
    return call_looking(function, site, *args, **kwargs)


def call_cached(function: Any, site: Site, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function with a cache: it looks there, and stores what was computed in between."""
    if _access is not None:
        _access(function, WHOLE, WRITE, site)
    begun = effects.use((), site)
    try:
        return function(*args, **kwargs)
    finally:
        effects.ended((function,), begun, site)


def call_unknown(function: Any, site: Site, state: Any, /, *args: Any, **kwargs: Any) -> Any:
    """A function of which nothing is known.

    Args:
        function: The function.
        site: Of the call.
        state: Stands for what it may keep of its own: its module, or the object that is called; None: nothing.
        args, kwargs: Of the call.
    """
    if _access is None:
        return function(*args, **kwargs)
    used = (*closed_over(function), *args, *kwargs.values())
    if state is not None:
        _access(state, WHOLE, USE, site)
        used = (state, *used)
    begun = effects.use(used, site, already=state)
    try:
        return function(*args, **kwargs)
    finally:
        effects.ended(used, begun, site)
