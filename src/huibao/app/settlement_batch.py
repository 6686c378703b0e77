"""One batch of bills: asked for once, settled in order, written once. What is refused leaves nothing behind. S5, S7."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from huibao.app.settlement_refusals import (
    NO_COVER,
    NO_PERSON,
    OTHER_CONTENT,
    REVERSED,
    SCHEME_CHANGED,
)
from huibao.domain import postings
from huibao.domain.coverage import HeldCover
from huibao.domain.ledger.admission import OTHER_CONTENT as OTHER_CONTENT_POSTED
from huibao.domain.ledger.admission import Books, Posted, Status
from huibao.domain.plan import Contract
from huibao.domain.roster import PersonFacts, facts_on
from huibao.domain.settlement.bill import Bill, in_standard_order
from huibao.domain.settlement.settled import Settled, accumulator_scope, benefit_of, policy_year, settle
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import Broken
from huibao.kernel.period import Period
from huibao.kernel.problem import Problem, Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.groups import groups_of
from huibao.rules.program import Layer
from huibao.rules.scheme import Kind, Scheme
from huibao.rules.shelf import on_shelf
from huibao.rules.vocabulary import payer_of
from huibao.store import settlement as store
from huibao.store import settling
from huibao.store.contract import known_contract
from huibao.store.posting import Held, chained
from huibao.store.settlement import Recorded
from huibao.store.unit import joined_unit, unit_of_work

if TYPE_CHECKING:
    from huibao.domain.ledger import Entry

NOTHING: Final = settling.Beside()
BILL_FIELDS: Final = tuple(field.name for field in fields(Bill))
MOST_TRIES: Final = 5
"""A number taken by somebody else while we settled is met again as one that exists; more often it is not bad luck."""


@dataclass(frozen=True, slots=True)
class SettlementResult:
    """What became of one bill: "settled", "exists" (the same bill came again) or "refused"."""

    number: str
    status: str
    settlement: Recorded | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Basis:
    """What entitles one bill: the person, the cover in force, its contract and scheme, and the groups of the day."""

    person: PersonFacts
    cover: HeldCover
    contract: Contract
    scheme: Scheme
    groups: tuple[str, ...]
    year: settling.Year


@dataclass(frozen=True, slots=True)
class Along:
    """What is recorded together with a settlement, or not at all: further entries, and what the interface keeps of it."""

    entries: tuple["Entry", ...] = ()
    kept: settling.Row | None = None
    message: settling.Row | None = None


Also = Callable[[int, Recorded], Along]
"""What goes along with the settlement of the bill at a place in the batch; asked again where it is reckoned anew."""


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """A bill settled on paper, from where its accumulators stood, with the rows and entries that it will leave."""

    opening: Mapping[str, int]
    basis: _Basis
    closing: Mapping[str, int]
    recorded: Recorded
    entries: tuple["Entry", ...]
    ready: settling.Ready


class _TakenMeanwhile(Exception):  # noqa: N818 - no error: the batch begins again
    """A number of a batch was taken by another writer: the batch is given up and begun again."""


def settle_in_one(bills: Sequence[Bill], clock: Clock) -> tuple[SettlementResult, ...]:
    """Settle a batch in the order of discharge, in one unit of work; answers in the order of the batch."""
    for _ in range(MOST_TRIES):
        results = _try(bills, clock)
        if results is not None:
            return results
    numbers = ", ".join(settlement_number(bill) for bill in bills[:3])
    raise Broken("L4", f"{numbers}: taken by another writer {MOST_TRIES} times over")


def _try(bills: Sequence[Bill], clock: Clock) -> tuple[SettlementResult, ...] | None:
    """One try; None where another writer took a number while we settled, with nothing written."""
    if len(bills) == 1:
        # Written by one statement or not at all, so that it needs no savepoint within a larger unit.
        with joined_unit():
            return Batch(bills, clock).settle()
    with suppress(_TakenMeanwhile), unit_of_work():
        return _all_or_none(Batch(bills, clock).settle())
    return None


def _all_or_none(results: tuple[SettlementResult, ...] | None) -> tuple[SettlementResult, ...]:
    if results is None:
        raise _TakenMeanwhile
    return results


def settlement_number(bill: Bill) -> str:
    """Number of the settlement: the hospital's code and its own number for the bill."""
    return f"{bill.hospital}/{bill.number}" if bill.hospital else bill.number


def content_hash(bill: Bill) -> str:
    """sha256 of everything a bill says: the same bill sent twice is the same, any changed figure is not."""
    if bill.fee_lines:
        bill = replace(bill, fee_lines=in_standard_order(bill.fee_lines))
    said = {name: getattr(bill, name) for name in BILL_FIELDS}
    said |= {"inputs": dict(bill.inputs), "stated": dict(bill.stated)}
    said["fee_lines"] = [{"code": line.code, "amounts": dict(line.amounts)} for line in bill.fee_lines]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Batch:
    """A batch while it is settled: what was read, what has been decided so far, what is to be written."""

    def __init__(
        self,
        bills: Sequence[Bill],
        clock: Clock,
        world: settling.World | None = None,
        also: Also | None = None,
        beside: settling.Beside = NOTHING,
    ) -> None:
        self.bills, self.clock, self.entered_at = bills, clock, clock.now()
        self.numbers = [settlement_number(bill) for bill in bills]
        self.contents = [content_hash(bill) for bill in bills]
        self.world = world or self._gathered()
        self.also, self.beside = also, beside
        self.openings: dict[settling.Year, Mapping[str, int]] = dict(self.world.openings)
        self.on_paper: dict[int, _Reckoned] = {}
        self.held: Held | None = self.world.books
        self.books: Books | None = None
        self.settled: dict[str, settling.Ready] = {}
        self.entries: list[Entry] = []
        self.moved: dict[settling.Year, dict[str, int]] = {}

    def _gathered(self) -> settling.World:
        days = [bill.settles_on for bill in self.bills]
        who = {bill.person for bill in self.bills if bill.person}
        return settling.gather(who, self.numbers, Period(min(days), max(days)))

    def settle(self, *, commits: bool = False) -> tuple[SettlementResult, ...] | None:
        """Every bill's answer, written down; None where a number was taken meanwhile. `commits` as in `settling.write`."""
        results = self.rehearse()
        if results is None:
            return None
        links = chained(self.held, self.entries, self.entered_at) if self.held else ()
        new = list(self.settled.values())
        if new and not settling.write(new, self.moved, links, self.held, commits=commits):
            return None
        return results

    def rehearse(self) -> tuple[SettlementResult, ...] | None:
        """Every bill's answer, with nothing written."""
        # By place in the batch, not by number: a number that occurs twice has two answers, the first one settled.
        order = sorted(range(len(self.bills)), key=lambda at: (self.bills[at].settles_on, self.bills[at].number))
        self._reckon_ahead(order)
        try:
            results = {at: self._answer(at) for at in order}
        except _TakenMeanwhile:
            return None
        return tuple(results[at] for at in range(len(self.bills)))

    def _reckon_ahead(self, order: Sequence[int]) -> None:
        """Settle on paper before the books are held, so that others wait for what is written and not for reckoning."""
        openings = dict(self.openings)
        for at in order:
            try:
                found = self._reckoned(at, openings)
            except Refused:
                continue  # refused again, with its reasons, when its turn comes
            if found is not None:
                year = found.basis.year
                openings[year] = {**openings.get(year, {}), **found.closing}

    def _reckoned(self, at: int, openings: Mapping[settling.Year, Mapping[str, int]]) -> _Reckoned | None:
        """A bill on paper; kept, and reckoned anew only where its accumulators turn out to stand elsewhere."""
        bill = self.bills[at]
        person = self.world.people.get(bill.person or "")
        if person is None:
            return None
        kept = self.on_paper.get(at)
        if kept is not None and kept.opening == openings.get(kept.basis.year, {}):
            return kept
        basis = kept.basis if kept is not None else _basis_of(person, bill, self.world)
        opening = openings.get(basis.year, {})
        settings = basis.contract.settings
        benefit = benefit_of(basis.scheme, bill)
        program = compile_benefit(basis.scheme, benefit, bill.settles_on, self.clock.today(), settings)
        done = settle(basis.scheme, program, bill, basis.groups, opening)
        recorded = _record_of(done, self.contents[at], basis, self.clock, self.entered_at)
        along = self.also(at, recorded) if self.also is not None else Along()
        ready = settling.ready(recorded, self.world, along.kept, along.message)
        entries = (*_payment(recorded, basis), *along.entries)
        self.on_paper[at] = _Reckoned(opening, basis, done.outcome.closing, recorded, entries, ready)
        return self.on_paper[at]

    def _answer(self, at: int) -> SettlementResult:
        number = self.numbers[at]
        known = self._known(number, self.contents[at])
        if known is not None:
            return known
        try:
            found = self._reckoned(at, self.openings)
            if found is None:
                return SettlementResult(number, "refused", None, (NO_PERSON(where=number),))
            self._enter(found.entries)
        except Refused as refused:
            return SettlementResult(number, "refused", None, refused.problems)
        year = found.basis.year
        self.settled[number] = found.ready
        self.openings[year] = {**self.openings.get(year, {}), **found.closing}
        self.moved.setdefault(year, {}).update(found.closing)
        return SettlementResult(number, "settled", found.recorded)

    def _known(self, number: str, content: str) -> SettlementResult | None:
        """The answer to a number that was settled before, in this batch or an earlier one; None for a new one."""
        there, before = self.settled.get(number), self.world.earlier.get(number)
        now = there.one if there is not None else None
        if now is None and before is None:
            return None
        if before is not None and before.reversed_by is not None:
            undone = REVERSED(where=number, number=number, by=before.reversed_by)
            return SettlementResult(number, "refused", None, (undone,))
        said = now.content_hash if now is not None else before.content_hash if before is not None else ""
        if said != content:
            return SettlementResult(number, "refused", None, (OTHER_CONTENT(where=number, number=number),))
        return SettlementResult(number, "exists", now if now is not None else store.by_number(number))

    def _enter(self, entries: Sequence["Entry"]) -> None:
        """Enter what a bill moves, all or nothing; one that leaves nothing for our line and owes nothing moves no money."""
        if not entries:
            return
        answers = self._open_books().join_all(entries)
        problems = [answer for answer in answers if not isinstance(answer, Posted)]
        if any(problem.code == OTHER_CONTENT_POSTED.code for problem in problems):
            raise _TakenMeanwhile  # paid since we looked: to be told as a number that is settled already
        if problems:
            raise Refused(problems)
        self.entries += [
            entry
            for entry, answer in zip(entries, answers, strict=True)
            if isinstance(answer, Posted) and answer.status is Status.CREATED
        ]

    def _open_books(self) -> Books:
        """The books, held from the first payment of the batch on."""
        if self.held is None:
            self.held = settling.hold_books(self.world, self.numbers, self.beside)
        if self.books is None:
            self.books = Books(self.held.standing)
        return self.books


def _basis_of(person: PersonFacts, bill: Bill, world: settling.World) -> _Basis:
    """Find the cover that settles this bill: in force on the day, of a product with a benefit for bills."""
    day = bill.settles_on
    for cover in world.covers.get(person.person.id, ()):
        if day not in cover.in_force:
            continue
        signed = world.contracts[cover.contract]
        contract = known_contract(cover.contract, signed.content, signed.scheme_hash)
        scheme = _scheme_of(contract)
        benefits = scheme.products[cover.product].benefits
        if any(scheme.benefits[name].kind is Kind.BILL for name in benefits):
            facts = facts_on(person.person, person.facts, day)
            groups = tuple(sorted({*groups_of(scheme, facts), cover.group}))
            year_on = policy_year(contract.period, day).first_on
            return _Basis(
                person, cover, contract, scheme, groups, (person.person.id, accumulator_scope(scheme), year_on)
            )
    raise Refused(NO_COVER(where=bill.number, day=day))


def _scheme_of(contract: Contract) -> Scheme:
    scheme = on_shelf(contract.scheme_id)
    if scheme.hash != contract.scheme_hash:
        raise Refused(SCHEME_CHANGED(contract=contract.number, scheme=contract.scheme_id))
    return scheme


def _payment(recorded: Recorded, basis: _Basis) -> Sequence["Entry"]:
    """Our line's part, paid out of its special account; nothing where a bill leaves nothing for it."""
    cover = basis.cover
    ours = sum(layer.fen for layer in (*recorded.layers, *recorded.extras) if _is_ours(layer, cover))
    if not ours:
        return ()
    payee, number = recorded.hospital or "hospital", recorded.number
    paid = postings.settlement_paid(
        recorded.key, recorded.contract, cover.line, number, Fen(ours), payee, recorded.settles_on
    )
    return (paid,)


def _is_ours(layer: Layer, cover: HeldCover) -> bool:
    """Whether a layer is paid out of this cover's line: computed by us, and of the payer that the line is."""
    return not layer.reported and layer.payer is payer_of(cover.line)


def _record_of(done: Settled, content: str, basis: _Basis, clock: Clock, entered_at: datetime) -> Recorded:
    number = settlement_number(done.bill)
    return Recorded(
        number=number,
        key=settling.settlement_key(number),
        content_hash=content,
        person_id=basis.person.person.id,
        contract=basis.contract.number,
        line=str(basis.cover.line),
        scheme_id=basis.scheme.scheme_id,
        scheme_hash=basis.scheme.hash,
        benefit=done.program.benefit_id,
        scope=basis.year[1],
        policy_year_on=basis.year[2],
        settles_on=done.bill.settles_on,
        known_on=done.program.known_on or clock.today(),
        entered_at=entered_at,
        hospital=done.bill.hospital,
        bill=_said(done),
        groups=basis.groups,
        settings=dict(basis.contract.settings),
        opening=dict(done.opening),
        closing=dict(done.outcome.closing),
        bill_total_fen=done.outcome.total_fen,
        self_pay_fen=done.outcome.self_pay_fen,
        layers=tuple(done.outcome.layers),
        extras=tuple(done.outcome.extras),
    )


def _said(done: Settled) -> dict[str, Any]:
    """What is kept of the bill for replay and audit; who it is about stands in the row's own column."""
    bill = done.bill
    return {
        "number": bill.number,
        "admitted_on": bill.admitted_on.isoformat(),
        "discharged_on": bill.discharged_on.isoformat(),
        "inputs": dict(done.inputs),
        "stated": dict(bill.stated),
        "fee_lines": [{"code": line.code, "amounts": dict(line.amounts)} for line in bill.fee_lines],
    }
