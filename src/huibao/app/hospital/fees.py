"""Fee lines of a stay: sent, refunded, withdrawn. Each is kept as sent; a withdrawal is a line of its own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from huibao.app.hospital.admission import opened
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.problems import NO_LINE, SAME_LINE, STAY_STATE
from huibao.kernel.problem import Refused
from huibao.store import stay as store
from huibao.store.stay import Charge, Stay

ALL_LINES: Final = "0000"
"""feedetl_sn that withdraws every line."""
PARTS: Final = ("out_of_catalogue", "over_limit", "first_self_pay", "in_policy")


def add_charges(desk: Desk, mdtrt_id: str, number: str, lines: Sequence[Charge]) -> Stay:
    """Take in fee lines. Refused as a whole when a serial number stands already, or the stay is settled."""
    here = opened(desk, mdtrt_id, number)
    if any(not one.mid_stay for one in here.settled):
        raise Refused(STAY_STATE(state="已结算", act="上传费用明细", first="用 2305 撤销结算"))
    taken = {line.sn for line in here.charges}
    faults = []
    for line in lines:
        if line.sn in taken or line.sn == ALL_LINES:
            faults.append(SAME_LINE(sn=line.sn, field="feedetl_sn"))
        if line.refunds and line.refunds not in taken:
            faults.append(NO_LINE(sn=line.refunds, field="init_feedetl_sn"))
        taken.add(line.sn)
    if faults:
        raise Refused(faults)
    store.record_charges(here.stay, lines, desk.clock.now())
    return here.stay


def withdraw(desk: Desk, mdtrt_id: str, number: str, serials: Sequence[str]) -> int:
    """Withdraw fee lines by serial number, or all of them; returns how many. Refused when one is not there."""
    here = opened(desk, mdtrt_id, number)
    if here.settled:
        raise Refused(STAY_STATE(state="已结算", act="撤销费用明细", first="用 2305 撤销结算"))
    standing = {line.sn: line for line in here.charges}
    wanted = list(standing) if ALL_LINES in serials else list(dict.fromkeys(serials))
    missing = [sn for sn in wanted if sn not in standing]
    if missing:
        raise Refused([NO_LINE(sn=sn, field="feedetl_sn") for sn in missing])
    store.record_charges(here.stay, [_withdrawal(standing[sn]) for sn in wanted], desk.clock.now())
    return len(wanted)


def _withdrawal(line: Charge) -> Charge:
    split = {name: None if fen is None else -fen for name, fen in line.split.items()}
    return replace(line, id=0, fen=-line.fen, split=split, withdraws_id=line.id)


def totals(lines: Sequence[Charge]) -> dict[str, int]:
    """Sums over fee lines, fen: the bill, and its four parts where every line states them."""
    sums = {"bill_total": sum(line.fen for line in lines)}
    if lines and all(line.split.get("in_policy") is not None for line in lines):
        sums |= {part: sum(line.split.get(part) or 0 for line in lines) for part in PARTS}
    return sums
