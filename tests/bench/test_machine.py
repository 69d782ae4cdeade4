"""What is done to the machine for a benchmark is undone after it."""

from __future__ import annotations

import gc
import os

import pytest

from harness.bench.machine import Machine, calm, parse_cpus
from harness.model.errors import UsageError

needs_affinity = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no processes")


@pytest.mark.parametrize("before", [True, False])
def test_the_garbage_collector_is_off_inside_and_as_before_afterwards(before: bool) -> None:
    was = gc.isenabled()
    (gc.enable if before else gc.disable)()
    try:
        with calm():
            assert not gc.isenabled()
        assert gc.isenabled() == before
    finally:
        (gc.enable if was else gc.disable)()


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(RuntimeError), calm():
        raise RuntimeError
    assert gc.isenabled()


@needs_affinity
def test_the_process_is_pinned_inside_only() -> None:
    before = os.sched_getaffinity(0)
    cpu = min(before)
    with calm((cpu,)) as machine:
        assert os.sched_getaffinity(0) == {cpu}
        assert machine.pinned == (cpu,)
        assert machine.cpus == 1
    assert os.sched_getaffinity(0) == before


@needs_affinity
def test_a_processor_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"cannot pin to processors 1023: .*usable here: "), calm((1023,)):
        pass
    assert gc.isenabled()


@pytest.mark.parametrize(("text", "cpus"), [("0", (0,)), ("2-4,0", (0, 2, 3, 4)), (" 1 , 1\n", (1,)), ("", ())])
def test_processors_are_listed_as_the_kernel_does(text: str, cpus: tuple[int, ...]) -> None:
    assert parse_cpus(text) == cpus


@pytest.mark.parametrize("text", ["one", "1-", "(null)", "1;2"])
def test_another_list_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no list of processors"):
        parse_cpus(text)


def test_a_machine_says_what_is_wrong_with_it() -> None:
    assert Machine((), 2, 0.5, True, 1e-9).doubts(1e-3) == []
    assert Machine((), 2, None, True, 1e-9).doubts(1e-3) == []
    assert len(Machine((), 2, 9.0, True, 1e-3).doubts(1e-3)) == 2
