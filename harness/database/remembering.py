"""``explore`` with a memory: what failed before is tried first, and what was proved is not proved again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.database.along import AlongStrategy, steps_of
from harness.database.kept_failure import KeptFailure
from harness.database.kept_proof import KeptProof
from harness.database.rests_on import changes, grounds_of
from harness.exploration.loop import explore
from harness.exploration.replaying import replay
from harness.model.errors import NondeterminismError, TokenError
from harness.model.options import Options, names_in
from harness.model.program import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.database.database import Database
    from harness.model.result import Exploration, Failure, Verdict

__all__ = ["Checked", "check", "valid_proof"]

_RESTED_ON: Final = ("switching", "order", "detect", "instrument", "max_steps")
"""Options that a proof rests on."""

_AROUND: Final = 200
"""Executions around a kept schedule whose source has changed, at most; no more than the options allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What :func:`check` found, and what the database had to do with it.

    Attributes:
        verdict: As :attr:`harness.Exploration.verdict`.
        failure: The failure, or None.
        result: The exploration; None if a kept failure or a kept proof made it unnecessary.
        notes: What became of the entries, one sentence each.
        proof: The kept proof that still holds, or None.
    """

    verdict: Verdict
    failure: Failure | None = None
    result: Exploration | None = None
    notes: tuple[str, ...] = ()
    proof: KeptProof | None = None

    def __str__(self) -> str:
        said: object = self.failure or self.result
        if said is None and self.proof is not None:
            said = f"proved: all {self.proof.classes:,} behaviours hold (kept: nothing that it rests on has changed)"
        return "\n".join((str(said), *self.notes))


def valid_proof(
    database: Database, test: str, options: Options, more: Mapping[str, str]
) -> tuple[KeptProof | None, str]:
    """Return the kept proof of a program if it still holds, and else why it does not, or ``""``.

    Args:
        database: Where it is kept.
        test: Label of the program.
        options, more: As :func:`~harness.database.rests_on.grounds_of` has them.
    """
    why = ""
    for proof in database.proofs(test):
        changed = changes(proof.grounds, options, database.root, more)
        if not changed:
            return proof, ""
        if "python" not in changed:  # the proof of another Python says nothing of this one
            why = f"proved before; since then, changed: {', '.join(changed)}"
    return None, why


def check(
    program: Callable[[], Any],
    database: Database,
    *,
    label: str | None = None,
    more: Mapping[str, str] | None = None,
    force: bool = False,
    **options: Any,
) -> Checked:
    """Explore a program, and keep what is found.

    A failure that was kept is tried first, and reported if it still fails. If the source has changed, its schedule is
    followed by place, and searched around. A proof that was kept holds as long as nothing that it rests on changes.

    Args:
        program: As for :func:`harness.explore`.
        database: Where failures and proofs are kept.
        label: What the entries call the program; by default its label, ``module:name``. Programs that differ in their
            arguments or closures alone need labels that differ.
        more: What else a proof rests on: name -> value.
        force: Explore although a proof is kept, and although a kept failure still fails.
        options: As for :func:`harness.explore`.

    Returns:
        The verdict, with what became of the entries.

    Raises:
        HarnessError: As :func:`harness.explore` raises them, or the database cannot be written.

    Example:
        >>> import harness.database, pathlib
        >>> database = harness.database.Database(pathlib.Path(".race"))
        >>> harness.database.check(program, database).verdict  # doctest: +SKIP
        'failed'
    """
    test = label if label is not None else label_of(program)
    given: dict[str, Any] = {name: value for name, value in options.items() if name in _RESTED_ON}
    for name in given.keys() & {"detect", "instrument"}:
        given[name] = names_in(**{name: given[name]})
    asked = Options(**given)
    more = more or {}
    notes: list[str] = []
    kept = database.failures(test)
    for entry in kept if not force else ():
        found = _try_again(program, entry, asked, options, notes)
        if found is not None:
            _keep(program, database, test, found, entry)
            return Checked(verdict="failed", failure=found, notes=tuple(notes))
    if not kept and not force:
        proof, why = valid_proof(database, test, asked, more)
        if proof is not None:
            return Checked(verdict="proved", proof=proof)
        notes += [why] if why else []
    result = explore(program, **options)
    if result.failure is not None:
        _keep(program, database, test, result.failure, None)
        for entry in kept:
            if entry.kind != result.failure.kind:
                notes.append(f"a kept {entry.kind} failure was not met again, and stays: {entry.file_name}")
    elif result.verdict == "proved":
        grounds = grounds_of(asked, result.scope, database.root, more)
        database.keep(KeptProof(test=test, classes=result.classes or result.schedules, grounds=grounds))
        for entry in kept:
            database.retire(entry)
            notes.append(f"a kept {entry.kind} failure is retired: its absence is proved")
    else:
        for entry in kept:
            if force:
                database.retire(entry)
            what = "is dropped as asked" if force else "stays, since nothing is proved"
            notes.append(f"a kept {entry.kind} failure does not happen now, and {what}: {entry.file_name}")
    return Checked(verdict=result.verdict, failure=result.failure, result=result, notes=tuple(notes))


def _try_again(
    program: Callable[[], Any], entry: KeptFailure, asked: Options, options: Mapping[str, Any], notes: list[str]
) -> Failure | None:
    """The failure of a kept entry, if the program still has it."""
    try:
        failure = replay(program, entry.token, instrument=asked.instrument, detect=asked.detect).failure
    except (TokenError, NondeterminismError):
        pass  # its source has changed: by place, it may still fit
    else:
        notes.append(f"a kept {entry.kind} failure {'still happens' if failure else 'passes by its own schedule now'}")
        return failure
    around = dict(options)
    around.update(strategy=AlongStrategy(entry.steps, asked.seed), preemptions=None, workers=1, stop_on_failure=True)
    around["schedules"] = min(_AROUND, options.get("schedules", _AROUND))
    found = explore(program, **around).failure
    outcome = "fails" if found is not None else "passes"
    notes.append(f"the source has changed: a kept {entry.kind} failure was tried by place, and {outcome}")
    return found


def _keep(program: Callable[[], Any], database: Database, test: str, failure: Failure, old: KeptFailure | None) -> None:
    """Write down a failure, in place of the entry that it comes from."""
    if old is not None and (old.token, old.kind) == (failure.token, failure.kind):
        return
    try:
        steps = steps_of(program, failure.token)
    except NondeterminismError:
        steps = ()
    message = failure.message.partition("\n")[0]
    entry = KeptFailure(test=test, kind=failure.kind, message=message, token=failure.token, steps=steps)
    database.keep(entry)
    if old is not None and old.file_name != entry.file_name:
        database.retire(old)
