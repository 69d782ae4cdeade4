"""Is a history linearizable?

It is if its operations can be put into one order that respects time (an operation that ended before another was called
comes first) and in which the sequential model gives each the outcome that it had. The search is Wing and Gong's with
Lowe's just-in-time linearization: it goes through the calls and ends in the order of time, and an operation takes
effect no earlier than the end of some operation that would otherwise have no place. Configurations that were seen
before, that is the next moment, what has taken effect already, and the state, are not searched again.

An object of independent parts (a dict and its keys) is linearizable if and only if each part is, so a history is first
partitioned: Horn and Kroening, *Faster Linearizability Checking via P-compositionality*, FORTE 2015.

Sources: Wing, Gong, *Testing and verifying concurrent objects*, JPDC 17, 1993; Lowe, *Testing for linearizability*,
Concurrency and Computation 29(4), 2017, section 4; Athalye's Porcupine, ``checker.go``. Porcupine keeps Wing and Gong's
order of search, which tries an operation as soon as it is called; just in time, a history of operations that overlap
little needs a search of constant depth at each of its moments, whether it is linearizable or not.

What takes exponential time, here as everywhere (the problem is NP-complete: Gibbons, Korach, 1997), is many operations
on one part that all overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from harness.linearizability.operation import Operation
    from harness.linearizability.sequential import Model

__all__ = ["Linearizability", "check"]


@dataclass(frozen=True, slots=True)
class Linearizability:
    """What :func:`check` found out.

    Attributes:
        holds: There is an order that explains the history.
        order: Such an order, part after part; if there is none, the longest one that explains the beginning.
        culprit: The operation whose outcome no order explains; None if there is no such operation.
        part: The operations of the part that it belongs to, by the time of their calls; empty if the history holds.
    """

    holds: bool
    order: tuple[Operation, ...] = ()
    culprit: Operation | None = None
    part: tuple[Operation, ...] = ()


def check(
    history: Sequence[Operation], model: Model, key: Callable[[Operation], Hashable] | None = None
) -> Linearizability:
    """Look for an order that explains a history.

    Args:
        history: The operations, in any order.
        model: What the object does when it is used by one actor.
        key: Says which part of the object an operation belongs to. Parts must be independent, and the model, beginning
            anew, is that of one part.

    Example:
        >>> from harness.linearizability import ObjectModel, Operation, Outcome
        >>> class Counter:
        ...     n = 0
        ...     def add(self):
        ...         self.n += 1
        ...         return self.n
        >>> one = Operation("add", outcome=Outcome(1), call=0, end=3)
        >>> other = Operation("add", outcome=Outcome(1), call=1, end=2)
        >>> check([one, other], ObjectModel(Counter)).holds
        False
    """
    parts: dict[Hashable, list[Operation]] = {}
    for operation in sorted(history, key=lambda each: each.call):
        parts.setdefault(key(operation) if key is not None else None, []).append(operation)
    order: list[Operation] = []
    for part in parts.values():
        found = _Search(part, model).go()
        if not found.holds:
            return found
        order += found.order
    return Linearizability(True, tuple(order))


class _Search:
    """The search for an order of one part: depth first, so that a history that holds needs few steps."""

    def __init__(self, part: Sequence[Operation], model: Model) -> None:
        self._part = part
        self._model = model
        self._moments = _moments(part)
        self._seen: dict[tuple[int, int], list[Any]] = {}

    def go(self) -> Linearizability:
        part, moments = self._part, self._moments
        # A configuration: the next moment; the operations called and without effect so far; those with effect and not
        # yet ended (bits); the state. Each entry of the stack is what can be tried from one, and the operation that led
        # there.
        stack: list[tuple[Iterator[tuple[int, int]], int]] = []
        entered = self._advance(0, 0, 0)
        state = self._model.first()
        done: list[int] = []
        best, furthest = list(done), entered[0]
        states = [state]
        stack.append((self._choices(*entered), -1))
        configurations = [entered]
        while True:
            moment, pending, effective = configurations[-1]
            if moment == len(moments):
                return Linearizability(True, tuple(part[number] for number in done))
            if moment > furthest:
                best, furthest = list(done), moment
            for number, bit in stack[-1][0]:
                outcome, after = self._model.step(states[-1], part[number])
                expected = part[number].outcome
                if expected is not None and expected != outcome:
                    continue
                entered = self._advance(moment, pending & ~bit, effective | bit)
                if self._is_known(entered, after):
                    continue
                done.append(number)
                states.append(after)
                configurations.append(entered)
                stack.append((self._choices(*entered), number))
                break
            else:
                stack.pop()
                configurations.pop()
                states.pop()
                if not stack:
                    culprit = part[moments[furthest][1]]
                    return Linearizability(False, tuple(part[number] for number in best), culprit, tuple(part))
                done.pop()

    def _advance(self, moment: int, pending: int, effective: int) -> tuple[int, int, int]:
        """Go on to the next end of an operation that has had no effect: there a choice must be made."""
        moments = self._moments
        while moment < len(moments):
            is_end, number = moments[moment]
            bit = 1 << number
            if not is_end:
                pending |= bit
            elif effective & bit:
                effective &= ~bit
            else:
                break
            moment += 1
        return moment, pending, effective

    def _choices(self, moment: int, pending: int, effective: int) -> Iterator[tuple[int, int]]:
        """The operations that may take effect now: the one that is about to end first, then the others."""
        if moment == len(self._moments):
            return
        ending = self._moments[moment][1]
        yield ending, 1 << ending
        left = pending & ~(1 << ending)
        while left:
            bit = left & -left
            left &= ~bit
            yield bit.bit_length() - 1, bit

    def _is_known(self, configuration: tuple[int, int, int], state: Any) -> bool:
        moment, _, effective = configuration
        # What is pending follows from these two, but for operations that never end: they stay pending, or effective.
        states = self._seen.setdefault((moment, effective), [])
        if any(self._model.same(state, other) for other in states):
            return True
        states.append(state)
        return False


def _moments(part: Sequence[Operation]) -> list[tuple[bool, int]]:
    """(whether it is an end, number of the operation), by time; calls before ends at the same one."""
    calls = [(each.call, False, number) for number, each in enumerate(part)]
    ends = [(each.end, True, number) for number, each in enumerate(part) if each.outcome is not None]
    return [(is_end, number) for _, is_end, number in sorted(calls + ends)]
