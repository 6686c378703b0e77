"""What this desk puts on the first page."""

from django.urls import reverse

from huibao.app.access import Noun, Verb, may
from huibao.app.hospital import debt_desk
from huibao.kernel.fen import yuan_text
from huibao.web.desk import Desk
from huibao.web.job import Job


def jobs(desk: Desk) -> list[Job]:
    """Settling by hand, the month's reconciliation, and debts of people treated first."""
    if may(desk.who, Verb.SETTLE, Noun.BILL) is not None:
        return []
    return [
        *_window(desk),
        *debts(desk),
    ]


def debts(desk: Desk) -> list[Job]:
    """Debts within the reader's reach, for finance where there are any."""
    if may(desk.who, Verb.READ, Noun.DEBT) is not None:
        return []
    count, fen = debt_desk.totals(desk.who)
    if not count and may(desk.who, Verb.SETTLE, Noun.BILL) is not None:
        return []
    return [
        Job(
            reverse("console:cashier-debts"),
            desk.pick("先诊疗后付费的欠费", "Debts of people treated first"),
            desk.pick(
                "谁的账还没结清，分期和催缴；申请核销。",
                "What is not settled, instalments and reminders; ask to give one up.",
            ),
            desk.pick(f"{count} 笔，{yuan_text(fen)} 元", f"{count}, {yuan_text(fen)} yuan") if count else "",
        )
    ]


def _window(desk: Desk) -> list[Job]:
    return [
        Job(
            reverse("console:cashier-counter"),
            desk.pick("出院结算（人工窗口）", "Settle a bill by hand"),
            desk.pick(
                "医院系统停用时使用：输入身份证号，核对各方支付，确认结算，打印结算单。",
                "For when the hospital's own system is down: identity number, who pays what, confirm, print.",
            ),
        ),
        Job(
            reverse("console:cashier-month"),
            desk.pick("月末对账", "Reconcile the month"),
            desk.pick("上传医院账单，只列出不一致的。", "Send the hospital's list; only what differs is shown."),
        ),
    ]
