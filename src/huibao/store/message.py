"""What hospitals sent and what was answered, to the byte; written in the transaction of what it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from huibao.store.models import hospital as table
from huibao.store.unit import must_be_in_unit

NEVER_CAME: Final = "never came"
"""Content hash of the row that stands in the place of a message which was undone before it arrived."""

ABOUT: Final = """
SELECT msgid, infno, content_hash, answer, reference, undoes FROM message WHERE institution_id = %s AND msgid = %s
UNION
SELECT msgid, infno, content_hash, answer, reference, undoes FROM message WHERE institution_id = %s AND undoes = %s
AND undoes <> ''
"""
"""Two indexes, each asked for what it knows; asked of every message, so it is not put together anew each time."""

RECORD: Final = """
INSERT INTO message (institution_id, msgid, infno, content_hash, answer, reference, undoes, entered_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
"""Written while the ledger is held, so it stands ready as it is."""

TAKE: Final = """
INSERT INTO message (institution_id, msgid, infno, content_hash, answer, reference, undoes, entered_at)
VALUES (%s, %s, %s, %s, '', '', '', %s) ON CONFLICT (institution_id, msgid) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message that changed something, with its answer."""

    institution_id: int
    msgid: str
    infno: str
    content_hash: str
    answer: str
    reference: str
    undoes: str
    entered_at: datetime | None = None
    """When it was answered; left out where it is only looked for."""


def about(institution_id: int, msgid: str) -> tuple[Message | None, Message | None]:
    """The message of this id, and the one that undid it; either may be None."""
    with connection.cursor() as cursor:
        cursor.execute(ABOUT, [institution_id, msgid, institution_id, msgid])
        found = [Message(institution_id, *row) for row in cursor.fetchall()]
    itself = next((one for one in found if one.msgid == msgid), None)
    return itself, next((one for one in found if one.undoes == msgid), None)


def take(institution_id: int, msgid: str, infno: str, at: datetime) -> bool:
    """Take the place of a message that did not come, so that it cannot be recorded any more.

    Waits for whoever is recording it at this moment; False where it came after all, and `about` now knows it.
    """
    must_be_in_unit("take the place of a message")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [institution_id, msgid, infno, NEVER_CAME, connection.ops.adapt_datetimefield_value(at)])
        return bool(cursor.rowcount)


def sign_in(institution_id: int, sign_no: str) -> tuple[Message | None, Message | None]:
    """The sign-in of that number and the sign-out that ended it."""
    rows = table.Message.objects.filter(institution_id=institution_id, reference=sign_no, infno__in=("9001", "9002"))
    found = {row.infno: _message(row) for row in rows.order_by("pk")}
    return found.get("9001"), found.get("9002")


def record(one: Message) -> None:
    """Write a message with its answer. The database keeps msgids apart."""
    must_be_in_unit("record a message")
    if one.entered_at is None:
        msg = "a message is recorded with the moment of its answer"
        raise ValueError(msg)
    at = connection.ops.adapt_datetimefield_value(one.entered_at)
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            [one.institution_id, one.msgid, one.infno, one.content_hash, one.answer, one.reference, one.undoes, at],
        )


def _message(row: table.Message) -> Message:
    return Message(
        row.institution_id,
        row.msgid,
        row.infno,
        row.content_hash,
        row.answer,
        row.reference,
        row.undoes,
        row.entered_at,
    )
