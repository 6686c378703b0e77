"""5206 yearly sums of a person: what each payer bore, what the bills came to, what was left to the person."""

import re
from datetime import date

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.queries import year_sums
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write
from huibao.kernel.period import add_days

MONTH = re.compile(r"(\d{4})(0[1-9]|1[0-2])", re.ASCII)
DECEMBER = 12


def act(desk: Desk, asked: Request) -> Done:
    """Sums of the settlements that stand, to the end of the month asked for."""
    row = asked.row("data")
    month = MONTH.fullmatch(str(row.get("cum_ym", "")))
    until = _last_day(int(month[1]), int(month[2])) if month else None
    today = desk.clock.today()
    region = desk.region(today.year)
    upto = month[0] if month else f"{today:%Y%m}"
    rows = [
        {
            "insutype": region.insutype,
            "year": str(one.year),
            "cum_ym": upto,
            "cum_type_code": one.code,
            "cum": one.fen,
        }
        for one in year_sums(desk, str(row["psn_no"]), until)
    ]
    return Done(write("5206", {"cuminfo": rows}))


def _last_day(year: int, month: int) -> date:
    following = date(year + 1, 1, 1) if month == DECEMBER else date(year, month + 1, 1)
    return add_days(following, -1)


TRANSACTION = Transaction("5206", "人员累计信息查询", writes=False, act=act)
