"""Where in the program's source an access stands, and what it is called there."""

from __future__ import annotations

from typing import Any

__all__ = ["Site"]


class Site:
    """One access in the source. There is one object per place, made when the module is rewritten.

    Attributes:
        file: Path of the source file.
        line, column, end_line, end_column: Its position, as in ``ast`` (lines from 1, columns from 0, in UTF-8 bytes).
        function: Qualified name of the function that contains it, ``"<module>"`` at the top.
        op: What the source does: ``"read"``, ``"write"``, ``"delete"``, ``"len"``, ``"in"``, ``"iterate"``,
            ``"append"`` (the name of a container's method), ``"with"``, ``"while"``.
        text: The expression in the source, such as ``"job.progress"`` or ``"self.jobs[job_id]"``.
        base: The source of the object accessed: ``"job"`` in ``"job.progress"``.
        cls, plan: Inline cache of the hooks: the type that was last seen here, and what to do with it.
    """

    __slots__ = (
        "base", "cls", "column", "end_column", "end_line", "file", "function", "line", "op", "plan", "text",
    )  # fmt: skip

    def __init__(
        self, file: str, line: int, column: int, end_line: int, end_column: int, function: str, op: str, text: str,
        base: str,
    ) -> None:  # fmt: skip
        self.file = file
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.function = function
        self.op = op
        self.text = text
        self.base = base
        self.cls: type | None = None
        self.plan: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        place = (self.file, self.line, self.column, self.end_line, self.end_column, self.function)
        return Site, (*place, self.op, self.text, self.base)  # the inline cache is of use in its own process only

    def __repr__(self) -> str:
        return f"<{self.op} {self.text} {self.file}:{self.line}>"
