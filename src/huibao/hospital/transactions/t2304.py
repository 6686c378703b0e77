"""2304 settle: the stay over all its payers, posted, with the debt of whoever pays later. S7, SD-6.4."""

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Answer
from huibao.app.hospital.payers import Line, hear
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write
from huibao.hospital.transactions.bill import detail, discharge_of, setlinfo


def told(desk: Desk, answer: Answer) -> Done:
    """A settlement as it is answered."""
    row = {"setl_id": answer.setl_id, **setlinfo(answer, desk.msgid)}
    warning = ""
    if answer.pending:
        names = "、".join(payer.zh for payer in answer.pending)
        warning = f"{names}未应答，未计入本次结算，到账后补记；请勿重复结算。"
    output = write("2304", {"setlinfo": row, "setldetail": detail(answer.figures.detail)})
    return Done(output, reference=answer.setl_id, warning=warning)


def before(desk: Desk, asked: Request, line: Line) -> None:
    """Ask the payers before ours, where the region is run as a platform."""
    asked.heard = hear(desk, discharge_of(asked), line, trial=False)


TRANSACTION = Transaction("2304", "住院结算", writes=True, before=before, settles=told)
