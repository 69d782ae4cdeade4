"""Finds check-then-act: whether something is written was decided by what was read before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.rules.gaps import Gap, spoils_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.actors import Entry
    from harness.audit.events import Event
    from harness.audit.sharing import Sharing

__all__ = ["gaps"]


def gaps(sharing: Sharing) -> Iterator[Gap]:
    """Yield the gaps from the last check to the act. A check that is made again later no longer decides."""
    for entry in sharing.active:
        for act in entry.events:
            if not act.writes or act.place is None:
                continue
            checks = [entry.events[index] for index in sorted(act.guards)]
            checks = [each for each in checks if each.place is not None and each.place.root == act.place.root]
            for check in {each.place: each for each in checks}.values():  # the last one of each place
                assert check.place is not None
                if _still_current(entry, check, checks[-1]) and not _acted_on(entry, check, act):
                    yield Gap("check-then-act", entry, check, act, spoils_check(check.place, act))


def _still_current(entry: Entry, check: Event, last: Event) -> bool:
    """Whether nothing could come between this check and the last one, so that the two are one."""
    if check.held != last.held:
        return False
    return not any(event.kind == "wait" for event in entry.events[check.index + 1 : last.index])


def _acted_on(entry: Entry, check: Event, act: Event) -> bool:
    """Whether what was checked has been acted on before: to take the act back is to act on something else."""
    between = entry.events[check.index + 1 : act.index]
    return any(
        event.writes and event.place == act.place and check.index in event.guards and not event.excludes(act)
        for event in between
    )
