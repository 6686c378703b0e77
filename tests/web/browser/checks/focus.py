"""A4: what has the focus shows it: by its style, uncovered at its corners, and in a picture taken before and after."""

from typing import Final

from playwright.sync_api import FloatRect, Page

from tests.web.browser.checks.scripts import script
from tests.web.browser.png import pixels

EACH: Final = script("shown")
KINDS: Final = script("kinds")
MARGIN: Final = 8
LEAST_CONTRAST: Final = 3


def shown(page: Page, mode: str) -> list[str]:
    """A4 for each control: by style, and not covered."""
    assert mode
    return list(page.evaluate(EACH))


def pictured(page: Page, met: set[str]) -> list[str]:
    """A4 by picture, for each kind of control that was not met yet: enough of it changes, and strongly enough."""
    found = []
    for kind, at in page.evaluate(KINDS).items():
        if kind in met:
            continue
        met.add(kind)
        found += _picture_of(page, at, kind)
    return found


def _picture_of(page: Page, at: int, kind: str) -> list[str]:
    one = page.locator(f"[data-picture='{at}']")
    one.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement.blur()")
    box = one.bounding_box()
    assert box is not None
    clip = FloatRect(
        x=max(box["x"] - MARGIN, 0),
        y=max(box["y"] - MARGIN, 0),
        width=box["width"] + 2 * MARGIN,
        height=box["height"] + 2 * MARGIN,
    )
    before = pixels(page.screenshot(clip=clip))
    one.evaluate("(e) => e.focus({focusVisible: true})")
    after = pixels(page.screenshot(clip=clip))
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    strong = sum(1 for a, b in changed if _contrast(a, b) >= LEAST_CONTRAST)
    # As much as an outline of two pixels round the smaller of the box and a mark of 44 pixels (2.4.13).
    wide, tall = min(box["width"], 44), min(box["height"], 44)
    wanted = 4 * (wide + tall)
    return [] if strong >= wanted else [f"A4 {kind}: {strong} pixels change by 3:1, {wanted:.0f} wanted"]


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: tuple[int, int, int]) -> float:
    red, green, blue = (v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
