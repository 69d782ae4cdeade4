from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING, Any, Final

from harness.history.events import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.world.actor import Actor
    from harness.world.world import Run

__all__ = ["SurwStrategy"]

_PROFILES: Final = 4
MODES = set(os.environ.get("MODES", "key,obj,kind,all").split(","))
RP = os.environ.get("RP", "1") == "1"


class SurwStrategy:
    name = "surw"

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random
        self._counts: dict[tuple[int, Any], dict[int, int]] = {}
        self._parents: dict[int, int] = {}
        self._profiled = 0
        self._groups = []

    def begin(self, number: int) -> bool:
        self._intended = None
        self._priorities = {}
        self._known = set()
        if self._groups:
            self._slot, self._value = group = self._groups[int(self._draw() * len(self._groups))]
            self._left = self._with_children(self._counts[group])
        else:
            self._slot, self._value = 0, -1
            self._left = {}
        self._total = dict(self._left)
        return True

    def _with_children(self, counts):
        total = dict(counts)
        for child in sorted(self._parents, reverse=True):
            parent = self._parents[child]
            total[parent] = total.get(parent, 0) + total.get(child, 0)
        return total

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        left = self._left
        for actor in enabled:
            if actor.id not in self._known:
                self._admit(actor.id)
        slot, value = self._slot, self._value
        if slot == 3:
            mine = list(enabled)
        else:
            mine = [a for a in enabled if a.pending[slot] == value]
        others = [a for a in enabled if a not in mine]
        if mine:
            if self._intended is None:
                self._intend(enabled)
            ok = [a for a in mine if a.id == self._intended]
            if not ok and not others:
                self._intend(mine)
                ok = [a for a in mine if a.id == self._intended]
            cands = ok + others
        else:
            cands = others
        if RP:
            pr = self._priorities
            for a in cands:
                if a.id not in pr:
                    pr[a.id] = self._draw() * (0.125 if a.timed else 1)
            chosen = max(cands, key=lambda a: pr[a.id])
            del pr[chosen.id]
        else:
            chosen = cands[int(self._draw() * len(cands))]
            if chosen.timed and self._draw() > 0.125:
                awake = [actor for actor in cands if not actor.timed]
                if awake:
                    chosen = awake[int(self._draw() * len(awake))]
        if chosen in mine:
            left[chosen.id] = max(left.get(chosen.id, 0) - 1, 0)
            self._intended = None
        return chosen

    def _admit(self, id):
        self._known.add(id)
        parent = self._parents.get(id)
        if parent is not None and parent in self._left:
            had = self._left[parent]
            mine = self._total.get(id, 0)
            if self._intended == parent and self._draw() * max(had, 1) < mine:
                self._intended = id
            self._left[parent] = max(had - mine, 0)

    def _intend(self, actors) -> None:
        w = [
            (
                self._left.get(a.id, 0)
                or (1 if a.pending[self._slot if self._slot < 3 else 0] == self._value or self._slot == 3 else 0)
            )
            * (0.125 if a.timed else 1)
            for a in actors
        ]
        r = self._draw() * sum(w)
        for a, x in zip(actors, w):
            r -= x
            if r < 0:
                self._intended = a.id
                return
        self._intended = actors[-1].id

    def pick(self, current: Actor, count: int) -> int:
        return int(self._draw() * count)

    def end(self, run: Run) -> None:
        if self._profiled < _PROFILES:
            self._profiled += 1
            self._profile(run)

    def _profile(self, run: Run) -> None:
        counts = {}
        agents = run.history.agents
        started = {}
        writes = set()
        begun = False
        stable = set()
        last = {}
        events = run.history.events
        first = next((i for i, e in enumerate(events) if e[1] == Kind.START), 0)
        end = max(
            (i for i, e in enumerate(events) if e[1] == Kind.EXIT and agents[e[0]].actor != 0), default=len(events)
        )
        stable = {e[2] for e in events[:first]}
        for agent, kind, serial, key, _ in events[first:end]:
            actor = agents[agent].actor
            groups = []
            if key is not None:
                if "key" in MODES:
                    groups.append((2, key))
            if serial in stable and "obj" in MODES:
                groups.append((1, serial))
            if "kind" in MODES:
                groups.append((0, kind))
            if "all" in MODES:
                groups.append((3, None))
            for g in groups:
                by = counts.setdefault(g, {})
                by[actor] = by.get(actor, 0) + 1
                if kind not in (0,):
                    writes.add(g)
            if kind == Kind.START:
                started[serial] = actor
            elif kind == Kind.BEGIN and serial in started:
                self._parents[actor] = started[serial]
        for g, by in counts.items():
            known = self._counts.setdefault(g, {})
            for actor, n in by.items():
                known[actor] = max(known.get(actor, 0), n)
            if len(known) > 1 and (g in writes or g[0] == 0) and g not in self._groups:
                self._groups.append(g)
