"""What a location is called when people read about it: ``job.progress``, ``jobs['a']``, ``Counter.value``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.model.event import SIZE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.model.site import Site

__all__ = ["lane_title", "location_name"]


def location_name(site: Site | None, serial: int, key: Any, labels: Mapping[int, str] | None = None) -> str:
    """Name the location of an access.

    Args:
        site: Where the access stands.
        serial, key: Of the event.
        labels: Type names by serial, from a detailed history; without them ``self`` stays ``self``.
    """
    base = site.base if site is not None else ""
    if site is not None and not base and site.text == key:
        return site.text  # a global or a closure variable: it stands for itself
    if base in ("self", "cls", "") and labels and serial in labels:
        base = labels[serial]
    base = base.removeprefix("self.") or f"object {serial}"
    if key is SIZE:
        return f"len({base})"
    if key is WHOLE:
        return base
    if isinstance(key, tuple) and len(key) == 2 and key[0] == "[]":
        return f"{base}[{key[1]!r}]"
    if isinstance(key, str) and site is not None and _is_attribute(site, key):
        return f"{base}.{key}"
    return f"{base}[{key!r}]"


def _is_attribute(site: Site, key: str) -> bool:
    text = site.text
    return text.endswith("." + key) or text == key or text.startswith(("setattr(", "getattr(", "hasattr(", "delattr("))


def lane_title(name: str) -> str:
    """Return the name of a lane as the head of a column.

    >>> lane_title("main task")
    'Main task'
    """
    return name[:1].upper() + name[1:]
