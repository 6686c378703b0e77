"""What hospitals sent and what was answered, to the byte; written in the transaction of what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from huibao.store.models import hospital as table
from huibao.store.question import Answers, Question, moment
from huibao.store.sealed import kept_row, opened
from huibao.store.unit import must_be_in_unit

NEVER_CAME: Final = "never came"
"""Content hash of the row that stands in the place of a message which was undone before it arrived."""
TAKE: Final = """
INSERT INTO message (institution_id, msgid, infno, content_hash, answer, reference, undoes, entered_at)
VALUES (%s, %s, %s, %s, '', '', '', %s) ON CONFLICT (institution_id, msgid) DO NOTHING
"""


RECORD: Final = """
INSERT INTO message (institution_id, msgid, infno, content_hash, answer, reference, undoes, entered_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
"""Asked of every message that changes something, so it stands ready as it is."""
SIGNS: Final = "('9001', '9002')"


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


@dataclass(frozen=True, slots=True)
class Met:
    """What is known of messages: themselves and those that undid them, by institution and msgid; sign-ins by number."""

    itself: Mapping[tuple[int, str], Message]
    undoing: Mapping[tuple[int, str], Message]
    signs: Mapping[tuple[int, str, str], Message]
    """By institution, transaction (9001, 9002) and sign_no."""


FIELDS: Final = "m.institution_id, m.msgid, m.infno, m.content_hash, m.answer, m.reference, m.undoes, m.entered_at"


def ask_met(
    question: Question, institution_ids: Sequence[int], msgids: Sequence[str], sign_nos: Sequence[str] = ()
) -> None:
    """Add to a question what is known of messages of these ids, and of sign-ins under these numbers."""
    among = "FROM message m WHERE m.institution_id {among} AND"
    question.ask("met", FIELDS, f"{among} m.msgid {{among}}", institution_ids, msgids)
    question.ask("undoing", FIELDS, f"{among} m.undoes <> '' AND m.undoes {{among}}", institution_ids, msgids)
    if sign_nos:
        question.ask("sign", FIELDS, f"{among} m.infno IN {SIGNS} AND m.reference {{among}}", institution_ids, sign_nos)


def met_in(answers: Answers) -> Met:
    """The messages a question found."""
    rows = {part: [_met(row) for row in answers.get(part, ())] for part in ("met", "undoing", "sign")}
    return Met(
        {(one.institution_id, one.msgid): one for one in rows["met"]},
        {(one.institution_id, one.undoes): one for one in rows["undoing"]},
        {(one.institution_id, one.infno, one.reference): one for one in rows["sign"]},
    )


def about(institution_id: int, msgid: str) -> tuple[Message | None, Message | None]:
    """The message of this id, and the one that undid it; either may be None."""
    question = Question()
    ask_met(question, [institution_id], [msgid])
    met = met_in(question.answers())
    return met.itself.get((institution_id, msgid)), met.undoing.get((institution_id, msgid))


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
    row = kept_row(table.Message, values_of(one))
    row["entered_at"] = connection.ops.adapt_datetimefield_value(row["entered_at"])
    with connection.cursor() as cursor:
        cursor.execute(RECORD, list(row.values()))


def values_of(one: Message) -> dict[str, Any]:
    """A message as a row, by column."""
    if one.entered_at is None:
        msg = "a message is recorded with the moment of its answer"
        raise ValueError(msg)
    return {
        "institution_id": one.institution_id,
        "msgid": one.msgid,
        "infno": one.infno,
        "content_hash": one.content_hash,
        "answer": one.answer,
        "reference": one.reference,
        "undoes": one.undoes,
        "entered_at": one.entered_at,
    }


def _met(row: Sequence[Any]) -> Message:
    institution_id, msgid, infno, content, answer, reference, undoes, entered = row
    said = opened(table.Message, "answer", answer)
    return Message(institution_id, msgid, infno, content, said, reference, undoes, moment(entered))


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
