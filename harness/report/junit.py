"""Cases as JUnit XML, which every CI service reads: a test case for each, a failure for each that is red."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from harness.report.timeline import render_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model.checked_case import Case

__all__ = ["junit"]

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) has no way to write, not even escaped."""


def junit(cases: Sequence[Case]) -> str:
    """The XML document, with one suite."""
    red = sum(bool(case.problems) for case in cases)
    skipped = sum(bool(case.doubt) and not case.problems for case in cases)
    seconds = sum(case.record.seconds for case in cases if case.record is not None)
    counts = {"tests": str(len(cases)), "failures": str(red), "errors": "0"}
    suites = ElementTree.Element("testsuites", {"name": "race", **counts, "time": f"{seconds:.3f}"})
    suite = ElementTree.SubElement(
        suites, "testsuite", {"name": "race", **counts, "skipped": str(skipped), "time": f"{seconds:.3f}"}
    )
    for case in cases:
        _add(suite, case)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _add(suite: ElementTree.Element, case: Case) -> None:
    seconds = case.record.seconds if case.record is not None else 0.0
    about = {"classname": f"race.{case.kind}", "name": _xml(case.name), "time": f"{seconds:.3f}"}
    element = ElementTree.SubElement(suite, "testcase", about)
    if case.problems:
        first = case.problems[0]
        failure = ElementTree.SubElement(element, "failure", {"type": first.rule, "message": _xml(first.text)})
        drawn = [] if case.record is None else [render_record(each) for each in case.record.distinct_failures]
        failure.text = _xml("\n\n".join([*map(str, case.problems), *drawn]))
    elif case.doubt:
        ElementTree.SubElement(element, "skipped", {"message": _xml(f"inconclusive: {case.doubt}")})
    elif case.record is not None:
        ElementTree.SubElement(element, "system-out").text = _xml(case.record.verdict)


def _xml(text: str) -> str:
    r"""A text with what XML cannot hold written as Python writes it.

    >>> _xml("red \x1b[31m")
    'red \\x1b[31m'
    """
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
