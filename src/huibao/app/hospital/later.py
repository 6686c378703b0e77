"""A payer that came after settlement: where a hospital settled it, its books, the person's debt and ours go on together. SD-6.4.

The answer the hospital had stands. What the later payer changes is a row of its own with the differences, as for a bill that
waited: the hospital finds it in its reconciliation and whenever it asks for the settlement again.
"""

from dataclasses import replace
from datetime import date

from huibao.app.hospital.debts import take_over
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.figures import STATED_AS_THEY_CAME, added_money, figures, shares_of
from huibao.app.hospital.regions import Regions
from huibao.app.settlement import add_payer as add_to_settlement
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant
from huibao.rules.vocabulary import Payer
from huibao.store import institution as institutions
from huibao.store import settlement as settlements
from huibao.store import stay as store
from huibao.store import stay_settlement
from huibao.store.settlement import Recorded
from huibao.store.unit import unit_of_work


def add_payer(number: str, payer: Payer, fen: Fen, key: str, clock: Clock, regions: Regions) -> Recorded:
    """Add a payer to any settlement. The same key counts once; what a person treated first owes falls by as much."""
    with unit_of_work():
        setl_id = stay_settlement.setl_id_of(number)
        if setl_id is None:
            return add_to_settlement(number, payer, fen, key, clock)
        one = stay_settlement.settled(setl_id)
        stay = store.by_number(one.stay, lock=True) if one is not None else None
        invariant(one is not None and stay is not None, "L6", f"{setl_id} has no stay")
        again = settlements.number_of_later(key) is not None
        recorded = add_to_settlement(number, payer, fen, key, clock, by_hospital=True)
        if one is not None and stay is not None and not again:
            _follow(one.completes or setl_id, stay, recorded, key, clock, regions)
        return recorded


def _follow(setl_id: str, stay: store.Stay, recorded: Recorded, key: str, clock: Clock, regions: Regions) -> None:
    """Write what changes in national money fields beside the answers given so far, and lower the debt by it."""
    rows = stay_settlement.with_additions(setl_id)
    first, institution = rows[0], institutions.institution(stay.institution)
    invariant(institution is not None, "L6", f"{setl_id} is of no institution")
    if institution is None:
        return
    desk = Desk(institution, first.msgid, clock, regions)
    day = date.fromisoformat(first.money["settles_on"])
    stated = {name: int(first.money.get(name, 0)) for name in STATED_AS_THEY_CAME}
    now = figures(desk.region(day.year), shares_of(recorded), stated, first.acct_pay_fen)
    before = {name: sum(int(one.money.get(name, 0)) for one in rows) for name in now.money}
    money = added_money(before, now.money)
    owed = now.money["psn_cash_pay"] if stay.deposit_waived else 0
    debt = owed - sum(int(one.money["debt"]) for one in rows)
    addition = replace(
        first,
        id=0,
        setl_id=desk.number(f"later/{key}"),
        number="",
        settled_at=clock.now(),
        acct_pay_fen=money["acct_pay"],
        fund_pay_fen=money["fund_pay_sumamt"],
        money={**money, "debt": debt, "split": first.money["split"], "settles_on": first.money["settles_on"]},
        completes=rows[-1].setl_id,
        completed_by=None,
    )
    stay_settlement.record_settled(addition, stay)
    take_over(stay, addition.setl_id, -debt, clock)
