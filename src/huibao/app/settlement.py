"""Settling bills for people in the roster: cover, groups, accumulators, layers and posting in one transaction. S5, S7.

Each bill of a batch is settled by itself inside the one unit of work: what is wrong with one does not hold up the others,
and nothing of a refused bill stays behind.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from huibao.app.settlement_refusals import (
    ALREADY_REVERSED,
    KEY_TAKEN,
    NO_COVER,
    NO_PERSON,
    NOT_THE_LAST,
    OTHER_CONTENT,
    OUR_OWN_LINE,
    REVERSED,
    SCHEME_CHANGED,
    TOO_MANY,
    UNKNOWN_SETTLEMENT,
    key_problems,
)
from huibao.domain import postings
from huibao.domain.coverage import Coverage
from huibao.domain.plan import Contract
from huibao.domain.roster import PersonFacts, facts_on
from huibao.domain.settlement.bill import Bill, in_standard_order
from huibao.domain.settlement.settled import (
    LaterLine,
    Settled,
    accumulator_scope,
    add_later_line,
    benefit_of,
    later_layer,
    mirrored,
    moved,
    policy_year,
    settle,
)
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant
from huibao.kernel.period import Period
from huibao.kernel.problem import Problem, Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.explanation import Line as CitedLine
from huibao.rules.explanation import explain
from huibao.rules.groups import groups_of
from huibao.rules.program import Layer, Outcome, Program
from huibao.rules.scheme import Kind, Scheme
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line, Payer, payer_of
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import ledger
from huibao.store import roster as people
from huibao.store import settlement as store
from huibao.store.locks import lock_accumulators
from huibao.store.settlement import Recorded
from huibao.store.unit import unit_of_work

MAX_BATCH: Final = 10_000
"""Bills in one unit of work: a county's month. Larger loads come in several."""


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
    cover: Coverage
    contract: Contract
    scheme: Scheme
    groups: tuple[str, ...]
    year_on: date


def settle_bills(bills: Sequence[Bill], clock: Clock) -> tuple[SettlementResult, ...]:
    """Settle a batch, in the order of discharge. The bill's number within its hospital is the idempotency key."""
    if len(bills) > MAX_BATCH:
        raise Refused(TOO_MANY(found=len(bills), limit=MAX_BATCH))
    results: dict[int, SettlementResult] = {}
    with unit_of_work():
        known = people.people_by_identities({bill.person for bill in bills if bill.person})
        lock_accumulators([person.id for person in known.values()])
        facts = people.people_by_ids([person.id for person in known.values()])
        persons = {identity: facts[person.id] for identity, person in known.items()}
        # By place in the batch, not by number: a number that occurs twice has two answers, the first one settled.
        for at, bill in sorted(enumerate(bills), key=lambda each: (each[1].settles_on, each[1].number)):
            results[at] = _settle_one(bill, persons.get(bill.person or ""), clock)
    return tuple(results[at] for at in range(len(bills)))


def settlement_number(bill: Bill) -> str:
    """Number of the settlement: the hospital's code and its own number for the bill."""
    return f"{bill.hospital}/{bill.number}" if bill.hospital else bill.number


def reverse_settlement(number: str, reason: str, key: str, clock: Clock) -> Recorded:
    """Undo the person's last settlement of the year: mirrored layers, accumulators back, posting reversed (S5)."""
    faults = key_problems(key, reason)
    if faults:
        raise Refused(faults)
    with unit_of_work():
        original = _existing(number)
        lock_accumulators([original.person_id])
        original = _existing(number)
        if original.reversed_by is not None:
            reversal = _existing(original.reversed_by)
            if reversal.key == key:
                return reversal
        if original.reversed_by is not None or original.reverses is not None:
            raise Refused(ALREADY_REVERSED(number=number, by=original.reversed_by or original.reverses))
        last = store.latest_standing(original.person_id, original.scope, original.policy_year_on)
        if last != number:
            raise Refused(NOT_THE_LAST(number=number, last=last))
        if store.key_taken(key):
            raise Refused(KEY_TAKEN(key=key))
        reversal = _mirror(original, reason, key, clock)
        store.record([reversal])
        store.advance(original.person_id, original.scope, original.policy_year_on, reversal.closing)
        if ledger.entry_of(f"settlement/{number}") is not None:
            ledger.reverse(f"settlement/{number}", f"reversal/{number}", clock.today(), reason, clock.now())
        return reversal


def add_payer(number: str, payer: Payer, fen: Fen, key: str, clock: Clock) -> Recorded:
    """Add a payer that came after settlement; what the person bears falls by as much (S1). Posts nothing of ours."""
    faults = key_problems(key)
    if faults:
        raise Refused(faults)
    with unit_of_work():
        original = _existing(number)
        lock_accumulators([original.person_id])
        original = _existing(number)
        used_by = store.number_of_later(key)
        if used_by is not None:
            line = original.later[original.later_keys.index(key)] if used_by == number else None
            if line is None or (line.payer, line.fen) != (payer, fen):
                raise Refused(KEY_TAKEN(key=key))
            return original
        if original.reversed_by is not None or original.reverses is not None:
            raise Refused(ALREADY_REVERSED(number=number, by=original.reversed_by or original.reverses))
        if payer is not Payer.OTHER and payer in {payer_of(Line(original.line)), Payer.PERSON}:
            raise Refused(OUR_OWN_LINE(payer=payer.zh, payer_en=payer.en))
        line = LaterLine(payer, fen, clock.today())
        add_later_line(number, original.self_pay_fen, original.later, line)
        store.add_later(number, line, key)
        return _existing(number)


def replay(recorded: Recorded) -> Outcome:
    """Run a settlement again under what was known then (S6): its scheme, inputs and opening accumulators."""
    program = _program_of(recorded)
    return program.run(recorded.bill["inputs"], recorded.opening)


def explain_settlement(number: str) -> tuple[Recorded, tuple[CitedLine, ...]]:
    """One settlement with every line of its reckoning, cited."""
    recorded = _existing(number)
    program = _program_of(recorded)
    return recorded, explain(program, recorded.bill["inputs"], recorded.opening)


def _existing(number: str) -> Recorded:
    found = store.by_number(number)
    if found is None:
        raise Refused(UNKNOWN_SETTLEMENT(number=number))
    return found


def _settle_one(bill: Bill, person: PersonFacts | None, clock: Clock) -> SettlementResult:
    number = settlement_number(bill)
    content = content_hash(bill)
    earlier = store.by_number(number)
    if earlier is not None and earlier.reversed_by is not None:
        return SettlementResult(
            number, "refused", None, (REVERSED(where=number, number=number, by=earlier.reversed_by),)
        )
    if earlier is not None and earlier.content_hash == content:
        return SettlementResult(number, "exists", earlier)
    if earlier is not None:
        return SettlementResult(number, "refused", None, (OTHER_CONTENT(where=number, number=number),))
    if person is None:
        return SettlementResult(number, "refused", None, (NO_PERSON(where=number),))
    try:
        with unit_of_work():
            recorded = _settle_new(bill, content, person, clock)
    except Refused as refused:
        return SettlementResult(number, "refused", None, refused.problems)
    return SettlementResult(number, "settled", recorded)


def _settle_new(bill: Bill, content: str, person: PersonFacts, clock: Clock) -> Recorded:
    basis = _basis_of(person, bill)
    benefit = benefit_of(basis.scheme, bill)
    settings = basis.contract.settings
    program = compile_benefit(basis.scheme, benefit, bill.settles_on, clock.today(), settings)
    scope = accumulator_scope(basis.scheme)
    opening = store.opening(person.person.id, scope, basis.year_on)
    done = settle(basis.scheme, program, bill, basis.groups, opening)
    recorded = _record_of(done, content, basis, clock)
    store.record([recorded])
    store.advance(person.person.id, scope, basis.year_on, done.outcome.closing)
    _post(done, recorded, basis.cover, clock)
    return recorded


def _post(done: Settled, recorded: Recorded, cover: Coverage, clock: Clock) -> None:
    """Pay our line's part out of its special account; a bill that leaves nothing for it moves no money."""
    ours = sum(layer.fen for layer in (*done.outcome.layers, *done.outcome.extras) if _is_ours(layer, cover))
    if not ours:
        return
    payee = recorded.hospital or "hospital"
    key, number = recorded.key, recorded.number
    ledger.post(
        [postings.settlement_paid(key, recorded.contract, cover.line, number, Fen(ours), payee, recorded.settles_on)],
        clock.now(),
    )


def content_hash(bill: Bill) -> str:
    """sha256 of everything a bill says: the same bill sent twice is the same, any changed figure is not."""
    bill = replace(bill, fee_lines=in_standard_order(bill.fee_lines))
    said = {**asdict(bill), "inputs": dict(sorted(bill.inputs.items())), "stated": dict(sorted(bill.stated.items()))}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _basis_of(person: PersonFacts, bill: Bill) -> _Basis:
    """Find the cover that settles this bill: in force on the day, of a product with a benefit for bills."""
    day = bill.settles_on
    for cover in covers.covers_touching([person.person.id], Period(day, day)).get(person.person.id, ()):
        if not cover.in_force or day not in cover.in_force:
            continue
        contract = contracts.contract(cover.contract)
        scheme = _scheme_of(contract)
        benefits = scheme.products[cover.product].benefits
        if any(scheme.benefits[name].kind is Kind.BILL for name in benefits):
            facts = facts_on(person.person, person.facts, day)
            groups = tuple(sorted({*groups_of(scheme, facts), cover.group}))
            return _Basis(person, cover, contract, scheme, groups, policy_year(contract.period, day).first_on)
    raise Refused(NO_COVER(where=bill.number, day=day))


def _scheme_of(contract: Contract) -> Scheme:
    scheme = open_scheme(contract.scheme_id)
    if scheme.hash != contract.scheme_hash:
        raise Refused(SCHEME_CHANGED(contract=contract.number, scheme=contract.scheme_id))
    return scheme


def _program_of(one: Recorded) -> Program:
    program = compile_benefit(open_scheme(one.scheme_id), one.benefit, one.settles_on, one.known_on, one.settings)
    if program.scheme_hash != one.scheme_hash:
        raise Refused(SCHEME_CHANGED(contract=one.contract, scheme=one.scheme_id))
    return program


def _is_ours(layer: Layer, cover: Coverage) -> bool:
    """Whether a layer is paid out of this cover's line: computed by us, and of the payer that the line is."""
    return not layer.reported and layer.payer is payer_of(cover.line)


def _record_of(done: Settled, content: str, basis: _Basis, clock: Clock) -> Recorded:
    number = settlement_number(done.bill)
    return Recorded(
        number=number,
        key=f"settlement/{number}",
        content_hash=content,
        person_id=basis.person.person.id,
        contract=basis.contract.number,
        line=str(basis.cover.line),
        scheme_id=basis.scheme.scheme_id,
        scheme_hash=basis.scheme.hash,
        benefit=done.program.benefit_id,
        scope=accumulator_scope(basis.scheme),
        policy_year_on=basis.year_on,
        settles_on=done.bill.settles_on,
        known_on=done.program.known_on or clock.today(),
        entered_at=clock.now(),
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


def _mirror(original: Recorded, reason: str, key: str, clock: Clock) -> Recorded:
    """The reversal of a settlement: every amount negated, the accumulators back where they stood."""
    now_at = store.opening(original.person_id, original.scope, original.policy_year_on)
    back = {name: now_at[name] - step for name, step in moved(original.opening, original.closing).items()}
    invariant(back == dict(original.opening), "S5", f"{original.number}: back at {back}, was {original.opening}")
    return replace(
        original,
        number=f"{original.number}/reversal",
        key=key,
        entered_at=clock.now(),
        settles_on=clock.today(),
        opening={name: now_at[name] for name in original.closing},
        closing=back,
        bill_total_fen=-original.bill_total_fen,
        self_pay_fen=-original.left_fen,
        layers=mirrored((*original.layers, *(later_layer(line) for line in original.later))),
        extras=mirrored(original.extras),
        later=(),
        later_keys=(),
        reverses=original.number,
        reason=reason,
    )
