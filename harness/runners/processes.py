"""An exploration shared among processes.

Each process explores by itself, with a seed of its own. What is reported does not depend on which of them was faster:
the failure shown is the one with the lowest schedule number, and of equal ones that of the first process; so each goes
on until it has come as far as the best failure known. Only the number of executions made varies.

A child sends plain values; the parent makes the failure again from its token. Children are forked, since a program is a
closure as often as not, and what is forked needs no name to be found by.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import pickle
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import HarnessError, UsageError
from harness.model.result import Exploration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["explore_in_processes", "seed_of"]

_ENDLESS: Final = 2**62
_POLL_SECONDS: Final = 0.1
_APART: Final = 1_000_003
"""Between the seeds of two processes: far enough that neighbouring seeds of a user do not meet."""


def seed_of(seed: int, worker: int) -> int:
    """The seed of one process; the first has the user's own."""
    return seed + worker * _APART


def explore_in_processes(
    share: Callable[[int, int, Callable[[Exploration], bool]], Exploration],
    workers: int,
    schedules: int,
    stop_on_failure: bool,
    on_progress: Callable[[Exploration], None] | None,
) -> Exploration:
    """Explore in so many processes and add up what they found.

    Args:
        share: ``share(worker, schedules, go_on)`` explores in the process it is called in, and asks ``go_on`` after
            each execution.
        workers: Number of processes.
        schedules: At most so many executions in all of them together.
        stop_on_failure: Go no further than the first failure.
        on_progress: Called about ten times a second with the number of executions so far.

    Raises:
        UsageError: The platform cannot fork.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        raise UsageError("workers= needs processes that can be forked, which this platform has not: leave it at 1")
    context = multiprocessing.get_context("fork")
    best, made = context.Value("q", _ENDLESS), context.Array("q", workers, lock=False)
    children, ends = [], []
    for worker in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        mine = schedules // workers + (worker < schedules % workers)
        child = context.Process(
            target=_work, args=(share, worker, mine, stop_on_failure, best, made, theirs), daemon=True
        )
        child.start()
        theirs.close()
        children.append(child)
        ends.append(ours)
    try:
        return _added(_received(ends, lambda: on_progress and on_progress(Exploration(schedules=sum(made)))))
    finally:
        for child in children:
            child.terminate()
            child.join()


def _work(share: Any, worker: int, schedules: int, stop_on_failure: bool, best: Any, made: Any, end: Any) -> None:
    def go_on(result: Exploration) -> bool:
        made[worker] = result.schedules
        return bool(result.schedules < best.value)

    try:
        result = share(worker, schedules, go_on) if schedules else Exploration()
        failed_at = result.failure.schedule_number if result.failure is not None and stop_on_failure else _ENDLESS
        with best.get_lock():
            best.value = min(best.value, 0 if result.exhausted else failed_at)
        made[worker] = result.schedules
        end.send_bytes(pickle.dumps(_plain(result)))
    except KeyboardInterrupt:
        pass  # the parent has been told as well
    except BaseException as exc:
        end.send_bytes(pickle.dumps(exc))


def _plain(result: Exploration) -> Exploration:
    """The same without histories, which the parent makes again, and without outcomes that cannot be sent."""
    failures = [dataclasses.replace(each, history=None, lost_update=None) for each in result.distinct_failures]
    result.distinct_failures = failures
    result.failure = failures[0] if failures else None
    for outcome in list(result.outcomes):
        try:
            pickle.dumps(outcome)
        except Exception:
            result.outcomes[repr(outcome)] += result.outcomes.pop(outcome)
    return result


def _received(ends: Sequence[Any], tell: Callable[[], object]) -> list[Exploration]:
    """What the children sent, in their order."""
    found: dict[Any, Exploration] = {}
    while len(found) < len(ends):
        end: Any
        for end in wait([end for end in ends if end not in found], _POLL_SECONDS):
            try:
                sent = pickle.loads(end.recv_bytes())
            except EOFError:
                raise HarnessError("a process of the exploration ended without a word: was it killed?") from None
            if isinstance(sent, BaseException):
                raise sent
            found[end] = sent
        tell()
    return [found[end] for end in ends]


def _added(parts: Sequence[Exploration]) -> Exploration:
    whole = next((part for part in parts if part.exhausted), parts[0])
    if whole.exhausted:
        return whole  # one process has seen every class: the samples of the others add nothing
    known: set[tuple[str, str]] = set()
    result = Exploration(strategy=whole.strategy, seed=whole.seed)
    failures = [failure for part in parts for failure in part.distinct_failures]
    for failure in sorted(failures, key=lambda each: each.schedule_number):
        if (failure.kind, failure.place) not in known:
            known.add((failure.kind, failure.place))
            result.distinct_failures.append(failure)
    result.failure = result.distinct_failures[0] if result.distinct_failures else None
    for part in parts:
        result.schedules += part.schedules
        result.failures += part.failures
        result.outcomes.update(part.outcomes)
        result.lost_update_count += part.lost_update_count
        result.lost_updates += [each for each in part.lost_updates if str(each) not in map(str, result.lost_updates)]
        result.seconds = max(result.seconds, part.seconds)
    return result
