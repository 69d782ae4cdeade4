"""Tokens: what is written is what is read, and nothing else is taken for a token."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.errors import TokenError
from harness.model.token import _crc, decode, encode, split

SOURCE = "0123456789abcdef"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_!"


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


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 10])
def test_one_wrong_character_is_found_whatever_and_wherever_it_is(length: int) -> None:
    numbers = random.Random(length)
    deviations = [(actor, numbers.randrange(1, 3000), numbers.randrange(-40, 300)) for actor in range(length)]
    token = encode(deviations, SOURCE)
    for position in range(1, len(token)):
        for other in ALPHABET.replace(token[position], ""):
            damaged = token[:position] + other + token[position + 1 :]
            with pytest.raises(TokenError, match="is damaged"):
                decode(damaged, SOURCE)


def test_a_number_with_a_leading_zero_is_refused() -> None:
    body = bytes.fromhex(SOURCE[:6]) + bytes([0x80, 0x00, 3, 2])  # an actor 0 in two bytes: once round the block
    text = "1" + base64.urlsafe_b64encode(body + bytes([_crc(body)])).decode().rstrip("=")
    with pytest.raises(TokenError, match="no schedule is written so"):
        decode(text, SOURCE)


@pytest.mark.parametrize("length", range(1, 6))
def test_a_token_without_its_end_is_refused(length: int) -> None:
    token = encode([(0, 3, 1)], SOURCE)
    with pytest.raises(TokenError, match="is damaged"):
        decode(token[:length], SOURCE)


def test_a_token_of_other_source_is_refused() -> None:
    with pytest.raises(TokenError, match="made for other source"):
        decode(encode([(0, 3, 1)], SOURCE), "ffff" + SOURCE)


def test_a_token_of_another_version_is_refused() -> None:
    with pytest.raises(TokenError, match="version '9'"):
        decode("9" + encode([(0, 3, 1)], SOURCE)[1:], SOURCE)
