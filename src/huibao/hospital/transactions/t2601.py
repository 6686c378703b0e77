"""2601 reversal of a transaction whose answer was lost: undone if it was done, never to be done if it was not.

Where the original never came, its msgid is taken: should it arrive later, out of order, it is refused. One that is under way
at this very moment is either waited for and undone, or finds its msgid taken and is rolled back.
"""

from typing import Final

from huibao.app.hospital.admission import undo_admission
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.payers import give_back
from huibao.app.hospital.problems import NO_STAY, NOT_REVERSIBLE
from huibao.app.hospital.undoing import undo
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.refusals import UNDONE
from huibao.kernel.problem import Refused
from huibao.store import message as messages
from huibao.store import stay_settlement

REVERSIBLE: Final = ("2304", "2401")


def act(desk: Desk, asked: Request) -> Done:
    """Undo the message of that msgid and number."""
    row = asked.row("data")
    number, infno, psn_no = str(row["omsgid"]), str(row["oinfno"]), str(row["psn_no"])
    if infno not in REVERSIBLE:
        raise Refused(NOT_REVERSIBLE(infno=infno, field="oinfno"))
    original, undoing = messages.about(desk.institution.id, number)
    if original is None and not messages.take(desk.institution.id, number, infno, desk.clock.now()):
        original, undoing = messages.about(desk.institution.id, number)
    if undoing is not None:
        raise Refused(UNDONE(field="omsgid"))
    if infno == "2304":
        give_back(desk, number)
    if original is None or original.content_hash == messages.NEVER_CAME:
        return Done({}, undoes=number, warning="原交易没有到达，已登记为不再办理。")
    if original.infno != infno:
        raise Refused(NOT_REVERSIBLE(infno=original.infno, field="oinfno"))
    if infno == "2401":
        stay = undo_admission(desk, original.reference, psn_no)
        return Done({}, reference=stay.number, undoes=number)
    settled = stay_settlement.settled(original.reference)
    if settled is None:
        raise Refused(NO_STAY(field="omsgid"))
    if settled.reversed_by is not None:
        return Done({}, reference=settled.reversed_by, undoes=number, warning="原结算此前已撤销。")
    _, reversal = undo(desk, settled.stay, psn_no, settled.setl_id)
    return Done({}, reference=reversal.setl_id, undoes=number)


TRANSACTION = Transaction("2601", "冲正", writes=True, act=act)
