"""States of the finance desk: for each account of the demonstration, its page states by name."""

from typing import TYPE_CHECKING, Final

from tests.web.browser.console import Sitting, State

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

NOTE: Final = "新增残疾人参保"


def first_link(sitting: Sitting, part: str) -> None:
    """Follow the first link of the page's main part whose address holds `part`."""
    link = sitting.page.locator(f"main a[href*='{part}']").first
    wanted = link.get_attribute("href") or ""
    link.click()
    sitting.page.wait_for_url(f"**{wanted.split('?')[0]}*")


def journal(sitting: Sitting) -> None:
    """A special account's journal."""
    sitting.go("/books?area=430423&year=2026")
    first_link(sitting, "/books/subjects/1003")
    sitting.page.get_by_role("link", name="示范-衡山-2026 · 意外伤害").first.click()
    sitting.page.wait_for_url("**/books/account*")


def voucher(sitting: Sitting) -> None:
    """A voucher of that journal."""
    journal(sitting)
    first_link(sitting, "/books/vouchers/")


def paper(sitting: Sitting) -> None:
    """The paper behind it."""
    voucher(sitting)
    first_link(sitting, "/paper")


def bank(sitting: Sitting) -> None:
    """The page where a bank's statement of that account is dropped."""
    sitting.go("/books/subjects/1003?area=430423&year=2026")
    sitting.page.get_by_role("link", name="示范-衡山-2026 · 意外伤害").first.click()
    sitting.page.get_by_role("link", name="银行对账（余额调节表）").click()
    sitting.page.wait_for_url("**/books/account/bank*")


def dropped(sitting: Sitting, *rows: str) -> None:
    """A made-up statement of that account, dropped."""
    bank(sitting)
    text = "\r\n".join(("日期,摘要,收入,支出,余额,凭证号", *rows))
    sent: FilePayload = {"name": "statement.csv", "mimeType": "text/csv", "buffer": text.encode()}
    sitting.page.get_by_label("银行对账单", exact=True).set_input_files(sent)
    sitting.page.get_by_role("button", name="对账", exact=True).click()


def reconciled(sitting: Sitting) -> None:
    """What only one side has, and both balances."""
    dropped(sitting, "2026-01-21,利息（虚构）,3.21,,3.21,", "2026-01-22,手续费（虚构）,,1.20,2.01,")
    sitting.page.get_by_role("button", name="打印调节表（PDF）").wait_for()


def unreadable(sitting: Sitting) -> None:
    """A statement whose rows cannot be relied on."""
    dropped(sitting, "一月,利息,3.21,,3.21,", "2026-01-22,手续费,1.20,1.20,2.01,")
    sitting.page.locator("#file-error").wait_for()


def filled(sitting: Sitting, amount: str = "1,200") -> None:
    """The form of an allocation, filled in and sent on to be checked."""
    sitting.go("/money/allocate")
    page = sitting.page
    page.get_by_label("从哪项资金").select_option("430423/local_budget")
    page.get_by_label("合同", exact=True).select_option("示范-衡山-2026")
    page.get_by_label("险种").select_option("accident")
    page.get_by_label("金额").fill(amount)
    page.get_by_label("生效日期").fill("2026-02-03")
    page.get_by_label("事由").fill(NOTE)
    page.get_by_role("button", name="下一步：核对").click()


def checked(sitting: Sitting) -> None:
    """What the request would do, before it is sent."""
    filled(sitting)
    sitting.page.get_by_role("button", name="提交复核").wait_for()


def too_much(sitting: Sitting) -> None:
    """More than the fund holds."""
    filled(sitting, "99,999,999")
    sitting.page.locator("#amount-error").wait_for()


def waiting(sitting: Sitting) -> None:
    """The first request that waits for the approver."""
    sitting.go("/approvals")
    first_link(sitting, "/approvals/")


def undecided(sitting: Sitting) -> None:
    """A decision sent without one."""
    waiting(sitting)
    sitting.page.get_by_role("button", name="提交决定").click()
    sitting.page.locator("#decision-error").wait_for()


def too_late(sitting: Sitting) -> None:
    """A decision about what its asker took back while the page was open: who, in which role, when, and what was typed."""
    number = sitting.site.ask("money_asked_for")
    sitting.go(f"/approvals/{number}")
    sitting.page.get_by_label("批准", exact=True).check()
    sitting.page.get_by_label("意见").fill("同意，按批次安排")
    sitting.site.ask("taken_back", str(number))
    with sitting.leaving():
        sitting.page.get_by_role("button", name="提交决定").click()


STATES: Final[dict[str, dict[str, State]]] = {
    "shenji": {
        "audit-home": lambda sitting: sitting.go("/"),
        "books-balance": lambda sitting: sitting.go("/books?area=430423&year=2026"),
        "books-empty": lambda sitting: sitting.go("/books?area=430423&year=2019"),
        "books-subject": lambda sitting: sitting.go("/books/subjects/1003?area=430423&year=2026"),
        "books-journal": journal,
        "books-voucher": voucher,
        "books-paper": paper,
        "books-banks": lambda sitting: sitting.go("/books/banks?area=430423&year=2026"),
        "books-flow": lambda sitting: sitting.go("/books/flow?area=430423&year=2025"),
        "books-pack": lambda sitting: sitting.go("/books/pack"),
        "approvals-all": lambda sitting: sitting.go("/approvals?all=1"),
    },
    "zijin": {
        "finance-home": lambda sitting: sitting.go("/"),
        "books-bank": bank,
        "books-bank-sheet": reconciled,
        "books-bank-wrong": unreadable,
        "ask-allocate": lambda sitting: sitting.go("/money/allocate"),
        "ask-move": lambda sitting: sitting.go("/money/move"),
        "ask-carry": lambda sitting: sitting.go("/money/carry"),
        "ask-return": lambda sitting: sitting.go("/money/return"),
        "ask-wrong": too_much,
        "ask-check": checked,
    },
    "zijin.fuhe": {
        "approver-home": lambda sitting: sitting.go("/"),
        "approvals-waiting": lambda sitting: sitting.go("/approvals"),
        "approval-open": waiting,
        "approval-wrong": undecided,
        "approval-too-late": too_late,
    },
}
