"""The cashier's jobs: a bill settled by hand in three presses, and the month's list."""

from typing import Final

from playwright.sync_api import expect

from tests.web.browser.hands import Crew, Hand, Keys

PAID: Final = {"基本医保已付（元）": "5000", "大病保险已付（元）": "600", "医疗救助已付（元）": "300"}
MOST_PRESSES: Final = 3
"""After the identity number; amounts that are typed and Tab from field to field are not counted."""
QUIET_MONTH: Final = "2019-01"
"""The demonstration's hospital settled nothing then."""


def settled(crew: Crew) -> None:
    """From the identity to the sheet; undone again, so that the bill waits as it did."""
    hand = crew.signs_in("jiesuan")
    number = str(crew.site.ask("waiting_number"))
    hand.home("出院结算（人工窗口）")
    hand.writes("身份证号", number)
    if isinstance(hand, Keys):
        hand.pressed.clear()
    hand.presses(hand.button("下一步"), key="Enter")
    hand.page.wait_for_url("**/counter/stays/*")
    for label, amount in PAID.items():
        hand.writes(label, amount)
    hand.presses(hand.button("核对各方支付"), key="Enter")
    hand.is_at(hand.button("确认结算"))
    due = hand.page.locator(".huibao-due__fen").inner_text()
    hand.presses(hand.button("确认结算"), key="Enter")
    hand.page.wait_for_url("**/counter/settled/*")
    hand.says("结算完成")
    hand.is_at(hand.button("打印结算单（PDF）"))
    if isinstance(hand, Keys):
        assert len(hand.pressed) <= MOST_PRESSES, hand.pressed
    assert hand.page.locator(".huibao-due__fen").inner_text() == due
    assert _makes_the_bill(hand)
    sheet = hand.button("打印结算单（PDF）").get_attribute("href")
    assert hand.page.context.request.get(f"{crew.site.address}{sheet}").body().startswith(b"%PDF-")
    hand.presses(hand.link("撤销这笔结算"))
    hand.presses(hand.button("撤销"))
    hand.says("结算已撤销")


def _makes_the_bill(hand: Hand) -> bool:
    """The parts make the bill of 10,040 yuan, as the table says them."""
    cells = [text.removesuffix(" 元") for text in hand.page.locator("td [aria-hidden=true]").all_inner_texts()]
    fen = [int(cell.replace(",", "").replace(".", "")) for cell in cells]
    return sum(fen[:-1]) == fen[-1] == 10_040_00


def month_reconciled(crew: Crew) -> None:
    """A list with one settlement that is unknown here: it alone is shown."""
    hand = crew.signs_in("jiesuan")
    hand.home("月末对账")
    hand.writes("月份", QUIET_MONTH)
    line = "X404,J404,P404,10040.00,8000.00,0,0"
    hand.gives("医院账单", {"name": "list.csv", "mimeType": "text/csv", "buffer": line.encode()})
    hand.presses(hand.button("对账"))
    hand.says("有 1 笔不一致")
    expect(hand.main.locator("tbody tr")).to_have_count(1)
    expect(hand.main.locator("tbody tr")).to_contain_text("X404")
