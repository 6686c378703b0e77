"""Section A1 to A21 over every page state: in CI each state in one mode and width by turns, in `make test-full` in all nine.

The first pair's walk also holds every state's HTML (A2), outline (A9), English (A11) and title. After a change that is meant,
`HUIBAO_OUTLINES=write` with `-k "0-pair0"` writes the outlines anew: read them aloud before they are committed.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.web.browser import states
from tests.web.browser.checks import faults
from tests.web.browser.checks.focus import pictured
from tests.web.browser.checks.outline import changed, keep, kept, outline
from tests.web.browser.checks.words import titles_alike
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, borrow, dressed, window
from tests.web.browser.english import in_english
from tests.web.browser.html import html_faults

QUICK: Final = [("normal", 1280), ("elder", 320), ("contrast", 768)]
"""Each mode and each width once; the other pairs run in `make test-full`."""
OTHERS: Final = [
    ("normal", 320),
    ("normal", 768),
    ("elder", 768),
    ("elder", 1280),
    ("contrast", 320),
    ("contrast", 1280),
]
EACH: Final = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
"""Every state in every pair; else each state in one of the quick pairs, by turns."""
PAIRS: Final = [*QUICK, *OTHERS] if EACH else QUICK
WRITE: Final = os.environ.get("HUIBAO_OUTLINES") == "write"


@dataclass
class Walk:
    """What is held of all states of an account together, from its first walk."""

    sources: dict[str, str] = field(default_factory=dict)
    titles: dict[str, tuple[str, str]] = field(default_factory=dict)
    english: dict[str, tuple[str, str]] = field(default_factory=dict)
    outlines: dict[str, str] = field(default_factory=dict)


@pytest.mark.parametrize("account", states.EVERY)
@pytest.mark.parametrize(("at", "pair"), list(enumerate(PAIRS)))
def test_nothing_is_wrong_with_any_page_state(
    account: str, at: int, pair: tuple[str, int], browser: Browser, site: Site, seat: Seat, tmp_path: Path
) -> None:
    mode, _ = pair
    sitting = seated(browser, site, seat, account, pair)
    found: dict[str, list[str]] = {}
    walk = Walk()
    pictures: set[str] = set()
    for place, name in enumerate(states.walk(sitting, states.EVERY[account])):
        said: list[str] = []
        if at == 0:
            walk.sources[name] = sitting.source()
            walk.titles[name] = (urlsplit(sitting.page.url).path, sitting.page.title())
            walk.outlines[name] = outline(sitting.page)
        if not WRITE and (EACH or (place + at) % len(QUICK) == 0):
            said += faults(sitting.page, mode) + sitting.strangers + pictured(sitting.page, pictures)
        if at == 0 and not WRITE:
            path = urlsplit(sitting.page.url).path
            wrong, title = in_english(sitting, name, back=account == states.NOBODY)
            walk.english[name] = (path, title)
            said += wrong
        if said:
            found[name] = said
        sitting.strangers.clear()
    sitting.page.context.close()
    if at == 0:
        hold(account, walk, found, tmp_path / "pages")
    assert found == {}


def hold(account: str, walk: Walk, found: dict[str, list[str]], folder: Path) -> None:
    """What can be said of the states of an account only together, or against what is kept of them."""
    if WRITE:
        keep(account, walk.outlines)
    told = {name: changed(text, kept(account).get(name, "")) for name, text in walk.outlines.items()}
    for name, wrong in [*html_faults(walk.sources, folder).items(), *told.items()]:
        if wrong:
            found.setdefault(name, []).extend(wrong)
    for gone in kept(account).keys() - walk.outlines.keys():
        found[gone] = ["A9 an outline is kept of a state there is not"]
    alike = [*titles_alike(walk.titles), *titles_alike(walk.english)]
    if alike:
        found["titles"] = alike


def seated(browser: Browser, site: Site, seat: Seat, account: str, pair: tuple[str, int]) -> Sitting:
    """A window of one's own at the desk of an account, in a mode and width."""
    mode, width = pair
    sitting = window(browser, site, width, mode)
    if account != states.NOBODY:
        borrow(sitting, seat(account))
        dressed(sitting, mode, width)
    return sitting
