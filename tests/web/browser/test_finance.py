"""The finance desk in a real browser: from the balance to the paper, and money asked for by one and approved by another."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, window
from tests.web.browser.states.finance import filled

MOST_CLICKS = 4
MOST_TABS = 120
"""Seconds and more: the worker beside the server has other work too."""


def clicked(page: Page, part: str) -> None:
    """Click the first link of the main part that leads there, and wait until one is there."""
    link = page.locator(f"main a[href*='{part}']").first
    wanted = (link.get_attribute("href") or "").split("?")[0]
    link.click()
    page.wait_for_url(f"**{wanted}*")


def entered(page: Page, part: str) -> None:
    """The same by keyboard alone: Tab to the link, press Enter."""
    link = page.locator(f"main a[href*='{part}']").first
    wanted = (link.get_attribute("href") or "").split("?")[0]
    tabbed(page, f"main a[href*='{part}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}*")


def tabbed(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what is meant."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached")


def chosen(page: Page, value: str) -> None:
    """Press the arrow down in a list until it stands on a value."""
    for _ in range(MOST_TABS):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{value} is not in the list")


def test_from_the_balance_to_the_paper_in_four_clicks(browser: Browser, site: Site) -> None:
    sitting = window(browser, site)
    sitting.sign_in("shenji")
    page = sitting.page
    page.get_by_role("link", name="总账和科目余额").click()
    page.wait_for_url("**/books")
    expect(page.get_by_text("试算平衡")).to_be_visible()
    steps = ("/books/subjects/1003", "/books/account", "/books/vouchers/", "/paper")
    for part in steps:
        clicked(page, part)
    assert len(steps) <= MOST_CLICKS
    expect(page.locator("main .govuk-summary-list__row").first).to_be_visible()
    page.locator(".huibao-way a").first.click()
    expect(page.get_by_role("heading", name=re.compile("号凭证"))).to_be_visible()


def test_from_the_balance_to_the_paper_by_keyboard_alone(seat: Seat) -> None:
    sitting = seat("shenji")
    sitting.go("/books")
    for part in ("/books/subjects/1003", "/books/account", "/books/vouchers/", "/paper"):
        entered(sitting.page, part)
    expect(sitting.page.get_by_text("的原始单据")).to_be_visible()


def sent(sitting: Sitting) -> str:
    """The address of the request that the check page is sent as."""
    sitting.page.get_by_role("button", name="提交复核").click()
    sitting.page.wait_for_url("**/approvals/*")
    expect(sitting.page.get_by_text("待复核")).to_be_visible()
    return sitting.page.url.removeprefix(sitting.site.address)


def test_money_is_asked_for_by_one_and_approved_by_another_with_the_mouse(seat: Seat) -> None:
    clerk, approver = seat("zijin"), seat("zijin.fuhe")
    filled(clerk, "100")
    address = sent(clerk)
    expect(clerk.page.get_by_role("button", name="提交决定")).to_have_count(0)
    approver.go("/")
    approver.page.get_by_role("link", name="审批").click()
    approver.page.wait_for_url("**/approvals")
    clicked(approver.page, address)
    approver.page.get_by_label("批准", exact=True).check()
    approver.page.get_by_label("意见").fill("同意")
    approver.page.get_by_role("button", name="提交决定").click()
    expect(approver.page.get_by_text("已批准并办结")).to_be_visible()
    clicked(approver.page, "/books/vouchers/")
    expect(approver.page.locator("main")).to_contain_text("100.00")
    clerk.go(address)
    expect(clerk.page.get_by_text("已批准并办结")).to_be_visible()


def test_money_is_asked_for_and_approved_by_keyboard_alone(seat: Seat) -> None:
    clerk, approver = seat("zijin"), seat("zijin.fuhe")
    page = clerk.page
    clerk.go("/money/allocate")
    for field, value in (
        ("fund", "430423/local_budget"),
        ("contract", "示范-衡山-2026"),
        ("line", "accident"),
    ):
        tabbed(page, f"#{field}")
        chosen(page, value)
    tabbed(page, "#amount")
    page.keyboard.type("50.5")
    tabbed(page, "#note")
    page.keyboard.type("年中增补")
    tabbed(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="核对后提交")).to_be_visible()
    tabbed(page, "main button[value=send]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals/*")
    address = page.url.removeprefix(clerk.site.address)
    other = approver.page
    approver.go(address)
    tabbed(other, "#decision")
    other.keyboard.press("Space")
    tabbed(other, "main button[type=submit]")
    other.keyboard.press("Enter")
    expect(other.get_by_text("已批准并办结")).to_be_visible()


def test_an_audit_pack_is_made_in_the_background_and_taken_along(seat: Seat) -> None:
    sitting = seat("shenji")
    page = sitting.page
    sitting.go("/books/pack")
    page.get_by_role("button", name="制作审计包").click()
    page.wait_for_url("**/work*/*")
    # The page looks again by itself until the work is done.
    link = page.get_by_role("link", name=re.compile("audit-pack|下载"))
    link.first.wait_for()
    answer = page.context.request.get(sitting.site.address + (link.first.get_attribute("href") or ""))
    assert answer.body().startswith(b"PK")
