"""A12: each picture has a name, says what it shows, and stands beside a table with the same numbers; seen by any eye."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script
from tests.web.browser.png import farthest_colour

CHARTS: Final = script("charts")
FORCED: Final = script("forced")
DEFICIENCIES: Final = ("protanopia", "deuteranopia", "tritanopia", "achromatopsia")
TELLS_APART: Final = 20
"""Distance in L*a*b* of two marks that must not be mixed up; a just noticeable one is 2.3."""


def charts(page: Page, mode: str) -> list[str]:
    """A12: names, descriptions, tables, and each number drawn is the number in the table."""
    assert mode
    return list(page.evaluate(CHARTS))


def forced(page: Page, mode: str) -> list[str]:
    """A12 where the reader's own colours are forced, light and dark, and with less motion: nothing drawn is lost."""
    assert mode
    found: list[str] = []
    if not page.locator("main svg, main .huibao-tag, main .huibao-answer").count():
        return found
    for scheme in ("light", "dark"):
        page.emulate_media(forced_colors="active", color_scheme="dark" if scheme == "dark" else "light")
        found += page.evaluate(FORCED)
    page.emulate_media(forced_colors="none", color_scheme="light", reduced_motion="reduce")
    if page.evaluate("() => document.getAnimations().length"):
        found.append("A12 moves although less motion was asked for")
    return found


@contextmanager
def seen_with(page: Page, deficiency: str) -> Iterator[None]:
    """As eyes see it that see colours differently."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})
    try:
        yield
    finally:
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
        session.detach()


def alike(page: Page, marks: dict[str, Any], shapes: dict[str, str]) -> list[str]:
    """A12: marks (name: locator) of different series stay apart for four kinds of eyes, by colour or else by shape."""
    found = []
    for deficiency in DEFICIENCIES:
        with seen_with(page, deficiency):
            colours = {name: farthest_colour(mark.screenshot()) for name, mark in marks.items()}
        names = list(colours)
        for at, one in enumerate(names):
            for other in names[at + 1 :]:
                apart = sum((a - b) ** 2 for a, b in zip(colours[one], colours[other], strict=True)) ** 0.5
                if apart < TELLS_APART and shapes[one] == shapes[other]:
                    found.append(f"A12 {deficiency}: {one} and {other} are {apart:.0f} apart and of one shape")
    return found


def shape(markup: str) -> str:
    """The shape a mark is drawn with."""
    return " ".join(re.findall(r"<(circle|rect|polygon|line|polyline|path)\b", markup))
