"""A schedule as a short string.

::

    progress-jumps-backward@unlocked:1ecMpAAICrw
    |-- label: names the program --|| |-- base64url of:
                                    |     3 bytes  checksum of the program's source
                                    |     the deviations from the default order, each as three varints:
                                    |     actor, decisions of that actor since its last deviation, chosen (zigzag)
                                    |     1 byte   CRC-8 of all that: no single wrong character escapes it
                                    version of this format

Written down is only where the schedule leaves the default order; the rest follows from the source. Actors are numbered
in the order of creation and decisions per actor, so the string is the same on every machine and Python version.
"""

from __future__ import annotations

import base64
import binascii
import string
from typing import TYPE_CHECKING, Final

from harness.model.errors import TokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.engine.run import Deviation

__all__ = ["VERSION", "decode", "encode", "split"]

VERSION: Final = "1"
_LETTERS: Final = frozenset(string.ascii_letters + string.digits + "-_")


def encode(deviations: Sequence[Deviation], checksum: str, label: str = "") -> str:
    """Write a schedule down.

    Args:
        deviations: In the order in which they were made.
        checksum: Of the program's source, in hexadecimal, at least six digits.
        label: Names the program; may be empty.

    Example:
        >>> encode([(0, 4, 1)], "0123456789ab", "a@b")
        'a@b:1ASNFAAQCyw'
    """
    body = bytes(_varints(_flatten(deviations)))
    data = bytes.fromhex(checksum[:6]) + body
    text = VERSION + base64.urlsafe_b64encode(data + bytes([_crc(data)])).decode().rstrip("=")
    return f"{label}:{text}" if label else text


def split(token: str) -> tuple[str, str]:
    """``(label, rest)`` of a token."""
    label, _, rest = token.strip().rpartition(":")
    return label, rest


def decode(token: str, checksum: str) -> list[Deviation]:
    """Read a schedule. There is one way to write it: a token that says the same in another one is damaged.

    Raises:
        TokenError: The token is damaged, of another version, or made for other source.

    Example:
        >>> decode('a@b:1ASNFAAQCyw', "0123456789ab")
        [(0, 4, 1)]
    """
    text = split(token)[1]
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
    if len(data) < 4 or _crc(data):
        raise TokenError(f"token {token!r} is damaged: its checksum does not match. Copy it again, in full")
    if data[:3] != bytes.fromhex(checksum[:6]):
        raise TokenError(
            f"token {token!r} was made for other source: the program has changed since. "
            f"Explore it again for a new token"
        )
    deviations = list(_deviations(_numbers(data[3:-1])))
    if encode(deviations, checksum) != text:
        raise TokenError(f"token {token!r} is damaged: no schedule is written so. Copy it again, in full")
    return deviations


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
