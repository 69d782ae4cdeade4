"""Attributes: of objects, classes, functions and modules, however they are stored and asked for."""

from __future__ import annotations

import copy
import dataclasses
import enum
import functools
import inspect
import operator
import pickle
import types
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.strategies.shared_state.case import Case


class Plain:
    """An object; attributes come as they are set."""


class WithDefault:
    value = 0


class Derived(WithDefault):
    """Finds its value one class further up."""


class Slotted:
    __slots__ = ("value",)


class Computed:
    base = 1

    @functools.cached_property
    def value(self) -> int:
        return self.base


class Elsewhere:
    """Keeps its attributes in a dictionary of its own."""

    def __init__(self) -> None:
        object.__setattr__(self, "kept", {})

    def __getattr__(self, name: str) -> Any:
        return self.kept.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.kept[name] = value


class WithProperty:
    def __init__(self) -> None:
        self._value = 0

    @property
    def value(self) -> int:
        return self._value

    @value.setter
    def value(self, value: int) -> None:
        self._value = value


class Descriptor:
    """Keeps the values of all objects itself."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def __get__(self, obj: Any, cls: Any = None) -> int:
        return self.values.get("value", 0)

    def __set__(self, obj: Any, value: int) -> None:
        self.values["value"] = value


class Metaclass(type):
    count = 0

    def __getattr__(cls, name: str) -> int:
        return cls.count


class Greeting:
    def greet(self) -> str:
        return "hello"


@dataclasses.dataclass(order=True)
class Point:
    x: int = 0
    inner: list[int] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Outer:
    point: Point = dataclasses.field(default_factory=Point)


class Named(NamedTuple):
    items: list[int]


class Colour(enum.Enum):
    RED = 1


class SharedColour(enum.Enum):
    BOX = types.MappingProxyType({})


def with_initial(function: Any) -> Any:
    function.calls = 0
    return function


def counted(o: Any) -> int:
    o.value += 1
    return int(o.value)


def fresh(cls: type) -> Any:
    """A class of its own each time, so that no execution sees what another one did."""
    return type(cls.__name__, (cls,), {})


def descriptor() -> Any:
    return type("Owner", (), {"value": Descriptor()})()


def of_metaclass() -> Any:
    return Metaclass("Made", (), {"count": 0})


def greeting() -> Any:
    return fresh(Greeting)()


CASES: dict[str, Case] = {
    "value of the class": (WithDefault, lambda o: o.value, lambda o: setattr(o, "value", 1)),
    "value of a base": (Derived, lambda o: o.value, lambda o: setattr(o, "value", 1)),
    "value of a base, set on the class": (
        lambda: fresh(Derived), lambda o: o.value, lambda o: setattr(o, "value", 1),
    ),
    "value of the class once deleted": (
        lambda: (lambda o: (setattr(o, "value", 5), o)[1])(WithDefault()),
        lambda o: o.value,
        lambda o: delattr(o, "value"),
    ),
    "asked for, set on the class": (
        lambda: fresh(Plain)(), lambda o: hasattr(o, "value"), lambda o: setattr(type(o), "value", 1),
    ),
    "counter of a class": (lambda: fresh(WithDefault), counted, counted),
    "method of a class replaced": (
        greeting, lambda o: o.greet(), lambda o: setattr(type(o), "greet", lambda self: "bye"),
    ),
    "method of an object replaced": (greeting, lambda o: o.greet(), lambda o: setattr(o, "greet", lambda: "bye")),
    "attribute by a metaclass": (of_metaclass, lambda o: o.anything, lambda o: setattr(o, "count", 3)),
    "bases of a class": (
        lambda: (fresh(Derived), fresh(WithDefault)),
        lambda o: o[0].__mro__[1].__name__,
        lambda o: setattr(o[0], "__bases__", (o[1],)),
    ),
    "class of an object": (
        lambda: (fresh(Plain)(), fresh(WithDefault)),
        lambda o: hasattr(o[0], "value"),
        lambda o: setattr(o[0], "__class__", o[1]),
    ),
    "slot": (Slotted, lambda o: hasattr(o, "value"), lambda o: setattr(o, "value", 1)),
    "slot by its descriptor": (
        Slotted, lambda o: hasattr(o, "value"), lambda o: Slotted.__dict__["value"].__set__(o, 1),
    ),
    "cached property": (Computed, lambda o: o.value, lambda o: setattr(o, "base", 2)),
    "property": (WithProperty, lambda o: o.value, lambda o: setattr(o, "value", 2)),
    "descriptor": (descriptor, lambda o: o.value, lambda o: setattr(o, "value", 2)),
    "attributes kept elsewhere": (Elsewhere, lambda o: o.value, lambda o: setattr(o, "value", 2)),
    "set plainly": (Plain, lambda o: object.__setattr__(o, "value", 1), lambda o: hasattr(o, "value")),
    "read plainly": (
        WithDefault, lambda o: object.__getattribute__(o, "value"), lambda o: setattr(o, "value", 1),
    ),
    "deleted plainly": (
        lambda: types.SimpleNamespace(value=1),
        lambda o: object.__delattr__(o, "value"),
        lambda o: hasattr(o, "value"),
    ),
    "set by its method": (Plain, lambda o: o.__setattr__("value", 1), lambda o: hasattr(o, "value")),
    "dictionary of an object": (Plain, lambda o: vars(o).get("value"), lambda o: setattr(o, "value", 2)),
    "updated by its dictionary": (
        Plain, lambda o: o.__dict__.update(value=1), lambda o: getattr(o, "value", None),
    ),
    "dictionary replaced": (
        Plain, lambda o: setattr(o, "__dict__", {"value": 1}), lambda o: getattr(o, "value", None),
    ),
    "dictionary taken along": (
        lambda: (lambda o: (o, o.__dict__))(Plain()),
        lambda o: o[1].__setitem__("value", 1),
        lambda o: getattr(o[0], "value", None),
    ),
    "listed": (Plain, lambda o: "value" in dir(o), lambda o: setattr(o, "value", 2)),
    "inspected": (
        Plain, lambda o: len(inspect.getmembers(o, lambda each: each == 7)), lambda o: setattr(o, "value", 7),
    ),
    "namespace": (types.SimpleNamespace, lambda o: getattr(o, "x", None), lambda o: setattr(o, "x", 1)),
    "namespace printed": (types.SimpleNamespace, lambda o: repr(o), lambda o: setattr(o, "x", 1)),
    "namespaces compared": (
        types.SimpleNamespace, lambda o: o == types.SimpleNamespace(), lambda o: setattr(o, "x", 1),
    ),
    "attribute of a function": (lambda: lambda: 1, lambda o: getattr(o, "x", 0), lambda o: setattr(o, "x", 1)),
    "attribute of a module": (
        lambda: types.ModuleType("made"), lambda o: getattr(o, "x", 0), lambda o: setattr(o, "x", 1),
    ),
    "attribute of an exception": (
        lambda: ValueError(1), lambda o: o.args, lambda o: setattr(o, "args", (2,)),
    ),
    "exception printed": (lambda: ValueError(1), lambda o: str(o), lambda o: setattr(o, "args", (2,))),
    "by attrgetter": (
        lambda: types.SimpleNamespace(x=0), lambda o: operator.attrgetter("x")(o), lambda o: setattr(o, "x", 1),
    ),
    "by a deep attrgetter": (
        Outer, lambda o: operator.attrgetter("point.x")(o), lambda o: setattr(o.point, "x", 1),
    ),
    "by a partial setattr": (
        lambda: types.SimpleNamespace(x=0), lambda o: functools.partial(setattr, o, "x", 1)(), lambda o: o.x,
    ),
    "by a mapped setattr": (
        lambda: types.SimpleNamespace(x=0), lambda o: list(map(setattr, [o], ["x"], [1])), lambda o: o.x,
    ),
    "by a setattr in a variable": (
        lambda: (types.SimpleNamespace(x=0), setattr), lambda o: o[1](o[0], "x", 1), lambda o: o[0].x,
    ),
    "by reduce": (
        lambda: types.SimpleNamespace(x=0),
        lambda o: functools.reduce(getattr, ["x"], o),
        lambda o: setattr(o, "x", 1),
    ),
    "added to": (WithDefault, counted, counted),
    # dataclasses and named tuples
    "dataclasses compared": (Point, lambda o: o == Point(), lambda o: setattr(o, "x", 1)),
    "dataclasses unequal": (Point, lambda o: o != Point(), lambda o: setattr(o, "x", 1)),
    "dataclasses ordered": (Point, lambda o: o < Point(1), lambda o: setattr(o, "x", 1)),
    "dataclass printed": (Point, lambda o: repr(o), lambda o: setattr(o, "x", 1)),
    "dataclass formatted": (Point, lambda o: f"{o}", lambda o: setattr(o, "x", 1)),
    "dataclass formatted with a sign": (Point, lambda o: "%r" % (o,), lambda o: setattr(o, "x", 1)),  # noqa: UP031
    "dataclass in a list printed": (lambda: [Point()], lambda o: str(o), lambda o: setattr(o[0], "x", 1)),
    "dataclass in a list": (lambda: [Point()], lambda o: Point() in o, lambda o: setattr(o[0], "x", 1)),
    "dataclass in a dataclass": (Outer, lambda o: o == Outer(), lambda o: setattr(o.point, "x", 1)),
    "list in a dataclass": (Point, lambda o: o == Point(), lambda o: o.inner.append(1)),
    "dataclass as a dictionary": (Outer, lambda o: dataclasses.asdict(o), lambda o: setattr(o.point, "x", 1)),
    "dataclass as a tuple": (Point, lambda o: dataclasses.astuple(o), lambda o: o.inner.append(1)),
    "dataclass replaced": (Point, lambda o: dataclasses.replace(o, inner=[]).x, lambda o: setattr(o, "x", 1)),
    "smallest dataclass": (
        lambda: [Point(1), Point(2)], lambda o: min(o).x, lambda o: setattr(o[1], "x", 0),
    ),
    "dataclasses sorted": (
        lambda: [Point(1), Point(2)], lambda o: [each.x for each in sorted(o)], lambda o: setattr(o[1], "x", 0),
    ),
    "named tuple compared": (lambda: Named([]), lambda o: o == Named([]), lambda o: o.items.append(1)),
    "named tuple printed": (lambda: Named([]), lambda o: repr(o), lambda o: o.items.append(1)),
    "value of an enumeration": (
        lambda: Colour.__dict__.get("note") and delattr(Colour.RED, "note"),
        lambda o: setattr(Colour.RED, "note", 1),
        lambda o: Colour.RED.__dict__.pop("note", 0),
    ),
    # copies
    "copied object": (WithDefault, lambda o: copy.copy(o).value, lambda o: setattr(o, "value", 1)),
    "deeply copied object": (
        Outer, lambda o: copy.deepcopy(o).point.x, lambda o: setattr(o.point, "x", 1),
    ),
    "deeply copied list": (
        lambda: [WithDefault()], lambda o: copy.deepcopy(o)[0].value, lambda o: setattr(o[0], "value", 1),
    ),
    "pickled object": (Outer, lambda o: pickle.loads(pickle.dumps(o)).point.x, lambda o: setattr(o.point, "x", 1)),
    "copier by another name": (
        lambda: (WithDefault(), copy.copy), lambda o: o[1](o[0]).value, lambda o: setattr(o[0], "value", 1),
    ),
}  # fmt: skip
