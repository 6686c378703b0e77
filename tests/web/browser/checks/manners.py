"""A10, A14, A15, A18: what a page does by itself, and what it lets its reader do."""

from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script

QUIET_MS: Final = 3_000
"""Between two announcements."""
WATCH: Final = script("watch")
STATUS: Final = script("status")
STILL: Final = script("still")
ELDER: Final = script("elder")
SESSION: Final = script("session")


def status(page: Page, mode: str) -> list[str]:
    """A10 of a page as it stands: what was done, and how far it is, stand in a live region; none of them shouts."""
    assert mode
    return list(page.evaluate(STATUS))


def watch(page: Page) -> None:
    """Note from now on what is announced."""
    page.evaluate(WATCH)


def announced(page: Page) -> list[tuple[int, str, bool]]:
    """When what was said, and whether the region was there before (else no screen reader says it)."""
    return [(at, words, there) for at, words, there in page.evaluate("() => window.huibaoSaid")]


def too_often(said: list[tuple[int, str, bool]]) -> list[str]:
    """A10: in a region that was there before, in words, and not more than once in three seconds."""
    found = ["A10 said where nobody hears it" for _, words, there in said if not there or not words]
    for one, after in pairwise(said):
        if after[0] - one[0] < QUIET_MS:
            found.append(f"A10 {after[1]} comes {after[0] - one[0]} ms after {one[1]}")
    return found


def still(page: Page, mode: str) -> list[str]:
    """A14: nothing plays, flashes, opens or loads by itself; nothing from elsewhere."""
    assert mode
    parts = urlsplit(page.url)
    return list(page.evaluate(STILL, f"{parts.scheme}://{parts.netloc}"))


def elder(page: Page, mode: str) -> list[str]:
    """A15: one press on every page leads to larger print, and everything there is stands there too."""
    assert mode
    return list(page.evaluate(ELDER))


def session(page: Page, mode: str) -> list[str]:
    """A18: who is signed in is warned before the end, can go on with one press, and a form sent too late is kept."""
    assert mode
    return list(page.evaluate(SESSION))
