"""The county clerk's jobs: a roster in six steps, the workbook dropped again, an enrolment, one search, work left alone."""

import re
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Final

import openpyxl
from playwright.sync_api import expect

from huibao.kernel.identity import check_digit
from tests.web.browser.hands import Crew, Hand, Keys, Mouse

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAFT: Final = re.compile(r"/county/rosters/\d+$")
PREVIEW: Final = re.compile(r"/county/enrolment/\d+$")
OWN: Final = {Mouse: ("athletes", "运动项目", "田径"), Keys: ("rehabilitation", "机构名称", "示范康复中心")}
"""Each way of working brings a roster of its own kind: one that lacks the other's people would be asked about."""
_order: Final = count(1)


def born() -> str:
    """A day of birth on which nobody of another test was born: children, whom every kind of roster takes."""
    at = next(_order)
    return f"2015{1 + at // 28:02d}{1 + at % 28:02d}"


def number(day: str, order: int) -> str:
    """A made-up identity number of the county."""
    body = f"430423{day}{order:03d}"
    return body + check_digit(body)


def roster(day: str, *, header: tuple[str, str], name: str) -> "FilePayload":
    """Five made-up people, two rows of one number, one number that is too short; a header never seen before."""
    people = [(f"浏览{'甲乙丙丁戊'[at]}", number(day, 301 + at)) for at in range(5)]
    people += [("浏览庚", number(day, 320)), ("沈丽娜", number(day, 320)), ("浏览辛", "430423")]
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(("姓名", "身份证号", "区划代码", header[0], _remarks(day)))
    for shown, said in people:
        page.append([shown, said, "430423", header[1], ""])
    return _sheet(book, name)


def _remarks(day: str) -> str:
    """The name of a column that no header had before; figures would make it a row of data."""
    return "备注" + "".join("零一二三四五六七八九"[int(figure)] for figure in day)


def _sheet(book: openpyxl.Workbook, name: str) -> "FilePayload":
    made = BytesIO()
    book.save(made)
    return {"name": name, "mimeType": XLSX, "buffer": made.getvalue()}


def _dropped(hand: Hand, file: "FilePayload", source: str) -> None:
    """Step 1 and 2: the workbook, what its columns mean, and the result that opens by itself."""
    hand.home("上传名册")
    hand.gives("名册工作簿", file)
    hand.says(f"已选择：{file['name']}")
    hand.chooses("哪个部门的名册", source)
    hand.writes("名册截至日期", hand.sitting.site.today())
    hand.presses(hand.button("上传并核对"))
    hand.page.wait_for_url(DRAFT)


def _columns_confirmed(hand: Hand) -> None:
    hand.presses(hand.button("确认，继续核对"))
    hand.page.wait_for_url(DRAFT)
    hand.says("共 8 行。")


def roster_taken_in(crew: Crew) -> None:
    """Drop, result, doubtful rows one by one, a refused row put right, check, the second person's yes."""
    hand, day = crew.signs_in("jingban"), born()
    source, column, value = OWN[crew.way]
    _dropped(hand, roster(day, header=(column, value), name="名册.xlsx"), source)
    _columns_confirmed(hand)
    theirs = hand.at
    hand.presses(hand.main.get_by_role("link", name=re.compile("^与上一份的差异")))
    hand.says("新增")
    hand.opens(theirs)
    _rows_decided(hand)
    hand.presses(hand.link("看退回的 1 行"))
    _put_right(hand, number(day, 340))
    hand.presses(hand.button("核对并提交"))
    hand.page.wait_for_url("**/check")
    hand.says("可用 6，接受的待核行 1")
    hand.presses(hand.button("提交复核"))
    hand.says("等待第二人复核")
    boss = crew.colleague("fuhe")
    boss.home("复核")
    boss.presses(boss.main.locator(f"a[href='{theirs}/check']"))
    boss.ticks("同意导入")
    boss.presses(boss.button("提交决定"))
    boss.waits_for(boss.main.get_by_text("已导入 7 行"))


def _rows_decided(hand: Hand) -> None:
    """Doubtful rows by F8 and the arrows, or by the mouse: one taken in, one left out."""
    hand.presses(hand.button("处理待核行（2）"))
    rows = hand.page.locator("[data-row]")
    if isinstance(hand, Keys):
        for key, row in (("F8", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
            hand.key(key)
            expect(rows.nth(row)).to_be_focused()
    hand.presses(rows.first.locator("[data-accept]"), key="Alt+KeyY")
    hand.says("还有 1 行待核没有决定。")
    waiting = hand.page.locator("[data-row][data-open]")
    if isinstance(hand, Keys):
        # The row that waits has the focus already: one press decides it.
        expect(waiting).to_be_focused()
    hand.presses(waiting.locator("[data-reject]"), key="Alt+KeyN")
    hand.page.wait_for_url("**#next")


def _put_right(hand: Hand, right: str) -> None:
    """A refused row: wrong once more, then right."""
    hand.presses(hand.main.get_by_role("link", name=re.compile("^看全部或改正")))
    hand.writes("身份证号", "4304")
    hand.presses(hand.button("保存改正"))
    hand.is_at(hand.page.locator(".govuk-error-summary"))
    expect(hand.field("身份证号")).to_have_value("4304")
    hand.writes("身份证号", right)
    hand.presses(hand.button("保存改正"))
    hand.page.wait_for_url("**#next")


def workbook_dropped_again(crew: Crew) -> None:
    """The workbook comes back with reasons, is mended where it is red, and dropped again: nothing is refused any more."""
    hand, day = crew.signs_in("jingban"), born()
    file = roster(day, header=("认定日期", "2026-01-05"), name="帮扶.xlsx")
    _dropped(hand, file, "instant_help")
    _columns_confirmed(hand)
    hand.says("1 行退回")
    reasons = hand.link("下载带原因的工作簿")
    hand.waits_for(reasons)
    with hand.page.expect_download() as fetched:
        hand.touches(reasons)
    book = openpyxl.load_workbook(BytesIO(fetched.value.path().read_bytes()))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    short = next(cell for cell in cells if cell.value == "430423" and cell.column == 2)
    short.value = number(day, 341)
    _dropped(hand, _sheet(book, "帮扶（改）.xlsx"), "instant_help")
    # Its columns were confirmed once: what we added at its edge does not make it another workbook.
    hand.says("共 8 行。")
    hand.says("0 行退回")


def enrolled(crew: Crew) -> None:
    """People and money foreseen, approved by another, enrolled; the lists for insurer and villages."""
    expected = int(crew.site.ask("taken_into_care", born()))
    hand = crew.signs_in("jingban")
    hand.home("参保")
    hand.presses(hand.button("预览"))
    hand.page.wait_for_url(PREVIEW)
    people = int(hand.page.locator(".huibao-strips__figure").first.inner_text())
    assert people >= expected
    hand.says("需要多少钱")
    theirs = hand.at
    hand.presses(hand.button("提交复核"))
    hand.says("等待第二人复核")
    boss = crew.colleague("fuhe")
    boss.home("复核")
    boss.presses(boss.main.locator(f"a[href='{theirs}']"))
    boss.ticks("同意参保")
    boss.presses(boss.button("提交决定"))
    boss.waits_for(boss.main.get_by_text(f"已参保 {people} 人"))
    hand.opens(theirs)
    hand.presses(hand.button("生成移交清单和村级发放表"))
    hand.page.wait_for_url(PREVIEW)
    for list_ in ("移交清单", "发放表"):
        link = hand.main.get_by_role("link", name=re.compile(rf"{list_}.*\.pdf")).first
        hand.reaches(link)
        address = f"{crew.site.address}{link.get_attribute('href')}"
        assert hand.page.context.request.get(address).body().startswith(b"%PDF-")


def covered(crew: Crew) -> None:
    """One search, one answer, with what it rests on and who has looked; then out."""
    hand = crew.signs_in("jingban")
    asked = str(crew.site.ask("insured_number"))
    hand.home("查某人是否参保")
    hand.writes("身份证号", asked)
    hand.presses(hand.button("查询"), key="Enter")
    for part in ("✓ 已参保", "由谁付", "依据", "最近谁看过"):
        hand.says(part)
    assert asked not in hand.page.url
    assert asked not in hand.page.content()
    hand.presses(hand.page.get_by_role("button", name="退出"))
    hand.page.wait_for_url(f"{crew.site.address}/enter")


def work_left_alone(crew: Crew) -> None:
    """A preview is asked for and left at once; it goes on, and is found among one's own works."""
    hand = crew.signs_in("jingban")
    hand.home("参保")
    hand.presses(hand.button("预览"))
    hand.home("我的后台任务")
    latest = hand.main.get_by_role("row").nth(1)
    hand.waits_for(latest.get_by_text("已完成"))
    hand.presses(latest.get_by_role("link"))
    hand.page.wait_for_url(PREVIEW)
