"""The console in a real browser: jobs by mouse, by keyboard alone and without scripts; every page state by both engines.

The server is the real one, `huibao serve --demo`, in a process of its own, on a made-up county.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, borrow, dressed, plain_text, window
from tests.web.browser.html import html_faults
from tests.web.browser.states import ground

MOST_BYTES = 150_000
"""Of a first visit without charts, on the wire."""


def acts(site: Site, verb: str) -> int:
    """How often something was done, by the record of acts."""
    return int(site.ask("acts", verb))


def test_the_skip_link_is_the_first_stop_and_leads_past_the_menu(seat: Seat) -> None:
    page = dressed(seat("shenji"), "normal", 1280).page
    page.goto(seat("shenji").site.address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    # The auditor reads figures; people are found by those who deal with them.
    expect(page.locator("main a").first).to_be_focused()
    expect(page.get_by_role("link", name="查某人是否参保")).to_have_count(0)


def test_an_invitation_becomes_an_account_with_two_factors_and_ten_codes(browser: Browser, site: Site) -> None:
    sitting = window(browser, site)
    ground.joining(sitting)
    ground.joining_with_two_passwords(sitting)
    assert "两次输入的密码不一致" in sitting.page.locator("#again-error").inner_text()
    ground.setting_up(sitting)
    ground.codes_shown(sitting)
    assert sitting.page.locator(".huibao-codes li").count() == 10
    sitting.page.get_by_role("button", name="已保存，继续").click()
    sitting.page.wait_for_url(f"{site.address}/")
    assert sitting.page.locator("h1").inner_text() == "今天要办什么"


def test_a_province_sees_its_counties_against_the_goals(browser: Browser, site: Site) -> None:
    sitting = window(browser, site)
    sitting.sign_in("shengji")
    assert sitting.page.get_by_role("link", name="查某人是否参保").count() == 0
    with sitting.leaving():
        sitting.page.get_by_role("link", name="看参保进度").click()
    table = sitting.page.get_by_role("table").first
    assert "衡山县" in table.inner_text()
    assert table.get_by_role("columnheader").all_inner_texts()[-2:] == ["距 40% 还差（人）", "距 70% 还差（人）"]
    sitting.go("/people")
    assert "不能查询人员信息" in sitting.page.locator("h1").inner_text()


def test_a_search_by_keyboard_takes_a_number_and_enter(clerk: Sitting) -> None:
    page = dressed(clerk, "normal", 1280).page
    clerk.go("/people")
    _tab_to(page, "INPUT")
    page.keyboard.type(ground.insured_number(clerk.site))
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    assert "✓ 已参保" in plain_text(page)


def test_without_scripts_everything_works(browser: Browser, site: Site) -> None:
    sitting = window(browser, site, java_script_enabled=False)
    sitting.sign_in("lipei")
    ground.find(sitting, ground.insured_number(site))
    assert "✓ 已参保" in sitting.page.locator("main").inner_text()
    with sitting.leaving():
        sitting.page.get_by_role("button", name="显示完整信息").click()
    assert "请选择用途。" in sitting.page.locator("#purpose-error").inner_text()
    sitting.page.get_by_label("查看完整信息的用途").select_option("claim")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="显示完整信息").click()
    assert ground.insured_number(site) in sitting.page.locator("main").inner_text()


def test_a_double_click_asks_once_and_the_back_button_frees_the_form(clerk: Sitting) -> None:
    page = dressed(clerk, "normal", 1280).page
    clerk.go("/people")
    before = acts(clerk.site, "find")
    page.get_by_label("身份证号", exact=True).fill(ground.insured_number(clerk.site))
    page.get_by_role("button", name="查询").dblclick()
    page.wait_for_url("**/people/*")
    assert acts(clerk.site, "find") == before + 1
    page.go_back()
    page.get_by_label("身份证号", exact=True).fill(ground.insured_number(clerk.site))
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/people/*")
    assert acts(clerk.site, "find") == before + 2


def test_what_is_wrong_takes_the_focus_and_leads_to_its_field(clerk: Sitting) -> None:
    page = dressed(clerk, "normal", 1280).page
    ground.find(clerk, "430423199901")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("错误：")
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#number")).to_be_focused()
    assert page.get_by_label("身份证号", exact=True).input_value() == "430423199901"


def test_paste_is_taken_in_every_field_of_the_door(browser: Browser, site: Site) -> None:
    page = window(browser, site).page
    page.goto(f"{site.address}/enter")
    for name in ("name", "password"):
        taken = page.evaluate(
            "(id) => document.getElementById(id).dispatchEvent(new ClipboardEvent('paste', {cancelable: true}))", name
        )
        assert taken is True
    assert page.locator("#password").get_attribute("autocomplete") == "current-password"


def test_two_minutes_before_the_end_it_is_said_and_one_press_goes_on(
    browser: Browser, site: Site, clerk: Sitting
) -> None:
    free = window(browser, site)
    borrow(free, clerk)
    free.page.clock.install()
    free.go("/people")
    free.page.get_by_label("身份证号", exact=True).fill("430423")
    warning = free.page.locator("[data-session-seconds]")
    free.page.clock.fast_forward("20:00")
    expect(warning).to_be_hidden()
    free.page.clock.fast_forward("08:01")
    expect(warning).to_be_visible()
    with free.page.expect_response("**/account/stay") as answered:
        warning.get_by_role("button").click()
    assert answered.value.status == 204
    warning.wait_for(state="hidden")
    assert free.page.get_by_label("身份证号", exact=True).input_value() == "430423"


def test_a_first_visit_is_light(browser: Browser, site: Site) -> None:
    free = window(browser, site)
    session = free.page.context.new_cdp_session(free.page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    free.go("/enter")
    free.page.wait_for_load_state("networkidle")
    assert len(sizes) >= 4
    assert sum(sizes) <= MOST_BYTES


def test_html_that_is_none_is_found(clerk: Sitting, tmp_path: Path) -> None:
    clerk.go("/people")
    sound = clerk.source()
    assert html_faults({"sound": sound}, tmp_path) == {}
    planted = {
        "a block in a paragraph": sound.replace("<h1", "<p><div></div></p><h1", 1),
        "two of one id": sound.replace("<h1", '<p id="number"></p><h1', 1),
        "a label without its field": sound.replace('for="number"', 'for="nobody"', 1),
    }
    assert html_faults(planted, tmp_path).keys() == planted.keys()


def test_a_call_to_another_site_is_noticed(browser: Browser, site: Site) -> None:
    free = window(browser, site, bypass_csp=True)
    free.go("/enter")
    with free.page.expect_request("**/elsewhere.png"):
        free.page.evaluate("() => { new Image().src = 'http://127.0.0.1:9/elsewhere.png'; }")
    assert free.strangers == ["http://127.0.0.1:9/elsewhere.png"]


def _tab_to(page: object, tag: str) -> None:
    """Tab on until the focus is in a field."""
    from playwright.sync_api import Page

    assert isinstance(page, Page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == tag:
            return
    pytest.fail(f"no {tag} within twenty tabs")
