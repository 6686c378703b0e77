"""9001 sign in: a number for the day, to be put into the envelope of what follows."""

from huibao.app.hospital.desk import Desk
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write


def act(desk: Desk, asked: Request) -> Done:
    """Note the sign-in; the message record is the record of it."""
    del asked
    sign_no = desk.number("sign-in")
    row = {"sign_time": desk.clock.now(), "sign_no": sign_no}
    return Done(write("9001", {"signinoutb": row}), reference=sign_no)


TRANSACTION = Transaction("9001", "签到", writes=True, act=act)
