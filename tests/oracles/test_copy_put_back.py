"""The race as people write it: a record is copied, the copy is changed and put back; meanwhile the original changes."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

import harness
from tests.programs import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Job:
    progress: int = 0
    beat: int = 0
    errors: list[str] = field(default_factory=list)


class Slotted:
    __slots__ = ("beat", "progress")

    def __init__(self, progress: int = 0, beat: int = 0) -> None:
        self.progress, self.beat = progress, beat


def by_copy(job: Job) -> Job:
    job = copy.copy(job)
    job.beat = 1
    return job


def by_deepcopy(job: Job) -> Job:
    job = copy.deepcopy(job)
    job.beat = 1
    return job


def by_replace(job: Job) -> Job:
    return dataclasses.replace(job, beat=1)


def by_hand(job: Job) -> Job:
    return Job(progress=job.progress, beat=1)


def by_asdict(job: Job) -> Job:
    return Job(**{**dataclasses.asdict(job), "beat": 1})


def by_vars(job: Job) -> Job:
    return Job(**{**vars(job), "beat": 1})


def by_dict(job: dict[str, Any]) -> dict[str, Any]:
    return dict(job, beat=1)


def by_display(job: dict[str, Any]) -> dict[str, Any]:
    return {**job, "beat": 1}


def by_union(job: dict[str, Any]) -> dict[str, Any]:
    return job | {"beat": 1}


def by_method(job: dict[str, Any]) -> dict[str, Any]:
    job = job.copy()
    job["beat"] = 1
    return job


def by_deep_copy(job: dict[str, Any]) -> dict[str, Any]:
    return {**copy.deepcopy(job), "beat": 1}


def by_json(job: dict[str, Any]) -> dict[str, Any]:
    again: dict[str, Any] = json.loads(json.dumps(job))
    again["beat"] = 1
    return again


def by_pickle(job: dict[str, Any]) -> dict[str, Any]:
    again: dict[str, Any] = pickle.loads(pickle.dumps(job))
    again["beat"] = 1
    return again


def failure_of(program: Callable[[], None]) -> harness.Failure | None:
    return harness.explore(program, detect=("lost-update",)).failure


def test_of_a_dataclass_by_whatever_it_is_copied() -> None:
    for copied in (by_copy, by_deepcopy, by_replace, by_hand, by_asdict, by_vars):

        def program(copied: Callable[[Job], Job] = copied) -> None:
            jobs = {"j": Job()}

            def beat() -> None:
                jobs["j"] = copied(jobs["j"])

            def work() -> None:
                jobs["j"].progress = 20

            in_threads(beat, work)

        failure = failure_of(program)
        assert failure is not None, copied
        assert failure.lost_update is not None
        assert failure.lost_update.location == 'jobs["j"].progress'
        assert (failure.lost_update.writer, failure.lost_update.reader) == ("work", "beat")


def test_of_a_dictionary_by_whatever_it_is_copied() -> None:
    for copied in (by_dict, by_display, by_union, by_method, by_json, by_pickle, by_deep_copy):

        def program(copied: Callable[[dict[str, Any]], dict[str, Any]] = copied) -> None:
            jobs = {"j": {"progress": 0, "beat": 0}}

            def beat() -> None:
                jobs["j"] = copied(jobs["j"])

            def work() -> None:
                jobs["j"]["progress"] = 20

            in_threads(beat, work)

        failure = failure_of(program)
        assert failure is not None, copied
        assert failure.kind == "lost-update"


def by_item(jobs: dict[str, Job], job: Job) -> None:
    jobs["j"] = job


def by_update(jobs: dict[str, Job], job: Job) -> None:
    jobs.update({"j": job, "other": Job()})


def by_keyword(jobs: dict[str, Job], job: Job) -> None:
    jobs.update(j=job)


def test_by_whatever_it_is_put_back() -> None:
    for put_back in (by_item, by_update, by_keyword):

        def program(put_back: Callable[[dict[str, Job], Job], None] = put_back) -> None:
            jobs = {"j": Job(), "other": Job()}

            def beat() -> None:
                put_back(jobs, by_copy(jobs["j"]))

            def work() -> None:
                jobs["j"].progress = 20

            in_threads(beat, work)

        failure = failure_of(program)
        assert failure is not None, put_back
        assert failure.lost_update is not None
        assert failure.lost_update.location == 'jobs["j"].progress'


def test_it_may_be_an_attribute_whose_name_is_a_value() -> None:
    class Service:
        def __init__(self) -> None:
            self.job = Job()

    def program() -> None:
        service = Service()

        def beat() -> None:
            setattr(service, "job", by_copy(service.job))  # noqa: B010

        def work() -> None:
            service.job.progress = 20

        in_threads(beat, work)

    assert failure_of(program) is not None


def test_of_an_object_with_slots_in_an_attribute() -> None:
    class Service:
        def __init__(self) -> None:
            self.job = Slotted()

        def beat(self) -> None:
            self.job = Slotted(self.job.progress, 1)

        def work(self) -> None:
            self.job.progress = 20

    def program() -> None:
        service = Service()
        in_threads(service.beat, service.work)

    failure = failure_of(program)
    assert failure is not None
    assert failure.lost_update is not None
    assert failure.lost_update.location == "job.progress"


def test_of_a_list_that_another_thread_adds_to() -> None:
    def program() -> None:
        found = {"errors": ["first"]}

        def cleans() -> None:
            found["errors"] = [each for each in list(found["errors"]) if each != "first"]

        def reports() -> None:
            found["errors"].append("second")

        in_threads(cleans, reports)

    assert failure_of(program) is not None


def test_of_a_record_in_the_record_that_is_put_back() -> None:
    def program() -> None:
        jobs = {"j": {"state": {"progress": 0}, "beat": 0}}

        def beat() -> None:
            job = copy.deepcopy(jobs["j"])
            job["beat"] = 1
            jobs["j"] = job

        def work() -> None:
            jobs["j"]["state"]["progress"] = 20  # type: ignore[index]

        in_threads(beat, work)

    assert failure_of(program) is not None


def test_the_update_that_comes_too_late_for_the_copy_is_lost_as_well() -> None:
    def program() -> None:
        jobs = {"j": Job()}
        copied = threading.Event()
        taken = threading.Event()

        def beat() -> None:
            taken.wait()
            jobs["j"] = by_copy(jobs["j"])
            copied.set()

        def work() -> None:
            job = jobs["j"]
            taken.set()
            copied.wait()
            job.progress = 20

        in_threads(beat, work)

    failure = failure_of(program)
    assert failure is not None
    assert failure.message == "job.progress: work's update went to what beat had replaced by a copy"
    assert "(too late)" in str(failure)


def test_the_report_shows_the_write_that_is_lost_by_its_field() -> None:
    def program() -> None:
        jobs = {"j": Job()}

        def beat() -> None:
            jobs["j"] = by_copy(jobs["j"])

        def work() -> None:
            jobs["j"].progress = 20

        in_threads(beat, work)
        assert jobs["j"].progress == 20

    text = str(harness.explore(program).failure)
    assert """LOST UPDATE  jobs["j"].progress: work's 20 was overwritten with 0""" in text
    assert "write progress=20" in text
    assert "progress=0  ← lost" in text


def merges(jobs: dict[str, Job], lock: Any) -> None:
    job = by_copy(jobs["j"])
    with lock:
        job.progress = jobs["j"].progress
        jobs["j"] = job


def reads_again(jobs: dict[str, Job], lock: Any) -> None:
    by_copy(jobs["j"])
    with lock:
        jobs["j"] = by_copy(jobs["j"])


def holds_the_lock(jobs: dict[str, Job], lock: Any) -> None:
    with lock:
        jobs["j"] = by_copy(jobs["j"])


def compares_and_swaps(jobs: dict[str, Job], lock: Any) -> None:
    while True:
        with lock:
            seen = jobs["j"]
            progress = seen.progress
        job = Job(progress, 1)
        with lock:
            if jobs["j"] is seen and seen.progress == progress:
                jobs["j"] = job
                return


def shares_what_it_does_not_change(jobs: dict[str, Job], lock: Any) -> None:
    with lock:
        jobs["j"] = dataclasses.replace(jobs["j"], beat=1)  # its list of errors is the same list


def puts_a_new_one_there(jobs: dict[str, Job], lock: Any) -> None:
    jobs["j"] = Job(beat=1)


@pytest.mark.parametrize(
    "beat",
    [
        merges,
        reads_again,
        holds_the_lock,
        compares_and_swaps,
        shares_what_it_does_not_change,
        puts_a_new_one_there,
    ],
)
def test_there_is_no_false_alarm(beat: Callable[[dict[str, Job], Any], None]) -> None:
    def program() -> None:
        jobs, lock = {"j": Job()}, threading.Lock()

        def work() -> None:
            with lock:
                job = jobs["j"]
                job.progress = 20
                job.errors.append("late")

        in_threads(lambda: beat(jobs, lock), work)

    result = harness.explore(program, detect=("lost-update",), schedules=3000)
    assert result.ok, str(result)


def test_who_puts_the_same_object_back_has_lost_nothing() -> None:
    def program() -> None:
        jobs = {"j": Job()}

        def beat() -> None:
            jobs["j"] = by_copy(jobs["j"])

        def work() -> None:
            job = jobs["j"]
            job.progress = 20
            jobs["j"] = job

        in_threads(beat, work)

    result = harness.explore(program, stop_on_failure=False)
    assert {update.location for update in result.lost_updates} <= {"jobs['j']", 'jobs["j"]', "job.progress"}
