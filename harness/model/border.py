"""The border between a program's own objects and our texts: nothing that the program wrote can raise here, or print.

Inside, a text holds what the program said. Each output asks for it in a form of its own: :func:`printable` for
terminals, logs and Markdown. JSON escapes by itself.
"""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["printable", "safe_repr", "safe_str"]

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMAND: Final = re.compile(r"(?m)^(?=\s*::|##\[|##vso\[)")


def safe_str(value: Any) -> str:
    """``str(value)``, or what is wrong with it.

    Example:
        >>> class Broken(Exception):
        ...     def __str__(self): raise ValueError("no text")
        >>> safe_str(Broken())
        '<Broken: its __str__ raises ValueError>'
    """
    try:
        text = str(value)
    except Exception as error:
        return f"<{type(value).__name__}: its __str__ raises {type(error).__name__}>"
    return str.__str__(text)


def safe_repr(value: Any) -> str:
    """``repr(value)``, or what is wrong with it.

    Example:
        >>> safe_repr([1])
        '[1]'
    """
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}: its __repr__ raises {type(error).__name__}>"
    return str.__str__(text)


def printable(text: str) -> str:
    r"""Show control characters and lone surrogates escaped, and let no line begin as a command of a CI service.

    Line ends and tabs stay.

    Example:
        >>> print(printable("red \x1b[31m\n::error::injected"))
        red \x1b[31m
        \::error::injected
    """
    text = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return _COMMAND.sub(r"\\", text)
