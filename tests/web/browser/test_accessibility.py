"""Section A1 to A21 over every page state: in CI each state in one mode and width by turns, in `make test-full` in all nine."""

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.web.browser import states
from tests.web.browser.checks import faults
from tests.web.browser.checks.focus import pictured
from tests.web.browser.checks.words import titles_alike
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, borrow, dressed, window
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


@pytest.mark.parametrize("account", states.EVERY)
@pytest.mark.parametrize(("at", "pair"), list(enumerate(PAIRS)))
def test_nothing_is_wrong_with_any_page_state(
    account: str, at: int, pair: tuple[str, int], browser: Browser, site: Site, seat: Seat, tmp_path: Path
) -> None:
    mode, width = pair
    sitting = seated(browser, site, seat, account, pair)
    found: dict[str, list[str]] = {}
    sources: dict[str, str] = {}
    titles: dict[str, tuple[str, str]] = {}
    pictures: set[str] = set()
    for place, name in enumerate(states.walk(sitting, states.EVERY[account])):
        if at == 0:
            sources[name] = sitting.source()
            titles[name] = (urlsplit(sitting.page.url).path, sitting.page.title())
        if not EACH and (place + at) % len(QUICK):
            continue
        said = faults(sitting.page, mode) + sitting.strangers
        if width == 1280:
            said += pictured(sitting.page, pictures)
        if said:
            found[name] = said
        sitting.strangers.clear()
    sitting.page.context.close()
    for name, wrong in html_faults(sources, tmp_path / "pages").items():
        found.setdefault(name, []).extend(wrong)
    assert found == {}
    assert titles_alike(titles) == []


def seated(browser: Browser, site: Site, seat: Seat, account: str, pair: tuple[str, int]) -> Sitting:
    """A window of one's own at the desk of an account, in a mode and width."""
    mode, width = pair
    sitting = window(browser, site, width, mode)
    if account != states.NOBODY:
        borrow(sitting, seat(account))
        dressed(sitting, mode, width)
    return sitting
