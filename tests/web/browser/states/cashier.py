"""States of the cashier's desk: for each account of the demonstration, its page states by name."""

from typing import TYPE_CHECKING, Final

from tests.web.browser.console import Sitting, State

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

PAID: Final = {"基本医保已付（元）": "5000", "大病保险已付（元）": "600", "医疗救助已付（元）": "300"}


def waiting_number(sitting: Sitting) -> str:
    """The made-up number of somebody whose stay waits at the counter."""
    return str(sitting.site.ask("waiting_number"))


def look_up(sitting: Sitting) -> None:
    """The bill of somebody whose stay waits."""
    sitting.go("/counter")
    sitting.page.get_by_label("身份证号", exact=True).fill(waiting_number(sitting))
    sitting.page.get_by_role("button", name="下一步").click()
    sitting.page.wait_for_url("**/counter/stays/*")


def reckoned(sitting: Sitting) -> None:
    """Who pays what, before it is confirmed."""
    look_up(sitting)
    for label, amount in PAID.items():
        sitting.page.get_by_label(label).fill(amount)
    sitting.page.get_by_role("button", name="核对各方支付").click()
    sitting.page.get_by_role("button", name="确认结算").wait_for()


def bill_wrong(sitting: Sitting) -> None:
    """A bill with an amount that is none."""
    look_up(sitting)
    sitting.page.get_by_label("基本医保已付（元）").fill("五千")
    sitting.page.get_by_role("button", name="核对各方支付").click()
    sitting.page.locator("#hifp_pay-error").wait_for()


def settled(sitting: Sitting) -> None:
    """A settlement done: the one of this demonstration, made when there is none yet."""
    done = sitting.site.ask("settled_at_counter")
    if done:
        sitting.go(f"/counter/settled/{done}")
        return
    reckoned(sitting)
    sitting.page.get_by_role("button", name="确认结算").click()
    sitting.page.wait_for_url("**/counter/settled/*")


def undoing(sitting: Sitting) -> None:
    """The question before a settlement is undone."""
    settled(sitting)
    sitting.page.get_by_role("link", name="撤销这笔结算").click()
    sitting.page.wait_for_url("**/undo")


def nobody(sitting: Sitting) -> None:
    """A number of nobody."""
    sitting.go("/counter")
    sitting.page.get_by_label("身份证号", exact=True).fill("110101199003070054")
    sitting.page.get_by_role("button", name="下一步").click()
    sitting.page.locator("#number-error").wait_for()


def compared(sitting: Sitting) -> None:
    """A month compared with a list in which one settlement is unknown here."""
    sitting.go("/counter/month")
    line = "X404,J404,P404,10040.00,8000.00,0,0"
    sent: FilePayload = {"name": "list.csv", "mimeType": "text/csv", "buffer": line.encode()}
    sitting.page.get_by_label("医院账单").set_input_files(sent)
    sitting.page.get_by_role("button", name="对账").click()
    sitting.page.get_by_role("table").wait_for()


def debt(sitting: Sitting) -> None:
    """A debt that was agreed to be paid in parts: the first of the list."""
    sitting.go("/debts")
    sitting.page.locator("tbody th a").first.click()
    sitting.page.wait_for_url("**/debts/*")


def giving_up(sitting: Sitting) -> None:
    """The form that asks to give up the second debt of the list."""
    sitting.go("/debts")
    sitting.page.locator("tbody th a").nth(1).click()
    sitting.page.wait_for_url("**/debts/*")
    sitting.page.get_by_role("button", name="申请核销").click()
    sitting.page.wait_for_url("**/write-off")


def giving_up_wrong(sitting: Sitting) -> None:
    """The same sent without a reason."""
    giving_up(sitting)
    sitting.page.get_by_role("button", name="提交复核").click()
    sitting.page.locator("#why-error").wait_for()


STATES: Final[dict[str, dict[str, State]]] = {
    "jiesuan": {
        "cashier-home": lambda s: s.go("/"),
        "counter": lambda s: s.go("/counter"),
        "counter-nobody": nobody,
        "counter-new": lambda s: s.go("/counter/new"),
        "counter-bill": look_up,
        "counter-bill-wrong": bill_wrong,
        "counter-reckoned": reckoned,
        "counter-settled": settled,
        "counter-undo": undoing,
        "debts": lambda s: s.go("/debts"),
        "debt": debt,
        "debt-write-off": giving_up,
        "debt-write-off-wrong": giving_up_wrong,
        "counter-month": lambda s: s.go("/counter/month"),
        "counter-month-compared": compared,
    }
}
