"""The cashier's window in a real browser: from sign-in to the sheet by mouse, and by keyboard alone in three presses of Enter."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, window
from tests.web.browser.states.cashier import PAID, waiting_number


def test_from_identity_to_sheet_with_the_mouse(browser: Browser, site: Site) -> None:
    sitting = window(browser, site)
    sitting.sign_in("jiesuan")
    page = sitting.page
    page.get_by_role("link", name="出院结算（人工窗口）").click()
    page.get_by_label("身份证号", exact=True).fill(waiting_number(sitting))
    page.get_by_role("button", name="下一步").click()
    for label, amount in PAID.items():
        page.get_by_label(label).fill(amount)
    page.get_by_role("button", name="核对各方支付").click()
    expect(page.get_by_role("button", name="确认结算")).to_be_focused()
    due = page.locator(".huibao-due__fen").inner_text()
    page.get_by_role("button", name="确认结算").click()
    expect(page.get_by_role("heading", name="结算完成")).to_be_visible()
    assert page.locator(".huibao-due__fen").inner_text() == due
    sheet = page.context.request.get(f"{page.url}/sheet")
    assert sheet.body().startswith(b"%PDF-")
    # The parts make the bill, as the table says them.
    cells = [text.removesuffix(" 元") for text in page.locator("td [aria-hidden=true]").all_inner_texts()]
    fen = [int(cell.replace(",", "").replace(".", "")) for cell in cells]
    assert sum(fen[:-1]) == fen[-1] == 10_040_00
    page.get_by_role("link", name="撤销这笔结算").click()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("heading", name="结算已撤销")).to_be_visible()


def test_by_keyboard_alone_enter_leads_from_the_identity_to_the_sheet(seat: Seat) -> None:
    sitting = seat("jiesuan")
    page = sitting.page
    number = waiting_number(sitting)
    sitting.go("/counter")
    _tab_to(sitting, "#number")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter/stays/*")
    _tab_to(sitting, "#hifp_pay")
    for amount in PAID.values():
        page.keyboard.type(amount)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="确认结算")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter/settled/*")
    expect(page.get_by_role("button", name="打印结算单（PDF）")).to_be_focused()


def _tab_to(sitting: object, selector: str) -> None:
    from tests.web.browser.console import Sitting

    assert isinstance(sitting, Sitting)
    for _ in range(30):
        sitting.page.keyboard.press("Tab")
        if sitting.page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached")
