"""A schedule as a short string, with all that is needed to execute it again.

::

    progress-jumps-backward@unlocked:2K3bSmYwAFgAAQCyw
    |-- label: names the program --|| |-- base64url of:
                                    |     3 bytes  checksum of all source in scope
                                    |     3 bytes  checksum of the functions that the execution went through
                                    |     varint   length of the options, then the options: "i=pkg,other;d=lost-update"
                                    |     the deviations from the default order, each as three varints:
                                    |     actor, decisions of that actor since its last deviation, chosen (zigzag)
                                    |     1 byte   CRC-8 of all that: no single wrong character escapes it
                                    version of this format

Written down is only where the schedule leaves the default order, and only those options that this execution depends on
and that are not the default; the rest follows from the source. "g=0" says that a search among all schedules that are
possible with the GIL found no such failure, which no single execution could tell. Actors are numbered in the order of
creation and decisions per actor, so the string is the same on every machine and Python version.

Why two checksums: if the first one fits, nothing has changed, and an execution that differs is nondeterministic. If
only the second one fits, something was edited that this execution never comes to, and the token still holds.
"""

from __future__ import annotations

import base64
import binascii
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.model.errors import TokenError
from harness.model.options import MAX_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.model.schedule import Deviation, Schedule

__all__ = ["VERSION", "Token"]

VERSION: Final = "2"
_LETTERS: Final = frozenset(string.ascii_letters + string.digits + "-_")
_NO_SOURCE: Final = "000000"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. ``str`` of it is the token as people copy it, :meth:`parse` reads one.

    Attributes:
        schedule: The deviations, in the order in which they were made.
        label: Names the program; may be empty.
        source: Checksum of all source in scope, six hexadecimal digits.
        functions: Checksum of the functions that the execution went through, six hexadecimal digits.
        instrument, detect, max_steps: As :func:`harness.explore` has them, as far as the execution depends on them.
        needs_no_gil: When the token was made, no schedule that is possible with the GIL failed in this way: all were
            executed.

    Example:
        >>> token = Token(((0, 4, 1),), "jobs:program", "012345", "6789ab", detect=("lost-update",))
        >>> str(token)
        'jobs:program:2ASNFZ4mrDWQ9bG9zdC11cGRhdGUABAJa'
        >>> Token.parse(str(token)) == token
        True
    """

    schedule: Schedule
    label: str = ""
    source: str = _NO_SOURCE
    functions: str = _NO_SOURCE
    instrument: tuple[str, ...] = ()
    detect: tuple[str, ...] = ()
    max_steps: int = MAX_STEPS
    needs_no_gil: bool = False

    def __str__(self) -> str:
        options = _write_options(self.instrument, self.detect, self.max_steps, self.needs_no_gil)
        data = bytes.fromhex(self.source + self.functions) + bytes(_varints([len(options)])) + options
        data += bytes(_varints(_flatten(self.schedule)))
        text = VERSION + base64.urlsafe_b64encode(data + bytes([_crc(data)])).decode().rstrip("=")
        return f"{self.label}:{text}" if self.label else text

    @classmethod
    def parse(cls, token: str) -> Token:
        """Read a token. There is one way to write each: a text that says the same in another way is damaged.

        Raises:
            TokenError: The token is damaged, or of another version.
        """
        label, text = cls.split(token)
        data = _data_of(token, text)
        size, start = _first_number(token, data, 6)
        options = _read_options(token, data[start : start + size])
        schedule = tuple(_deviations(_numbers(data[start + size :])))
        found = cls(schedule, label, data[:3].hex(), data[3:6].hex(), *options)
        if cls.split(str(found))[1] != text:
            raise TokenError(f"token {token!r} is damaged: no schedule is written so. Copy it again, in full")
        return found

    @staticmethod
    def split(token: str) -> tuple[str, str]:
        """``(label, rest)`` of a token, whatever the rest is.

        Example:
            >>> Token.split("jobs:program:2ASNF")
            ('jobs:program', '2ASNF')
        """
        label, _, rest = token.strip().rpartition(":")
        return label, rest


def _data_of(token: str, text: str) -> bytes:
    """The bytes behind the letters, without the CRC."""
    if not text:
        raise TokenError(f"token {token!r} is cut short: nothing follows its last colon. Copy it again, in full")
    strange = sorted(set(text) - _LETTERS)
    if strange:
        raise TokenError(f"token {token!r} is damaged: no token has {strange[0]!r} in it. Copy it again, in full")
    if not text.startswith(VERSION):
        raise TokenError(
            f"token {token!r} has version {text[0]!r}, or is damaged; this harness reads version {VERSION}. "
            f"Explore the program again for a new token"
        )
    try:
        data = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise TokenError(f"token {token!r} is damaged: a character is missing. Copy it again, in full") from None
    if len(data) < 8 or _crc(data):
        raise TokenError(f"token {token!r} is damaged: its checksum does not match. Copy it again, in full")
    return data[:-1]


def _write_options(instrument: Sequence[str], detect: Sequence[str], max_steps: int, needs_no_gil: bool) -> bytes:
    parts = [f"{key}={','.join(names)}" for key, names in (("i", instrument), ("d", detect)) if names]
    if max_steps != MAX_STEPS:
        parts.append(f"m={max_steps}")
    if needs_no_gil:
        parts.append("g=0")
    return ";".join(parts).encode()


def _read_options(token: str, text: bytes) -> tuple[tuple[str, ...], tuple[str, ...], int, bool]:
    try:
        found = dict(part.split("=", 1) for part in text.decode().split(";")) if text else {}
        names = [tuple(found[key].split(",")) if key in found else () for key in "id"]
        return names[0], names[1], int(found.get("m", MAX_STEPS)), "g" in found
    except ValueError:
        raise TokenError(f"token {token!r} is damaged: its options cannot be read. Copy it again, in full") from None


def _crc(data: bytes) -> int:
    """CRC-8 (polynomial 0x07, start 0xFF); 0 for data that ends in its own.

    One wrong character is a burst of at most six bits, and a CRC of eight bits finds every burst of up to eight. A byte
    of a hash would let one damaged token in 256 pass as another schedule.
    """
    crc = 0xFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc << 1 ^ (0x107 if crc & 0x80 else 0)
    return crc


def _flatten(deviations: Iterable[Deviation]) -> Iterator[int]:
    last: dict[int, int] = {}
    for actor, step, chosen in deviations:
        yield actor
        yield step - last.get(actor, 0)
        yield chosen * 2 if chosen >= 0 else -chosen * 2 - 1
        last[actor] = step


def _deviations(numbers: Sequence[int]) -> Iterator[Deviation]:
    if len(numbers) % 3:
        raise TokenError("the token is damaged: it ends in the middle of a decision")
    last: dict[int, int] = {}
    for index in range(0, len(numbers), 3):
        actor, distance, chosen = numbers[index : index + 3]
        last[actor] = step = last.get(actor, 0) + distance
        yield actor, step, chosen // 2 if chosen % 2 == 0 else -(chosen + 1) // 2


def _varints(numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        while number > 0x7F:
            yield number & 0x7F | 0x80
            number >>= 7
        yield number


def _numbers(body: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in body:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number, shift = 0, 0
    if shift:
        raise TokenError("the token is damaged: it ends in the middle of a number")
    return numbers


def _first_number(token: str, data: bytes, start: int) -> tuple[int, int]:
    """The varint at ``start``, and where it ends."""
    for end in range(start, len(data)):
        if data[end] < 0x80:
            return _numbers(data[start : end + 1])[0], end + 1
    raise TokenError(f"token {token!r} is damaged: it ends in the middle of a number. Copy it again, in full")
