"""What hospitals sent and what was answered, to the byte; written in the transaction of what it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from huibao.store.models import hospital as table
from huibao.store.unit import must_be_in_unit

NEVER_CAME: Final = "never came"
"""Content hash under which a message stands that was undone before it arrived."""


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
    entered_at: datetime


def about(institution_id: int, msgid: str) -> tuple[Message | None, Message | None]:
    """The message of this id, and the one that undid it; either may be None."""
    rows = table.Message.objects.filter(institution_id=institution_id).filter(Q(msgid=msgid) | Q(undoes=msgid))
    found = [_message(row) for row in rows.order_by("pk")]
    itself = next((one for one in found if one.msgid == msgid), None)
    return itself, next((one for one in found if one.undoes == msgid), None)


def sign_in(institution_id: int, sign_no: str) -> tuple[Message | None, Message | None]:
    """The sign-in of that number and the sign-out that ended it."""
    rows = table.Message.objects.filter(institution_id=institution_id, reference=sign_no, infno__in=("9001", "9002"))
    found = {row.infno: _message(row) for row in rows.order_by("pk")}
    return found.get("9001"), found.get("9002")


def record(one: Message) -> None:
    """Write a message with its answer. The database keeps msgids apart."""
    must_be_in_unit("record a message")
    table.Message.objects.create(
        institution_id=one.institution_id,
        msgid=one.msgid,
        infno=one.infno,
        content_hash=one.content_hash,
        answer=one.answer,
        reference=one.reference,
        undoes=one.undoes,
        entered_at=one.entered_at,
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
