"""2402 discharge: ends a stay, after which it is settled."""

from datetime import datetime

from huibao.app.hospital.admission import discharge
from huibao.app.hospital.desk import Desk
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.values import CHINA

SHOWN = ("dscg_dept_name", "dscg_bed", "dscg_way", "dise_name")


def act(desk: Desk, asked: Request) -> Done:
    """End a stay at the moment stated."""
    row = asked.row("dscginfo")
    ended = row["endtime"]
    moment = ended if isinstance(ended, datetime) else datetime.min.replace(tzinfo=CHINA)
    said = {name: str(row[name]) for name in SHOWN if name in row}
    stay = discharge(desk, str(row["mdtrt_id"]), str(row["psn_no"]), moment, said)
    return Done({}, reference=stay.number)


TRANSACTION = Transaction("2402", "出院办理", writes=True, act=act)
