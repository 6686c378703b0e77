"""What was asked of remote payers and what came of it: rows added, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from huibao.rules.vocabulary import Payer
from huibao.store.institution import Institution
from huibao.store.message import NEVER_CAME
from huibao.store.models.hospital import Message
from huibao.store.models.hospital import PayerCall as Row
from huibao.store.unit import must_be_in_unit

ASKED: Final = "asked"
ANSWERED: Final = "answered"
SILENT: Final = "silent"
SETTLE: Final = "settle"
UNDO: Final = "undo"


@dataclass(frozen=True, slots=True)
class Call:
    """One step of asking a payer: under which key, for which message of the hospital about which stay."""

    institution: Institution
    msgid: str
    stay: str
    key: str
    payer: Payer
    verb: str
    outcome: str
    fen: int
    remote_id: str
    said: Mapping[str, Any]
    entered_at: datetime
    id: int = 0


def record(call: Call) -> None:
    """Write one step."""
    must_be_in_unit("record a call of a payer")
    Row.objects.create(
        institution_id=call.institution.id,
        msgid=call.msgid,
        stay=call.stay,
        key=call.key,
        payer=call.payer.value,
        verb=call.verb,
        outcome=call.outcome,
        fen=call.fen,
        remote_id=call.remote_id,
        said=dict(call.said),
        entered_at=call.entered_at,
    )


def calls(institution: Institution, msgid: str) -> tuple[Call, ...]:
    """Every step for one message of a hospital, in order."""
    rows = Row.objects.filter(institution_id=institution.id, msgid=msgid).order_by("pk")
    return tuple(_call(row, institution) for row in rows)


def open_calls(institution: Institution, verb: str) -> tuple[Call, ...]:
    """Steps of one kind that were asked for and have no answer yet: the last row of their key says so."""
    return _open(Row.objects.all(), institution, verb)


def _open(rows: QuerySet[Row], institution: Institution, verb: str) -> tuple[Call, ...]:
    last: dict[tuple[str, str], Row] = {}
    for row in rows.filter(institution_id=institution.id, verb=verb).order_by("pk"):
        last[row.key, row.payer] = row
    return tuple(_call(row, institution) for row in last.values() if row.outcome != ANSWERED)


def open_undos(institution: Institution, stay: str, payer: Payer) -> tuple[Call, ...]:
    """What a payer has still to be told to undo of one stay."""
    return _open(Row.objects.filter(stay=stay, payer=payer.value), institution, UNDO)


def asked_for_stay(institution: Institution, stay: str) -> frozenset[str]:
    """Messages about one stay for which some payer was asked and not told to undo it since."""
    return frozenset(_standing(institution).filter(stay=stay).values_list("msgid", flat=True))


def without_message(institution: Institution, before: datetime) -> frozenset[str]:
    """Messages for which some payer was asked before a moment, not told to undo it since, and that were never recorded."""
    recorded = Message.objects.filter(institution_id=institution.id, msgid=OuterRef("msgid"))
    rows = _standing(institution).filter(~Exists(recorded.exclude(content_hash=NEVER_CAME)), entered_at__lt=before)
    return frozenset(rows.values_list("msgid", flat=True))


def _standing(institution: Institution) -> QuerySet[Row]:
    """Steps of asking that no undoing came after; one that is asked while it is undone stands again."""
    undone = Row.objects.filter(verb=UNDO, institution_id=institution.id, key=OuterRef("key"), pk__gt=OuterRef("pk"))
    return Row.objects.filter(
        ~Exists(undone.filter(msgid=OuterRef("msgid"))), verb=SETTLE, institution_id=institution.id
    )


def _call(row: Row, institution: Institution) -> Call:
    return Call(
        institution,
        row.msgid,
        row.stay,
        row.key,
        Payer(row.payer),
        row.verb,
        row.outcome,
        row.fen,
        row.remote_id,
        row.said,
        row.entered_at,
        row.pk,
    )
