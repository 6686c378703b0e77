"""What was asked of remote payers and what came of it: rows added, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from huibao.rules.vocabulary import Payer
from huibao.store.institution import Institution
from huibao.store.models.hospital import PayerCall as Row
from huibao.store.unit import must_be_in_unit

ASKED: Final = "asked"
ANSWERED: Final = "answered"
SILENT: Final = "silent"
SETTLE: Final = "settle"
UNDO: Final = "undo"


@dataclass(frozen=True, slots=True)
class Call:
    """One step of asking a payer: under which key, for which message of the hospital."""

    institution: Institution
    msgid: str
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
    last: dict[tuple[str, str], Row] = {}
    for row in Row.objects.filter(institution_id=institution.id, verb=verb).order_by("pk"):
        last[row.key, row.payer] = row
    return tuple(_call(row, institution) for row in last.values() if row.outcome != ANSWERED)


def _call(row: Row, institution: Institution) -> Call:
    return Call(
        institution,
        row.msgid,
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
