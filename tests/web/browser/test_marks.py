"""A12: the strips of a roster stay apart for four kinds of eyes, as the supervisor's marks do (test_supervision.py)."""

from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page

from tests.web.browser import states
from tests.web.browser.checks.charts import alike
from tests.web.browser.conftest import Seat
from tests.web.browser.console import MODES, Site, borrow, window
from tests.web.browser.english import choose

SHAPES: Final = {"ready": "full", "doubtful": "open", "refused": "full"}
"""An open square is told from a full one by its shape; two full ones must differ in colour, or in how dark they are."""
RING: Final = 3
"""Points of the page round a key; its words begin farther away."""
PICTURES: Final = {"county-draft": ("ready", "doubtful", "refused"), "county-differences": ("ready", "doubtful")}


@dataclass(frozen=True, slots=True)
class Ringed:
    """A key with a little of the page round it: the key's own ground is its colour, and must be seen against another."""

    page: Page
    key: Locator

    def screenshot(self) -> bytes:
        """The picture, its first point of the page's ground."""
        self.key.scroll_into_view_if_needed()
        box = self.key.bounding_box()
        assert box is not None
        clip = FloatRect(
            x=box["x"] - RING, y=box["y"] - RING, width=box["width"] + 2 * RING, height=box["height"] + 2 * RING
        )
        return self.page.screenshot(clip=clip)


@pytest.mark.parametrize("mode", ["normal", "contrast"])
def test_the_parts_of_a_strip_differ_for_eyes_that_see_colours_differently(
    mode: str, browser: Browser, site: Site, seat: Seat
) -> None:
    sitting = window(browser, site, mode=mode)
    borrow(sitting, seat("jingban"))
    choose(sitting, MODES[mode])
    page = sitting.page
    for name in states.walk(sitting, {name: states.EVERY["jingban"][name] for name in PICTURES}):
        keys = {part: page.locator(f".huibao-key--{part}") for part in PICTURES[name]}
        for part, key in keys.items():
            assert key.count() == 1, part
        assert alike(page, {part: Ringed(page, key) for part, key in keys.items()}, SHAPES) == [], (name, mode)
    page.context.close()
