"""A13: the six jobs that must go on when no script runs, each from sign-in to its result, told once with the others' jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.web.browser.console import PATIENCE_MS, Site, window
from tests.web.browser.hands import WAIT_MS, Crew, Hand, Mouse
from tests.web.browser.jobs import JOBS
from tests.web.browser.jobs.county import OWN

CORE: Final = (
    "county: is this person covered",
    "county: a roster from the file through doubtful rows to the second person's yes",
    "insurer: assessed with a deviation, decided by a second person, paid, reconciled",
    "cashier: identity, layers, confirmation, sheet",
    "finance: an allocation is asked for and approved",
    "supervisor: the county behind is found and reminded, and answers",
)
"""Looking somebody up, a roster, a claim from assessment to payment, a bill, money approved, a reminder; sign-in is in each."""


class Scriptless(Mouse):
    """Works in a window that runs no script: another page stands there once it has loaded."""

    name = "without scripts"

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Another page, whole, stands where this one stood."""
        with self.page.expect_navigation(wait_until="load", timeout=PATIENCE_MS):
            yield
        self.steps += 1

    def presses(self, what: Locator, key: str = "") -> None:
        """Work in the background opens its result by a script; without one its page is asked until it is done."""
        super().presses(what, key)
        for _ in range(PATIENCE_MS // WAIT_MS):
            if not self.button("刷新进度").count():
                return
            self.page.wait_for_timeout(WAIT_MS)
            super().presses(self.button("刷新进度"))

    def says(self, text: str) -> None:
        """What a script adds (which file was chosen) the browser's own field shows."""
        if not text.startswith("已选择："):
            super().says(text)

    def is_at(self, what: Locator) -> None:
        """Where the focus would be put: it stands there; moving the focus takes a script or autofocus."""
        expect(what).to_be_visible()


@dataclass
class ScriptlessCrew(Crew):
    """A crew none of whose windows runs a script."""

    def seated(self) -> Hand:
        """A fresh window."""
        return self.way(window(self.browser, self.site, java_script_enabled=False))


ROSTER: Final = ("care", "机构名称", "示范托养中心")
"""A roster of a kind that neither the mouse nor the keyboard brings."""


@pytest.fixture(scope="module")
def seats() -> dict[str, Hand]:
    """Colleagues who are signed in already."""
    return {}


@pytest.mark.parametrize("job", CORE)
def test_a_job_is_done_without_scripts(
    job: str, browser: Browser, workplace: Site, seats: dict[str, Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OWN, Scriptless, ROSTER)
    crew = ScriptlessCrew(browser, workplace, Scriptless, seats)
    JOBS[job](crew)
    steps = [hand.steps for hand in crew.opened]
    crew.leave()
    # Whoever signed in went from page to page to the job's end.
    assert steps
    assert min(steps) > 1
