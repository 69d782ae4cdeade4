from __future__ import annotations

import json
import pickle

from harness.model.finding import ASSERTION, DEADLOCK, FailureKind


def test_a_kind_of_failure_is_its_name() -> None:
    assert DEADLOCK == "deadlock"
    assert {DEADLOCK: 1}["deadlock"] == 1
    assert json.dumps([DEADLOCK]) == '["deadlock"]'


def test_a_kind_has_a_heading_even_where_only_its_name_is_left() -> None:
    assert ASSERTION.heading == "ASSERTION FAILED"
    assert FailureKind("of-a-later-version").heading == "OF A LATER VERSION"


def test_a_kind_keeps_its_heading_in_another_process() -> None:
    again = pickle.loads(pickle.dumps(ASSERTION))
    assert (again, again.heading) == (ASSERTION, ASSERTION.heading)
