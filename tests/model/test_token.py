"""Tokens: what is written is what is read, and nothing else is taken for a token."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.errors import TokenError
from harness.model.token import VERSION, Token, _crc

SOURCE = "012345"
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


@given(
    schedules(),
    st.sampled_from(["", "a@b", "module:name"]),
    st.lists(st.sampled_from(["service", "service.jobs", "näher"]), unique=True),
    st.lists(st.sampled_from(["lost-update", "data-race"]), unique=True),
    st.integers(1, 10**9),
)
def test_what_a_token_says_survives_the_round_trip(
    deviations: list[tuple[int, int, int]], label: str, instrument: list[str], detect: list[str], max_steps: int
) -> None:
    token = Token(tuple(deviations), label, "012345", "6789ab", tuple(instrument), tuple(detect), max_steps)
    assert Token.parse(str(token)) == token
    assert Token.split(str(token))[0] == label


def test_options_that_are_the_default_take_no_room() -> None:
    assert len(str(Token(()))) == len(VERSION) + 11


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 10])
def test_one_wrong_character_is_found_whatever_and_wherever_it_is(length: int) -> None:
    numbers = random.Random(length)
    deviations = tuple((actor, numbers.randrange(1, 3000), numbers.randrange(-40, 300)) for actor in range(length))
    token = str(Token(deviations, source=SOURCE, detect=("lost-update",) * (length % 2)))
    for position in range(1, len(token)):
        for other in ALPHABET.replace(token[position], ""):
            damaged = token[:position] + other + token[position + 1 :]
            with pytest.raises(TokenError, match="is damaged"):
                Token.parse(damaged)


@pytest.mark.parametrize(
    "body",
    [
        bytes([0, 0x80, 0x00, 3, 2]),  # an actor 0 in two bytes: once round the block
        bytes([7]) + b"m=20000",  # a default that need not be said
        bytes([15]) + b"i=service;d=;m=1",
    ],
)
def test_what_would_be_written_in_another_way_is_refused(body: bytes) -> None:
    body = bytes.fromhex(SOURCE * 2) + body
    text = VERSION + base64.urlsafe_b64encode(body + bytes([_crc(body)])).decode().rstrip("=")
    with pytest.raises(TokenError, match="is damaged"):
        Token.parse(text)


@pytest.mark.parametrize("length", range(1, 12))
def test_a_token_without_its_end_is_refused(length: int) -> None:
    token = str(Token(((0, 3, 1),), source=SOURCE))
    with pytest.raises(TokenError, match="is damaged"):
        Token.parse(token[:length])


def test_a_token_of_another_version_is_refused() -> None:
    with pytest.raises(TokenError, match="version '1'"):
        Token.parse("1" + str(Token(()))[1:])
