"""The page as a reader uses it: from disk, by keyboard, in both schemes, on a phone, on paper."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.report.html.conftest import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from harness.report.matrix import Matrix

PLAY = "#play/" + quote("counting@unlocked", safe="")
PLAY_LOCKED = "#play/" + quote("counting@locked", safe="")


def failure_hash(matrix: Matrix, step: int = 1) -> str:
    return f"#{quote(matrix.cells[0].result.distinct_failures[0].token, safe='')}/{step}"


def shown_values(page: Page) -> dict[str, str]:
    rows = page.locator(".record tr").all()
    return {str(row.get_attribute("data-name")): row.locator(".value").inner_text() for row in rows}


def shown_locks(page: Page) -> dict[str, str]:
    rows = page.locator(".locks tr").all()
    return {
        str(row.get_attribute("data-lock")): row.locator("td").inner_text().removeprefix("held by ") for row in rows
    }


def test_it_opens_from_disk_and_each_cell_of_the_matrix_leads_somewhere(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        cells = page.locator(".matrix a").all()
        assert [cell.inner_text().split("\n")[0].strip() for cell in cells] == ["✗", "✓"]
        cells[1].click()
        assert "hold" in page.locator(".lead").inner_text()
        page.go_back()
        page.locator(".matrix a").first.click()
        assert page.locator("h1").inner_text().startswith("LOST UPDATE")


def test_the_state_after_every_step_is_that_of_the_history(browser: Browser, address: str, matrix: Matrix) -> None:
    walk = matrix.cells[0].result.distinct_failures[0].walk
    with opened(browser, address + failure_hash(matrix)) as page:
        page.get_by_role("button", name="All steps").click()
        page.keyboard.press("Home")
        values: dict[str, str] = {}
        for number, step in enumerate(walk.steps, start=1):
            values.update({name: "nothing" if value is None else value for name, value in step.changes})
            assert shown_values(page) == values, f"after step {number}"
            assert page.locator("[aria-current=step]").get_attribute("aria-label", timeout=1000) == (
                f"Step {number}, {walk.lanes[step.lane]}: {step.text}"
                + (f", {step.mark}" if step.mark else "")
                + f", line {step.line}"
            )
            assert page.evaluate("location.hash").endswith(f"/{number}")
            page.keyboard.press("ArrowRight")
        assert page.locator(".verdict").inner_text() == matrix.cells[0].result.distinct_failures[0].why
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("location.hash").endswith(f"/{len(walk.steps) - 1}")


def test_an_address_leads_to_its_step(browser: Browser, address: str, matrix: Matrix) -> None:
    with opened(browser, address + failure_hash(matrix, 3)) as page:
        assert "Step 3," in str(page.locator("[aria-current=step]").get_attribute("aria-label"))


def test_the_lock_makes_the_second_actor_wait_under_the_same_schedule(
    browser: Browser, address: str, matrix: Matrix
) -> None:
    beside = matrix.cells[0].result.distinct_failures[0].beside
    assert beside is not None and beside.walk.ending == ""
    assert any(step.waits for step in beside.walk.steps)
    with opened(browser, address + failure_hash(matrix)) as page:
        text = page.locator(".locked .waits").first.inner_text()
        assert "waits for own, which" in text and "holds" in text


def play_to_the_end(page: Page, fate: str) -> None:
    for _ in range(30):
        marked = page.locator(".choice", has=page.locator(".fate", has_text=fate))
        chosen = marked.first if marked.count() else page.locator(".choice").first
        if not page.locator(".choice").count():
            return
        page.keyboard.press(chosen.locator("kbd").inner_text())
    raise AssertionError("the game has no end")


def test_the_scheduler_can_be_played_to_a_failure_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address + PLAY) as page:
        page.keyboard.press("1")
        page.keyboard.press("Backspace")
        assert page.evaluate("location.hash").endswith("/")
        play_to_the_end(page, "fail")
        assert "It failed" in page.locator(".verdict").inner_text()
        played = page.evaluate("location.hash")
    with opened(browser, address + played) as page:  # the address holds what was played
        assert "It failed" in page.locator(".verdict").inner_text()


def test_with_a_lock_no_choice_leads_to_a_failure(browser: Browser, address: str) -> None:
    with opened(browser, address + PLAY_LOCKED) as page:
        seen_held = False
        for _ in range(30):
            if not page.locator(".choice").count():
                break
            assert page.locator(".fate").all_inner_texts() == ["✓ always ends well"] * page.locator(".choice").count()
            page.keyboard.press("1")
            seen_held = seen_held or bool(shown_locks(page))
        assert "It always is" in page.locator(".verdict").inner_text()
        assert seen_held


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(
    browser: Browser, address: str, matrix: Matrix, scheme: Any, width: int
) -> None:
    for view in ("", failure_hash(matrix, 4), PLAY + "/0.0"):
        with opened(browser, address + view, color_scheme=scheme, viewport={"width": width, "height": 800}) as page:
            found = Axe().run(page).response["violations"]
            serious = [each for each in found if each["impact"] in ("serious", "critical")]
            assert not serious, json.dumps(serious, indent=1)[:3000]
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_can_be_printed(browser: Browser, address: str, matrix: Matrix) -> None:
    with opened(browser, address + failure_hash(matrix)) as page:
        page.emulate_media(media="print")
        assert not page.locator(".controls").first.is_visible()
        assert page.locator(".record").is_visible()
        assert page.pdf().startswith(b"%PDF")


def test_it_plays_by_itself_and_stops_at_the_end(browser: Browser, address: str, matrix: Matrix) -> None:
    with opened(browser, address) as page:
        page.clock.install()
        page.goto(address + failure_hash(matrix))
        page.reload()
        page.get_by_role("button", name="Play").click()
        page.clock.run_for(60_000)
        assert page.get_by_role("button", name="Play").get_attribute("aria-pressed") == "false"
        assert page.locator(".verdict").is_visible()
