"""What this desk puts on the first page."""

from django.urls import reverse

from huibao.app.access import Noun, Verb, may
from huibao.web.desk import Desk
from huibao.web.job import Job


def jobs(desk: Desk) -> list[Job]:
    """Settling by hand, and the month's reconciliation."""
    if may(desk.who, Verb.SETTLE, Noun.BILL) is not None:
        return []
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
