"""The supervisor's job in a real browser: which county is behind, remind it, read its answer; charts for every eye."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browser.checks.charts import alike, shape
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, borrow, dressed, window
from tests.web.browser.states.supervision import CITY, COUNTY, reminded


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
    shown = {str(at): marks.nth(at) for at in range(3)}
    # Where no colour is seen at all, the full disc, the open square and the diamond are told apart by their shape alone.
    assert alike(sitting.page, shown, {name: shape(mark.inner_html()) for name, mark in shown.items()}) == []
    # One shape for all of them, and eyes that see no colour mix them up.
    assert any("achromatopsia" in fault for fault in alike(sitting.page, shown, dict.fromkeys(shown, "circle")))
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
