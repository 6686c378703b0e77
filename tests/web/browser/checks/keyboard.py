"""A3: Tab reaches each control once, in the order one reads, and back again; nothing but real controls; Esc closes."""

from itertools import pairwise
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script

STOPS: Final = script("stops")
TAKEN: Final = "() => { const reached = window.huibaoReached; window.huibaoReached = []; return reached; }"
STRAY: Final = script("stray")
OPENERS: Final = "button[aria-expanded], button[aria-haspopup], button[popovertarget], [data-opens]"
OPEN: Final = "() => Boolean(document.querySelector('dialog[open], [aria-expanded=true], [popover]:popover-open'))"


def order(page: Page, mode: str) -> list[str]:
    """A3: forwards, backwards, no trap, the order of reading, real controls only, and Esc gives back what it opened."""
    assert mode
    stops = page.evaluate(STOPS)
    wanted = list(range(len(stops)))
    for _ in wanted:
        page.keyboard.press("Tab")
    found = []
    forwards = page.evaluate(TAKEN)
    if forwards != wanted:
        found.append(f"A3 Tab reached {forwards} of {len(wanted)}")
    for _ in wanted[1:]:
        page.keyboard.press("Shift+Tab")
    backwards = page.evaluate(TAKEN)
    if backwards != wanted[-2::-1]:
        found.append(f"A3 Shift+Tab reached {backwards} of {len(wanted)}")
    return found + _against_reading(stops) + list(page.evaluate(STRAY)) + _left_open(page)


def _against_reading(stops: list[dict[str, float | str | bool]]) -> list[str]:
    """Whoever goes back up must go to the right (the next column); on one line the order is from left to right."""
    found = []
    placed = [stop for stop in stops if not stop["aside"] and not stop["whole"]]
    for one, after in pairwise(placed):
        above = float(after["bottom"]) <= float(one["top"]) + 1
        beside = float(after["top"]) < float(one["bottom"]) - 1 and not above
        onward = float(after["left"]) >= float(one["left"]) - 1
        next_column = float(after["left"]) >= float(one["right"]) - 1
        if (beside and not onward) or (above and not next_column):
            found.append(f"A3 against the order of reading: {one['words']} then {after['words']}")
    return found


def _left_open(page: Page) -> list[str]:
    found = []
    for at in range(page.locator(OPENERS).count()):
        opener = page.locator(OPENERS).nth(at)
        if not opener.is_visible() or page.evaluate(OPEN):
            continue
        opener.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        if page.evaluate(OPEN):
            found.append(f"A3 Esc does not close what {opener.inner_text()} opens")
        if not opener.evaluate("(e) => e === document.activeElement"):
            found.append(f"A3 the focus does not come back to {opener.inner_text()}")
    return found
