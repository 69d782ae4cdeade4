"""Rewritten code does what the original does: the same results, exceptions and order of side effects."""

from __future__ import annotations

import importlib
import linecache
import sys
import textwrap
import traceback
from pathlib import Path
from typing import Any

import pytest  # noqa: TC002  Hypothesis reads the annotations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.recorder import module_alone

SNIPPETS = [
    "obj.a = say(1)",
    "obj.a += say(2)",
    "say(obj).a = say(3)",
    "say(obj).a += say(4)",
    "say(data)[say('k')] = say(5)",
    "say(data)[say('k')] += say(6)",
    "data['m'] = data.get('k', 0) + 1",
    "del data[say('k')]",
    "del obj.a",
    "obj.b, data['x'], *rest = say([1, 2, 3, 4])",
    "x = y = obj.c = say(7)",
    "for obj.i in say([1, 2]): out.append(obj.i)",
    "for key in data: out.append(key)",
    "for key in list(data): data.pop(key)",
    "for key in data: data[key + '!'] = 1",
    "out += [value * 2 for value in numbers if value in (1, 2, 3)]",
    "out.append({key: value for key, value in data.items()})",
    "out.append(sum(value for value in numbers))",
    "out.append('k' in data and 'z' not in data)",
    "out.append(say(1) < say(2) < say(3) in numbers)",
    "with manager(1) as obj.m: out.append(obj.m)",
    "with manager(2) as m, manager(3): raise ValueError('inside')",
    "try:\n    data['missing']\nexcept KeyError as error:\n    out.append(repr(error))\nfinally: out.append('f')",
    "out.append(obj.missing)",
    "undefined_name",
    "numbers[10]",
    "numbers[say(0):say(2)] = say([9])",
    "numbers[-1] += 1",
    "out.append(numbers[1:])",
    "out.append((lambda n: n + len(data))(say(3)))",
    "while len(out) < 3:\n    out.append(obj.count())\nelse:\n    out.append('else')",
    "if (n := len(numbers)) > 1: out.append(n)",
    "match data:\n    case {'k': found}: out.append(found)\n    case _: out.append('none')",
    "out.append(f'{obj.name!r:>8}{len(data):03}')",
    "out.append(max(*numbers, key=lambda n: -n))",
    "out.append(function(*say([1, 2]), **say({'z': 3})))",
    "setattr(obj, say('s'), say(1)); out.append(getattr(obj, 's')); out.append(hasattr(obj, 'no'))",
    "out.append(sorted(data)); out.append(list(reversed(numbers)))",
    "cell = 1\ndef inner():\n    nonlocal cell\n    cell += 1\n    return cell\nout.append((inner(), inner(), cell))",
    "global SHARED\nSHARED += 1\nout.append(SHARED)",
    "class Local(Thing):\n    def __init__(self):\n        super().__init__()\n        self.__n = 1\n"  # noqa: ISC004
    "    def get(self): return self.__n\nout.append(Local().get())",
    "out.append(obj.prop); obj.prop = 3; out.append(Thing.shared); Thing.shared += 1; out.append(obj.shared)",
    "out.append([*numbers, *data]); out.append({**data, 'q': 1})",
    "out.append(numbers if numbers else None); out.append(not data)",
    "assert obj.a == 99, obj.a",
    "return say('early')",
]

PRELUDE = """
SHARED = 0
LOG = []


def say(value):
    LOG.append(repr(value) if not isinstance(value, Thing) else "thing")
    return value


class Thing:
    shared = 10

    def __init__(self):
        self.a = 0
        self.name = "n"
        self.counted = 0

    def count(self):
        self.counted += 1
        return self.counted

    @property
    def prop(self):
        return self.a

    @prop.setter
    def prop(self, value):
        self.a = value


class manager:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        say(self.value)
        return self.value

    def __exit__(self, kind, value, trace):
        say(kind and kind.__name__)
        return False


def function(*args, **kwargs):
    return say((args, kwargs))


def program():
    global SHARED
    SHARED = 0
    Thing.shared = 10
    LOG.clear()
    obj, data, numbers, out = Thing(), {"k": 1}, [3, 1, 2], []
    body(obj, data, numbers, out)
    return out, data, numbers, sorted(vars(obj).items())


"""


class Silent:
    """A listener that counts and has nothing to say."""

    def __init__(self) -> None:
        self.accesses = 0
        self.adapters: dict[type, Any] = {}
        self.substitutes: dict[Any, Any] = {}

    def access(self, obj: object, key: object, kind: int, site: Any) -> None:
        self.accesses += 1

    def record_access_in_step(self, obj: object, key: object, kind: int, site: Any) -> None: ...

    def same(self, obj: object, other: object) -> None: ...

    def moment(self) -> int:
        return self.accesses

    def resize_key(self, key: object) -> object:
        return key

    def resized(self) -> None: ...

    def replaced(self, old: object, new: object) -> None: ...

    def loop_iteration(self, site: Any) -> None: ...


def load(folder: Path, number: int, body: list[str]) -> Any:
    name = f"generated_{number}"
    source = PRELUDE + "def body(obj, data, numbers, out):\n"
    source += textwrap.indent("\n".join(body), "    ") + "\n    out.append('end')\n"
    (folder / f"{name}.py").write_text(source)
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    linecache.checkcache()
    return importlib.import_module(name)


def observe(module: Any) -> tuple[Any, ...]:
    try:
        result = module.program()
    except Exception as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == module.__file__
        ]
        return type(error), str(error), lines, list(module.LOG), module.SHARED
    return result, list(module.LOG), module.SHARED


counter = iter(range(10**6))


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=5))
def test_rewritten_programs_do_what_the_originals_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: list[str]
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    globals_first = sorted(body, key=lambda snippet: not snippet.startswith("global"))
    cells = [snippet for snippet in globals_first if snippet.startswith("cell")][:1]
    globals_once = [snippet for snippet in globals_first if snippet.startswith("global")][:1]
    rest = [snippet for snippet in globals_first if not snippet.startswith(("cell", "global"))]
    module = load(tmp_path, next(counter), globals_once + cells + rest)
    plain = observe(module)
    code = module.body.__code__
    listener = Silent()
    with module_alone(module.program).installed(listener):
        assert module.body.__code__ is not code
        rewritten = observe(module)
    assert rewritten == plain
    assert listener.accesses > 0
    assert module.body.__code__ is code
    assert observe(module) == plain
