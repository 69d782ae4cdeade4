"""What the documents show of the project, made from the project: sources and what commands print.

``README.md`` and the pages in ``docs/`` hold it between cog's marks; ``make docs`` makes it anew, and a test compares.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cog

__all__ = ["output", "source"]

_EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"


def source(name: str) -> None:
    """Print one of the examples as a block of code."""
    _block("python", (_EXAMPLES / name).read_text(encoding="utf-8"))


def output(command: str, *, only: str = "") -> None:
    """Print a command and what it prints, run in an empty folder that holds the examples.

    Args:
        command: A line for the shell; ``race`` and ``pytest`` are those of this environment.
        only: A regular expression for the part to be shown; all of it by default.
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(_EXAMPLES, folder, dirs_exist_ok=True)
        environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        program, *arguments = shlex.split(command)
        module = {"race": "harness"}.get(program, program)
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        text = done.stdout.replace(os.path.realpath(folder), "/your/project").replace(folder, "/your/project")
    if only:
        found = re.search(only, text, re.DOTALL)
        if found is None:
            raise LookupError(f"{command!r} printed nothing that matches {only!r}:\n{text}")
        text = found.group()
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    _block("console", "\n".join([f"$ {command}", *lines]) + "\n")


def _block(language: str, text: str) -> None:
    cog.outl(f"```{language}\n{text}```")
