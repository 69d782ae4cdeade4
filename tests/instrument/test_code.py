"""Rewritten code fits the functions that exist, stands on the same lines, and says the same when it fails."""

from __future__ import annotations

import functools
import importlib
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.instrument.code import ModuleCode, checksum, normalized
from tests.programs import failure_of
from tests.recorder import Recorder, module_alone


def decorated(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*arguments: Any) -> Any:
        return function(*arguments)

    return wrapper


class Base:
    def __init__(self) -> None:
        self.x = 1

    def get(self) -> int:
        return self.x


class Thing(Base):
    def __init__(self) -> None:
        super().__init__()
        self.__private = 2

    def get(self) -> int:
        return super().get() + self.__private

    @decorated
    def by_decorator(self) -> int:
        return self.x

    @property
    def prop(self) -> int:
        return self.x

    @prop.setter
    def prop(self, value: int) -> None:
        self.x = value

    @classmethod
    def of_class(cls) -> int:
        return cls().x

    @staticmethod
    def static(thing: Thing) -> int:
        return thing.x


def adder(step: int) -> Any:
    total = 0

    def add() -> int:
        nonlocal total
        total += step
        return total

    return add


add_two = adder(2)
two_lambdas = (lambda thing: thing.x, lambda thing: thing.x + 1)


@decorated
def by_decorator(thing: Thing, extra: int = 1, *, more: int = 2) -> int:
    return thing.x + extra + more


def generator(thing: Thing) -> Any:
    yield thing.x
    yield thing.x


async def coroutine(thing: Thing) -> int:
    return thing.x


FUNCTIONS: dict[str, Any] = {
    "a method": Thing.get,
    "an inherited method": Base.get,
    "a decorated method": Thing.__dict__["by_decorator"].__wrapped__,
    "a getter": Thing.prop.fget,
    "a setter": Thing.prop.fset,
    "a class method": Thing.__dict__["of_class"].__func__,
    "a static method": Thing.static,
    "a closure": add_two,
    "the first of two lambdas on a line": two_lambdas[0],
    "the second of two lambdas on a line": two_lambdas[1],
    "a decorated function": by_decorator.__wrapped__,
    "a generator": generator,
    "a coroutine": coroutine,
}


def program() -> tuple[Any, ...]:
    thing = Thing()
    thing.prop = 5
    return (
        thing.get(), thing.by_decorator(), thing.prop, Thing.of_class(), Thing.static(thing),
        two_lambdas[0](thing), two_lambdas[1](thing), by_decorator(thing), list(generator(thing)),
    )  # fmt: skip


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_has_rewritten_code_while_it_is_installed_and_its_own_afterwards(kind: str) -> None:
    function = FUNCTIONS[kind]
    before = function.__code__
    cells, defaults = function.__closure__, function.__defaults__
    with module_alone(program).installed(Recorder()):
        during = function.__code__
        assert during is not before
        assert during.co_freevars == before.co_freevars
        assert (during.co_name, during.co_qualname) == (before.co_name, before.co_qualname)
        assert during.co_firstlineno == before.co_firstlineno
        assert during.co_flags == before.co_flags
        assert during.co_varnames[: during.co_argcount] == before.co_varnames[: before.co_argcount]
    assert function.__code__ is before
    assert function.__closure__ == cells
    assert function.__defaults__ == defaults


def test_does_the_same_and_tells_of_it() -> None:
    plain, recorder = program(), Recorder()
    with module_alone(program).installed(recorder):
        assert program() == plain
    assert len(recorder.told) > 10


def test_closures_keep_their_cells() -> None:
    before = add_two()
    with module_alone(program).installed(Recorder()):
        assert add_two() == before + 2
    assert add_two() == before + 4


def test_what_is_made_meanwhile_has_plain_code_afterwards() -> None:
    with module_alone(program).installed(Recorder()):
        made = adder(3)
        made()
    assert made.__code__ == add_two.__code__
    assert made() == 6


def test_a_traceback_has_the_right_file_and_lines() -> None:
    def fails() -> None:
        thing = Thing()
        thing.x = 1
        assert thing.get() == 4, f"not {thing.get()}"

    failure = failure_of(fails)
    line = fails.__code__.co_firstlineno + 3
    assert failure.message == "AssertionError: not 3"
    assert failure.place == f"{__file__}:{line}"
    assert f'File "{__file__}", line {line}, in fails' in failure.traceback
    assert 'assert thing.get() == 4, f"not {thing.get()}"' in failure.traceback
    assert "harness/" not in failure.traceback.replace(str(Path(__file__).parent), "")


def test_every_line_of_a_traceback_is_as_without_us() -> None:
    def inner(data: dict[str, int]) -> int:
        return (
            data["a"]
            + data["missing"]
        )  # fmt: skip

    def outer() -> int:
        data = {"a": 1}
        return inner(
            data,
        )

    def lines() -> list[tuple[int | None, int | None]]:
        with pytest.raises(KeyError) as caught:
            outer()
        frames = traceback.extract_tb(caught.value.__traceback__)
        return [(frame.lineno, frame.end_lineno) for frame in frames if frame.name in ("inner", "outer")]

    plain = lines()
    with module_alone(outer).installed(Recorder()):
        assert lines() == plain


def test_a_site_leads_to_the_code_as_cpython_has_it() -> None:
    instrumentation, recorder = module_alone(program), Recorder()
    code = Base.get.__code__
    with instrumentation.installed(recorder):
        Base().get()
    assert instrumentation.original_code(recorder.sites[-1]) == code


def test_a_program_without_source_is_refused_with_what_to_do() -> None:
    names: dict[str, Any] = {}
    exec("def made(): pass", names)
    with pytest.raises(
        harness.InstrumentationError, match=r"source of .*made.* cannot be had.*put the program in a file"
    ):
        harness.explore(names["made"])
    with pytest.raises(harness.InstrumentationError, match=r"print.* is not written in Python"):
        harness.explore(print)


def test_source_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "vanishing.py"
    path.write_text("def program(): pass\n")
    module: Any = importlib.import_module("vanishing")
    path.unlink()
    with pytest.raises(harness.InstrumentationError, match=r"cannot read the source of vanishing \(.*No such file"):
        harness.explore(module.program)
    del sys.modules["vanishing"]


def test_source_in_another_encoding_and_with_other_line_ends_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    text = (
        '# coding: latin-1\r\nclass C: pass\r\ndef program():\r\n    c = C()\r\n    c.x = "\xe4"\r\n    return c.x\r\n'
    )
    (tmp_path / "encoded.py").write_bytes(text.encode("latin-1"))
    module: Any = importlib.import_module("encoded")
    assert set(harness.explore(module.program, schedules=2).outcomes) == {"\xe4"}
    del sys.modules["encoded"]


def test_a_checksum_is_of_names_and_texts_and_of_nothing_else() -> None:
    one = checksum([("a", "x = 1\n"), ("b", "y\n")])
    assert one == checksum([("b", "y\r\n"), ("a", "x = 1\r\n")])
    assert one != checksum([("a", "x = 1\n"), ("c", "y\n")])
    assert one != checksum([("a", "x = 2\n"), ("b", "y\n")])
    assert normalized("a\r\nb\rc\n") == "a\nb\nc\n"


def test_code_of_another_file_has_no_rewritten_twin() -> None:
    code = ModuleCode("def other(): pass\n", "other.py", {})
    assert code.code_for(program) is None
    assert code.plain_for(program) is None


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are new in Python 3.12")
def test_type_parameters_and_nested_f_strings_are_python_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "generic.py").write_text(
        "type Pair[T] = tuple[T, T]\n"
        "class Box[T]:\n"
        "    def __init__(self, value: T) -> None: self.value = value\n"
        "    def swap[U](self, other: U) -> Pair[T | U]:\n"
        "        self.value, old = other, self.value\n"
        "        return old, self.value\n"
        "def first[T: int](box: Box[T], *, more: T = 1) -> T:\n"
        "    def inner() -> T: return box.value + more\n"
        "    return inner()\n"
        "def program():\n"
        "    box = Box[int](1)\n"
        "    return first(box), box.swap(5), f\"{f'{box.value}'}\"\n"
    )
    module: Any = importlib.import_module("generic")
    plain, recorder = module.program(), Recorder()
    with module_alone(module.program).installed(recorder):
        assert module.program() == plain == (2, (1, 5), "5")
    assert [key for _, key, _ in recorder.told].count("value") == 6
    del sys.modules["generic"]
