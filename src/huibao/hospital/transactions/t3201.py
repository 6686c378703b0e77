"""3201 reconciliation in total: what the hospital's books say of a span of days against ours."""

from datetime import date

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.statement import reconcile_totals
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.reading import Row as InRow
from huibao.hospital.messages.writing import write
from huibao.store.stay_settlement import Totals


def act(desk: Desk, asked: Request) -> Done:
    """Answer 0 where both agree, 1 with what differs where they do not."""
    row = asked.row("data")
    first, last = days(row)
    theirs = Totals(
        fen(row, "medfee_sumamt"), fen(row, "fund_pay_sumamt"), fen(row, "acct_pay"), fen(row, "fixmedins_setl_cnt")
    )
    kinds = {name: str(row[name]) for name in ("clr_type", "insutype", "refd_setl_flag") if name in row}
    differs = reconcile_totals(desk, first, last, theirs, kinds)
    said = {
        "setl_optins": str(row.get("setl_optins", ""))[:6],
        "stmt_rslt": "1" if differs else "0",
        "stmt_rslt_dscr": differs[:200],
    }
    return Done(write("3201", {"stmtinfo": said}))


def days(row: InRow) -> tuple[date, date]:
    """First and last day of a reconciliation."""
    first, last = row["stmt_begndate"], row["stmt_enddate"]
    return (first, last) if isinstance(first, date) and isinstance(last, date) else (date.min, date.min)


def fen(row: InRow, name: str) -> int:
    """A whole number of a row, 0 where it is not stated."""
    value = row.get(name, 0)
    return value if isinstance(value, int) else 0


TRANSACTION = Transaction("3201", "医药机构费用结算对总账", writes=False, act=act)
