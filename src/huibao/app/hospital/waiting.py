"""Settlements that waited for a payer are completed: the payer's line and ours are added, nothing is paid twice.

The answer the hospital had stands; what completes it is a row of its own with the differences, so that both sides'
accounts go on from what each has.
"""

from dataclasses import dataclass, replace
from datetime import date

from huibao.app.hospital.debts import take_over
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Discharge, from_data
from huibao.app.hospital.figures import added_money, figures, shares_of
from huibao.app.hospital.payers import Line, hear, undo_at_payers
from huibao.app.hospital.regions import Regions
from huibao.app.hospital.settling import bill_of, settled_proper
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Problem, Refused
from huibao.store import institution as institutions
from huibao.store import stay as store
from huibao.store import stay_settlement
from huibao.store.stay_settlement import Settled
from huibao.store.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class Completed:
    """What became of one that waited: "completed", "waiting" (the payer is still silent) or "refused"."""

    setl_id: str
    status: str
    by: str = ""
    problems: tuple[Problem, ...] = ()


def complete(line: Line, regions: Regions, clock: Clock) -> tuple[Completed, ...]:
    """Ask the silent payers again, under the same keys, and complete what can be. One at a time: each stands by itself."""
    done = []
    for one in stay_settlement.waiting():
        institution = institutions.institution(one.stay_institution)
        if institution is None:
            continue
        desk = Desk(institution, one.msgid, clock, regions)
        try:
            done.append(_complete(desk, one, line))
        except Refused as refused:
            done.append(Completed(one.setl_id, "refused", "", refused.problems))
    return tuple(done)


def undo_everywhere(line: Line, regions: Regions, clock: Clock) -> int:
    """Undo at the payers what was undone here; returns how many still wait."""
    desks = (Desk(one, "", clock, regions) for one in institutions.institutions() if regions.asks_payers(one.areas[0]))
    return sum(undo_at_payers(desk, line) for desk in desks)


def _complete(desk: Desk, one: Settled, line: Line) -> Completed:
    asked = hear(desk, from_data(one.money["asked"]), line, trial=False)
    if asked.pending:
        return Completed(one.setl_id, "waiting")
    with unit_of_work():
        stay = store.by_number(one.stay, lock=True)
        now = stay_settlement.settled(one.setl_id)
        if stay is None or now is None or now.reversed_by or now.completed_by:
            return Completed(one.setl_id, "completed", now.completed_by or "" if now else "")
        made = _settle(desk, stay, now, asked)
    return Completed(one.setl_id, "completed", made)


def _settle(desk: Desk, stay: store.Stay, one: Settled, asked: Discharge) -> str:
    """Settle for real, and write what that adds to the answer the hospital had."""
    number = desk.number("completion")
    day = date.fromisoformat(one.money["settles_on"])
    bill = bill_of(desk, stay, asked, day, one.money["split"], number)
    recorded = settled_proper(desk, asked, bill)
    found = figures(desk.region(day.year), shares_of(recorded), asked.reported, asked.acct_pay_fen)
    owed = found.money["psn_cash_pay"] if stay.deposit_waived else 0
    # Whoever has paid already what the others bear now gets it back.
    take_over(stay, number, int(one.money["debt"]) - owed, desk.clock)
    money = added_money(one.money, found.money) | {"debt": owed - int(one.money["debt"])}
    completion = replace(
        one,
        id=0,
        setl_id=number,
        number=recorded.number,
        settled_at=desk.clock.now(),
        acct_pay_fen=money["acct_pay"],
        fund_pay_fen=money["fund_pay_sumamt"],
        money={**money, "split": one.money["split"], "settles_on": one.money["settles_on"]},
        completes=one.setl_id,
    )
    stay_settlement.record_settled(completion, stay)
    return number
