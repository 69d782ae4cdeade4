"""Whether a linter sees a forgotten ``await``: a type checker and one that knows no types, as they are installed here.

The code is the quick reference's: an async update under a lock, and a caller that forgets to await it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from harness.evidence import Case
from harness.evidence.grounds import Reason
from harness.evidence.laboratory import LEFT_OUT

__all__ = ["mypy_sees", "ruff_sees"]

_CODE: Final = '''\
"""A service."""

import asyncio
from typing import Any


class Service:
    """A service."""

    def __init__(self) -> None:
        """Make one."""
        self.jobs: dict[str, Any] = {}
        self.job_lock = asyncio.Lock()

    async def _update_job_status(self, job_id: str, **kwargs: int) -> None:
        async with self.job_lock:
            job = self.jobs[job_id]
            for key, value in kwargs.items():
                setattr(job, key, value)

    async def finish(self, job_id: str) -> None:
        """Forget to await."""
        AWAIT self._update_job_status(job_id, progress=10)
'''


def mypy_sees(left_out: bool) -> Case:
    """The case that holds if mypy, told to be strict, reports the missing ``await``."""
    options = ("--strict", "--no-incremental", "--no-error-summary", "--config-file=")
    return _sees("it checks types, as mypy does", "mypy", options, left_out)


def ruff_sees(left_out: bool) -> Case:
    """The case that holds if ruff, with all of its stable rules, reports the missing ``await``."""
    options = ("check", "--isolated", "--select=ALL", "--no-cache", "--quiet", "--output-format=concise")
    return _sees("it knows no types, as ruff does, with every stable rule", "ruff", options, left_out)


def _sees(words: str, tool: str, options: tuple[str, ...], left_out: bool) -> Case:
    if left_out:
        return Case(words, None, (LEFT_OUT,))
    if importlib.util.find_spec(tool) is None:
        return Case(words, None, (Reason(f"{tool} is not installed: pip install {tool}"),))
    without, with_await = (_complaints(tool, options, _CODE.replace("AWAIT ", each)) for each in ("", "await "))
    more = [line for line in without if line not in with_await]
    said = Reason(f"{tool}: {more[0].partition(': ')[2]}" if more else f"{tool} says the same with await and without")
    return Case(words, bool(more), (said,))


def _complaints(tool: str, options: tuple[str, ...], code: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "service.py").write_text(code, encoding="utf-8")
        command = [sys.executable, "-m", tool, *options, "service.py"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.splitlines()
