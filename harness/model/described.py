"""Values as a JSON schema of ours describes them: what a damaged file says in a wrong place is refused by that place.

Our schemas need ``type``, ``enum``, ``const``, ``properties`` and ``items``, and no more; a key that is missing is for
the reader of the file, which knows what earlier versions left out.
"""

from __future__ import annotations

from typing import Any, Final

from harness.model.border import safe_repr

__all__ = ["require_described"]

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


_LARGEST: Final = 2**53
"""Up to here every reader of JSON takes a whole number for the same one (RFC 8259, section 6)."""


def require_described(value: Any, schema: dict[str, Any], where: str) -> None:
    """Refuse a value that is not of the kind that its schema says.

    Args:
        value: As JSON was read.
        schema: The part of the schema that describes it.
        where: What the value is called, for the error's text.

    Raises:
        ValueError: With the place and what was to stand there.

    Example:
        >>> require_described({"seed": "x"}, {"type": "object", "properties": {"seed": {"type": "integer"}}}, "results")
        Traceback (most recent call last):
        ValueError: results.seed is 'x', and is to be integer
    """
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(value, name) for name in types):
        raise ValueError(f"{where} is {_short(value)}, and is to be {' or '.join(types)}")
    allowed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if allowed is not None and value not in allowed:
        raise ValueError(f"{where} is {_short(value)}, and is to be one of {', '.join(map(repr, allowed))}")
    if isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                require_described(value[name], part, f"{where}.{name}")
    elif isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            require_described(each, schema["items"], f"{where}[{number}]")


def _is(value: Any, name: str) -> bool:
    if not isinstance(value, _TYPES[name]) or (isinstance(value, bool) and name != "boolean"):
        return False
    return not isinstance(value, int) or abs(value) <= _LARGEST


def _short(value: Any) -> str:
    text = safe_repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
