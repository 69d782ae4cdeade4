"""An exploration shared among processes.

Each process explores by itself, with a seed of its own. What is reported does not depend on which of them was faster:
the failure shown is the one with the lowest schedule number, and of equal ones that of the first process; so each goes
on until it has come as far as the best failure known. Only the number of executions made varies.

A child sends plain values; the parent makes the failure again from its token. Children are forked, since a program is a
closure as often as not, and what is forked needs no name to be found by.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections import Counter
from dataclasses import replace
from multiprocessing.connection import wait
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from harness.model.border import safe_repr
from harness.model.errors import HarnessError, UsageError
from harness.model.result import Exploration
from harness.runners.merge import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.model.options import Options

__all__ = ["explore_in_processes", "seed_of"]

_ENDLESS: Final = 2**62
_POLL_SECONDS: Final = 0.1
_LAST_WORDS: Final = 2.0
"""Seconds in which a process that was told to stop may send what it has found."""
_APART: Final = 1_000_003
"""Between the seeds of two processes: far enough that neighbouring seeds of a user do not meet."""


def seed_of(seed: int, worker: int) -> int:
    """The seed of one process; the first has the user's own."""
    return seed + worker * _APART


def explore_in_processes(
    share: Callable[[int, int, Callable[[Any], bool]], Exploration],
    options: Options,
    on_progress: Callable[[Exploration], None] | None,
) -> tuple[Exploration, BaseException | None]:
    """Explore in several processes and merge what they found.

    Args:
        share: ``share(worker, schedules, go_on)`` explores in the process it is called in, and asks ``go_on`` after
            each execution.
        options: Of the whole exploration; ``workers`` and ``schedules`` are what is shared.
        on_progress: Called about ten times a second with the number of executions so far.

    Raises:
        UsageError: The platform cannot fork.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        raise UsageError("workers= needs processes that can be forked, which this platform has not: leave it at 1")
    context = multiprocessing.get_context("fork")
    workers, schedules, parent = options.workers, options.schedules, os.getpid()
    best, made = context.Value("q", _ENDLESS), context.Array("q", workers, lock=False)
    children, ends = [], []
    for worker in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        mine = schedules // workers + (worker < schedules % workers)
        child = context.Process(
            target=_work, args=(share, worker, mine, options, best, made, theirs, parent), daemon=True
        )
        child.start()
        theirs.close()
        children.append(child)
        ends.append(ours)

    def tell() -> None:
        if on_progress is not None:
            on_progress(Exploration(options=options, schedules=sum(made)))

    try:
        return replace(merge(_received(ends, tell)), options=options), None
    except KeyboardInterrupt as exc:  # of SIGTERM too, where the command line says so
        for child in children:
            assert child.pid is not None
            os.kill(child.pid, signal.SIGINT)  # it sends what it has; the terminal may have told it already
        found = _received(ends, lambda: None, _LAST_WORDS)
        return replace(merge(found), options=options, stopped_by="interrupt"), exc
    finally:
        for child in children:
            child.terminate()
            child.join()


def _work(
    share: Any, worker: int, schedules: int, options: Options, best: Any, made: Any, end: Any, parent: int
) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def go_on(found: Any) -> bool:
        made[worker] = found.schedules
        if os.getppid() != parent:  # it was killed, and nobody waits for an answer
            os._exit(1)
        return bool(found.schedules < best.value)

    try:
        result = share(worker, schedules, go_on) if schedules else Exploration(options=options)
        failure = result.failure if options.stop_on_failure else None
        failed_at = failure.schedule_number if failure is not None else _ENDLESS
        with best.get_lock():
            best.value = min(best.value, 0 if result.exhausted else failed_at)
        made[worker] = result.schedules
        end.send_bytes(pickle.dumps(_plain(result)))
    except KeyboardInterrupt:
        pass  # before it had begun, or while it was sending
    except BaseException as exc:
        end.send_bytes(pickle.dumps(exc))


def _plain(result: Exploration) -> Exploration:
    """The same without histories, which the parent makes again, and without outcomes that cannot be sent."""
    failures = (replace(each, history=None, lost_update=None) for each in result.distinct_failures)
    outcomes: Counter[Any] = Counter()
    for outcome, count in result.outcomes.items():
        try:
            pickle.loads(pickle.dumps(outcome))
            outcomes[outcome] += count
        except Exception:
            outcomes[safe_repr(outcome)] += count
    return replace(result, distinct_failures=tuple(failures), outcomes=outcomes)


def _received(ends: Sequence[Any], tell: Callable[[], object], seconds: float | None = None) -> list[Exploration]:
    """What the children sent, in their order: all of them, or those that answer in so many seconds."""
    found: dict[Any, Exploration] = {}
    gone: set[Any] = set()
    begun = monotonic()
    while len(found) + len(gone) < len(ends) and (seconds is None or monotonic() - begun < seconds):
        end: Any
        for end in wait([end for end in ends if end not in found and end not in gone], _POLL_SECONDS):
            try:
                sent = pickle.loads(end.recv_bytes())
            except EOFError:
                if seconds is None:
                    raise HarnessError("a process of the exploration ended without a word: was it killed?") from None
                gone.add(end)
                continue
            if isinstance(sent, BaseException):
                raise sent
            found[end] = sent
        tell()
    return [found[end] for end in ends if end in found]
