"""Money needed against money set aside: what covers would cost each payer, beside what the books hold for it. SD-5, SD-7.4."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from huibao.app.enrolment import unpaid_premium
from huibao.domain.coverage.result import Money
from huibao.domain.ledger import AccountRef, allocation, surplus
from huibao.domain.plan import Contract, PayerKind
from huibao.domain.postings import SURPLUS_PAYER
from huibao.kernel.fen import Fen
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import contract as contracts
from huibao.store import ledger as books

PAYERS: Mapping[str, tuple[str, str]] = {
    PayerKind.GOVERNMENT_FUND: ("财政资金", "government fund"),
    PayerKind.SELF: ("本人", "the person"),
    PayerKind.CLOSE_RELATIVE: ("近亲属", "a close relative"),
    PayerKind.DONOR: ("捐赠", "a donor"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """One payer's part of one line: what is needed now, what was owed before, what is set aside for both, fen."""

    line: str
    payer_kind: str
    payer: str
    needed_fen: int
    owed_fen: int = 0
    set_aside_fen: int | None = None
    """None for payers whose money is not set aside in the books."""

    @property
    def short_fen(self) -> int:
        """What is missing, 0 where it is enough or not told by the books."""
        if self.set_aside_fen is None:
            return 0
        return max(0, self.needed_fen + self.owed_fen - self.set_aside_fen)

    @property
    def as_dict(self) -> dict[str, Any]:
        """For JSON; `need_of` reads it back."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def need_of(said: Mapping[str, Any]) -> Need:
    """The need as it was kept."""
    return Need(**said)


def needs(contract: Contract, money: Iterable[Money]) -> tuple[Need, ...]:
    """What these premiums ask of each payer, beside what is set aside and what is owed already under the contract."""
    owed = _owed(contract)
    found = []
    for one in money:
        fund = one.payer if one.payer_kind == PayerKind.GOVERNMENT_FUND.value else ""
        held = books.balance(_kept_in(contract, fund, one.line)) if fund else None
        found.append(
            Need(one.line, one.payer_kind, one.payer, one.fen, owed.get((one.line, fund), 0) if fund else 0, held)
        )
    return tuple(found)


def _kept_in(contract: Contract, fund: str, line: str) -> AccountRef:
    """Where the money for a line's premium waits: what a fund has set aside, or what was carried over."""
    if fund == SURPLUS_PAYER:
        return surplus(contract.number, line)
    return allocation(contract.number, fund, line)


def contracts_of(area: str, on: date) -> tuple[Contract, ...]:
    """Contracts that insure an area's people on a day or later, of each scheme the first one."""
    found: dict[str, Contract] = {}
    for one in contracts.contracts(area=area):
        if on <= one.period.last_on:
            found.setdefault(one.scheme_id, one)
    return tuple(found.values())


def payer_name(contract: Contract, payer_kind: str, payer: str) -> tuple[str, str]:
    """A payer by name, Chinese and English: a fund as the scheme calls it, anybody else by kind."""
    fund = open_scheme(contract.scheme_id).funds.get(payer)
    if fund is not None:
        return fund.title.zh, fund.title.en
    return ("上年结余", "last year's surplus") if payer == SURPLUS_PAYER else PAYERS[payer_kind]


def _owed(contract: Contract) -> dict[tuple[str, str], Fen]:
    owed: dict[tuple[str, str], Fen] = {}
    for line in contract.lines:
        for bill in unpaid_premium(contract.number, Line(line.line)):
            for share in bill.by_payer:
                if share.payer_kind is PayerKind.GOVERNMENT_FUND:
                    at = (line.line.value, share.payer)
                    owed[at] = Fen(owed.get(at, 0) + share.fen)
    return owed
