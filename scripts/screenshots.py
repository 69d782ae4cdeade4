"""Pictures of the report for the documents, made from the project: `make docs` calls this where a Chromium is."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

__all__ = ["main"]

_FOLDER = Path(__file__).parent.parent / "docs" / "images"
_SCENARIO = "stuck-at-old-progress"


def main() -> int:
    """Draw the report of one scenario in both stores, and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("no Chromium here: the pictures in docs/images stay as they are", file=sys.stderr)
        return 0
    from playwright.sync_api import sync_playwright

    import harness
    from harness.catalog import find, other_store, program_named
    from harness.exploration.showing import record_for_page
    from harness.report.html.page import page
    from harness.report.matrix import Cell, Matrix

    cells = []
    for store in ("unlocked", "thread-lock"):
        program = program_named(f"{_SCENARIO}@{store}")
        result = harness.explore(program)
        other = other_store(find(_SCENARIO)) if not result.ok else None  # type: ignore[arg-type]
        cells.append(Cell(_SCENARIO, store, None, record_for_page(program, result, other)))
    _FOLDER.mkdir(parents=True, exist_ok=True)
    token = cells[0].result.distinct_failures[0].token.replace("@", "%40").replace(":", "%3A")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_text(page(Matrix(tuple(cells))), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for name, view in (("failure", f"#{token}/9"), ("scheduler", f"#play/{_SCENARIO}%40unlocked/0")):
            shown = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
            shown.goto(path.as_uri() + view)
            if name == "failure":
                shown.keyboard.press("End")
            shown.screenshot(path=_FOLDER / f"{name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
