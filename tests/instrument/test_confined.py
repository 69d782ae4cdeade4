"""Which local variables hold a container that nobody else can reach."""

from __future__ import annotations

import ast
import textwrap
import threading
from typing import Any

import pytest

from harness.exploration.session import Session
from harness.instrument.scopes import Scopes
from harness.model.kind import Kind
from harness.strategies.scripted import Scripted


def is_confined(body: str, name: str = "made") -> bool:
    source = "def function(given):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    return is_confined_in(source, name)


def is_confined_in(source: str, name: str) -> bool:
    """Whether the last function of a module confines a name."""
    tree = ast.parse(source)
    owner = Scopes(tree).of[tree.body[-1]].owner(name)
    return owner is not None and owner.is_confined(name)


@pytest.mark.parametrize(
    "use",
    [
        "for each in made: each.start()",
        "[each.join() for each in made]",
        "{each: 1 for each in made}",
        "made.append(given)",
        "made[0] = given",
        "made[0] += 1",
        "return made[0]",
        "return len(made)",
        "return sorted(made)",
        "if not made: return given in made",
        "if made: pass",
        "while made: made.pop()",
        "assert made",
        "given(*made)",
        "del made",
        "made = [given]",
    ],
)
def test_these_uses_give_nothing_away(use: str) -> None:
    assert is_confined(f"made = [1]\n{use}")


@pytest.mark.parametrize("value", ["[]", "{}", "[each for each in given]", "{each: 1 for each in given}"])
def test_it_is_made_on_the_spot(value: str) -> None:
    assert is_confined(f"made = {value}\nmade.clear()")
    assert is_confined(f"made: object = {value}\nmade.clear()")


@pytest.mark.parametrize("value", ["{1}", "{each for each in given}"])
def test_a_set_is_not_since_it_has_an_order_of_ours(value: str) -> None:
    assert not is_confined(f"made = {value}\nmade.clear()")


@pytest.mark.parametrize(
    "use",
    [
        "return made",
        "yield made",
        "given(made)",
        "given(value=made)",
        "given.value = made",
        "given[0] = made",
        "other = made",
        "other = made = []",
        "made.append(made)",
        "(other := made)",
        "pair = made, 1",
        "return made or given",
        "view = made.items()",
        "return iter(made)",
        "given(each for each in made)",
        "given(lambda: made)",
        "def inner(): made.append(1)",
        "class Inner: seen = made",
        "locals()",
        "[eval('made') for _ in given]",
        "made += [1]",
        "made = given",
        "for made in given: made.append(1)",
        "with given as made: pass",
        "import made",
        "try: given()\nexcept Exception as made: pass",
        "made, other = given",
        "match given:\n    case [*made]: pass",
        "append = made.append",
        "return made == given",
        "global made",
    ],
)
def test_these_uses_could_give_it_away(use: str) -> None:
    assert not is_confined(f"made = []\n{use}" if use != "global made" else f"{use}\nmade = []")


def test_an_argument_is_somebody_elses() -> None:
    assert not is_confined("given.append(1)", "given")


def test_what_a_global_name_holds_is_everybodys() -> None:
    assert not is_confined_in("made = []\ndef function(): made.append(1)", "made")


def test_a_builtin_with_another_meaning_may_do_anything() -> None:
    function = "def function():\n made = []\n return len(made)"
    assert is_confined_in(function, "made")
    assert not is_confined_in(f"def len(each): keep(each)\n{function}", "made")


def accesses(program: Any) -> list[str]:
    """What the default order announces of the program's state."""
    with Session(program) as session:
        events = session.run(Scripted([])).history.events
    return [event[4].text for event in events if event[1] <= Kind.RESIZE]


def test_a_confined_list_is_no_scheduling_point_and_a_shared_one_is() -> None:
    def confined() -> None:
        threads = [threading.Thread(target=int) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def shared() -> None:
        threads = [threading.Thread(target=lambda: len(threads)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert accesses(confined) == []
    assert sorted(accesses(shared)) == ["len(threads)"] * 2 + ["threads"] * 6
