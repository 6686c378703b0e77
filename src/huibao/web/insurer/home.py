"""What this desk puts on the first page."""

from django.urls import reverse

from huibao.app.access import Noun, Role, Verb, may
from huibao.app.claims import desk as cases
from huibao.app.payout import advances
from huibao.domain.claims.words import State
from huibao.store import payee, payout, standing
from huibao.web.desk import Desk
from huibao.web.job import Job


def jobs(desk: Desk) -> list[Job]:
    """The queue with what is due, payments with what waits, visits of today."""
    if may(desk.who, Verb.READ, Noun.CLAIM) is not None:
        return []
    counts = cases.counts(desk.who, desk.clock)
    contracts = cases.contracts_of(desk.who)
    figure = desk.pick(f"{counts.today} 件今天到期", f"{counts.today} due today")
    if counts.overdue:
        figure += desk.pick(f"，{counts.overdue} 件已逾期", f", {counts.overdue} overdue")
    found = [
        Job(
            reverse("console:insurer-queue"),
            desk.pick("办理赔案", "Handle claims"),
            desk.pick(
                f"在办 {counts.every} 件，先到期的排在前面。", f"{counts.every} in hand, what is due first at the top."
            ),
            figure,
        )
    ]
    if desk.who.role in {Role.INSURER_PAYER, Role.INSURER_HANDLER}:
        decided = standing.by_state(contracts).get(State.DECIDED, 0) + sum(len(advances(one)) for one in contracts)
        silent = payout.waiting(contracts)
        found.append(
            Job(
                reverse("console:insurer-payments"),
                desk.pick("支付赔款", "Pay claims"),
                desk.pick(f"{silent} 笔等银行回盘。", f"{silent} payments wait for the bank."),
                desk.pick(f"{decided} 件待付", f"{decided} to be paid"),
            )
        )
    if desk.who.role is Role.INSURER_HANDLER:
        due = payee.visits_due(contracts, desk.clock.today())
        found.append(
            Job(
                reverse("console:insurer-visits"),
                desk.pick("探访", "Visits"),
                desk.pick("去看来不了的人。", "Go to those who cannot come."),
                desk.pick(f"{due} 次到期", f"{due} due"),
            )
        )
    return found
