"""A benchmark as tables, JSON, a file of pyperf and a drawing, from figures made by hand."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from harness.bench.benchmark import QUICK, Bench
from harness.bench.bootstrap import Interval
from harness.bench.break_even import curve_of
from harness.bench.comparison import Block, compare
from harness.bench.contenders import CONTENDERS
from harness.bench.contention import Round, sum_up
from harness.bench.loop_lag import LagRound, sum_up_lag
from harness.bench.machine import Machine
from harness.model.errors import UsageError
from harness.report.bench import render_bench
from harness.report.bench_json import bench_json
from harness.report.break_even_svg import break_even_svg
from harness.report.pyperf_file import write_pyperf


def made(cost: float = 600e-9) -> Bench:
    """An update of 1 µs and a lock that costs this, by twelve blocks with a little noise."""

    def blocks(a: float, b: float) -> list[Block]:
        return [Block(a + noise * 1e-9, b + noise * 1e-9, False) for noise in (0, 1, 2, 3, 2, 1) * 2]

    control = compare("update, no lock", "the same", blocks(1e-6, 1e-6))
    locked = compare("update asyncio-lock", "without its lock", blocks(1e-6 + cost, 1e-6), 64)
    unclear = compare("update thread-lock", "the store unlocked", [*blocks(2e-6, 1e-6)[:6], *blocks(1e-6, 2e-6)[:6]])
    alone = compare("acquire asyncio.Lock", None, blocks(580e-9, 0.0))
    hardest = CONTENDERS[4]
    free = [Round(1.0, ((0.0,) * 1000,) * 4) for _ in range(7)]
    contended = [Round(1.0, ((2e-6,) * 500, (2e-6,) * 250, (2e-6,) * 250, (5e-3,) * 250)) for _ in range(7)]
    stuck = [Round(1.0, ((), (), (), ()), (("stuck", 4),))]
    lag = [LagRound((1e-3,) * 20, (1.1e-3,)) for _ in range(7)]
    quiet = [LagRound((1e-5,) * 20, (1.1e-3,)) for _ in range(7)]
    return Bench(
        plan=QUICK,
        machine=Machine((1,), 2, 3.5, True, 1e-9),
        doubts=("3.5 processes share 2 processors",),
        control=control,
        comparisons=(alone, locked, unclear),
        contentions=(
            sum_up("no lock", "computing", hardest, 10e-6, free, []),
            sum_up("threading.Lock", "computing", hardest, 10e-6, contended, free),
            sum_up("my:Lock", "computing", hardest, 10e-6, stuck, free),
            sum_up("threading.Lock", "computing", CONTENDERS[0], 1e-3, contended, free),
        ),
        lags=(sum_up_lag("threading.Lock", 1e-3, lag, quiet),),
        curves=(
            curve_of("asyncio-lock", locked.difference, 1e-6, conclusive=True),
            curve_of("thread-lock", Interval(1e-7, -1e-7, 3e-7), 1e-6, conclusive=False),
        ),
    )


def printed(bench: Bench, everything: bool = False) -> str:
    console = Console(width=100, highlight=False)
    with console.capture() as capture:
        console.print(render_bench(bench, everything))
    return capture.get()


def test_a_difference_is_quoted_with_its_interval() -> None:
    line = next(line for line in printed(made()).splitlines() if line.startswith("update asyncio-lock"))
    assert "+600 ns [600, 600]" in line
    assert "1.60x [1.60, 1.60]" in line


def test_what_could_not_be_told_is_called_inconclusive_with_the_reason() -> None:
    text = printed(made())
    assert "inconclusive: update thread-lock: the interval of the difference includes none" in text
    assert "inconclusive: 1 of 6 differences" in " ".join(text.split())  # the stuck lock has none to judge
    assert "in doubt: 3.5 processes share 2 processors" in text


def test_the_size_of_work_from_which_on_it_is_nothing_has_its_interval() -> None:
    line = next(line for line in printed(made()).splitlines() if line.startswith("asyncio-lock "))
    assert line.endswith("59 µs [59, 59]")
    assert "0.06%" in line


def test_a_lock_that_costs_nothing_has_no_size() -> None:
    free = replace(made(), curves=(curve_of("free", Interval(-2e-7, -3e-7, -1e-7), 1e-6, conclusive=True),))
    line = next(line for line in printed(free).splitlines() if line.startswith("free "))
    assert line.endswith("the first on")
    assert line.count("none") == 8


def test_waits_fairness_and_failures_are_shown() -> None:
    text = printed(made())
    assert "4 threads, held for 10 µs" in text
    line = next(line for line in text.splitlines() if line.startswith("  threading.Lock "))
    for word in ("1,250", "0.31x [0.31, 0.31]", "2 µs", "5 ms", "0.89"):
        assert word in line
    assert "failed: my:Lock, 4 threads: stuck (4)" in text


def test_the_other_conditions_are_left_out_until_they_are_asked_for() -> None:
    assert "2 tasks, held for 1 ms" not in printed(made())
    assert "1 more conditions are in --json" in " ".join(printed(made()).split())
    assert "2 tasks, held for 1 ms" in printed(made(), everything=True)


def test_the_lag_is_quoted_with_the_time_that_the_lock_really_was_held() -> None:
    line = next(line for line in printed(made()).splitlines() if "+0.99 ms" in line or "+990 µs" in line)
    assert "1.1 ms" in line


def test_no_line_is_wider_than_a_pipe_is_taken_for() -> None:
    text = printed(made(), everything=True)
    assert max(map(len, text.splitlines())) <= 100
    assert "…" not in text


def test_the_json_has_every_figure_and_the_raw_values() -> None:
    written = json.loads(json.dumps(bench_json(made())))
    assert written["format"] == 1
    locked = next(each for each in written["comparisons"] if each["name"] == "update asyncio-lock")
    assert len(locked["blocks"]) == 12
    assert set(locked["difference"]) == {"value", "low", "high"}
    assert locked["conclusive"]
    assert written["break_even"][0]["work"]["value"] == pytest.approx(59e-6)
    assert written["contention"][2]["failures"] == {"stuck": 4}
    assert written["loop_lag"][0]["added"]["value"] == pytest.approx(0.99e-3)
    assert written["machine"]["pinned"] == [1]


def test_pyperf_compares_two_files(tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    write_pyperf(made(), before)
    write_pyperf(made(1600e-9), after)
    command = [sys.executable, "-m", "pyperf", "compare_to", str(before), str(after)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "update asyncio-lock: Mean +- std dev: [before] 1.60 us +- 0.00 us -> [after] 2.60 us +- 0.00 us" in found
    assert "1.62x slower" in found
    subprocess.run([sys.executable, "-m", "pyperf", "show", str(before)], capture_output=True, check=True)


def test_a_value_below_zero_is_left_out_of_the_file_and_counted(tmp_path: Path) -> None:
    noisy = [Block(1e-9 * value, 0.0, False) for value in (5, 6, 7, -1, 5, 6, 7)]
    write_pyperf(replace(made(), comparisons=(compare("acquire mine", None, noisy),)), tmp_path / "noisy.json")
    import pyperf

    found = pyperf.BenchmarkSuite.load(str(tmp_path / "noisy.json")).get_benchmark("acquire mine")
    assert found.get_nvalue() == 6
    assert found.get_metadata()["race_left_out"] == 1


def test_a_second_run_may_overwrite_the_file_of_the_first(tmp_path: Path) -> None:
    for _ in range(2):
        write_pyperf(made(), tmp_path / "same.json")


def test_the_drawing_is_complete_in_itself() -> None:
    drawing = break_even_svg(made().curves)
    assert ET.fromstring(drawing.encode()).tag == "{http://www.w3.org/2000/svg}svg"
    assert "asyncio-lock: below 1% from 59 µs [59, 59]" in drawing
    assert "inconclusive" in drawing
    assert "<script" not in drawing
    assert 'href="http' not in drawing


def test_the_drawing_leaves_no_import_hook_behind() -> None:
    code = (
        "import sys; from importlib.metadata import version; from harness.report.break_even_svg import require_pygal; "
        "require_pygal(); assert 'pygal' in sys.modules; assert version('race-harness'); "
        "assert not [hook for hook in sys.meta_path if type(hook).__module__.startswith('pygal')]"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)


def test_without_a_curve_there_is_nothing_to_draw() -> None:
    with pytest.raises(UsageError, match="no curve to draw"):
        break_even_svg([])
