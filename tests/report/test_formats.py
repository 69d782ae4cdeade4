"""One failure in the formats that other tools read: each is valid, and has every step of the timeline."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from harness.model.record import FailureRecord
from harness.report.formats import FORMATS
from harness.timeline.records import record_failure
from tests.programs import Box, failure_of, in_threads

HOSTILE = "</text><script>alert(1)</script>\x1b[31m; & \u2028 end\ud800"


@pytest.fixture(scope="module")
def record() -> FailureRecord:
    def losing() -> None:
        box, unrelated = Box(0), threading.Lock()

        def touch() -> None:
            with unrelated:
                before = box.value
            box.value = before + 1

        in_threads(touch, touch)

    return record_failure(failure_of(losing, detect=("lost-update",)))


def test_an_svg_has_a_mark_and_the_words_of_each_step_and_the_loss_in_red(record: FailureRecord) -> None:
    root = ElementTree.fromstring(FORMATS["svg"](record))
    name = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{name}circle")) == len(record.timeline.rows)
    said = [text.text or "" for text in root.iter(f"{name}text")]
    assert all(any(row.text in text for text in said) for row in record.timeline.rows)
    assert len([each for each in root.iter(f"{name}circle") if "stale" in each.attrib["class"]]) == 1


def test_a_trace_has_a_slice_for_each_step_in_the_track_of_its_lane(record: FailureRecord) -> None:
    events = json.loads(FORMATS["perfetto"](record))["traceEvents"]
    slices = [event for event in events if event["ph"] == "X"]
    assert [event["tid"] for event in slices] == [row.lane for row in record.timeline.rows]
    assert [event["ts"] for event in slices] == sorted(event["ts"] for event in slices)
    assert [event["name"] for event in events if event["ph"] == "i"] == [f"lost: {record.why}"]


def test_a_recording_has_a_screen_for_each_step_and_the_report_at_the_end(record: FailureRecord) -> None:
    header, *outputs = [json.loads(line) for line in FORMATS["cast"](record).splitlines()]
    assert header["version"] == 2
    assert len(outputs) == len(record.timeline.rows) + 1
    assert [at for at, _, _ in outputs] == sorted(at for at, _, _ in outputs)
    assert "LOST UPDATE" in outputs[-1][2]


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_name_stays_text_in_every_format(name: str, record: FailureRecord) -> None:
    rows = tuple(replace(row, text=HOSTILE, source=HOSTILE, state=HOSTILE) for row in record.timeline.rows)
    lanes = tuple(HOSTILE for _ in record.timeline.lanes)
    hostile = replace(record, what=HOSTILE, why=HOSTILE, timeline=replace(record.timeline, rows=rows, lanes=lanes))
    text = FORMATS[name](hostile)
    text.encode("utf-8")  # nothing in it that no file can hold
    assert "\x1b[31m; &" not in text
    if name == "svg":
        assert not list(ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.parametrize("name", FORMATS)
def test_a_failure_without_steps_has_every_format_too(name: str, record: FailureRecord) -> None:
    assert FORMATS[name](FailureRecord(record.kind, "wrong", heading="WRONG", what="it went wrong"))
