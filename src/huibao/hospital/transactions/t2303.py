"""2303 pre-settle: what settling would come to. It writes nothing."""

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.payers import Line, hear
from huibao.app.hospital.settling import presettle
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write
from huibao.hospital.transactions.bill import detail, discharge_of, setlinfo


def act(desk: Desk, asked: Request) -> Done:
    """Try a bill."""
    answer = presettle(desk, discharge_of(asked))
    return Done(write("2303", {"setlinfo": setlinfo(answer, desk.msgid), "setldetail": detail(answer.figures.detail)}))


def before(desk: Desk, asked: Request, line: Line) -> None:
    """Ask the payers before ours, where the region is run as a platform."""
    asked.heard = hear(desk, discharge_of(asked), line, trial=True)


TRANSACTION = Transaction("2303", "住院预结算", writes=False, act=act, before=before)
