"""The page as text: one file, no address of another, and no name of a program that could become markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from harness.report.html.page import page, script_json
from tests.report.html.conftest import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from harness.report.matrix import Matrix

HOSTILE = "</script><img src=x onerror=alert(1)>\u2028{{ 7*7 }}<!--\ud800"


def with_names(matrix: Matrix, name: str) -> Matrix:
    cell = matrix.cells[0]
    failure = cell.result.distinct_failures[0]
    step = replace(failure.walk.steps[0], text=name, changes=((name, name),))
    snippets = tuple(replace(each, lines=(name,), file=name, name=name) for each in failure.walk.snippets)
    walk = replace(
        failure.walk, steps=(step, *failure.walk.steps[1:]), lanes=(name, *failure.walk.lanes[1:]), snippets=snippets
    )
    failure = replace(failure, walk=walk, what=name, why=name, message=name, heading=name, traceback=name)
    return replace(
        matrix, cells=(replace(cell, scenario=name, result=replace(cell.result, distinct_failures=(failure,))),)
    )


def test_it_is_one_file_and_asks_nobody(matrix: Matrix) -> None:
    text = page(matrix)
    assert len(text.encode()) < 200_000
    addresses = set(re.findall(r"https?://[^\"' )]+", text)) - {"http://www.w3.org/2000/svg"}
    assert not addresses
    assert "default-src 'none'" in text


@given(st.text())
def test_what_a_program_said_is_read_back_and_ends_no_script(said: str) -> None:
    text = script_json({"said": said})
    assert "<" not in text and "\u2028" not in text and text.isascii()
    assert json.loads(text) == {"said": said}


def test_a_hostile_name_stays_text(matrix: Matrix) -> None:
    text = page(with_names(matrix, HOSTILE))
    assert "<img" not in text
    assert text.count("</script>") == 2


def test_a_hostile_name_stays_text_in_the_browser(matrix: Matrix, browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(with_names(matrix, HOSTILE)), encoding="utf-8", errors="backslashreplace")
    with opened(browser, path.as_uri()) as shown:
        assert "<img src=x" in shown.locator("h1").inner_text()
        assert shown.locator("img").count() == 0


def test_a_script_does_not_need_to_be_read_to_see_the_results(matrix: Matrix, browser: Browser, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as shown:
        rows = shown.locator("tbody tr").all_inner_texts()
        assert ["failed" in row for row in rows] == [True, False]
