"""Institutions, the keys they sign with, and the requests that were seen. Secrets are derived elsewhere, never stored."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from huibao.store.models import hospital as table
from huibao.store.prepared import Statement

SPEND: Final = {
    "sqlite": "INSERT INTO nonce (value, seen_at) SELECT value, %s FROM json_each(%s) WHERE true ORDER BY value "
    "ON CONFLICT DO NOTHING RETURNING value",
    "postgresql": "INSERT INTO nonce (value, seen_at) SELECT value, at::timestamptz FROM unnest(%s) AS value, "
    "(SELECT %s AS at) seen ORDER BY value ON CONFLICT DO NOTHING RETURNING value",
}


@dataclass(frozen=True, slots=True)
class Institution:
    """A hospital that may ask; `id` is its row, 0 until recorded."""

    id: int
    code: str
    name: str
    level: str
    areas: tuple[str, ...]
    a_minute: int
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """One way in which an institution signs, and how long it holds."""

    institution: Institution
    access_key: str
    algorithm: str
    master: str
    public_key: str
    valid_from: datetime
    valid_to: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Whether the credential is in force."""
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


def institution(code: str) -> Institution | None:
    """The institution of that national code, or None."""
    row = table.Institution.objects.filter(code=code).first()
    return None if row is None else _institution(row)


def institutions() -> tuple[Institution, ...]:
    """All of them, by code."""
    return tuple(_institution(row) for row in table.Institution.objects.order_by("code"))


def record_institution(one: Institution, at: datetime) -> Institution:
    """Write a new institution."""
    row = table.Institution.objects.create(
        code=one.code, name=one.name, level=one.level, areas=list(one.areas), a_minute=one.a_minute, entered_at=at
    )
    return _institution(row)


def suspend(code: str, at: datetime | None) -> None:
    """Suspend an institution from a moment, or let it ask again (None)."""
    table.Institution.objects.filter(code=code).update(suspended_at=at)


def record_credential(one: Credential) -> None:
    """Write a new credential."""
    table.Credential.objects.create(
        institution_id=one.institution.id,
        access_key=one.access_key,
        algorithm=one.algorithm,
        master=one.master,
        public_key=one.public_key,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
    )


def end_credentials(code: str, at: datetime, *, but: str) -> None:
    """Let every other credential of an institution that would hold longer end at a moment."""
    rows = table.Credential.objects.filter(institution__code=code).exclude(access_key=but)
    rows.filter(valid_to__isnull=True).update(valid_to=at)
    rows.filter(valid_to__gt=at, valid_from__lte=at).update(valid_to=at)


def credential(access_key: str) -> Credential | None:
    """The credential with this access key, or None."""
    row = table.Credential.objects.select_related("institution").filter(access_key=access_key).first()
    return None if row is None else _credential(row)


def credentials(code: str) -> tuple[Credential, ...]:
    """Every credential an institution ever had."""
    rows = table.Credential.objects.select_related("institution").filter(institution__code=code)
    return tuple(_credential(row) for row in rows.order_by("pk"))


def spending(nonces: Sequence[str], at: datetime) -> Statement:
    """The statement that notes signed requests as seen; its rows are those not seen before, so two cannot both be first.

    In order, so that two that note the same ones wait in one direction.
    """
    if connection.vendor == "postgresql":
        return SPEND["postgresql"], [list(nonces), at.isoformat()]
    return SPEND["sqlite"], [connection.ops.adapt_datetimefield_value(at), json.dumps(list(nonces))]


def forget_nonces(before: datetime) -> None:
    """Drop what was seen so long ago that its signature is refused by its time."""
    table.Nonce.objects.filter(seen_at__lt=before).delete()


def _institution(row: table.Institution) -> Institution:
    areas = tuple(row.areas)
    return Institution(row.pk, row.code, row.name, row.level, areas, row.a_minute, row.suspended_at is not None)


def _credential(row: table.Credential) -> Credential:
    return Credential(
        _institution(row.institution),
        row.access_key,
        row.algorithm,
        row.master,
        row.public_key,
        row.valid_from,
        row.valid_to,
    )
