"""What one run of pytest is to explore, and with which options: what its tests have in common."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from harness.database import Database, KeptFailure, KeptProof
from harness.integrations.pytest.race_settings import NAMES, read_settings
from harness.integrations.pytest.second_actor import SecondActor
from harness.model.errors import HarnessError, RaceFound, UsageError
from harness.model.token import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Plan"]


class Plan:
    """The options, the database and the time of a run.

    Args:
        config: Of the run.

    Raises:
        pytest.UsageError: A setting makes no sense.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        option = config.option
        try:
            self._settings, folder = read_settings(config.rootpath, option.race_profile)
            self.token = Token.parse(option.race_replay) if option.race_replay else None
        except HarnessError as exc:
            raise pytest.UsageError(f"race: {exc}") from None
        if option.race_step and self.token is None:
            raise pytest.UsageError("race: --race-step walks through one execution: it needs --race-replay=TOKEN")
        if option.race_time is not None and option.race_time <= 0:
            raise pytest.UsageError(f"race: --race-time is a number of seconds above 0, not {option.race_time}")
        self.database = Database(config.rootpath / folder) if folder is not None else None
        self.force: bool = option.race_update
        self.tests: set[str] = set()
        self._tests_left = 0
        self._end = 0.0

    # -- which tests ------------------------------------------------------------------------------------------------

    def select(self, items: list[pytest.Item]) -> None:
        """Leave only the test that the token is for.

        Raises:
            pytest.UsageError: There is no such test.
        """
        self.note_tests(item.nodeid for item in items)
        if self.token is None:
            return
        label = self.token.label
        chosen = [item for item in items if label in ("", item.nodeid)]
        if not chosen:
            raise pytest.UsageError(f"race: the token is for {label}, and no such test was collected")
        if len(chosen) > 1:
            raise pytest.UsageError("race: the token names no test: name one on the command line beside it")
        self.config.hook.pytest_deselected(items=[item for item in items if item is not chosen[0]])
        items[:] = chosen

    def note_tests(self, tests: Iterable[str]) -> None:
        """Take down which tests there are."""
        self.tests.update(tests)

    def stale(self) -> list[str]:
        """Name the entries of the database whose test is gone; ``--race-update`` drops them."""
        if self.database is None or not self.tests:
            return []
        lines = []
        whole = not any("::" in argument for argument in self.config.args)
        files = {test.partition("::")[0] for test in self.tests}
        entries: list[KeptFailure | KeptProof] = [*self.database.failures(), *self.database.proofs()]
        for entry in entries:
            test = entry.test.partition(" ")[0] if entry.test not in self.tests else entry.test
            file = test.partition("::")[0]
            if "::" not in test or test in self.tests:
                continue
            if not (self.config.rootpath / file).exists() or (whole and file in files):
                if self.force:
                    self.database.retire(entry)
                what = "dropped" if self.force else "stale: --race-update drops it"
                lines.append(f"{entry.file_name}: there is no test {test} any more ({what})")
        return lines

    # -- with which options -----------------------------------------------------------------------------------------

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments for :func:`harness.explore`.

        Args:
            given: What the mark, or the call of ``race``, says.

        Raises:
            UsageError: It says what does not exist.
        """
        for name in given:
            if name not in NAMES:
                raise UsageError(f"race has no argument {name!r}; there are: {', '.join(sorted(NAMES))}")
        found = {**self._settings, **given}
        option = self.config.option
        for name in ("schedules", "seed", "switching"):
            value = getattr(option, f"race_{name}")
            if value is not None:
                found[name] = value
        share = self._share()
        if share is not None:
            found["time_limit"] = min(share, found.get("time_limit") or share)
        return found

    def share_time(self, tests: int) -> None:
        """Start the clock for ``--race-time``, which so many tests share."""
        self._tests_left = tests
        self._end = time.monotonic() + self.config.option.race_time

    def count_test(self) -> None:
        """One test less shares the time: what it did not use is for the others."""
        self._tests_left -= 1

    def _share(self) -> float | None:
        if self.config.option.race_time is None:
            return None
        return max(0.0, self._end - time.monotonic()) / max(1, self._tests_left)

    # -- around a test ----------------------------------------------------------------------------------------------

    @contextmanager
    def watch(self, item: pytest.Item) -> Iterator[None]:
        """See whether the fixtures of a test start a second actor."""
        item.stash[_SECOND] = second = SecondActor()
        with second.watched():
            yield

    @contextmanager
    def in_place(self, item: pytest.Item) -> Iterator[None]:
        """Explore the test where pytest runs it, until the block is left."""
        from harness.integrations.pytest.exploring import explore_item

        assert isinstance(item, pytest.Function)
        second = item.stash[_SECOND]
        item.runtest = lambda: explore_item(item, self, second)  # type: ignore[method-assign]
        try:
            yield
        finally:
            del item.runtest
            self.count_test()

    def text_of(self, item: pytest.Item, exc: BaseException) -> str:
        """What to show of an exception in place of a traceback; ``""``: what pytest shows."""
        if isinstance(exc, RaceFound) and getattr(exc, "__notes__", None) == [item.nodeid]:
            return str(exc)
        return ""


_SECOND = pytest.StashKey[SecondActor]()
