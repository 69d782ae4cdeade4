"""Tokens: what is written is what is read, and nothing else is taken for a token."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import TokenError
from harness.schedule.token import decode, encode, split

SOURCE = "0123456789abcdef"


@st.composite
def schedules(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    steps: dict[int, int] = {}
    found = []
    for actor, distance, chosen in draw(
        st.lists(st.tuples(st.integers(0, 200), st.integers(1, 3000), st.integers(-40, 300)), max_size=30)
    ):
        steps[actor] = steps.get(actor, 0) + distance
        found.append((actor, steps[actor], chosen))
    return found


@given(schedules(), st.sampled_from(["", "a@b", "module:name"]))
def test_a_schedule_survives_the_round_trip(deviations: list[tuple[int, int, int]], label: str) -> None:
    token = encode(deviations, SOURCE, label)
    assert decode(token, SOURCE) == deviations
    assert split(token)[0] == label


@given(schedules(), st.data())
def test_a_damaged_token_is_refused(deviations: list[tuple[int, int, int]], data: st.DataObject) -> None:
    token = encode(deviations, SOURCE)
    position = data.draw(st.integers(5, len(token) - 1)) if len(token) > 6 else 5
    other = data.draw(st.sampled_from("ABCdef019-_!").filter(lambda character: character != token[position]))
    damaged = token[:position] + other + token[position + 1 :]
    try:
        assert decode(damaged, SOURCE) == deviations, "a change of padding bits only"
    except TokenError:
        pass


def test_a_token_of_other_source_is_refused() -> None:
    with pytest.raises(TokenError, match="made for other source"):
        decode(encode([(0, 3, 1)], SOURCE), "ffff" + SOURCE)


def test_a_token_of_another_version_is_refused() -> None:
    with pytest.raises(TokenError, match="version '9'"):
        decode("9" + encode([(0, 3, 1)], SOURCE)[1:], SOURCE)
