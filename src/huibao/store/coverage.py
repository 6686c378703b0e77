"""Covers in the database: loaded whole with payers and ends, recorded in bulk, never changed.

The number of SQL statements grows with chunks of people, not with people.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import QuerySet

from huibao.domain.coverage import Consent, Coverage, CoverageEnd, Leaving, in_force_on
from huibao.domain.coverage.bill import premium_subject, refund_subject
from huibao.domain.ledger import Cause
from huibao.domain.plan import EndReason, PayerKind
from huibao.domain.premium import Share
from huibao.kernel.fen import Fen
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line
from huibao.store.contract import contract_pk
from huibao.store.many import copies, insert_many, new_ids
from huibao.store.models import coverage as table
from huibao.store.models.ledger import Entry
from huibao.store.question import AMONG

COVERAGE_COLUMNS: Final = (
    "id", "person_id", "contract_id", "enrolment_id", "line", "product", "variant", "death_cover", "group", "groups",
    "town", "first_on", "last_on", "premium_fen",
)  # fmt: skip
SHARE_COLUMNS: Final = ("coverage_id", "position", "payer_kind", "payer", "fen")

CHUNK: Final = 500
"""Ids asked for at once: below the parameter limit of every SQLite."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch:
    """An enrolment as it was recorded: what was asked (as a fingerprint) and what was answered."""

    key: str
    kind: str
    content_hash: str
    result: Mapping[str, Any]


def covers_on(person_ids: Iterable[int], line: Line, on: date) -> Mapping[int, Coverage]:
    """Each person's cover of a line in force on a day; who has none is left out. V1: there is never a second."""
    rows = table.Coverage.objects.filter(line=line.value, first_on__lte=on, last_on__gte=on)
    found = {}
    for person_id, covers in _of_people(rows, person_ids).items():
        cover = in_force_on(covers, line, on)
        if cover is not None:
            found[person_id] = cover
    return found


def covers_touching(person_ids: Iterable[int], period: Period) -> Mapping[int, tuple[Coverage, ...]]:
    """Each person's covers, of all lines and contracts, agreed for a day of the period; ended ones included."""
    rows = table.Coverage.objects.filter(first_on__lte=period.last_on, last_on__gte=period.first_on)
    return _of_people(rows, _with_covers(list(person_ids), period))


def covers_of_person(person_id: int) -> tuple[Coverage, ...]:
    """Everything a person was ever covered by, earliest first."""
    return _covers(table.Coverage.objects.filter(person_id=person_id))


def covers_of_contract(number: str, line: Line | None = None) -> tuple[Coverage, ...]:
    """Every cover under a contract, or of one of its lines, ended ones included."""
    rows = table.Coverage.objects.filter(contract__number=number)
    return _covers(rows if line is None else rows.filter(line=line.value))


def covers_of_batch(key: str) -> tuple[Coverage, ...]:
    """The covers a batch made."""
    return _covers(table.Coverage.objects.filter(enrolment__key=key))


def cover(coverage_id: int) -> Coverage | None:
    """The cover in that row, or None."""
    return next(iter(_covers(table.Coverage.objects.filter(pk=coverage_id))), None)


def insured_ids(contract_number: str) -> frozenset[int]:
    """People who have, or had, a cover under a contract."""
    rows = table.Coverage.objects.filter(contract__number=contract_number)
    return frozenset(rows.values_list("person_id", flat=True).distinct())


def people_of_both(before: str, after: str, line: Line) -> tuple[int, int, int]:
    """How many people a line insured under one contract, under another, and under both; counted by the database."""
    rows = table.Coverage.objects.filter(line=line.value)
    then, now = (rows.filter(contract__number=number).values("person").distinct() for number in (before, after))
    return then.count(), now.count(), then.filter(person__in=now).count()


def batch(key: str) -> Batch | None:
    """What was recorded under a key, or None."""
    row = table.Enrolment.objects.filter(key=key).first()
    return None if row is None else Batch(row.key, row.kind, row.content_hash, row.result)


def batches(contract_number: str) -> tuple[str, ...]:
    """Keys of a contract's batches, in the order they were entered."""
    rows = table.Enrolment.objects.filter(contract__number=contract_number).order_by("pk")
    return tuple(rows.values_list("key", flat=True))


def record_batch(new: Batch, contract_number: str, on: date, list_hash: str, entered_at: datetime) -> int:
    """Record a batch; returns its row, to which covers and ends are tied."""
    row = table.Enrolment.objects.create(
        key=new.key,
        kind=new.kind,
        contract_id=contract_pk(contract_number),
        on=on,
        content_hash=new.content_hash,
        list_hash=list_hash,
        result=dict(new.result),
        entered_at=entered_at,
    )
    return row.pk


def record_coverages(enrolment_pk: int, contract_number: str, covers: Sequence[Coverage]) -> tuple[int, ...]:
    """Record covers of one contract with their payers; returns their rows in order. The database keeps V1."""
    contract_id = contract_pk(contract_number)
    if copies(len(covers)):
        return _copy_coverages(enrolment_pk, contract_id, covers)
    rows = table.Coverage.objects.bulk_create(
        table.Coverage(
            person_id=one.person_id,
            contract_id=contract_id,
            enrolment_id=enrolment_pk,
            line=one.line.value,
            product=one.product,
            variant=one.variant,
            death_cover=one.death_cover,
            group=one.group,
            groups=" ".join(one.groups),
            town=one.town,
            first_on=one.period.first_on,
            last_on=one.period.last_on,
            premium_fen=one.premium_fen,
        )
        for one in covers
    )
    table.PremiumShare.objects.bulk_create(
        table.PremiumShare(
            coverage_id=row.pk, position=at, payer_kind=share.payer_kind.value, payer=share.payer, fen=share.fen
        )
        for row, one in zip(rows, covers, strict=True)
        for at, share in enumerate(one.shares)
    )
    return tuple(row.pk for row in rows)


def _copy_coverages(enrolment_pk: int, contract_id: int, covers: Sequence[Coverage]) -> tuple[int, ...]:
    """The same for a county at once: two tables, two statements."""
    pks = new_ids(table.Coverage, len(covers))
    rows = [
        (
            pk,
            one.person_id,
            contract_id,
            enrolment_pk,
            one.line.value,
            one.product,
            one.variant,
            one.death_cover,
            one.group,
            " ".join(one.groups),
            one.town,
            one.period.first_on,
            one.period.last_on,
            one.premium_fen,
        )
        for pk, one in zip(pks, covers, strict=True)
    ]
    insert_many(table.Coverage, COVERAGE_COLUMNS, rows)
    paid = [
        (pk, at, share.payer_kind.value, share.payer, share.fen)
        for pk, one in zip(pks, covers, strict=True)
        for at, share in enumerate(one.shares)
    ]
    insert_many(table.PremiumShare, SHARE_COLUMNS, paid)
    return tuple(pks)


def record_ends(enrolment_pk: int, leaving: Sequence[Leaving]) -> None:
    """Record ends of cover with what goes back to whom; a refund of nothing has no row."""
    rows = table.CoverageEnd.objects.bulk_create(
        table.CoverageEnd(
            coverage_id=one.coverage.id, enrolment_id=enrolment_pk, last_on=one.last_on, reason=one.reason.value
        )
        for one in leaving
    )
    table.PremiumRefund.objects.bulk_create(
        table.PremiumRefund(
            end_id=row.pk, position=at, payer_kind=share.payer_kind.value, payer=share.payer, fen=share.fen
        )
        for row, one in zip(rows, leaving, strict=True)
        for at, share in enumerate(one.refunds)
        if share.fen
    )


def record_consent(enrolment_pk: int, person_id: int, consent: Consent) -> None:
    """Record who agreed to a cover, and when. HN-2.1."""
    table.Consent.objects.create(
        person_id=person_id,
        enrolment_id=enrolment_pk,
        given_by=consent.given_by,
        relation=consent.relation,
        given_on=consent.given_on,
    )


def paid_subjects(contract_number: str, line: Line) -> frozenset[str]:
    """Batches of a contract's line whose premium, or refund, has a standing entry in the books. Derived, not kept."""
    subjects = [
        subject
        for key in batches(contract_number)
        for subject in (premium_subject(key, line.value), refund_subject(key, line.value))
    ]
    causes = (Cause.PREMIUM_PAID.value, Cause.PREMIUM_REFUNDED.value)
    found: set[str] = set()
    for some in _chunks(subjects):
        standing = Entry.objects.filter(cause__in=causes, subject__in=some, reversed_by__isnull=True)
        found |= set(standing.values_list("subject", flat=True))
    return frozenset(found)


def refunds_of(batch_key: str, line: str) -> tuple[str, ...]:
    """Keys of the standing entries by which premium of a batch's covers of a line has gone back already."""
    rows = table.CoverageEnd.objects.filter(coverage__enrolment__key=batch_key, coverage__line=line)
    keys = sorted(set(rows.values_list("enrolment__key", flat=True)))
    found: list[str] = []
    for some in _chunks([refund_subject(key, line) for key in keys]):
        standing = Entry.objects.filter(cause=Cause.PREMIUM_REFUNDED.value, subject__in=some, reversed_by__isnull=True)
        found += standing.order_by("number").values_list("key", flat=True)
    return tuple(found)


def _with_covers(person_ids: Sequence[int], period: Period) -> list[int]:
    """Those of the people who have any cover agreed for a day of the period; in a county that enrols, often nobody."""
    among = AMONG[connection.vendor]
    listed = list(person_ids) if connection.vendor == "postgresql" else json.dumps(list(person_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT person_id FROM coverage WHERE person_id {among} AND first_on <= %s AND last_on >= %s",  # noqa: S608 - the engine's word for "in this list"
            [listed, period.last_on, period.first_on],
        )
        return [row[0] for row in cursor.fetchall()]


def _of_people(rows: QuerySet[table.Coverage], person_ids: Iterable[int]) -> dict[int, tuple[Coverage, ...]]:
    found: dict[int, list[Coverage]] = {}
    for some in _chunks(sorted(set(person_ids))):
        for one in _covers(rows.filter(person_id__in=some)):
            found.setdefault(one.person_id, []).append(one)
    return {person_id: tuple(covers) for person_id, covers in found.items()}


def _covers(rows: QuerySet[table.Coverage]) -> tuple[Coverage, ...]:
    loaded = list(rows.select_related("contract", "enrolment").order_by("first_on", "pk"))
    pks = [row.pk for row in loaded]
    shares = _shares(table.PremiumShare.objects, "coverage_id", pks)
    ends = _ends(pks)
    return tuple(_cover(row, shares.get(row.pk, ()), ends.get(row.pk, ())) for row in loaded)


def _shares(rows: Any, of: str, pks: Sequence[int]) -> dict[int, tuple[Share, ...]]:  # noqa: ANN401 - two tables' managers
    found: dict[int, list[Share]] = {}
    for some in _chunks(pks):
        asked = rows.filter(**{f"{of}__in": some}).order_by(of, "position")
        for pk, kind, payer, fen in asked.values_list(of, "payer_kind", "payer", "fen"):
            found.setdefault(pk, []).append(Share(PayerKind(kind), payer, Fen(fen)))
    return {pk: tuple(shares) for pk, shares in found.items()}


def _ends(pks: Sequence[int]) -> dict[int, tuple[CoverageEnd, ...]]:
    rows: list[table.CoverageEnd] = []
    for some in _chunks(pks):
        rows += table.CoverageEnd.objects.filter(coverage_id__in=some).select_related("enrolment").order_by("pk")
    refunds = _shares(table.PremiumRefund.objects, "end_id", [row.pk for row in rows])
    found: dict[int, list[CoverageEnd]] = {}
    for row in rows:
        end = CoverageEnd(row.last_on, EndReason(row.reason), row.enrolment.key, refunds.get(row.pk, ()))
        found.setdefault(row.coverage_id, []).append(end)
    return {pk: tuple(ends) for pk, ends in found.items()}


def _cover(row: table.Coverage, shares: tuple[Share, ...], ends: tuple[CoverageEnd, ...]) -> Coverage:
    return Coverage(
        id=row.pk,
        person_id=row.person_id,
        contract=row.contract.number,
        area=row.contract.area,
        insurer=row.contract.insurer,
        line=Line(row.line),
        product=row.product,
        variant=row.variant,
        death_cover=row.death_cover,
        group=row.group,
        groups=tuple(row.groups.split()),
        town=row.town,
        period=Period(row.first_on, row.last_on),
        premium_fen=Fen(row.premium_fen),
        shares=shares,
        enrolment_key=row.enrolment.key,
        ends=ends,
    )


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]
