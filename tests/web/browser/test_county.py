"""The county's desk in a real browser: a roster from the file to the second person's yes, and who it brings insured.

Once with the mouse, once with the keyboard alone (a file is handed to its field: no browser lets a test type into the
picker of the system). The worker is the one `huibao serve` starts.
"""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from huibao.kernel.identity import check_digit
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Sitting

LONG = 120_000
"""Milliseconds: a busy machine, and work in the background."""


def today() -> str:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def number(born: str, order: int) -> str:
    body = f"430423{born}{order:03d}"
    return body + check_digit(body)


def roster(path: Path, born: str, header: tuple[str, ...], last: str) -> Path:
    """Five made-up people, two rows of one number, one number that is too short."""
    people = [(f"浏览{'甲乙丙丁戊'[at]}", number(born, 301 + at)) for at in range(5)]
    people += [("浏览庚", number(born, 320)), ("沈丽娜", number(born, 320)), ("浏览辛", "430423")]
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(header)
    for name, said in people:
        page.append([name, said, "430423", last])
    book.save(path)
    return path


def dropped(sitting: Sitting, file: Path, source: str) -> None:
    """The form filled in, up to the button."""
    page = sitting.page
    page.get_by_label("名册工作簿").set_input_files(file)
    page.get_by_label("哪个部门的名册").select_option(label=source)
    page.get_by_label("名册截至日期").fill(today())


def looked(page: Page) -> None:
    """The work is done and its result has opened by itself."""
    page.wait_for_url(re.compile(r"/county/rosters/\d+$"), timeout=LONG)


def counted(page: Page) -> None:
    """The columns were confirmed, and the figures are there."""
    expect(page.get_by_text("共 8 行。")).to_be_visible(timeout=LONG)


def test_a_roster_and_its_enrolment_with_the_mouse(seat: Seat, tmp_path: Path) -> None:
    li, zhao = seat("jingban"), seat("fuhe")
    for one in (li, zhao):
        one.page.set_default_timeout(LONG)
    page = li.page
    li.go("/")
    page.get_by_role("link", name="上传名册").click()
    file = roster(tmp_path / "运动员.xlsx", "19920101", ("姓名", "身份证号", "区划代码", "运动项目"), "田径")
    dropped(li, file, "残疾人运动员名册")
    expect(page.get_by_text("已选择：运动员.xlsx")).to_be_visible()
    page.get_by_role("button", name="上传并核对").click()
    looked(page)
    if page.get_by_role("button", name="确认，继续核对").count():
        page.get_by_role("button", name="确认，继续核对").click()
    counted(page)
    page.get_by_role("button", name="处理待核行（2）").click()
    page.get_by_role("button", name=re.compile("^接受 第")).first.click()
    expect(page.get_by_text("还有 1 行待核没有决定。")).to_be_visible()
    page.get_by_role("button", name=re.compile("^不收 第")).first.click()
    page.wait_for_url("**#next")
    page.get_by_role("link", name="看退回的 1 行").click()
    page.get_by_role("link", name="看全部或改正").click()
    page.get_by_label("身份证号", exact=True).fill("4304")
    page.get_by_role("button", name="保存改正").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.get_by_label("身份证号", exact=True).input_value() == "4304"
    page.get_by_label("身份证号", exact=True).fill(number("19920101", 340))
    page.get_by_role("button", name="保存改正").click()
    page.wait_for_url("**#next")
    page.get_by_role("button", name="核对并提交").click()
    page.wait_for_url("**/check", timeout=LONG)
    expect(page.get_by_text("可用 6，接受的待核行 1")).to_be_visible()
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("等待第二人复核")).to_be_visible()
    theirs = page.url.removeprefix(li.site.address)
    boss = zhao.page
    zhao.go("/")
    boss.get_by_role("link", name="复核", exact=True).click()
    boss.locator(f'a[href="{theirs}/check"]').click()
    boss.get_by_label("同意导入", exact=True).check()
    boss.get_by_role("button", name="提交决定").click()
    boss.wait_for_url(re.compile(r"/county/rosters/\d+$"))
    until(boss, "已导入 7 行")
    enrolled(li, zhao)
    assert li.strangers == zhao.strangers == []


def enrolled(li: Sitting, zhao: Sitting) -> None:
    """Preview, hand on, approve, and fetch the lists."""
    page, boss = li.page, zhao.page
    li.go("/")
    page.get_by_role("link", name="参保", exact=True).click()
    page.get_by_role("button", name="预览").click()
    page.wait_for_url(re.compile(r"/county/enrolment/\d+$"), timeout=LONG)
    people = int(page.locator(".huibao-strips__figure").first.inner_text())
    assert people >= 7
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("等待第二人复核")).to_be_visible()
    theirs = page.url.removeprefix(li.site.address)
    zhao.go("/county/waiting")
    boss.locator(f'a[href="{theirs}"]').click()
    boss.get_by_label("同意参保", exact=True).check()
    boss.get_by_role("button", name="提交决定").click()
    until(boss, f"已参保 {people} 人")
    page.reload()
    page.get_by_role("button", name="生成移交清单和村级发放表").click()
    page.wait_for_url(re.compile(r"/county/enrolment/\d+$"), timeout=LONG)
    link = page.get_by_role("link", name=re.compile(r"移交清单.*\.pdf")).get_attribute("href")
    assert link is not None
    assert page.context.request.get(li.site.address + link).body().startswith(b"%PDF-")


def until(page: Page, text: str) -> None:
    """Load the page again until it says so, as somebody does who waits."""
    for _ in range(60):
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.get_by_text(text)).to_be_visible()


def test_a_roster_by_keyboard_alone(seat: Seat, tmp_path: Path) -> None:
    li, zhao = seat("jingban"), seat("fuhe")
    for one in (li, zhao):
        one.page.set_default_timeout(LONG)
    page = li.page
    li.go("/county/rosters/new")
    header = ("姓名", "身份证号", "区划代码", "机构名称")
    file = roster(tmp_path / "康复.xlsx", "20150101", header, "示范康复中心")
    page.get_by_label("名册工作簿").set_input_files(file)
    tab_to(page, "#source")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("哪个部门的名册")).to_have_value("rehabilitation")
    tab_to(page, "#taken_on")
    page.keyboard.type(today())
    page.keyboard.press("Enter")
    looked(page)
    if page.get_by_role("button", name="确认，继续核对").count():
        tab_to(page, "form[action$=columns] button")
        page.keyboard.press("Enter")
    counted(page)
    tab_to(page, "a[href$=rows]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rows")
    page.keyboard.press("F8")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-row]").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+y")
    page.wait_for_url(re.compile(r"#row-\d+$"))
    expect(page.locator("[data-row][data-open]")).to_be_focused()
    page.keyboard.press("Alt+n")
    page.wait_for_url("**#next")
    expect(page.locator("#next")).to_be_focused()
    tab_to(page, "form[action$=again] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check", timeout=LONG)
    tab_to(page, "form[action$=submit] button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/county/rosters/\d+$"))
    expect(page.get_by_text("等待第二人复核")).to_be_visible()
    boss = zhao.page
    boss.goto(f"{page.url}/check")
    tab_to(boss, "#yes")
    boss.keyboard.press("Space")
    tab_to(boss, "form[action$=decide] button")
    boss.keyboard.press("Enter")
    boss.wait_for_url(re.compile(r"/county/rosters/\d+$"))
    until(boss, "已导入 6 行")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until it is reached."""
    for _ in range(60):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached")
