"""Claims as use cases: report, papers, assess, decide, pay, refuse, reopen, appeal, and looking at them. S6, S8.

Every order has a key: sent again with the same content it gives the first answer, with other content it is refused.
An order is one transaction: the claim's steps, the person's yearly totals and the ledger entry, or none of them.
"""

from huibao.app.claims.money import advance, agree_advance, assess, close, decide, pay
from huibao.app.claims.report import Report, ReportResult, report_claim, report_claims
from huibao.app.claims.steps import (
    appeal,
    ask_papers,
    assign,
    name_beneficiaries,
    receive_papers,
    record_first_payer,
    refuse,
    reopen,
    send_refusal,
    suspend,
    uphold,
    withdraw,
)
from huibao.app.claims.view import ClaimView, Explained, explain_claim, queue, ran_out, show_claim

__all__ = [
    "ClaimView",
    "Explained",
    "Report",
    "ReportResult",
    "advance",
    "agree_advance",
    "appeal",
    "ask_papers",
    "assess",
    "assign",
    "close",
    "decide",
    "explain_claim",
    "name_beneficiaries",
    "pay",
    "queue",
    "ran_out",
    "receive_papers",
    "record_first_payer",
    "refuse",
    "reopen",
    "report_claim",
    "report_claims",
    "send_refusal",
    "show_claim",
    "suspend",
    "uphold",
    "withdraw",
]
