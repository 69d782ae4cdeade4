"""From a history that was recorded in detail to a walkthrough: every step that a reader may want to see, in words.

A step is an access of what several lanes touch and one changes while they do, or a call that synchronises. Those of the
timeline explain the failure; the others are folded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from harness.model.event import SIZE, WHOLE, Event
from harness.model.finding import Focus
from harness.model.kind import ACCESSES, WRITES, kinds_where
from harness.model.walkthrough import Step, Wait, Walkthrough
from harness.timeline.known_state import KnownState
from harness.timeline.locks import LockWatch, changes_of_lock
from harness.timeline.naming import lane_title, location_name
from harness.timeline.raising import raised_by
from harness.timeline.selection import select
from harness.timeline.snippets import Snippets
from harness.timeline.wording import ROOM, Wording, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.model.event import History
    from harness.timeline.known_state import Location

__all__ = ["Teller", "location_names", "make_walkthrough", "steps_of"]

_MOST_STEPS: Final = 240
_TELLS: Final = kinds_where(lambda row: row.tells)
_LEARNS: Final = kinds_where(lambda row: row.learns)
_NO_FOCUS: Final = Focus()


def make_walkthrough(history: History | None, focus: Focus = _NO_FOCUS, ending: str = "") -> Walkthrough:
    """Make the walkthrough of an execution.

    Args:
        history: Recorded in detail; without one, the walkthrough is empty.
        focus: The events on which its failure turns.
        ending: What is wrong with it, or ``""``.
    """
    if history is None:
        return Walkthrough(ending=ending)
    selection = select(history, focus)
    shown = set(selection.events)
    indexes = sorted(shown | set(steps_of(history)))
    if len(indexes) > _MOST_STEPS:
        near = sorted(indexes, key=lambda index: (index not in shown, min(abs(index - each) for each in shown or {0})))
        indexes = sorted(near[:_MOST_STEPS])
    teller = Teller(history, indexes)
    numbers = {index: number for number, index in enumerate(indexes)}
    steps: list[Step] = []
    for index in range(len(history)):
        teller.pass_event(index)
        if index in numbers:
            said = teller.step(index, numbers)
            is_lost = focus.lost is not None and focus.stale is not None and index == max(focus.stale, focus.lost)
            steps.append(replace(said, mark=_mark(index, focus), folded=index not in shown, lost=is_lost))
    waits = teller.waits()
    for event in map(Event._make, history.waiting):
        site = event.site
        if site is not None:
            number = teller.snippets.number_of(site)
            steps += [Step(event.lane, teller.wording.waiting(event), "", number, site.line, waits=waits)]
    raised = raised_by(history, focus)
    if raised is not None:
        lane, site = raised
        text = shorten(f"raises {focus.raises}", 2 * ROOM)
        steps.append(Step(lane, text, "", teller.snippets.number_of(site), site.line, mark="raises"))
    return _in_columns(history, steps, teller.snippets, ending)


def steps_of(history: History) -> list[int]:
    """Return the events that are worth a step."""
    lanes: dict[Location, set[int]] = {}
    written: dict[Location, int] = {}
    accesses = [index for index, event in enumerate(history.events) if event[1] in ACCESSES and event[4] is not None]
    first = next(
        (index for index in accesses if history.events[index][0] != history.events[accesses[0]][0]), len(history)
    )
    for index in accesses:
        lane, kind, serial, key, _ = history.events[index]
        lanes.setdefault((serial, key), set()).add(lane)
        if kind in WRITES:
            written[serial, key] = index
    shared = {place for place, own in lanes.items() if len(own) > 1 and written.get(place, -1) >= first}
    found = [index for index in accesses if history.events[index][2:4] in shared]
    return sorted({*found, *(i for i in range(len(history)) if any(changes_of_lock(history, history.event(i))))})


class Teller:
    """Says one event after the other.

    Args:
        history: Recorded in detail.
        indexes: The events that will be said; the state that is told of has the locations that they touch.
        snippets: Functions are added to them.

    Attributes:
        wording: The words.
        snippets: The functions so far.
    """

    def __init__(self, history: History, indexes: Iterable[int], snippets: Snippets | None = None) -> None:
        self._history = history
        self._names = location_names(history)
        self._places = {history.events[index][2:4] for index in indexes}
        self.wording = Wording(history, lambda event: self._names.get((event.object, event.key), "?"))
        self.snippets = snippets if snippets is not None else Snippets()
        self._locks = LockWatch(history)
        self._state = KnownState(history, self.wording)
        self._before: dict[Location, str | None] = {}
        self._changed: dict[Location, str | None] = {}
        self._writers: dict[Location, int] = {}
        self._told: dict[int, dict[int, int]] = {}  # object -> actor -> its last event that tells
        self._heard: dict[int, set[int]] = {}  # actor -> events that were told to it since its last step

    def pass_event(self, index: int) -> None:
        """Go on to the state after the event at ``index``."""
        event = self._history.event(index)
        self._locks.pass_event(index)
        actor = self._history.actor_of(index)
        if event.kind in _LEARNS:
            heard = self._heard.setdefault(actor, set())
            heard.update(told for other, told in self._told.get(event.object, {}).items() if other != actor)
        if event.kind in _TELLS:
            self._told.setdefault(event.object, {})[actor] = index
        if event.kind in ACCESSES:
            self._before = dict(self._state.values)
            self._state.learn(index, event)
            for place, value in self._state.values.items():
                if place not in self._before or self._before[place] != value:
                    self._changed[place] = value

    def waits(self) -> tuple[Wait, ...]:
        """Return who waits now."""
        return self._locks.waits()

    def step(self, index: int, numbers: dict[int, int]) -> Step:
        """Say the event at ``index``, the last that was passed.

        Args:
            index: Of the event.
            numbers: Index of each event that is a step -> the number of the step.
        """
        history, event = self._history, self._history.event(index)
        place, actor = (event.object, event.key), history.actor_of(index)
        access = "" if event.kind not in ACCESSES else "write" if event.kind in WRITES else "read"
        writer = self._writers.get(place, -1) if access == "read" else -1
        if access == "write":
            self._writers[place] = index
        changes = tuple(
            (self._names[each], value)
            for each, value in self._changed.items()
            if each in self._places and each[1] is not WHOLE and each[1] is not SIZE
        )
        self._changed = {}
        takes, releases = changes_of_lock(history, event)
        return Step(
            lane=event.lane,
            text=self.wording.text(index, event),
            access=access,
            snippet=self.snippets.number_of(event.site),
            line=event.site.line if event.site is not None else 0,
            changes=changes,
            reads=numbers.get(writer, -1) if writer >= 0 and history.events[writer][0] != event.lane else -1,
            after=self._after(actor, numbers),
            takes=takes,
            releases=releases,
            waits=self.waits(),
        )

    def _after(self, actor: int, numbers: dict[int, int]) -> tuple[int, ...]:
        """Return the last steps before what the actor was told since its last step."""
        found: dict[int, int] = {}
        for told in self._heard.pop(actor, ()):
            teller = self._history.actor_of(told)
            before = [index for index in numbers if index <= told and self._history.actor_of(index) == teller]
            if before:
                found[teller] = max(found.get(teller, -1), numbers[max(before)])
        return tuple(sorted(found.values()))


def location_names(history: History) -> dict[Location, str]:
    """Return a name for each location, the same at every step: ``job.progress``, ``jobs['a']``."""
    names: dict[Location, str] = {}
    taken: Counter[str] = Counter()
    for event in map(Event._make, history.events):
        place = event.object, event.key
        if event.kind not in ACCESSES or event.site is None or place in names:
            continue
        name = location_name(event.site, *place, history.labels)
        label = history.labels.get(event.object, "")
        if isinstance(event.key, str) and name.endswith(f".{event.key}") and event.site.base and label[:1].isupper():
            name = f"{label[0].lower()}{label[1:]}.{event.key}"
        taken[name] += 1
        names[place] = name if taken[name] == 1 else f"{name} #{taken[name]}"
    return names


def _mark(index: int, focus: Focus) -> str:
    if focus.lost is not None and focus.stale is not None:
        if index == focus.stale:
            return "stale"
        if index == focus.lost:
            return "too late" if focus.stale < focus.lost else "lost"
    return focus.note if index in focus.events else ""


def _in_columns(history: History, steps: Iterable[Step], snippets: Snippets, ending: str) -> Walkthrough:
    """Number the lanes that have steps, tasks first."""
    steps = list(steps)
    used = {step.lane for step in steps} | {
        each for step in steps for wait in step.waits for each in (wait.lane, wait.holder)
    }
    order = sorted(used, key=lambda lane: (not history.lanes[lane].is_task, lane))
    column = {lane: number for number, lane in enumerate(order)}
    numbered = (
        replace(
            step,
            lane=column[step.lane],
            waits=tuple(Wait(column[wait.lane], wait.what, column[wait.holder]) for wait in step.waits),
        )
        for step in steps
    )
    lanes = tuple(lane_title(history.lanes[lane].name) for lane in order)
    return Walkthrough(lanes, tuple(numbered), snippets.cut_out(), ending)
