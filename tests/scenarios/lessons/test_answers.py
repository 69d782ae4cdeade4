"""The answers come from what ran: other results, other answers. And what they are today."""

from __future__ import annotations

import importlib.util
from importlib.util import find_spec

import pytest

from harness.evidence import Claim, Verdict
from harness.evidence.grounds import Measurement, Proof, Search, Token
from harness.evidence.laboratory import LEFT_OUT
from tests.evidence.labs import LESSON, OppositeLab, ShortLab, bench_of, lab, real_lab, stress_of

MEASURED = {
    *("per-acquisition", "total-impact", "update-without-lock", "update-with-lock", "lock-adds", "linter"),
    *("concurrent-requests", "no-degradation"),
    *(claim.id for claim in LESSON.claims if claim.id.startswith("frequency-")),
}
"""Nothing but a measurement can decide these."""

NEVER_EXPLORED = {
    *MEASURED - {"no-degradation"},
    *("relative-overhead", "grep", "linter-fix", "implementation-time", "recommended"),
}
EXPLORED = [claim for claim in LESSON.claims if claim.id not in NEVER_EXPLORED]


def test_all_others_rest_on_proofs_and_tokens() -> None:
    for claim in LESSON.claims:
        kinds = [each for each in claim.examine(real_lab()).evidence if isinstance(each, Proof | Token)]
        assert bool(kinds) == (claim in EXPLORED), claim.id


@pytest.mark.parametrize("claim", EXPLORED, ids=lambda claim: claim.id)
def test_opposite_results_of_all_searches_change_the_answer(claim: Claim) -> None:
    found, opposite = claim.examine(real_lab()), claim.examine(OppositeLab(quick=True))
    assert (found.verdict, found.condition) != (opposite.verdict, opposite.condition)


@pytest.mark.parametrize("claim", EXPLORED, ids=lambda claim: claim.id)
def test_searches_that_were_cut_short_decide_nothing(claim: Claim) -> None:
    answer = claim.examine(ShortLab(quick=True))
    assert answer.verdict is Verdict.UNDECIDED
    assert not any(isinstance(each, Proof | Token) for each in answer.evidence)
    assert LEFT_OUT in answer.evidence or any(isinstance(each, Search) for each in answer.evidence) or answer.condition


@pytest.mark.parametrize("claim", LESSON.claims, ids=lambda claim: claim.id)
def test_without_a_measurement_nothing_that_needs_one_gets_a_verdict(claim: Claim) -> None:
    answer = claim.examine(real_lab())
    assert (answer.verdict is Verdict.UNDECIDED) == (claim.id in MEASURED)
    assert not any(isinstance(each, Measurement) for each in answer.evidence)
    if claim.id in MEASURED:
        assert "not measured in this run" in answer.condition


@pytest.mark.parametrize(
    ("name", "verdict", "condition"),
    [
        ("table-without-lock", Verdict.HOLDS_ONLY_IF, "the heartbeat writes a whole stale record back"),
        ("table-with-lock", Verdict.HOLDS_ONLY_IF, "something is awaited while the lock is held"),
        ("thread-safe", Verdict.REFUTED, "the other one is a task of the same loop"),
        ("hundred-percent", Verdict.REFUTED, "the lock is a threading.Lock that tasks and threads take"),
        ("optional-threads", Verdict.REFUTED, ""),
        ("item-3-await", Verdict.HOLDS, ""),
        ("unneeded-read-only", Verdict.HOLDS_ONLY_IF, "the read is one step"),
        ("relative-overhead", Verdict.REFUTED, ""),
        ("implementation-time", Verdict.NOT_TESTABLE, "it speaks of people"),
    ],
)
def test_what_is_proved_today(name: str, verdict: Verdict, condition: str) -> None:
    answer = LESSON.claim(name).examine(real_lab())
    assert answer.verdict is verdict
    assert condition in answer.condition


@pytest.mark.parametrize(
    ("acquire", "noise", "verdict"),
    [
        (0.5e-6, 0.01, Verdict.HOLDS),
        (5e-6, 0.01, Verdict.REFUTED),
        (0.05e-6, 0.01, Verdict.REFUTED),
        (0.75e-6, 0.1, Verdict.UNDECIDED),
        (0.5e-6, 0.9, Verdict.UNDECIDED),
    ],
)
def test_the_time_of_an_acquisition_is_judged_by_its_interval(acquire: float, noise: float, verdict: Verdict) -> None:
    laboratory = lab(cost=lambda: bench_of(acquire, 1e-6, 1.5e-6, noise))
    answer = LESSON.claim("per-acquisition").examine(laboratory)
    assert answer.verdict is verdict
    assert isinstance(answer.evidence[0], Measurement)


def test_figures_that_are_as_the_text_has_them_hold() -> None:
    laboratory = lab(cost=lambda: bench_of(0.5e-6, 1.0e-6, 1.5e-6))
    for name in ("per-acquisition", "update-without-lock", "update-with-lock", "lock-adds"):
        assert LESSON.claim(name).examine(laboratory).verdict is Verdict.HOLDS, name


@pytest.mark.parametrize("name", ["per-acquisition", "total-impact", "update-with-lock", "no-degradation"])
def test_a_machine_too_busy_to_tell_decides_nothing(name: str) -> None:
    laboratory = lab(cost=lambda: bench_of(0.5e-6, 1e-6, 1.5e-6, doubt=True))
    answer = LESSON.claim(name).examine(laboratory)
    assert answer.verdict is Verdict.UNDECIDED
    assert "interrupted" in answer.condition


def test_less_than_one_per_cent_holds_from_the_work_on_that_the_measurement_gives() -> None:
    answer = LESSON.claim("total-impact").examine(lab(cost=lambda: bench_of(0.5e-6, 1e-6, 1.5e-6)))
    assert (answer.verdict, answer.condition) == (
        Verdict.HOLDS_ONLY_IF,
        "each update comes with at least 51 µs of other work",
    )
    cheap = LESSON.claim("total-impact").examine(lab(cost=lambda: bench_of(1e-9, 1e-6, 1.005e-6, noise=1e-3)))
    assert cheap.verdict is Verdict.HOLDS


def test_an_update_that_is_no_slower_is_no_degradation() -> None:
    claim = LESSON.claim("no-degradation")
    assert claim.examine(lab(cost=lambda: bench_of(0, 1e-6, 1.5e-6))).verdict is Verdict.REFUTED
    assert claim.examine(lab(cost=lambda: bench_of(0, 1e-6, 0.5e-6))).verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("failures", "verdict", "word"),
    [
        (50, Verdict.HOLDS, "rare"),
        (5_000, Verdict.REFUTED, "common"),
        (0, Verdict.UNDECIDED, "never seen"),  # in so many runs: once in a hundred thousand is rare, too
        (99, Verdict.UNDECIDED, "rare"),  # or occasional, says its interval
    ],
)
def test_a_frequency_is_the_word_that_the_stress_run_finds(failures: int, verdict: Verdict, word: str) -> None:
    answer = LESSON.claim("frequency-still-updating").examine(lab(stress=stress_of(10_000, failures)))
    assert answer.verdict is verdict
    assert f"({word})" in answer.evidence[0].text


def test_a_stress_run_that_came_to_no_end_decides_nothing() -> None:
    answer = LESSON.claim("frequency-stuck").examine(lab(stress=stress_of(0, 0)))
    assert answer.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("failures", "verdict", "condition"),
    [
        (0, Verdict.REFUTED, ""),
        (100, Verdict.HOLDS_ONLY_IF, "it is run 35 times or more"),
        (990, Verdict.HOLDS, ""),
    ],
)
def test_how_often_a_concurrent_test_must_be_run_follows_from_what_it_sees(
    failures: int, verdict: Verdict, condition: str
) -> None:
    answer = LESSON.claim("concurrent-requests").examine(lab(stress=stress_of(1000, failures)))
    assert (answer.verdict, answer.condition) == (verdict, condition)


@pytest.mark.skipif(not (find_spec("mypy") and find_spec("ruff")), reason="the linters are not installed")
def test_a_type_checker_sees_a_forgotten_await_and_other_linters_do_not() -> None:
    answer = LESSON.claim("linter").examine(lab())
    assert (answer.verdict, answer.condition) == (Verdict.HOLDS_ONLY_IF, "it checks types, as mypy does")
    assert "unused-coroutine" in answer.evidence[0].text


def test_a_linter_that_is_not_installed_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    answer = LESSON.claim("linter").examine(lab())
    assert answer.verdict is Verdict.UNDECIDED
    assert "pip install mypy" in answer.condition
