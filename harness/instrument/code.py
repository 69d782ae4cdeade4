"""From source to code objects that fit the functions that exist.

A module is compiled twice, as it is and rewritten, and the two trees of code objects are matched by qualified name and
line, so that every function can be given its rewritten code and later its own again.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from harness.instrument.eval_breaker import positions_of_calls
from harness.instrument.node_builder import MARK
from harness.instrument.rewrite import Rewriter
from harness.instrument.stored import stored_attributes
from harness.instrument.switches import SwitchMarker

if TYPE_CHECKING:
    from types import CodeType, FunctionType

__all__ = ["ModuleCode", "checksum", "normalized"]

_Key = tuple[str, int]


class ModuleCode:
    """The rewritten code of one module.

    Args:
        source: Text of the module.
        file: Its path, as its functions have it in ``co_filename``.
        names: The module's global names.
        marked: Report the checks of the eval breaker as well.
    """

    def __init__(self, source: str, file: str, names: dict[str, Any], marked: bool = False) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the compiler has said its word when the module was imported
            tree = ast.parse(source, file)
            plain = compile(tree, file, "exec", dont_inherit=True)
            tree = ast.parse(source, file)
            self.stored = stored_attributes(tree)
            rewriter = Rewriter(tree, file, source, names)
            if marked:
                SwitchMarker(tree, rewriter.constants, positions_of_calls(plain))
            ast.fix_missing_locations(tree)
            # Under python -O, too, the program's asserts are what it is asked.
            rewritten = compile(tree, file, "exec", dont_inherit=True, optimize=0)
        self.names = names
        self._constants = {**rewriter.constants, MARK + "slice": slice}
        self._plain = _by_key(plain)
        self._new = {key: [self._bound(code) for code in codes] for key, codes in _by_key(rewritten).items()}

    def _bound(self, code: CodeType) -> CodeType:
        """Put hooks and sites where their markers stand."""
        constants = tuple(
            self._constants.get(each, each)
            if type(each) is str and each.startswith(MARK)
            else self._bound(each)
            if hasattr(each, "co_consts")
            else each
            for each in code.co_consts
        )
        return code.replace(co_consts=constants)

    def is_source_of(self, function: FunctionType, *, to_the_letter: bool) -> bool:
        """Whether an existing function comes from this text, and not from an earlier one of the file.

        Args:
            function: Its code names this file.
            to_the_letter: Its code is as the compiler made it; otherwise an import hook had a hand in it, as pytest's
                has in tests, and only its name and line count.
        """
        code = function.__code__
        plain = self._plain.get((code.co_qualname, code.co_firstlineno), ())
        return any(not to_the_letter or _does_the_same(each, code) for each in plain)

    def code_for(self, function: FunctionType) -> CodeType | None:
        """The rewritten code of an existing function, or None if there is none that fits."""
        found = self._code_for(function)
        lent = function.__code__.co_flags & inspect.CO_ITERABLE_COROUTINE  # by types.coroutine
        return found.replace(co_flags=found.co_flags | lent) if found is not None and lent else found

    def _code_for(self, function: FunctionType) -> CodeType | None:
        code = function.__code__
        key = code.co_qualname, code.co_firstlineno
        candidates = [each for each in self._new.get(key, ()) if each.co_freevars == code.co_freevars]
        if len(candidates) > 1:
            originals = self._plain[key]
            if code in originals and originals.index(code) < len(candidates):
                return candidates[originals.index(code)]
        return candidates[0] if candidates else None

    def plain_for(self, function: FunctionType) -> CodeType | None:
        """The plain code of a function that has rewritten code; None if it has not."""
        code = function.__code__
        key = code.co_qualname, code.co_firstlineno
        new = self._new.get(key, ())
        for index, each in enumerate(new):
            if each is code or each == code:
                plain = self._plain.get(key, ())
                found = plain[min(index, len(plain) - 1)] if plain else None
                return None if found == code else found  # nothing in it was rewritten: it may keep its own
        return None

    def original(self, qualname: str, line: int) -> CodeType | None:
        """The code as CPython has it without us, of the function that contains a line."""
        found = [
            code for (name, first), codes in self._plain.items() for code in codes if name == qualname and first <= line
        ]
        return max(found, key=lambda code: code.co_firstlineno, default=None)


def _does_the_same(one: CodeType, other: CodeType) -> bool:
    """Whether two code objects are the same, apart from flags that a decorator may have set."""
    if one.co_code != other.co_code or one.co_names != other.co_names or one.co_varnames != other.co_varnames:
        return False
    inner = [(a, b) for a, b in zip(one.co_consts, other.co_consts, strict=False) if hasattr(a, "co_code")]
    rest = [[each for each in code.co_consts if not hasattr(each, "co_code")] for code in (one, other)]
    return repr(rest[0]) == repr(rest[1]) and all(hasattr(b, "co_code") and _does_the_same(a, b) for a, b in inner)


def _by_key(module: CodeType) -> dict[_Key, list[CodeType]]:
    found: dict[_Key, list[CodeType]] = defaultdict(list)
    pending = [module]
    while pending:
        code = pending.pop(0)
        for each in code.co_consts:
            if hasattr(each, "co_consts") and MARK + "cell" not in each.co_consts:
                found[each.co_qualname, each.co_firstlineno].append(each)
                pending.append(each)
    return dict(found)


def normalized(source: str) -> str:
    """The text with one kind of line ends, for checksums."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def checksum(sources: list[tuple[str, str]]) -> str:
    """Of names and texts of modules: the same on every platform and Python version."""
    digest = hashlib.sha256()
    for name, text in sorted(sources):
        digest.update(name.encode() + b"\0" + normalized(text).encode() + b"\0")
    return digest.hexdigest()
