"""A settlement undone in full: layers, accumulators, posting and debt. S5."""

from collections.abc import Sequence
from dataclasses import replace

from huibao.app.hospital.admission import existing, standing_settlements
from huibao.app.hospital.debts import take_over_key
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.figures import mirrored_money
from huibao.app.hospital.problems import DEBT_PAID, NO_SETTLEMENT
from huibao.app.hospital.settling import debt_key, proper_of
from huibao.app.settlement import reverse_settlement
from huibao.domain.ledger import debt
from huibao.kernel.problem import Refused
from huibao.store import ledger, stay_settlement
from huibao.store.stay import Stay
from huibao.store.stay_settlement import Settled


def undo(desk: Desk, mdtrt_id: str, number: str, setl_id: str) -> tuple[Settled, Settled]:
    """Undo a settlement in full: layers, accumulators, posting, debt. Returns it and its reversal."""
    stay = existing(desk, mdtrt_id, number)
    found = next((one for one in standing_settlements(stay) if one.setl_id == setl_id), None)
    if found is None:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    rows = stay_settlement.with_additions(setl_id)
    proper = proper_of(rows)
    undo_debt(desk, stay, rows)
    number = ""
    if proper.number:
        key = f"hospital/{desk.institution.code}/{desk.msgid}"
        number = reverse_settlement(proper.number, "医院撤销结算", key, desk.clock, by_hospital=True).number
    mirrored = replace(
        found,
        id=0,
        setl_id=desk.number("reversal"),
        number=number,
        msgid=desk.msgid,
        settled_at=desk.clock.now(),
        acct_pay_fen=-found.acct_pay_fen,
        fund_pay_fen=-sum(one.fund_pay_fen for one in rows),
        money=mirrored_money([one.money for one in rows]),
        reverses=found.setl_id,
        reversed_by=None,
        completed_by=None,
    )
    stay_settlement.record_settled(mirrored, stay)
    return found, mirrored


def undo_debt(desk: Desk, stay: Stay, rows: Sequence[Settled]) -> None:
    """Take the debt of a settlement and its additions back. Refused when part was repaid: that money is looked at first."""
    owed = sum(int(one.money["debt"]) for one in rows)
    if not owed:
        return
    if ledger.balance(debt(desk.institution.code, stay.number)) < owed:
        raise Refused(DEBT_PAID(field="setl_id"))
    keys = [take_over_key(one.setl_id) for one in rows[:0:-1] if int(one.money["debt"])]
    for key, undone in ((key, f"{key}/undone") for key in (*keys, debt_key(rows[0].setl_id))):
        ledger.reverse(key, undone, desk.clock.today(), "医院撤销结算", desk.clock.now())
