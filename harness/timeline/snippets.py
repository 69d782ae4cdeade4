"""The source of the functions that an execution went through, each once."""

from __future__ import annotations

import ast
import linecache
import textwrap
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from harness.model.walkthrough import Snippet

if TYPE_CHECKING:
    from harness.model.site import Site

__all__ = ["Snippets"]

_LONGEST: Final = 80
_AROUND: Final = 12  # lines kept before the first and after the last line used of a function that is too long


class Snippets:
    """Collects the functions of one walkthrough.

    The numbers that :meth:`number_of` gives are indexes into what :meth:`cut_out` returns.
    """

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], list[int]] = {}  # file and function -> lines that steps stand in
        self._functions: dict[str, list[tuple[int, int]]] = {}

    def number_of(self, site: Site | None) -> int:
        """Return the number of the function that a place stands in; -1 if it has no source."""
        if site is None or not site.line or not linecache.getline(site.file, site.line):
            return -1
        key = site.file, site.function
        self._used.setdefault(key, []).append(site.line)
        return list(self._used).index(key)

    def cut_out(self) -> tuple[Snippet, ...]:
        """Return the functions, in the order of their numbers."""
        return tuple(self._snippet(file, name, lines) for (file, name), lines in self._used.items())

    def _snippet(self, file: str, name: str, used: list[int]) -> Snippet:
        source = linecache.getlines(file)
        inside = [span for span in self._spans(file, source) if span[0] <= min(used) and max(used) <= span[1]]
        first, last = max(inside, default=(1, len(source)))  # the innermost begins last
        if last - first >= _LONGEST:
            first, last = max(first, min(used) - _AROUND), min(last, max(used) + _AROUND)
        last = min(last, first + 2 * _LONGEST)
        text = textwrap.dedent("".join(source[first - 1 : last]).expandtabs(4))
        return Snippet("/".join(PurePath(file).parts[-2:]), name, first, tuple(text.rstrip().split("\n")))

    def _spans(self, file: str, source: list[str]) -> list[tuple[int, int]]:
        """Return the first and the last line of each function of a file."""
        if file not in self._functions:
            try:
                tree = ast.parse("".join(source))
            except (SyntaxError, ValueError):  # edited since
                tree = ast.Module([], [])
            self._functions[file] = [
                (min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.end_lineno or node.lineno)
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
        return self._functions[file]
