"""Money in, down, to the insurer, across lines and into the next year: each by its clause, under its limit. SD-5, SD-7.4.

Every use case takes a key; sent again with the same content it moves nothing and gives the first answer (L4). The
limits that a contract states are judged under the ledger's lock, on what the books hold at that moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from huibao.app import enrolment
from huibao.app.fund_problems import (
    CANNOT_CARRY,
    NO_MOVES,
    NOT_FOR_LINE,
    NOT_INSURED,
    NOTHING_TO_DO,
    OTHER_AREA,
    OVER_CEILING,
    OVER_LIMIT,
    UNKNOWN_FUND,
    WRONG_BLOCKS,
)
from huibao.domain import ledger, postings
from huibao.domain.claims.claim import State
from huibao.domain.coverage.bill import PremiumBill, premium_subject, refund_subject
from huibao.domain.ledger import Cause, Entry, SourceKind
from huibao.domain.ledger.admission import OTHER_CONTENT, Posted, Status
from huibao.domain.plan import Contract, PayerKind
from huibao.kernel.apportion import apportion
from huibao.kernel.clock import Clock
from huibao.kernel.fen import BP_ONE, Fen, yuan_text
from huibao.kernel.problem import Problem, Refused
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import ledger as books
from huibao.store.locks import lock_ledger
from huibao.store.unit import unit_of_work

MAX_BLOCKS: Final = 1_000
"""Areas that get a part of one block: a province has some hundred and forty counties."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What was entered, or had been: the answer of the books and the entry it stands for."""

    posted: Posted
    entry: Entry

    @property
    def fen(self) -> Fen:
        """What it moved, fen."""
        return self.entry.total_fen


@dataclass(frozen=True, slots=True)
class Traced:
    """Where one payer's money for a line went: what it paid, and the cover it bought. HN-3.1, SD-5.

    `person_days` splits each cover's days by who paid what part of its premium, so that the payers' days of a line
    sum to its days; 365 of them are a person-year.
    """

    line: Line
    payer_kind: PayerKind
    payer: str
    """Fund id or donor; empty for the person and close relatives, who are not told apart here."""
    paid_fen: Fen
    people: int
    person_days: int


def receive(  # noqa: PLR0913 - each is a fact of the voucher
    area: str,
    fund_id: str,
    fen: Fen,
    source: SourceKind,
    on: date,
    key: str,
    clock: Clock,
    *,
    giver: str = "",
    clause: str = "SD-5",
) -> Booked:
    """Money from a budget, the levy or a donor enters an area's earmarked fund. SD-5, HN-3.1."""
    return post_judged(postings.fund_received(key, area, fund_id, fen, on, clause, source, giver), clock)


def allocate_blocks(
    fund_id: str, from_area: str, blocks: Sequence[tuple[str, Fen]], on: date, key: str, clock: Clock
) -> Booked:
    """A block goes down: from a province to its cities, from a city to its counties. SD-5."""
    if not 1 <= len({area for area, _ in blocks}) == len(blocks) <= MAX_BLOCKS:
        raise Refused(WRONG_BLOCKS(most=MAX_BLOCKS, found=len(blocks)))
    return post_judged(postings.fund_allocated(key, fund_id, from_area, tuple(blocks), on, "SD-5"), clock)


def allocate_line(  # noqa: PLR0913 - each is a fact of the voucher
    area: str,
    fund_id: str,
    contract_number: str,
    line: Line,
    fen: Fen,
    on: date,
    key: str,
    clock: Clock,
    *,
    approval: str | None = None,
) -> Booked:
    """Part of a fund is set aside for one line of a contract, if the scheme lets this fund pay that line. SD-5, SD-7.4."""
    contract = insuring(contract_number, line)
    scheme = open_scheme(contract.scheme_id)
    known = scheme.funds.get(fund_id)
    if known is None:
        raise Refused(UNKNOWN_FUND(scheme=scheme.scheme_id, fund=fund_id, known="、".join(scheme.funds) or "—"))
    if line not in known.lines:
        lines = "、".join(known.lines)
        raise Refused(NOT_FOR_LINE(fund=fund_id, line=line.value, clause=known.clause, lines=lines))
    if area != contract.area and not ledger.within(contract.area, area):
        raise Refused(OTHER_AREA(area=area, contract_area=contract.area, contract=contract.number))
    entry = postings.line_allocated(key, area, fund_id, contract.number, line, fen, on, known.clause)
    return post_judged(replace(entry, approval=approval), clock)


def return_allocation(
    area: str, fund_id: str, contract_number: str, line: Line, fen: Fen, on: date, key: str, clock: Clock
) -> Booked:
    """What a line did not need goes back into the fund it was set aside from. SD-5."""
    insuring(contract_number, line)
    move = ledger.Transfer(ledger.allocation(contract_number, fund_id, line), ledger.fund(area, fund_id), fen)
    return post_judged(Entry(key, Cause.ALLOCATION_RETURNED, contract_number, on, (move,), "SD-5"), clock)


def pay_premium(contract_number: str, line: Line, on: date, key: str, clock: Clock) -> tuple[Booked, ...]:
    """Pay the insurer what enrolled batches of a line owe and no entry has paid yet, each payer its part. P1, SD-7.4."""

    def entry(bill: PremiumBill) -> Entry:
        subject = premium_subject(bill.key, bill.line)
        return postings.premium_paid(f"{key}#{subject}", bill.contract, bill.line, bill.by_payer, on, subject=subject)

    what = ("没有未缴保费", "no premium is due")
    return _pay_bills(contract_number, line, key, (enrolment.unpaid_premium, entry, Cause.PREMIUM_PAID, what), clock)


def refund_premium(contract_number: str, line: Line, on: date, key: str, clock: Clock) -> tuple[Booked, ...]:
    """Give back what leavers' unused days are worth and no entry has given back yet, to who had paid it."""

    def entry(bill: PremiumBill) -> Entry:
        subject = refund_subject(bill.key, bill.line)
        return postings.premium_refunded(
            f"{key}#{subject}", bill.contract, bill.line, bill.by_payer, on, subject=subject
        )

    what = ("没有应退保费", "no refund is due")
    return _pay_bills(
        contract_number, line, key, (enrolment.unpaid_refunds, entry, Cause.PREMIUM_REFUNDED, what), clock
    )


def transfer(
    contract_number: str, from_line: Line, to_line: Line, fen: Fen, on: date, approval: str, key: str, clock: Clock
) -> Booked:
    """Move premium between two lines: approved, within the contract's limit, seen in both lines' books. SD-5, SD-7.4."""
    contract = insuring(contract_number, from_line)
    insuring(contract_number, to_line)
    entry = postings.line_moved(key, contract.number, from_line, to_line, fen, on, approval)
    return post_judged(entry, clock, lambda: _move_problems(contract, from_line, fen))


def operating(contract_number: str, line: Line, fen: Fen, on: date, reason: str, key: str, clock: Clock) -> Booked:
    """Take the insurer's operating cost from a line, under the contract's ceiling on its premium. SD-5."""
    contract = insuring(contract_number, line)
    entry = postings.operating_cost(key, contract.number, line, fen, on, reason=reason)
    return post_judged(entry, clock, lambda: _ceiling_problems(contract, line, fen))


def carry(
    from_number: str,
    to_number: str,
    line: Line,
    on: date,
    approval: str,
    key: str,
    clock: Clock,
    fen: Fen | None = None,
) -> Booked:
    """Carry what an ended contract's line has left (all of it, or `fen`) to the next contract's premiums. SD-5."""
    source, target = insuring(from_number, line), insuring(to_number, line)
    first = books.entry_of(key)
    if fen is None:
        kept = books.balance(ledger.special(from_number, line))
        fen = first.entry.total_fen if first is not None else kept
    entry = postings.surplus_carried(key, from_number, to_number, line, fen, on, approval)
    return post_judged(entry, clock, lambda: _carry_problems(source, target, line, entry.total_fen, on))


def pay_in(contract_number: str, line: Line, fen: Fen, on: date, key: str, clock: Clock) -> Booked:
    """The insurer puts its own money into a special account that cannot meet its claims. SD-7.4."""
    contract = insuring(contract_number, line)
    return post_judged(postings.insurer_paid_in(key, contract.number, line, contract.insurer, fen, on), clock)


def trace(contract_number: str) -> tuple[Traced, ...]:
    """Every payer's money of a contract traced to the cover it bought, by line; what was given back is taken off."""
    contract = contracts.contract(contract_number)
    found: dict[tuple[Line, PayerKind, str], list[int]] = {}
    subjects = {terms.line: covers.paid_subjects(contract_number, terms.line) for terms in contract.lines}
    for cover in covers.covers_of_contract(contract_number):
        if premium_subject(cover.enrolment_key, cover.line.value) not in subjects[cover.line]:
            continue
        back: dict[tuple[PayerKind, str], int] = {}
        for end in cover.ends:
            if refund_subject(end.key, cover.line.value) in subjects[cover.line]:
                for share in end.refunds:
                    back[share.payer_kind, share.payer] = back.get((share.payer_kind, share.payer), 0) + share.fen
        days = cover.in_force.days if cover.in_force is not None else 0
        paying = [share for share in cover.shares if share.fen]
        parts = apportion(days, [share.fen for share in paying]) if paying else ()
        for share, part in zip(paying, parts, strict=True):
            at = found.setdefault((cover.line, share.payer_kind, share.payer), [0, 0, 0])
            at[0] += share.fen - back.get((share.payer_kind, share.payer), 0)
            at[1] += 1
            at[2] += part
    return tuple(Traced(*who, Fen(sums[0]), sums[1], sums[2]) for who, sums in sorted(found.items()))


def post_judged(entry: Entry, clock: Clock, judge: Callable[[], Sequence[Problem]] = tuple) -> Booked:
    """Post one entry; limits are judged under the lock, and not again for an entry that stands already."""
    with unit_of_work():
        lock_ledger()
        if books.entry_of(entry.key) is None:
            problems = judge()
            if problems:
                raise Refused(problems)
        return Booked(books.post([entry], clock.now())[0], entry)


Billing = tuple[
    Callable[[str, Line], Sequence[PremiumBill]],
    Callable[[PremiumBill], Entry],
    Cause,
    tuple[str, str],
]
"""How bills are found, what each posts and under which cause, and what to say when there are none."""


def _pay_bills(contract_number: str, line: Line, key: str, billing: Billing, clock: Clock) -> tuple[Booked, ...]:
    contract = insuring(contract_number, line)
    bills_of, entry_of, cause, (zh, en) = billing
    with unit_of_work():
        lock_ledger()
        before = tuple(books.entries_under(f"{key}#"))
        if before:
            return tuple(_answered(record, contract, line, key, cause) for record in before)
        entries = [entry_of(bill) for bill in bills_of(contract_number, line)]
        if not entries:
            raise Refused(NOTHING_TO_DO(contract=contract_number, line=line.value, what_zh=zh, what_en=en))
        answers = books.post(entries, clock.now())
    return tuple(Booked(answer, entry) for answer, entry in zip(answers, entries, strict=True))


def _answered(record: ledger.Recorded, contract: Contract, line: Line, key: str, cause: Cause) -> Booked:
    ours = ledger.special(contract.number, line)
    if record.entry.cause is not cause or not all(
        ours in (move.source, move.target) for move in record.entry.transfers
    ):
        raise Refused(OTHER_CONTENT(key=key, number=record.number))
    return Booked(Posted(record.entry.key, record.number, Status.EXISTS), record.entry)


def insuring(number: str, line: Line | None) -> Contract:
    """The contract, which insures that line. Refused where it does not."""
    contract = contracts.contract(number)
    if line is not None and contract.line_of(line) is None:
        raise Refused(NOT_INSURED(contract=number, line=line.value))
    return contract


def _premium_of(contract: Contract, line: Line) -> int:
    paid = books.moved(Cause.PREMIUM_PAID, contract.number, line)
    return paid - books.moved(Cause.PREMIUM_REFUNDED, contract.number, line)


def _ceiling_problems(contract: Contract, line: Line, fen: int) -> tuple[Problem, ...]:
    spent = books.moved(Cause.OPERATING_COST, contract.number, line)
    return _above(OVER_CEILING, contract, line, (contract.operating_cost_ceiling_bp, spent, fen))


def _move_problems(contract: Contract, line: Line, fen: int) -> tuple[Problem, ...]:
    scheme = open_scheme(contract.scheme_id)
    rule = scheme.fund_rules.moves_between_lines
    if rule is None or not rule.allowed:
        clause = rule.clause if rule is not None else "SD-7.4"
        return (NO_MOVES(who_zh=f"方案 {scheme.scheme_id} ", who_en=f"The scheme {scheme.scheme_id}", clause=clause),)
    if contract.line_move_limit_bp is None:
        who = contract.number
        return (
            NO_MOVES(
                who_zh=f"合同 {who} 未写调剂上限，",
                who_en=f"The contract {who} states no limit, so it",
                clause=rule.clause,
            ),
        )
    moved = books.moved_out(Cause.LINE_MOVED, ledger.special(contract.number, line))
    return _above(OVER_LIMIT, contract, line, (contract.line_move_limit_bp, moved, fen))


def _above(
    kind: Callable[..., Problem], contract: Contract, line: Line, sums: tuple[int, int, int]
) -> tuple[Problem, ...]:
    """Whether (rate of premium bp, spent so far, asked now) goes beyond the rate; part fen are cut off."""
    rate_bp, spent, asked = sums
    premium = _premium_of(contract, line)
    ceiling = premium * rate_bp // BP_ONE
    if spent + asked <= ceiling:
        return ()
    return (
        kind(
            line=line.value,
            premium=yuan_text(premium),
            ceiling=yuan_text(ceiling),
            spent=yuan_text(spent),
            asked=yuan_text(asked),
            left=yuan_text(max(ceiling - spent, 0)),
        ),
    )


def _carry_problems(source: Contract, target: Contract, line: Line, fen: Fen, on: date) -> tuple[Problem, ...]:
    owed = sum(one.owed_fen for one in claims.claims(contract=source.number, line=line, states=[State.DECIDED]))
    short = 0 < owed > books.balance(ledger.special(source.number, line)) - fen
    rule = open_scheme(source.scheme_id).fund_rules.carry_over
    whys = (
        (rule is None or not rule.allowed, ("方案不允许结转", "the scheme does not allow it")),
        (on <= source.period.last_on, ("前一合同尚未到期", "the first has not ended")),
        (target.period.first_on <= source.period.last_on, ("后一合同不在其后", "the second does not follow it")),
        (source.area != target.area, ("两份合同不是同一地区", "they are not of one area")),
        (short, (f"已审批未付的赔款 {yuan_text(owed)} 元须留足", f"{yuan_text(owed)} yuan agreed is unpaid")),
    )
    return tuple(
        CANNOT_CARRY(source=source.number, target=target.number, why_zh=why[0], why_en=why[1])
        for wrong, why in whys
        if wrong
    )
