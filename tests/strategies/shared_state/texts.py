"""Texts made of shared state, patterns matched against it, and names that lead to it."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.strategies.shared_state.case import Case


count = 0


class Point:
    __match_args__ = ("x",)

    def __init__(self) -> None:
        self.x = 0


def of_class(o: Any) -> str:
    match o:
        case Point(x=0):
            return "zero"
        case _:
            return "moved"


def of_class_by_position(o: Any) -> str:
    match o:
        case Point(0):
            return "zero"
        case _:
            return "moved"


def captured(o: Any) -> Any:
    match o:
        case Point(x=number):
            return number


def of_mapping(o: Any) -> str:
    match o:
        case {"a": 0}:
            return "zero"
        case {"a": _}:
            return "there"
        case _:
            return "gone"


def rest_of_mapping(o: Any) -> int:
    match o:
        case {"a": _, **rest}:
            return len(rest)
    return -1


def of_sequence(o: Any) -> str:
    match o:
        case []:
            return "empty"
        case [first, *_]:
            return f"begins with {first}"
    return "none"


def nested(o: Any) -> str:
    match o:
        case {"jobs": [{"state": "new"}, *_]}:
            return "new"
        case _:
            return "other"


def of_value(o: Any) -> str:
    match o:
        case types.SimpleNamespace(x=1):
            return "one"
        case _:
            return "other"


def with_guard(o: Any) -> str:
    match o:
        case Point() if o.x:
            return "moved"
        case _:
            return "zero"


def of_tuple(o: Any) -> str:
    match (o, 1):
        case ([], 1):
            return "empty"
        case _:
            return "full"


def counted(_: Any) -> int:
    global count
    count += 1
    return count


def reset() -> None:
    global count
    count = 0


def cell() -> Any:
    number = 0

    def change(by: int) -> int:
        nonlocal number
        number += by
        return number

    return change


def evaluated(o: Any, text: str) -> Any:
    return eval(text, {"o": o})


def executed(o: Any, text: str) -> None:
    exec(text, {"o": o})


CASES: dict[str, Case] = {
    "class pattern": (Point, lambda o: setattr(o, "x", 1), of_class),
    "class pattern by position": (Point, lambda o: setattr(o, "x", 1), of_class_by_position),
    "class pattern with a name": (Point, lambda o: setattr(o, "x", 1), captured),
    "mapping pattern": (lambda: {"a": 0}, lambda o: o.update(a=1), of_mapping),
    "mapping pattern of a deleted item": (lambda: {"a": 0}, lambda o: o.clear(), of_mapping),
    "rest of a mapping pattern": (lambda: {"a": 0}, lambda o: o.update(b=1), rest_of_mapping),
    "sequence pattern": (list, lambda o: o.append(1), of_sequence),
    "nested pattern": (
        lambda: {"jobs": [{"state": "new"}]}, lambda o: o["jobs"][0].update(state="done"), nested,
    ),
    "pattern of a library's class": (
        lambda: types.SimpleNamespace(x=0), lambda o: setattr(o, "x", 1), of_value,
    ),
    "pattern with a guard": (Point, lambda o: setattr(o, "x", 1), with_guard),
    "pattern of a tuple": (list, lambda o: o.append(1), of_tuple),
    # texts
    "formatted": (list, lambda o: o.append(1), lambda o: f"{o}"),
    "formatted with a width": (list, lambda o: o.append(1), lambda o: f"{o!s:>9}"),
    "formatted with a sign": (list, lambda o: o.append(1), lambda o: "%s" % o),  # noqa: UP031
    "formatted with two signs": (list, lambda o: o.append(1), lambda o: "%s %s" % (o, 1)),  # noqa: UP031
    "formatted by name": (dict, lambda o: o.update(a=1), lambda o: "%s" % {"o": o}),  # noqa: UP031
    "formatted by a method": (list, lambda o: o.append(1), lambda o: "{}".format(o)),  # noqa: UP032
    "formatted by an attribute": (Point, lambda o: setattr(o, "x", 1), lambda o: f"{o.x}"),
    "formatted from a mapping": (lambda: {"a": 0}, lambda o: o.update(a=1), lambda o: "{a}".format_map(o)),
    "joined": (list, lambda o: o.append("1"), lambda o: ",".join(o)),
    "joined by a method in a variable": (list, lambda o: o.append("1"), lambda o: str.join(",", o)),
    "attribute in a text": (Point, lambda o: setattr(o, "x", 1), lambda o: f"{o.x}"),
    "expression in a text": (list, lambda o: o.append(1), lambda o: f"{[o]}"),
    "printed by ascii": (list, lambda o: o.append(1), lambda o: ascii(o)),
    "begins with one of": (
        lambda: ["a"], lambda o: o.append("b"), lambda o: "bc".startswith(tuple(o)),
    ),
    "translated": (dict, lambda o: o.update({97: "b"}), lambda o: "a".translate(o)),
    # names
    "global": (reset, counted, counted),
    "global by globals()": (reset, counted, lambda o: globals()["count"]),
    "cell": (cell, lambda o: o(1), lambda o: o(2)),
    "cell by its closure": (cell, lambda o: o(1), lambda o: o.__closure__[0].cell_contents),
    "evaluated": (list, lambda o: o.append(1), lambda o: evaluated(o, "len(o)")),
    "executed": (list, lambda o: executed(o, "o.append(1)"), lambda o: len(o)),
    "attribute evaluated": (Point, lambda o: setattr(o, "x", 1), lambda o: evaluated(o, "o.x")),
}  # fmt: skip
