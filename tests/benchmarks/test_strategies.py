"""The table of schedules to the first failure, and what is promised of ``auto`` in it.

Here are the rows that are measured in a second or so; ``make strategies`` measures all. Schedules are counted, so
nothing here depends on the machine.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.strategies import STRATEGIES
from tests.benchmarks.strategies import SINGLE, WITHIN, Row, main, measure, programs

BASELINE = Path(__file__).parents[2] / "results" / "baseline" / "strategies.md"
SEEDS = range(50)

WITHIN_REACH = (
    "a-lock-shared-by-two-loops@asyncio-lock",
    "lost-worker-error@asyncio-lock",
    "one-missed-section@per-job-lock",
    "stuck-at-old-progress@asyncio-lock",
    "two-fields-from-one-get@thread-lock-without-copy",
    "bank-account",
    "dining-philosophers",
    "if-instead-of-while",
    "reorder",
    "stop-while-in-use",
)
AFTER_THE_PLAIN_ORDER = ("inconsistent-read@asyncio-lock-complete", "ring-buffer", "connect-twice", "pulse")
"""The best strategy fails in its first schedule, and the first one of ``auto`` is the default order."""


def row(name: str) -> Row:
    return measure(name, programs()[name], SEEDS, limit=600)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITHIN_REACH)
def test_auto_is_within_one_and_a_half_times_the_best_single_strategy(name: str) -> None:
    measured = row(name)
    assert measured.best > 1
    assert measured.ratio <= WITHIN, measured.found


@pytest.mark.parametrize("name", AFTER_THE_PLAIN_ORDER)
def test_where_one_schedule_is_enough_auto_needs_two_or_three(name: str) -> None:
    measured = row(name)
    assert measured.best < 2
    assert measured.median("auto") <= 3


def test_what_fails_in_the_default_order_takes_auto_one_schedule() -> None:
    assert set(row("stuck-at-old-progress@unlocked").found["auto"]) == {1}


def test_all_strategies_that_take_a_seed_are_compared() -> None:
    assert set(SINGLE) | {"auto", "exhaustive"} == set(STRATEGIES)


def test_median_worst_and_ratio_of_a_row() -> None:
    made = Row("made", {"random": [4, 6, 11, 5], "pct": [11, 11, 2, 11], "auto": [6, 6, 6, 9]}, limit=10)
    assert (made.median("random"), made.best, made.median("auto"), round(made.ratio, 2)) == (5.5, 5.5, 6, 1.09)
    assert [made.cell(strategy) for strategy in made.found] == ["5.5 / >10", ">10 / >10", "6 / 9"]


def test_the_committed_table_has_a_row_for_each_program_and_says_how_it_was_made() -> None:
    text = BASELINE.read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")} - {"program", "---"}
    assert rows == set(programs())
    assert "python -m tests.benchmarks.strategies" in text and "race-harness" in text


def test_the_command_writes_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "new" / "table.md"
    words = ["bank-account", "ring-buffer", "--seeds", "3", "--limit", "50", "--output", str(output)]
    monkeypatch.setattr("sys.argv", ["strategies.py", *words])
    main()
    text = output.read_text(encoding="utf-8")
    assert "| bank-account |" in text and "| ring-buffer |" in text
    assert "Median / worst of 3 seeds" in text
    assert "auto / best" in capsys.readouterr().out


def test_words_that_name_no_program_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["strategies.py", "no-such-program"])
    with pytest.raises(SystemExit, match="2"):
        main()
