"""A claim from the report to the bank's answer in a real browser: once with the mouse, once by keyboard alone."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.web.browser.conftest import Seat
from tests.web.browser.console import Sitting

COST, IN_POLICY, OTHERS = "1500.00", "1400.00", "700.00"
MOST_TABS = 80


def last_reported(sitting: Sitting) -> str:
    """Open the reported claim that is due last; returns its number."""
    sitting.go("/insurer/queue?state=reported")
    link = sitting.page.locator("tbody th a").last
    number = link.inner_text().strip()
    link.click()
    sitting.page.wait_for_url(f"**/insurer/claims/{number}**")
    return number


def press(page: Page, name: str) -> None:
    """Press what is called that in the page's main part, and wait for the page it leads to."""
    before = page.url
    page.locator("main").get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(lambda url: url != before)


def test_a_claim_is_paid_with_the_mouse_by_three_people(seat: Seat) -> None:
    handler = seat("lipei")
    number = last_reported(handler)
    page = handler.page
    press(page, "登记收到的材料")
    for paper in ("索赔申请书", "身份证件", "银行账户", "医疗费发票"):
        page.get_by_label(paper, exact=True).check()
    page.get_by_label("齐全，可以核定").check()
    press(page, "登记")
    expect(page.get_by_role("status")).to_contain_text("已办理")
    press(page, "核定金额并送审")
    page.get_by_label("意外医疗费用（元）", exact=True).fill(COST)
    page.get_by_label("意外医疗政策内费用（元）", exact=True).fill(IN_POLICY)
    page.get_by_label("基本医保已付（元）", exact=True).fill(OTHERS)
    press(page, "计算并送审")
    # 1,400 + half of 100 less 700, less the deductible of 100, of which 85 per cent: 552.50 yuan.
    expect(page.locator(".huibao-fall")).to_contain_text("552.50 元")
    press(page, "收款人和账号")
    page.get_by_label("开户行").fill("示范银行衡山支行")
    page.get_by_label("银行账号").fill("6222 0000 1111 2222 333")
    press(page, "登记账号")
    expect(page.locator("main")).to_contain_text("账号尾号 2333")
    assert "6222000011112222333" not in page.content()

    approver = seat("lipei.fuhe")
    approver.go(f"/insurer/claims/{number}")
    press(approver.page, "复核")
    approver.page.get_by_label("同意，按送审金额赔付").check()
    press(approver.page, "提交")
    expect(approver.page.locator("main")).to_contain_text("已审批待付")
    pay(seat, number)


def pay(seat: Seat, number: str) -> None:
    """The payer makes the file, fetches it, and drops the bank's answer: everything paid."""
    payer = seat("zhifu")
    payer.go("/insurer/payments")
    press(payer.page, "生成支付文件")
    expect(payer.page.get_by_role("status")).to_contain_text("支付文件已生成")
    with payer.page.expect_download() as fetched:
        payer.page.get_by_role("button", name="下载支付文件").click()
    text = fetched.value.path().read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines() if re.match(r"F\d{4}-\d{6}-\d{6}-\d{4},", line)]
    day = text.splitlines()[0].rsplit(",", 1)[1]
    said = ["付款编号,结果,金额,日期,原因", *(f"{row[0]},成功,{row[4]},{day}," for row in rows)]
    answer = FilePayload(name="back.csv", mimeType="text/csv", buffer="\r\n".join(said).encode())
    payer.page.get_by_label("银行回盘文件").set_input_files(files=[answer])
    press(payer.page, "导入银行回盘")
    expect(payer.page.get_by_role("status")).to_contain_text("回盘已导入")
    payer.go(f"/insurer/claims/{number}")
    expect(payer.page.locator("main .huibao-answer").first).to_contain_text("已赔付")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached")


def test_papers_are_asked_for_and_cases_turned_over_by_keyboard_alone(seat: Seat) -> None:
    handler = seat("lipei")
    page = handler.page
    handler.go("/insurer/queue?state=reported")
    tab_to(page, "tbody th a")
    first = page.evaluate("() => document.activeElement.textContent.trim()")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/insurer/claims/{first}**")
    page.keyboard.press("Alt+KeyK")
    page.wait_for_url(lambda url: first not in url)
    second = page.url.split("/")[-1].split("?")[0]
    page.keyboard.press("Alt+KeyJ")
    page.wait_for_url(f"**/insurer/claims/{first}**")
    assert second != first
    page.keyboard.press("Alt+KeyA")
    page.wait_for_url("**/papers/ask")
    # The usual papers are ticked already; Enter on a box sends the form.
    tab_to(page, "#papers")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=ask_papers")
    expect(page.locator("main")).to_contain_text("待补材料")
    expect(page.locator("main")).to_contain_text("不能再次要求")


def test_the_approver_decides_by_keyboard_alone(seat: Seat) -> None:
    approver = seat("lipei.fuhe")
    page = approver.page
    approver.go("/insurer/queue?state=assessed")
    tab_to(page, "tbody th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/insurer/claims/**")
    page.keyboard.press("Alt+KeyA")
    page.wait_for_url("**/decide")
    tab_to(page, "#choice")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#opinion")
    page.keyboard.type("少一张发票")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=decide")
    expect(page.locator("main")).to_contain_text("复核退回：少一张发票")
