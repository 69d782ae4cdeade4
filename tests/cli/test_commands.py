"""The ``race`` command, as somebody at a shell meets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness import scenarios
from harness.cli import main
from harness.stores import DEFAULT_STORES

PROGRAM = """
import threading


class Counter:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1


def loses():
    counter = Counter()
    threads = [threading.Thread(target=counter.add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 2


def holds():
    return 1


def generates():
    yield 1


def needs(job):
    pass


def prints():
    print("hello from the program")
    raise ValueError("wrong")


def interrupted():
    raise KeyboardInterrupt


class Broken:
    def __init__(self):
        raise RuntimeError("no database")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    (tmp_path / "mine.py").write_text(PROGRAM)
    return tmp_path


def test_run_prints_the_matrix_and_leaves_results(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "stuck-at-old-progress", "--schedules", "200"]) == 0
    printed = capsys.readouterr().out
    assert "stuck-at-old-progress" in printed
    assert "LOST UPDATE  job.progress" in printed
    assert "\x1b" not in printed
    results = json.loads((folder / "results" / "latest" / "results.json").read_text(encoding="utf-8"))
    verdicts = {cell["store"]: cell["verdict"] for cell in results["cells"]}
    assert {store for store, verdict in verdicts.items() if verdict == "failed"} == {
        "unlocked",
        "asyncio-lock",
        "asyncio-lock-complete",
    }
    assert verdicts["thread-lock"] == "proved"
    assert "sqlite" not in verdicts
    assert (folder / "results" / "latest" / "results.md").read_text(encoding="utf-8").startswith("# Results")


def test_results_of_an_earlier_run_are_drawn_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "mine:loses"]) == 1
    printed = capsys.readouterr().out.rpartition("written:")[0]
    assert main(["report"]) == 1
    assert capsys.readouterr().out == printed
    assert main(["report", "results/latest/results.json", "--markdown"]) == 1
    page = (folder / "results" / "latest" / "results.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() == page.strip()
    assert main(["report", "nowhere.json"]) == 2


@pytest.mark.slow
def test_a_run_of_everything_prints_one_timeline_a_scenario_and_says_what_it_leaves_out(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios, "names", lambda: ["stuck-at-old-progress"])
    assert main(["run", "--schedules", "100"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("replay: race replay ") == 1
    assert "more failures, all of them expected" in printed
    assert main(["run", "stuck-at-old-progress", "--schedules", "100"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("replay: race replay ") > 1
    assert "more failures" not in printed


@pytest.mark.slow
def test_the_slow_stores_run_on_demand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "forgotten-await", "--schedules", "5"]) == 0
    assert "sqlite" not in capsys.readouterr().out
    assert main(["run", "forgotten-await", "--schedules", "5", "--all"]) == 0
    assert "sqlite-versioned" in capsys.readouterr().out
    assert main(["run", "forgotten-await", "--schedules", "5", "--store", "sqlite"]) == 0
    assert "sqlite" in capsys.readouterr().out


def test_a_store_of_which_a_scenario_says_nothing_is_run_when_it_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "counting-only", "--schedules", "5", "--store", "thread-lock-without-copy"]) == 0
    printed = capsys.readouterr().out
    assert "thread-lock-without-copy" in printed
    assert "as expected" not in printed


def test_a_scenario_that_expects_nothing_is_run_against_the_default_stores(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "own.py").write_text(
        "import harness\n"
        "scenario = harness.Scenario('own', workers=(lambda store: store.count(),), check=lambda store: True)\n"
    )
    assert main(["run", "own:scenario", "--schedules", "3"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in DEFAULT_STORES)
    assert "sqlite" not in printed


def test_replay_shows_the_timeline_of_a_token(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "progress-jumps-backward", "--store", "unlocked", "--schedules", "50"])
    token = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("replay: ")).split()[-1]
    assert main(["replay", token]) == 1
    printed = capsys.readouterr().out
    assert "main task's 20 was overwritten with 10" in printed
    assert "job.progress = progress + by" in printed
    assert main(["replay", token, "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)["timeline"]["rows"]
    assert [row["state"] for row in rows] == ["progress=10", "progress=10", "progress=20", "progress=10"]


def test_a_program_of_ones_own_needs_no_registration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "mine:loses"]) == 1
    assert "Counter.value" in capsys.readouterr().out
    assert main(["run", "mine:holds"]) == 0


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ([], 1, "failed, without GIL"),
        (["--switching", "gil"], 0, "proved (2)"),
        (["--strategy", "exhaustive", "--preemptions", "1", "--switching", "gil"], 0, "none, preemptions ≤ 1"),
        (["--strategy", "random", "--workers", "2"], 1, "failed, without GIL"),
    ],
)
def test_the_options_of_explore_are_there(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, words: str
) -> None:
    assert main(["run", "mine:loses", *options]) == code
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "stuck-at-old-progres"], "did you mean 'stuck-at-old-progress'"),
        (["run", "--store", "unloked"], "did you mean 'unlocked'"),
        (["rnu"], "did you mean 'run'"),
        (["run", "mine:nothing"], "mine"),
        (["run", "nowhere:program"], "nowhere"),
        (["run", "--strategy", "magic"], "no strategy 'magic'"),
        (["run", "stuck-at-old-progress", "--store", "mine:Broken"], "no database"),
        (["run", "--schedules", "0"], "0 is not in the range"),
        (["run", "--preemptions", "2"], "add --strategy exhaustive"),
        (["run", "--strategy", "exhaustive", "--workers", "2"], "leave it out, or name another --strategy"),
        (["run", "--switching", "no"], "'no' is not one of"),
        (["replay", "stuck-at-old-progress@unlocked:1AAAAAA"], "token"),
        (["replay", "nonsense"], "does not name its program"),
        (["replay", "progress-jumps-backward:1abc"], "write progress-jumps-backward@unlocked"),
        (["run", "mine.py"], "name a function of that file: mine.py:program"),
        (["run", "mine"], "name a function of that file: mine.py:program"),
        (["run", "progress-jumps-backward@unlocked"], "progress-jumps-backward --store unlocked"),
        (["run", "mine:Broken"], "mine:Broken is a class"),
        (["run", "mine:generates"], "mine:generates has a yield in it"),
        (["run", "mine:needs"], "mine:needs cannot be (missing a required argument: 'job')"),
        (["stress", "mine:needs"], "mine:needs cannot be (missing a required argument: 'job')"),
        (["run", "mine:loses", "--store", "unlocked"], "--store is for scenarios"),
        (["run", "mine:loses", "--json", "."], "it is a folder; name a file in it"),
    ],
)
def test_a_mistake_gets_one_clear_line_and_exit_code_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("race: ")
    assert words in complaint
    assert "Traceback" not in complaint
    assert not (folder / "results").exists()


def test_ctrl_c_says_so_and_leaves_nothing_half_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "mine:interrupted"]) == 130
    assert capsys.readouterr().err.strip() == "race: stopped"
    assert not (folder / "results").exists()


def test_without_a_command_the_help_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("Usage: race ")
    assert "Try 'race" not in printed


@pytest.mark.parametrize("command", ["replay", "confirm"])
def test_the_token_in_the_help_replays(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    tokens = re.findall(r"\S+@\S+:\S+", capsys.readouterr().out)
    assert len(tokens) == 1
    assert main(["replay", tokens[0]]) == 1
    assert capsys.readouterr().out.startswith("LOST UPDATE")


def test_a_program_that_prints_does_not_print_a_thousand_times(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "mine:prints"]) == 1
    printed = capsys.readouterr()
    assert "hello from the program" not in printed.out + printed.err
    token = re.findall(r"race replay (\S+)", printed.out)[0]
    assert "\nmine:prints ───" in printed.out  # and not "mine:prints @ -"
    assert main(["replay", token, "--json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["message"] == "ValueError: wrong"
    assert printed.err == "hello from the program\n"


def test_list_names_everything_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    for word in ("lost-worker-error", "thread-lock", "thread-lock-without-copy", "exhaustive"):
        assert word in printed


@pytest.mark.parametrize("command", ["run", "list", "replay"])
def test_help_has_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert "Examples:" in capsys.readouterr().out


def test_a_token_replays_in_a_new_process_with_other_hashes(tmp_path: Path) -> None:
    code = (
        "import harness\n"
        "from harness import scenarios\n"
        "from harness import stores\n"
        "program = scenarios.load('lost-worker-error').program(stores.load('unlocked'))\n"
        "failure = harness.explore(program, seed=3).failure\n"
        "history = harness.replay(program, failure.token).history\n"
        "print(failure.token, [event[:4] for event in history.events], [lane.name for lane in history.lanes])\n"
    )
    root = str(Path(__file__).parents[2])
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env={"PYTHONPATH": root, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_replay_walks_step_by_step(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["run", "progress-jumps-backward", "--store", "unlocked", "--schedules", "50"])
    token = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("replay: ")).split()[-1]
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "q" if len(asked) == 2 else ""

    monkeypatch.setattr("builtins.input", answer)
    assert main(["replay", token, "--step"]) == 1
    printed = capsys.readouterr().out
    assert len(asked) == 2
    assert "T2 Heartbeat: read  progress=10" in printed
    assert "T3" not in printed


OWN_STORES = """
from harness.stores.unlocked import UnlockedStore


class Wrong(UnlockedStore):
    pass


class Bare:
    def __init__(self):
        self.jobs = {}

    def create(self, job_id, **fields):
        self.jobs[job_id] = fields
"""


@pytest.fixture
def stores_of_ones_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delitem(sys.modules, "own_stores", raising=False)
    (folder / "own_stores.py").write_text(OWN_STORES)
    return "own_stores"


def test_a_failure_that_nothing_expects_is_a_finding(
    stores_of_ones_own: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "stuck-at-old-progress", "--store", f"{stores_of_ones_own}:Wrong", "-n", "50"]) == 1
    assert "a failure that nothing expects (unlocked is to fail)" in capsys.readouterr().out


def test_a_store_is_told_what_the_scenario_misses_in_it(
    stores_of_ones_own: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "stuck-at-old-progress", "--store", f"{stores_of_ones_own}:Bare", "-n", "50"]) == 2
    printed = capsys.readouterr().err
    assert "own_stores:Bare has no 'advance'" in printed
    assert "async def advance(self, job_id: 'str', by: 'int')" in printed


def test_results_go_to_the_project_wherever_one_stands(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pyproject.toml").touch()
    (folder / "tests").mkdir()
    monkeypatch.chdir(folder / "tests")
    assert main(["run", "../mine.py:holds"]) == 0
    assert (folder / "results" / "latest" / "results.json").exists()
    assert not (folder / "tests" / "results").exists()


def test_a_time_limit_covers_the_run_and_says_what_more_would_buy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "mine:holds", "--strategy", "random", "--time-limit", "0.000001"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"mine:holds: stopped by the time limit after \d+ of 1,000 schedules; the others would", printed)


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_what_was_found_is_printed_and_written_when_a_signal_ends_the_run(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, code: int
) -> None:
    (folder / "hit.py").write_text(
        f"import ctypes, itertools, signal, threading\n"
        f"_raise = getattr(ctypes.CDLL(None), 'raise')  # as the terminal would: signal.raise_signal is refused\n"
        f"def hit(): _raise(int(signal.{name}))\n"
        f"class Counter: value = 0\n"
        f"made = []\n"
        f"def program():\n"
        f"    counter = Counter()\n"
        f"    def add(): counter.value += 1\n"
        f"    threads = [threading.Thread(target=add) for _ in range(2)]\n"
        f"    for thread in threads: thread.start()\n"
        f"    for thread in threads: thread.join()\n"
        f"    if counter.value != 2: made.append(1)\n"
        f"    elif made: hit()\n"
        f"    assert counter.value == 2\n"
    )
    try:
        assert main(["run", "hit.py:program", "--no-confirm"]) == code
    finally:
        del sys.modules["hit"]
    printed = capsys.readouterr()
    assert printed.err == "race: stopped\n"
    assert "replay: race replay hit:program:2" in printed.out
    cells = json.loads((folder / "results" / "latest" / "results.json").read_text(encoding="utf-8"))["cells"]
    assert [cell["verdict"] for cell in cells] == ["failed"]


def test_what_a_program_says_reaches_no_terminal_and_no_page_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = r"""
def program():
    assert False, 'caf\udce9\n::error file=a.py::injected\n\x1b]0;title\x07\x1b[31mred'
"""
    (folder / "evil.py").write_text(text)
    assert main(["run", "evil:program", "-n", "2"]) == 1
    printed = capsys.readouterr().out
    page = (folder / "results" / "latest" / "results.md").read_text(encoding="utf-8")
    for shown in (printed, page):
        assert "\x1b" not in shown and "\x07" not in shown
        assert not [line for line in shown.splitlines() if line.startswith("::")]
        assert r"caf\udce9" in shown
    del sys.modules["evil"]
