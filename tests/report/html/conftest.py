"""The browser of the system, headless, and a page about two programs of which one has a lock."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import harness
from harness.exploration.showing import Other, record_for_page
from harness.report.html.page import page
from harness.report.matrix import Cell, Matrix

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Jobs:
    def __init__(self) -> None:
        self.done = 0


def counting(lock: Any = None) -> Any:
    def program() -> None:
        jobs, own = Jobs(), threading.Lock() if lock else None

        def worker() -> None:
            if own is None:
                before = jobs.done
                jobs.done = before + 1
            else:
                with own:
                    before = jobs.done
                    jobs.done = before + 1

        threads = [threading.Thread(target=worker, name=name) for name in ("left", "right")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert jobs.done == 2, f"{jobs.done} of 2 were counted"

    return program


@pytest.fixture(scope="session")
def matrix() -> Matrix:
    racy, locked = counting(), counting("lock")
    found, proof = harness.explore(racy), harness.explore(locked)
    return Matrix(
        (
            Cell("counting", "unlocked", "fails", record_for_page(racy, found, Other("locked", locked))),
            Cell("counting", "locked", "safe", record_for_page(locked, proof)),
        ),
        schedules=1000,
        strategy="auto",
    )


@pytest.fixture(scope="session")
def address(matrix: Matrix, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(matrix), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")  # while it is open, an event loop runs in this thread, and other tests want none
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium, and the page is tried as a reader would")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page of a browser without network, on which nothing may be complained of."""
    options.setdefault("viewport", {"width": 1280, "height": 900})
    context = browser.new_context(**options, offline=True, reduced_motion="reduce")
    shown = context.new_page()
    complaints: list[str] = []
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.goto(address)
    yield shown
    context.close()
    assert complaints == []
