"""Work in a process of its own, which is killed when its time is up: nothing that it does can make the caller hang.

The process is forked, since a program is a closure as often as not. It is killed by its own number, and nobody else is.
It has a folder of its own for temporary files, which is removed when it has ended, however it did.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, NoReturn

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["in_child"]


def in_child(work: Callable[[Callable[[Any], None]], object], seconds: float) -> list[Any]:
    """Run ``work`` in a forked process, and return what it sent.

    Args:
        work: Called with ``send``, which hands a value that can be pickled to the caller; any thread may call it.
            When ``work`` returns or raises, the process ends, whatever threads it has left.
        seconds: After so long the process is killed.

    Returns:
        The values, in the order in which they were sent. The output of the process is thrown away.

    Raises:
        UsageError: The platform cannot fork.

    Example:
        >>> in_child(lambda send: send(6 * 7), seconds=10)
        [42]
    """
    if not hasattr(os, "fork"):
        raise UsageError("this needs a process that can be forked, which this platform has not")
    with tempfile.TemporaryDirectory(prefix="race-", ignore_cleanup_errors=True) as folder:
        return list(_messages(_output_of(work, seconds, folder)))


def _output_of(work: Callable[[Callable[[Any], None]], object], seconds: float, folder: str) -> bytes:
    ours, theirs = os.pipe()
    number = os.fork()
    if not number:
        os.close(ours)
        _live(work, theirs, folder)
    os.close(theirs)
    data = bytearray()
    try:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([ours], [], [], left)[0]:
                continue
            part = os.read(ours, 65536)
            if not part:
                break
            data += part
    finally:
        os.close(ours)
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
    return bytes(data)


def _live(work: Callable[[Callable[[Any], None]], object], end: int, folder: str) -> NoReturn:
    """The life of the child. It never returns into the code that the parent goes on with."""
    try:
        nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123  it is open for as long as the process lives
        for stream in (1, 2):
            os.dup2(nowhere.fileno(), stream)
        sys.stdout = sys.stderr = nowhere
        tempfile.tempdir = folder

        def send(value: Any) -> None:
            data = pickle.dumps(value)
            os.write(end, len(data).to_bytes(4) + data)  # short, so in one piece

        work(send)
    finally:
        os._exit(0)


def _messages(data: bytes) -> Any:
    """The values in ``data``; one that is cut off is left out."""
    while len(data) >= 4:
        size = int.from_bytes(data[:4])
        if len(data) < 4 + size:
            return
        yield pickle.loads(data[4 : 4 + size])
        data = data[4 + size :]
