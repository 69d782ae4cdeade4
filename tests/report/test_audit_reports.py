"""The reports of an audit, held against the formats that they are to be read as."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

import harness
from harness.audit import RULES, Finding, Report, audit
from harness.report import results
from harness.report.audit_github import github_lines
from harness.report.audit_json import audit_json
from harness.report.audit_sarif import audit_sarif
from harness.report.audit_text import render_audit

UNLOCKED = Path(harness.__file__).parent / "stores" / "unlocked.py"
SARIF = Path(__file__).parent.parent / "audit" / "schemas" / "sarif-2.1.0.json"
OWN = Path(results.__file__).parent / "audit.schema.json"


@pytest.fixture(scope="module")
def report() -> Report:
    return audit([UNLOCKED])


def check(value: Any, schema: Path) -> None:
    definition = json.loads(schema.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(definition)
    validator.check_schema(definition)
    validator(definition, format_checker=validator.FORMAT_CHECKER).validate(value)


def test_sarif_is_valid_against_the_schema_of_its_version(report: Report) -> None:
    assert report.findings
    check(audit_sarif(report), SARIF)
    check(audit_sarif(Report([], ["a.py"])), SARIF)


def test_the_schema_of_sarif_does_refuse_what_is_not_sarif(report: Report) -> None:
    wrong = audit_sarif(report)
    wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    with pytest.raises(jsonschema.ValidationError):
        check(wrong, SARIF)


def test_each_result_of_sarif_points_at_its_rule_and_its_line(report: Report) -> None:
    (run,) = audit_sarif(report)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for finding, result in zip(report.findings, run["results"], strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.rule
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] == finding.line
        assert finding.scenario in result["message"]["text"]


def test_a_relative_path_stays_relative_in_sarif_and_is_escaped() -> None:
    (run,) = audit_sarif(Report([Finding("my src/a.py", 3, "torn-read", (5,), "why")], ["my src/a.py"]))["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20src/a.py"


def test_json_is_valid_against_its_own_schema(report: Report) -> None:
    check(audit_json(report), OWN)


def test_the_schema_of_the_json_knows_every_rule() -> None:
    schema = json.loads(OWN.read_text(encoding="utf-8"))
    assert set(schema["properties"]["findings"]["items"]["properties"]["rule"]["enum"]) == set(RULES)


def test_every_finding_is_one_annotation_for_github(report: Report) -> None:
    lines = list(github_lines(report))
    assert len(lines) == len(report.findings)
    for finding, line in zip(report.findings, lines, strict=True):
        assert re.fullmatch(rf"::warning file=[^,]*,line={finding.line},title={finding.rule}::[^\n]+", line)


def test_what_would_end_an_annotation_is_escaped() -> None:
    (line,) = github_lines(Report([Finding("a,b:c.py", 1, "torn-read", (), "50 %\nlost")], []))
    assert line.startswith("::warning file=a%2Cb%3Ac.py,line=1,")
    assert "50 %25%0Alost" in line


def text_of(report: Report) -> str:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(render_audit(report))
    return " ".join(capture.get().split())


def test_the_text_says_where_what_why_and_which_scenario_shows_it(report: Report) -> None:
    text = text_of(report)
    for finding in report.findings:
        assert f"unlocked.py:{finding.line}" in text.replace(" ", "")
        assert f"race run {finding.scenario}" in text
    assert "7. Lock the threads' access" in text
    assert text.endswith(f"{len(report.findings)} findings in 1 file")


def test_the_text_never_calls_nothing_found_a_proof() -> None:
    assert "no proof" in text_of(Report([], ["a.py"]))
