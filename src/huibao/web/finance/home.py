"""What this desk puts on the first page: approvals that wait for whoever reads it, the books, money to move."""

from typing import Final

from django.urls import reverse

from huibao.app import approvals
from huibao.app.access import Noun, Role, Verb, may
from huibao.web.cashier.home import debts
from huibao.web.desk import Desk
from huibao.web.job import Job

FORMS: Final = (
    ("allocate", "申请把资金安排到险种", "Ask for money for a line", "从专项资金安排到合同的险种，由另一人复核。"),
    ("move", "申请险种间调剂", "Ask for a move between lines", "在合同上限之内，由另一人复核。"),
    ("carry", "申请结余结转", "Ask to carry a surplus over", "把到期合同的结余转到下一合同。"),
    ("return", "申请盈余返还", "Ask to return a profit", "按合同约定返还资金。"),
)
FORMS_EN: Final = {
    "allocate": "Out of an earmarked fund for a line of a contract; somebody else approves it.",
    "move": "Within the contract's limit; somebody else approves it.",
    "carry": "What an ended contract has left goes to the next one.",
    "return": "As the contract's bands say.",
}

WITHOUT_A_LIST: Final = frozenset({Role.FINANCE_CLERK, Role.FINANCE_APPROVER, Role.AUDITOR, Role.PROVINCE_SUPERVISOR})
"""Who finds requests here; county and insurer have lists of their own."""


def jobs(desk: Desk) -> list[Job]:
    """Approvals first: somebody waits for them."""
    who = desk.who
    found: list[Job] = []
    decides = approvals.kinds_decided_by(who.role) or approvals.kinds_paid_by(who.role)
    if who.role in WITHOUT_A_LIST:
        count = approvals.waiting_count(who)
        found.append(
            Job(
                reverse("console:finance-approvals"),
                desk.pick("审批", "Approvals"),
                desk.pick("等您办理的申请，等得最久的在前。", "Requests that wait for you, the oldest first.")
                if decides
                else desk.pick("申请办到哪一步了。", "How far requests have come."),
                desk.pick(f"{count} 件待办", f"{count} waiting") if decides else "",
            )
        )
    if may(who, Verb.READ, Noun.BOOKS) is None:
        found += _books(desk)
    if may(who, Verb.SETTLE, Noun.BILL) is not None:
        found += debts(desk)
    if who.role is Role.FINANCE_CLERK:
        found += [
            Job(reverse("console:finance-ask", args=[word]), desk.pick(zh, en), desk.pick(says, FORMS_EN[word]))
            for word, zh, en, says in FORMS
        ]
    return found


def _books(desk: Desk) -> list[Job]:
    """What everybody finds who reads the books."""
    return [
        Job(
            reverse("console:finance-balance"),
            desk.pick("总账和科目余额", "General ledger and balances"),
            desk.pick("余额、明细账、凭证、原始单据，逐级点开。", "Balance, journal, voucher, paper: one step each."),
        ),
        Job(
            reverse("console:finance-banks"),
            desk.pick("专户余额和银行对账", "Balances in banks and reconciliation"),
            desk.pick(
                "打开账户，上传银行对账单，打印余额调节表。",
                "Open an account, send the bank's statement, print the reconciliation.",
            ),
        ),
        Job(
            reverse("console:finance-flow"),
            desk.pick("资金流向", "Flow of the money"),
            desk.pick(
                "从资金来源到险种、承保机构、赔付和结余。",
                "From the sources to lines, insurers, claims and surplus.",
            ),
        ),
        Job(
            reverse("console:finance-pack"),
            desk.pick("审计包", "Audit pack"),
            desk.pick("账簿、散列和核验脚本，离线可核验。", "Ledger, hashes and a verifier that needs no server."),
        ),
    ]
