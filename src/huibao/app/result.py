"""A contract's year in money: what each line made or lost, whose it is, and what goes back to the fund. SD-5, SD-7.4."""

from dataclasses import dataclass
from datetime import date

from huibao.app.funds import Booked, insuring, post_judged
from huibao.domain import ledger, postings
from huibao.domain.claims.claim import State
from huibao.domain.ledger import Cause
from huibao.domain.plan import Contract, PayerKind
from huibao.domain.plan.result import Account, Result, result_of
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.vocabulary import Line
from huibao.store import claim as claims
from huibao.store import ledger as books

CANNOT_RETURN = define(
    "FUND-011",
    "不能返还 {contract} 的 {line} 盈余 {asked} 元：{why_zh}。",
    "请先用 fund result 查看盈亏及应返还金额。",
    "Cannot return {asked} yuan of the profit of {contract}, {line}: {why_en}.",
    "See the result and what is to be returned with fund result first.",
)


@dataclass(frozen=True, slots=True)
class Year:
    """One line's result as the books stand: its parts, what has gone back, and what is agreed but unpaid, fen."""

    contract: str
    line: Line
    result: Result
    returned_fen: Fen
    owed_fen: Fen
    """Decided and not yet paid; the result is not final before it is."""

    @property
    def to_return_fen(self) -> Fen:
        """What is still to go back to the fund, fen >= 0."""
        return Fen(max(self.result.public_fen - self.returned_fen, 0))


def results(contract_number: str, line: Line | None = None) -> tuple[Year, ...]:
    """What each line of a contract (or one of them) made or lost so far. Refused for a line it does not insure."""
    contract = insuring(contract_number, line)
    return tuple(_year(contract, one.line) for one in contract.lines if line in (None, one.line))


def return_profit(
    contract_number: str,
    line: Line,
    fund_id: str,
    on: date,
    approval: str,
    key: str,
    clock: Clock,
    fen: Fen | None = None,
) -> Booked:
    """Give the public part of a profit (all that is left of it, or `fen`) back to a fund that paid the premium. SD-5.

    Refused before the contract has ended, while agreed claims are unpaid, beyond what the bands give, to another fund.
    """
    contract = insuring(contract_number, line)
    first = books.entry_of(key)
    year = _year(contract, line)
    if fen is None:
        fen = first.entry.total_fen if first is not None else year.to_return_fen
    if fen <= 0:
        raise Refused(_cannot(year, fen, "没有应返还的盈余", "there is nothing to return"))
    entry = postings.profit_returned(key, contract.number, line, ledger.fund(contract.area, fund_id), fen, on, approval)
    return post_judged(
        entry, clock, lambda: _return_problems(contract, _year(contract, line), fund_id, entry.total_fen, on)
    )


def _year(contract: Contract, line: Line) -> Year:
    number = contract.number
    out = books.moved_out(Cause.LINE_MOVED, ledger.special(number, line))
    account = Account(
        premium_fen=Fen(
            books.moved(Cause.PREMIUM_PAID, number, line) - books.moved(Cause.PREMIUM_REFUNDED, number, line)
        ),
        moved_in_fen=Fen(books.moved(Cause.LINE_MOVED, number, line) - out),
        moved_out_fen=out,
        benefits_fen=Fen(
            books.moved(Cause.SETTLEMENT_PAID, number, line) + books.moved(Cause.CLAIM_PAID, number, line)
        ),
        operating_fen=books.moved(Cause.OPERATING_COST, number, line),
    )
    owed = sum(one.owed_fen for one in claims.claims(contract=number, line=line, states=[State.DECIDED]))
    returned = books.moved(Cause.PROFIT_RETURNED, number, line)
    return Year(number, line, result_of(contract, account), returned, Fen(owed))


def _return_problems(contract: Contract, year: Year, fund_id: str, fen: Fen, on: date) -> tuple[Problem, ...]:
    terms = contract.line_of(year.line)
    payers = terms.payers if terms is not None else ()
    paid_by = {one.payer for one in payers if one.payer_kind is PayerKind.GOVERNMENT_FUND}
    owed, left = yuan_text(year.owed_fen), yuan_text(year.to_return_fen)
    whys = (
        (
            on <= contract.period.last_on,
            f"合同 {contract.period} 尚未到期",
            f"the contract runs until {contract.period}",
        ),
        (year.owed_fen > 0, f"已审批的赔款 {owed} 元尚未支付", f"{owed} yuan agreed is unpaid"),
        (fen > year.to_return_fen, f"应返还的只有 {left} 元", f"only {left} yuan are to be returned"),
        (
            fund_id not in paid_by,
            f"保费不是由资金 {fund_id} 缴纳（{'、'.join(sorted(paid_by)) or '—'}）",
            f"the fund {fund_id} did not pay its premium ({', '.join(sorted(paid_by)) or '—'})",
        ),
    )
    return tuple(_cannot(year, fen, zh, en) for wrong, zh, en in whys if wrong)


def _cannot(year: Year, fen: int, why_zh: str, why_en: str) -> Problem:
    return CANNOT_RETURN(
        contract=year.contract, line=year.line.value, asked=yuan_text(fen), why_zh=why_zh, why_en=why_en
    )
