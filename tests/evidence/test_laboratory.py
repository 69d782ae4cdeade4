"""What claims ask to be run: once each, and nothing that was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.catalog import program_named
from harness.evidence import Laboratory
from harness.evidence.grounds import Measurement, Proof, Search, Token
from harness.evidence.laboratory import evidence_of, frequency_of
from harness.model.errors import UsageError
from harness.model.result import Exploration
from tests.evidence.labs import LESSON, bench_of, lab, real_lab, stress_of

if TYPE_CHECKING:
    from harness.stress import Frequency


def test_what_two_claims_ask_for_is_done_once() -> None:
    label = "progress-jumps-backward@asyncio-lock"
    assert real_lab().explore(label) is real_lab().explore(label)
    asked: list[str] = []

    def stress(label: str, seconds: float) -> Frequency:
        asked.append(label)
        return stress_of(10, 1)(label, seconds)

    laboratory = Laboratory(stress=stress)
    assert laboratory.frequency("a@b") is laboratory.frequency("a@b")
    assert asked == ["a@b"]


def test_a_program_of_a_lesson_is_stressed_by_its_short_label() -> None:
    asked: list[str] = []

    def stress(label: str, seconds: float) -> Frequency:
        asked.append(label)
        return frequency_of(label, 0.01)

    found = lab(stress=stress).frequency(":advice:one_request_alone")
    assert found is not None
    assert [found.label] == asked == [f"{LESSON.programs}.advice:one_request_alone"]
    assert found.runs
    assert not found.failures


def test_quick_measures_nothing() -> None:
    def never(*_: object) -> object:
        raise AssertionError("something was measured")

    laboratory = Laboratory(quick=True, stress=never, cost=never)  # type: ignore[arg-type]
    assert laboratory.frequency("a@b") is None
    assert laboratory.bench() is None


def test_a_benchmark_is_made_once() -> None:
    laboratory = Laboratory(cost=lambda: bench_of(0.5e-6, 1e-6, 1.5e-6))
    assert laboratory.bench() is laboratory.bench()


def test_a_case_of_no_program_is_not_true_for_want_of_one() -> None:
    assert real_lab().stands("nothing is tried").outcome is None


def test_each_way_a_search_can_end_is_its_own_kind_of_evidence() -> None:
    token = evidence_of("a@b", real_lab().explore("progress-jumps-backward@unlocked"))
    assert isinstance(token, Token)
    assert token.text.startswith("the main task wrote 20, and the progress is back at 10: progress-jumps")
    proof = evidence_of("a@b", Exploration(schedules=3, exhausted=True, classes=3))
    assert (proof, proof.text) == (Proof("a@b", 3), "proved over 3 classes: a@b")
    search = evidence_of("a@b", Exploration(schedules=3))
    assert search == Search("a@b", 3)
    assert "no proof" in search.text


def test_a_deadlock_is_called_one() -> None:
    found = real_lab().explore("slow-work-inside-the-lock@thread-lock-held-during-work")
    assert evidence_of("a@b", found).text.startswith("deadlock: nobody can go on: slow-work")


def test_a_figure_says_its_doubts() -> None:
    figure = Measurement("an update", 1.24e-6, 1.2e-6, 1.3e-6, "s", ("the machine is busy",))
    assert figure.text == "an update: 1.24 µs [1.2 µs, 1.3 µs]; in doubt: the machine is busy"


def test_a_label_names_a_scenario_or_a_program() -> None:
    assert program_named(f"{LESSON.programs}.code_blocks:add_by_threads").__name__ == "add_by_threads"
    with pytest.raises(UsageError, match="no scenario named"):
        program_named("no-such-scenario@unlocked")
