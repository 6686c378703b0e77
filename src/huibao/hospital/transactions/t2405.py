"""2405 takes a discharge back, so that the stay goes on."""

from huibao.app.hospital.admission import undo_discharge
from huibao.app.hospital.desk import Desk
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request


def act(desk: Desk, asked: Request) -> Done:
    """Undo it, or refuse with what has to be undone first."""
    row = asked.row("data")
    stay = undo_discharge(desk, str(row["mdtrt_id"]), str(row["psn_no"]))
    return Done({}, reference=stay.number)


TRANSACTION = Transaction("2405", "出院撤销", writes=True, act=act)
