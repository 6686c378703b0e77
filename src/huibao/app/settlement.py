"""Settling bills for people in the roster: cover, groups, accumulators, layers and posting in one transaction. S5, S7.

Each bill of a batch is settled by itself inside the one unit of work: what is wrong with one does not hold up the others,
and nothing of a refused bill stays behind.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from huibao.app.settlement_batch import SettlementResult, settle_in_one, settlement_number
from huibao.app.settlement_refusals import (
    ALREADY_REVERSED,
    KEY_TAKEN,
    NOT_THE_LAST,
    OUR_OWN_LINE,
    SCHEME_CHANGED,
    THROUGH_HOSPITAL,
    TOO_MANY,
    UNKNOWN_SETTLEMENT,
    key_problems,
)
from huibao.domain.settlement.bill import Bill
from huibao.domain.settlement.settled import (
    LaterLine,
    add_later_line,
    later_layer,
    mirrored,
    moved,
)
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.explanation import Line as CitedLine
from huibao.rules.explanation import explain
from huibao.rules.program import Outcome, Program
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line, Payer, payer_of
from huibao.store import ledger, stay_settlement
from huibao.store import settlement as store
from huibao.store.locks import lock_accumulators
from huibao.store.settlement import Recorded
from huibao.store.unit import unit_of_work

__all__ = [
    "MAX_BATCH",
    "SettlementResult",
    "add_payer",
    "cited_lines",
    "explain_settlement",
    "replay",
    "reverse_settlement",
    "settle_bills",
    "settlement_number",
]

MAX_BATCH: Final = 10_000
"""Bills in one unit of work: a county's month. Larger loads come in several."""


def settle_bills(bills: Sequence[Bill], clock: Clock) -> tuple[SettlementResult, ...]:
    """Settle a batch, in the order of discharge. The bill's number within its hospital is the idempotency key."""
    if len(bills) > MAX_BATCH:
        raise Refused(TOO_MANY(found=len(bills), limit=MAX_BATCH))
    return settle_in_one(bills, clock) if bills else ()


def reverse_settlement(number: str, reason: str, key: str, clock: Clock, *, by_hospital: bool = False) -> Recorded:
    """Undo the person's last settlement of the year: mirrored layers, accumulators back, posting reversed (S5).

    What a hospital settled through the interface is undone through it too (`by_hospital`), with its stay and debt.
    """
    faults = key_problems(key, reason)
    if faults:
        raise Refused(faults)
    with unit_of_work():
        original = _existing(number)
        lock_accumulators([original.person_id])
        original = _existing(number)
        setl_id = None if by_hospital else stay_settlement.setl_id_of(number)
        if setl_id is not None:
            raise Refused(THROUGH_HOSPITAL(number=number, setl_id=setl_id))
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


def add_payer(number: str, payer: Payer, fen: Fen, key: str, clock: Clock, *, by_hospital: bool = False) -> Recorded:
    """Add a payer that came after settlement; what the person bears falls by as much (S1). Posts nothing of ours.

    To what a hospital settled through the interface it is added by `app/hospital/later.py`, with its debt (`by_hospital`).
    """
    faults = key_problems(key)
    if faults:
        raise Refused(faults)
    with unit_of_work():
        original = _existing(number)
        lock_accumulators([original.person_id])
        original = _existing(number)
        invariant(by_hospital or stay_settlement.setl_id_of(number) is None, "L6", f"{number}: a debt hangs on it")
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
    return recorded, cited_lines(recorded)


def cited_lines(recorded: Recorded) -> tuple[CitedLine, ...]:
    """Every line of a settlement's reckoning, cited."""
    return explain(_program_of(recorded), recorded.bill["inputs"], recorded.opening)


def _existing(number: str) -> Recorded:
    found = store.by_number(number)
    if found is None:
        raise Refused(UNKNOWN_SETTLEMENT(number=number))
    return found


def _program_of(one: Recorded) -> Program:
    program = compile_benefit(open_scheme(one.scheme_id), one.benefit, one.settles_on, one.known_on, one.settings)
    if program.scheme_hash != one.scheme_hash:
        raise Refused(SCHEME_CHANGED(contract=one.contract, scheme=one.scheme_id))
    return program


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
