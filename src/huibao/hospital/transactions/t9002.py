"""9002 sign out: ends a sign-in of the day."""

from huibao.app.hospital.desk import Desk
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write
from huibao.hospital.refusals import NOT_SIGNED_IN
from huibao.kernel.problem import Refused
from huibao.store import message as messages


def act(desk: Desk, asked: Request) -> Done:
    """Note the sign-out. Refused for a number that is not signed in today."""
    sign_no = str(asked.row("signOut")["sign_no"])
    came, went = messages.sign_in(desk.institution.id, sign_no)
    now = desk.clock.now()
    if (
        came is None
        or went is not None
        or came.entered_at is None
        or came.entered_at.astimezone(now.tzinfo).date() != now.date()
    ):
        raise Refused(NOT_SIGNED_IN(field="sign_no"))
    return Done(write("9002", {"sign_time": {"sign_time": now}}), reference=sign_no)


TRANSACTION = Transaction("9002", "签退", writes=True, act=act)
