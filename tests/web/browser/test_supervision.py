"""The supervisor's job in a real browser: which county is behind, remind it, read its answer; charts for every eye."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, borrow, dressed, window
from tests.web.browser.png import farthest_colour
from tests.web.browser.states.supervision import CITY, COUNTY, reminded

DEFICIENCIES = ("deuteranopia", "protanopia", "tritanopia", "achromatopsia")
TELLS_APART = 20
"""Difference of two colours (CIE 1976) that nobody overlooks; what they say stands in their shapes as well."""


def test_without_scripts_and_with_forced_colours_the_server_s_picture_stands(
    browser: Browser, site: Site, seat: Seat
) -> None:
    for more in ({"java_script_enabled": False}, {"forced_colors": "active"}):
        sitting = window(browser, site, **more)
        borrow(sitting, seat(CITY))
        sitting.go("/supervision")
        picture = sitting.page.locator(".huibao-figure__picture svg")
        expect(picture).to_be_visible()
        assert sitting.page.locator("canvas").count() == 0
        shapes = [picture.locator(f"[data-value].{tone}").count() for tone in ("reached", "short", "doubt")]
        assert sum(shapes) == sitting.page.locator("#shares-table tbody tr").count()
        sitting.page.context.close()


def test_the_livelier_picture_is_hidden_from_print_and_the_server_s_comes_back(seat: Seat) -> None:
    page = _supervision(seat).page
    expect(page.locator(".huibao-figure__live canvas").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".huibao-figure__picture svg")).to_be_visible()
    expect(page.locator(".huibao-figure__live")).to_be_hidden()
    page.emulate_media(media="screen")


def test_who_asked_for_less_motion_sees_the_picture_at_once(seat: Seat) -> None:
    page = _supervision(seat).page
    live = page.locator(".huibao-figure__live")
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    assert live.screenshot() == live.screenshot()


def test_the_livelier_picture_is_named_and_says_what_the_server_s_says(seat: Seat) -> None:
    page = _supervision(seat).page
    live = page.locator(".huibao-figure__live")
    said = live.get_attribute("aria-label") or ""
    assert live.get_attribute("role") == "img"
    title, desc = (
        page.locator(f".huibao-figure__picture svg > {part}").text_content() or "" for part in ("title", "desc")
    )
    assert said == f"{title}。{desc}"
    assert re.search(r"应保 \d+ 人，已保 \d+ 人", said)


@pytest.mark.parametrize("mode", ["normal", "contrast"])
def test_marks_differ_for_eyes_that_see_colours_differently(mode: str, seat: Seat) -> None:
    sitting = dressed(seat(CITY), mode, 1280)
    sitting.go("/supervision")
    marks = sitting.page.locator(".huibao-legend svg")
    for deficiency in DEFICIENCIES:
        with _seen_with(sitting.page, deficiency):
            reached, short, _ = (_colour(marks.nth(at)) for at in range(3))
        apart = sum((one - other) ** 2 for one, other in zip(reached, short, strict=True)) ** 0.5
        # Where no colour is seen at all, the full disc and the open square are told apart by their shape alone.
        assert apart >= TELLS_APART or deficiency == "achromatopsia", (deficiency, apart)
    dressed(sitting, "normal", 1280)


def test_a_wrong_reminder_leads_to_its_field_and_keeps_the_text(seat: Seat) -> None:
    sitting = dressed(seat(CITY), "normal", 1280)
    page = sitting.page
    reminded(sitting)
    sitting.go(f"/supervision/county/{COUNTY}/remind")
    page.get_by_label("要求", exact=True).fill("请说明原因。")
    page.get_by_label("答复期限", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="发出").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("错误：")
    assert page.get_by_label("要求", exact=True).input_value() == "请说明原因。"


def _supervision(seat: Seat) -> Sitting:
    sitting = dressed(seat(CITY), "normal", 1280)
    sitting.go("/supervision")
    sitting.page.wait_for_function("document.documentElement.dataset.charts === 'drawn'")
    return sitting


@contextmanager
def _seen_with(page: Page, deficiency: str) -> Iterator[None]:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})
    try:
        yield
    finally:
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
        session.detach()


def _colour(mark: Locator) -> tuple[float, float, float]:
    return farthest_colour(mark.screenshot())
