"""Money that moves by an approval: set aside for a line, moved between lines, carried over, returned, written off. SD-5.

A request is tried first, on the books as they are and without leaving anything behind, so that who asks learns at once
what would be refused and sees the balances before and after. When it is approved the same function posts the entry, which
names the approval (T3).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.app import funds
from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.funds import Booked
from huibao.app.hospital import debts
from huibao.app.result import return_profit
from huibao.domain.approval import Approval, Kind, Request
from huibao.domain.ledger import AccountRef
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define
from huibao.rules.vocabulary import Line
from huibao.store import contract as contracts
from huibao.store import ledger as books
from huibao.store.unit import rehearsal

KINDS: Final = (Kind.ALLOCATION, Kind.LINE_MOVE, Kind.CARRY_OVER, Kind.PROFIT_RETURN)
"""Kinds that finance asks for by its own forms."""
REHEARSED: Final = "（预检，不入账）"
"""Stands for the approval while a request is tried."""

OWED_CHANGED: Final = define(
    "APPROVAL-008",
    "就诊 {stay} 现欠 {owed} 元，批准核销的是 {asked} 元。",
    "申请之后又有还款的，请按现欠金额重新申请。",
    "The stay {stay} owes {owed} yuan now; {asked} were approved for writing off.",
    "Where something was repaid since, ask again for what is owed now.",
)


@dataclass(frozen=True, slots=True)
class MoneyRequest:
    """One of the four, with what its form says. `to` is the other line or contract; `fund` and `area` of money set aside."""

    kind: Kind
    contract: str
    line: Line
    fen: Fen
    on: date
    fund: str = ""
    area: str = ""
    to: str = ""
    note: str = ""

    def request(self, key: str) -> Request:
        """As it is put to the approver."""
        terms = {"line": self.line.value, "on": self.on.isoformat()}
        terms |= {name: said for name in ("fund", "area", "to") if (said := getattr(self, name))}
        area = contracts.contract(self.contract).area
        return Request(self.kind, self.contract, key, area, self.contract, self.fen, terms, self.note)


@dataclass(frozen=True, slots=True)
class Change:
    """What an account holds before and after, fen."""

    ref: AccountRef
    before_fen: int
    after_fen: int


def read_request(request: Request) -> MoneyRequest:
    """What a request asks for."""
    terms = request.terms
    return MoneyRequest(
        kind=request.kind,
        contract=request.contract,
        line=Line(terms["line"]),
        fen=request.fen,
        on=date.fromisoformat(terms["on"]),
        fund=terms.get("fund", ""),
        area=terms.get("area", ""),
        to=terms.get("to", ""),
        note=request.note,
    )


def tried(actor: Actor, asked: MoneyRequest, clock: Clock) -> tuple[Change, ...]:
    """What the entry would do to each account; Refused as it would be refused now. Nothing is left behind."""
    contract = contracts.contract(asked.contract)
    must(actor, Verb.ASK, Noun.APPROVAL, contract.area, contract.number)
    if asked.area:
        must(actor, Verb.ASK, Noun.APPROVAL, asked.area)
    return changes(asked, clock)


def changes(asked: MoneyRequest, clock: Clock) -> tuple[Change, ...]:
    """The same for whoever may see the request."""
    with rehearsal():
        booked = _post(asked, REHEARSED, "rehearsal", clock)
        refs = {ref for move in booked.entry.transfers for ref in (move.source, move.target)}
        after = {ref: books.balance(ref) for ref in refs}
    before = {ref: books.balance(ref) for ref in refs}
    return tuple(Change(ref, before[ref], after[ref]) for ref in sorted(refs))


def carry_out(approval: Approval, clock: Clock) -> str:
    """Post what was approved; returns the entry's key. Refused where the books do not allow it any more."""
    booked = _post(read_request(approval.request), approval.text, _key(approval), clock)
    invariant(booked.fen == approval.request.fen, "T3", f"{approval.text}: {booked.fen} of {approval.request.fen} fen")
    return booked.entry.key


def carry_out_write_off(approval: Approval, clock: Clock) -> str:
    """Write off a stay's debt as it was approved; Refused where another sum is owed by now."""
    stay, fen = approval.request.subject, approval.request.fen
    must_be_owed(stay, debts.debt_of(stay, clock.today()).owed_fen, fen)
    debts.write_off(stay, approval.text, _key(approval), clock)
    return _key(approval)


def must_be_owed(stay: str, owed_fen: int, approved_fen: int) -> None:
    """Refused where a debt is no longer the sum that was approved for writing off."""
    if owed_fen != approved_fen:
        raise Refused(OWED_CHANGED(stay=stay, owed=yuan_text(owed_fen), asked=yuan_text(approved_fen)))


def _key(approval: Approval) -> str:
    return f"approval/{approval.number}"


def _post(asked: MoneyRequest, approval: str, key: str, clock: Clock) -> Booked:
    contract, line, fen, on = asked.contract, asked.line, asked.fen, asked.on
    if asked.kind is Kind.ALLOCATION:
        return funds.allocate_line(asked.area, asked.fund, contract, line, fen, on, key, clock, approval=approval)
    if asked.kind is Kind.LINE_MOVE:
        return funds.transfer(contract, line, Line(asked.to), fen, on, approval, key, clock)
    if asked.kind is Kind.CARRY_OVER:
        return funds.carry(contract, asked.to, line, on, approval, key, clock, fen=fen)
    return return_profit(contract, line, asked.fund, on, approval, key, clock, fen=fen)
