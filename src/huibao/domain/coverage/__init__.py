"""Coverage: a person × line × contract with a period; who enters, who leaves, and that nobody is covered twice.

`cover.py` is what a cover and its end are, `candidate.py` a person before the door, `entry.py` decides who enters,
leaves or is refused, `batch.py` does so for a whole county (people who are alike, `alike.py`, once), `named.py` covers
one person whom somebody names and pays for, `result.py` is the answer to a batch, `bill.py` adds up what the payers owe
the insurer for it.
"""

from huibao.domain.coverage.batch import EnrolmentPlan, paid_since, plan_enrolment, without_relied_on
from huibao.domain.coverage.bill import PremiumBill, by_payers, list_hash, premium_bill, refund_bill
from huibao.domain.coverage.candidate import Candidate
from huibao.domain.coverage.cover import Coverage, CoverageEnd, HeldCover, in_force_on, overlapping
from huibao.domain.coverage.entry import (
    Entering,
    Leaving,
    NotEntering,
    RefusedEntry,
    Why,
    end_cover,
)
from huibao.domain.coverage.named import Consent, enrol_named
from huibao.domain.coverage.result import Count, EnrolmentResult, Money, Refusal, as_dict, from_dict, summarise
from huibao.domain.premium import Share

__all__ = [
    "Candidate",
    "Consent",
    "Count",
    "Coverage",
    "CoverageEnd",
    "EnrolmentPlan",
    "EnrolmentResult",
    "Entering",
    "HeldCover",
    "Leaving",
    "Money",
    "NotEntering",
    "PremiumBill",
    "Refusal",
    "RefusedEntry",
    "Share",
    "Why",
    "as_dict",
    "by_payers",
    "end_cover",
    "enrol_named",
    "from_dict",
    "in_force_on",
    "list_hash",
    "overlapping",
    "paid_since",
    "plan_enrolment",
    "premium_bill",
    "refund_bill",
    "summarise",
    "without_relied_on",
]
