"""3202 reconciliation in detail: the hospital's file, sent up by 9101, line by line against ours; each difference with its cause."""

from typing import Final

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.statement import reconcile_file
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write
from huibao.hospital.transactions.t3201 import days

STATED: Final = ("medfee_sumamt", "fund_pay_sumamt", "fixmedins_setl_cnt")
"""Totals of the message that its file can be held against; its lines have no cash."""


def act(desk: Desk, asked: Request) -> Done:
    """Compare, and keep the result as a file for 9102."""
    row = asked.row("data")
    first, last = days(row)
    kinds = {name: str(row[name]) for name in ("clr_type",) if name in row}
    stated = {name: value for name in STATED if isinstance(value := row.get(name), int)}
    made, unlike = reconcile_file(desk, str(row["file_qury_no"]), first, last, kinds, stated)
    said = {"file_qury_no": made.number, "filename": made.name, "dld_endtime": made.kept_until}
    return Done(write("3202", {"fileinfo": said}), reference=made.number, warning=f"{unlike}。" if unlike else "")


TRANSACTION = Transaction("3202", "医药机构费用结算对明细账", writes=True, act=act)
