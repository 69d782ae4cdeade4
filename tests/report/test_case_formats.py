"""SARIF, JUnit, GitHub's commands and summaries: valid, and with no name taken for one of the format's own words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
from hypothesis import given
from lxml import etree

import harness
from harness.model.checked_case import Case, Problem
from harness.model.finding import ASSERTION
from harness.model.record import ExplorationRecord, FailureRecord
from harness.model.timeline import Row, Timeline
from harness.report.github import problem_lines, summary
from harness.report.junit import junit
from harness.report.sarif import sarif
from harness.timeline.records import record_exploration
from tests.hostile import hostile_texts
from tests.programs import Box, in_threads

HERE = Path(__file__).parent
SARIF = jsonschema.Draft4Validator(
    json.loads((HERE.parent / "audit" / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
)
JUNIT = etree.XMLSchema(etree.parse(HERE / "junit.xsd"))


def losing() -> None:
    box = Box(0)

    def touch() -> None:
        box.value += 1

    in_threads(touch, touch)


def found() -> Case:
    record = record_exploration(harness.explore(losing, detect=("lost-update",)))
    problem = Problem(
        "race", "losing is said to be safe, and fails", f"race replay {record.distinct_failures[0].token}"
    )
    return Case("tests:losing", "program", record, (problem,))


def hostile_case(name: str, text: str) -> Case:
    row = Row("T1", 0, text, 3, "a.py", text, "", text, access="write")
    failure = FailureRecord(
        ASSERTION, text, place=f"{name}:3", token="t:2A", heading="ASSERTION FAILED", what=text, traceback=text,
        timeline=Timeline((name,), text, (row,), 0),
    )  # fmt: skip
    record = ExplorationRecord("failed", schedules=1, failures=1, distinct_failures=(failure,))
    return Case(name, "program", record, (Problem("race", text, text),), doubt=text)


def check_junit(text: str) -> etree._Element:
    document = etree.fromstring(text.encode())
    JUNIT.assertValid(document)
    return document


def test_sarif_has_the_timeline_as_a_flow_of_each_lane_in_the_order_of_the_steps() -> None:
    case = found()
    value = sarif([case], Path(__file__).parent.parent.parent)
    SARIF.validate(value)
    (result,) = value["runs"][0]["results"]
    flow = result["codeFlows"][0]["threadFlows"]
    assert case.record is not None
    timeline = case.record.distinct_failures[0].timeline
    assert [each["id"] for each in flow] == [lane for lane in timeline.lanes if lane in {each["id"] for each in flow}]
    orders = sorted(step["executionOrder"] for each in flow for step in each["locations"])
    assert orders == list(range(1, len(timeline.rows) + 1))
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "tests/programs.py" or uri == "tests/report/test_case_formats.py"


def test_junit_has_a_case_for_each_and_skips_what_is_inconclusive() -> None:
    safe = Case("a", "program", ExplorationRecord("proved", classes=3))
    document = check_junit(junit([found(), safe, Case("lock", "bench", doubt="too noisy")]))
    assert [dict(document.attrib)[name] for name in ("tests", "failures")] == ["3", "1"]
    assert [each.tag for case in document.iter("testcase") for each in case] == ["failure", "system-out", "skipped"]
    assert "LOST UPDATE" in (document.findtext(".//failure") or "")


def test_the_summary_has_the_reason_its_command_and_a_sequence_diagram() -> None:
    text = summary([found(), Case("lock", "bench", doubt="too noisy")])
    assert text.startswith("# race: 1 of 2 red, 1 inconclusive")
    assert "```mermaid\nsequenceDiagram" in text
    assert "race replay" in text


def test_an_annotation_stands_at_the_line_of_its_failure() -> None:
    (line,) = problem_lines([found()], Path(__file__).parent.parent.parent)
    assert re.match(r"::error file=tests/[\w/]+\.py,line=\d+,title=race race::losing is said", line)


@given(name=hostile_texts, text=hostile_texts)
def test_no_name_or_message_gets_out_of_its_place(name: str, text: str) -> None:
    case = hostile_case(name, text)
    written = json.dumps(sarif([case], Path("/project")), ensure_ascii=False)
    SARIF.validate(json.loads(written))
    assert "\x1b" not in written

    document = check_junit(junit([case]).encode("utf-8", "backslashreplace").decode())
    assert len(list(document.iter("testcase"))) == len(list(document.iter("failure"))) == 1

    lines = list(problem_lines([case], Path("/project")))
    assert len(lines) == 1
    assert "\n" not in lines[0] and "\r" not in lines[0] and "\x1b" not in lines[0]
    properties = lines[0].removeprefix("::error ").partition("::")[0]
    assert re.fullmatch(r"(file=[^,:\n]*,line=3,)?title=race race", properties)

    drawn = summary([case])
    assert "<script" not in drawn and "\x1b" not in drawn
    assert not re.search(r"(?m)^\s*::", drawn)
    assert len(re.findall(r"(?m)^```", drawn)) == 2, "no text opens or closes a block of its own"


def test_what_says_nothing_is_valid_too() -> None:
    SARIF.validate(sarif([], Path()))
    check_junit(junit([]))
    assert summary([]).startswith("# race: all 0 as expected")
