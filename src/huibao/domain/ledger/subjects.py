"""The chart of accounts as offices read it: each kind a subject (总账科目) with a code and names, and its side.

Money goes from one account to another; the account it comes to is debited, the one it leaves is credited. The codes are
of this software and in the order of the classes (1 assets, 4 where money comes from, 5 what it is spent on).
"""

from dataclasses import dataclass
from typing import Final

from huibao.domain.ledger.accounts import AccountKind, AccountRef


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the general ledger."""

    code: str
    zh: str
    en: str


SUBJECTS: Final[dict[AccountKind, Subject]] = {
    AccountKind.FUND: Subject("1001", "专项资金", "earmarked funds"),
    AccountKind.ALLOCATION: Subject("1002", "已安排到险种的资金", "money set aside for lines"),
    AccountKind.SPECIAL: Subject("1003", "承保机构专户存款", "insurers' special accounts"),
    AccountKind.SURPLUS: Subject("1004", "结转结余", "surplus carried over"),
    AccountKind.DEBT: Subject("1101", "应收先诊疗后付费欠款", "debts for care on credit"),
    AccountKind.SOURCE: Subject("4001", "资金来源", "sources of money"),
    AccountKind.CARE: Subject("4002", "先诊疗后付费", "care given on credit"),
    AccountKind.CLAIMS: Subject("5001", "赔付支出", "benefits paid"),
    AccountKind.OPERATING: Subject("5002", "运营成本", "operating cost"),
    AccountKind.REFUND: Subject("5003", "退还保费", "premium given back"),
    AccountKind.REPAID: Subject("5004", "欠款收回", "debts repaid"),
    AccountKind.WRITTEN_OFF: Subject("5005", "欠款核销", "debts written off"),
}
"""Every kind has one."""

BANKED: Final = (AccountKind.FUND, AccountKind.SPECIAL)
"""Subjects whose balance must lie in a bank account of their own (SD-7.4): an authority's fund, an insurer's special account."""


@dataclass(frozen=True, slots=True)
class Turnover:
    """What an account did in a period, fen: opening balance, what came (debit), what went (credit). Closing follows.

    A balance above zero stands on the debit side, below zero on the credit side.
    """

    ref: AccountRef
    opening_fen: int
    in_fen: int
    out_fen: int

    @property
    def closing_fen(self) -> int:
        """Opening, plus what came, less what went, fen."""
        return self.opening_fen + self.in_fen - self.out_fen


def subject_of(ref: AccountRef) -> Subject:
    """The subject an account stands under."""
    return SUBJECTS[ref.kind]


def kind_with(code: str) -> AccountKind | None:
    """The kind whose subject has that code."""
    return next((kind for kind, subject in SUBJECTS.items() if subject.code == code), None)


def summed(turnovers: "tuple[Turnover, ...]", ref: AccountRef) -> Turnover:
    """Several accounts as one line, under an account that stands for them."""
    return Turnover(
        ref,
        sum(one.opening_fen for one in turnovers),
        sum(one.in_fen for one in turnovers),
        sum(one.out_fen for one in turnovers),
    )
