"""2302 fee lines withdrawn, one by one or all of a stay ("0000")."""

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.fees import withdraw
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request


def act(desk: Desk, asked: Request) -> Done:
    """Withdraw lines of one or several stays; one that is not there refuses them all."""
    of_stay: dict[tuple[str, str], list[str]] = {}
    for row in asked.rows["data"]:
        of_stay.setdefault((str(row["mdtrt_id"]), str(row["psn_no"])), []).append(str(row["feedetl_sn"]))
    for (mdtrt_id, psn_no), serials in of_stay.items():
        withdraw(desk, mdtrt_id, psn_no, serials)
    return Done({}, reference=next(iter(of_stay))[0])


TRANSACTION = Transaction("2302", "住院费用明细撤销", writes=True, act=act)
