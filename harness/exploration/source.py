"""Which source an execution rests on, as a checksum: the functions that it went through, by their syntax trees.

Comments, blank lines, docstrings and functions that never ran make no difference. The same functions have the same
checksum on every Python version: fields of the tree that are empty, or that only some versions have, do not count.

What could make it wrong: a function that ran without an operation of its own is not known from the history. It cannot
move a decision, but it can change a value; a replay then says that the program passes now, which is true.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.model.event import History

__all__ = ["checksum_of_functions", "checksum_of_module"]

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_IGNORED: Final = frozenset({"ctx", "kind", "type_comment", "type_params"})


def checksum_of_functions(history: History, sources: Mapping[str, tuple[str, str]]) -> str:
    """Hash the functions in which the operations of an execution stand.

    Args:
        history: Recorded in detail.
        sources: For each file in scope, the name of its module and its text.

    Returns:
        SHA-256 in hexadecimal.
    """
    lines: dict[str, set[int]] = {}
    for event in history.events:
        site = event[4]
        if site is not None and site.file in sources:
            lines.setdefault(site.file, set()).add(site.line)
    digest = hashlib.sha256()
    for file in sorted(lines, key=lambda each: sources[each][0]):
        name, text = sources[file]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the compiler has said its word when the module was imported
            tree = ast.parse(text)
        functions = _functions_at(tree, lines[file])
        digest.update("\0".join([name, *sorted("\n".join(_shape(each)) for each in functions), ""]).encode())
    return digest.hexdigest()


def checksum_of_module(source: bytes) -> str:
    r"""Hash all that a module says, without comments, blank lines and docstrings.

    Args:
        source: The bytes of its file.

    Returns:
        SHA-256 in hexadecimal.

    Raises:
        SyntaxError: It is no Python.

    Example:
        >>> checksum_of_module(b"a = 1") == checksum_of_module(b"# one\na = 1  # more")
        True
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the compiler says its word when the module is imported
        tree = ast.parse(source)
    return hashlib.sha256("\n".join(_shape(tree)).encode(errors="surrogatepass")).hexdigest()


def _functions_at(module: ast.Module, lines: set[int]) -> list[ast.AST]:
    """For each line, the innermost function that it stands in."""
    found = [node for node in ast.walk(module) if isinstance(node, _FUNCTIONS)]
    inner: dict[int, ast.AST] = {}
    for node in found:  # outer ones come first
        for line in lines.intersection(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
            inner[line] = node
    return list(dict.fromkeys(inner.values()))


def _shape(root: ast.AST) -> Iterator[str]:
    """The tree as words, without positions and docstrings. It uses no recursion: a chain of ``elif`` is a deep tree."""
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.AST):
            fields = [(name, value) for name, value in ast.iter_fields(node) if name not in _IGNORED and _counts(value)]
            yield f"{type(node).__name__}({','.join(name for name, _ in fields)})"
            pending.extend(value for _, value in reversed(fields))
        elif isinstance(node, list):
            kept = [each for each in node if not _is_text(each)]
            yield f"[{len(kept)}]"
            pending.extend(reversed(kept))
        else:
            yield repr(node)


def _counts(value: object) -> bool:
    return value is not None and value != []


def _is_text(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
