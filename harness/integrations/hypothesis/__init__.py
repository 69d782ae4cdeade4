"""Hypothesis and the harness: Hypothesis draws and shrinks the program, the harness its schedule.

* :func:`explored`: a test that takes arguments is explored anew for each example.
* :func:`schedules`: a schedule as data that Hypothesis draws and shrinks, beside the other arguments.
* :class:`RaceMachine`: rules that several actors follow at once, checked for linearizability.
"""

from harness.integrations.hypothesis.drawn_schedule import DrawnSchedule, schedules
from harness.integrations.hypothesis.explored import explored
from harness.integrations.hypothesis.plan import Call, Plan
from harness.integrations.hypothesis.race_machine import RaceMachine, partition_by, rule, run_race_machine

__all__ = [
    "Call",
    "DrawnSchedule",
    "Plan",
    "RaceMachine",
    "explored",
    "partition_by",
    "rule",
    "run_race_machine",
    "schedules",
]
