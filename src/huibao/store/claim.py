"""Claims in and out of the tables. The caller holds the unit of work; steps come from `domain.claims.moves.move` alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery

from huibao.domain.claims.claim import (
    Actor,
    Cause,
    Channel,
    Claim,
    ClaimEvent,
    Facts,
    Payment,
    Reporter,
    Role,
    State,
    Verb,
)
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line
from huibao.store.claim_codec import from_json, to_json
from huibao.store.models import claim as table
from huibao.store.read_once import once
from huibao.store.unit import must_be_in_unit

BATCH: Final = 500
"""Claims read at a time: one query for them and one for all their steps."""


@dataclass(frozen=True, slots=True)
class Known:
    """A claim number and step that were written under a key, with the hash of what was asked then."""

    number: str
    no: int
    content_hash: str


def record(claim: Claim, coverage_id: int, contract_id: int, key: str, content_hash: str, entered_at: datetime) -> None:
    """Write a newly reported claim with its first step."""
    must_be_in_unit("record a claim")
    facts = claim.facts
    row = table.Claim.objects.create(
        number=facts.number,
        key=key,
        content_hash=content_hash,
        person_id=facts.person_id,
        coverage_id=coverage_id,
        contract_id=contract_id,
        line=facts.line.value,
        product=facts.product,
        happened_on=facts.happened_on,
        known_on=facts.known_on,
        cause=facts.cause.value,
        what=facts.what,
        place=facts.place,
        channel=facts.channel.value,
        reporter=facts.reporter.value,
        reporter_name=facts.reporter_name,
        entered_at=entered_at,
    )
    _write(row.pk, claim.events, key, content_hash, entered_at)


def append(before: Claim, after: Claim, key: str, content_hash: str, entered_at: datetime) -> None:
    """Write the steps that `after` has more than `before`; the last carries the order's key."""
    must_be_in_unit("append to a claim")
    pk = table.Claim.objects.values_list("pk", flat=True).get(number=before.number)
    _write(pk, after.events[len(before.events) :], key, content_hash, entered_at)


def _write(claim_id: int, events: Sequence[ClaimEvent], key: str, content_hash: str, entered_at: datetime) -> None:
    last = events[-1].no
    for event in events:
        payment = event.detail if isinstance(event.detail, Payment) else None
        table.ClaimEvent.objects.create(
            claim_id=claim_id,
            no=event.no,
            verb=event.verb.value,
            frm=event.frm.value,
            to=event.to.value,
            on=event.on,
            by_role=event.by.role.value,
            by_name=event.by.name,
            detail=to_json(event.detail),
            fen=payment.fen if payment else None,
            entry_key=payment.entry_key if payment else None,
            key=key if event.no == last else None,
            content_hash=content_hash if event.no == last else "",
            entered_at=entered_at,
        )


def by_key(key: str) -> Known | None:
    """What was written under a key before, None if nothing was."""
    row = table.ClaimEvent.objects.filter(key=key).values_list("claim__number", "no", "content_hash").first()
    return Known(*row) if row else None


def claim(number: str) -> Claim | None:
    """One claim with all its steps, None where there is none."""
    return next(iter(_claims(table.Claim.objects.filter(number=number))), None)


def claims(
    *,
    contract: str | None = None,
    area: str | None = None,
    person_id: int | None = None,
    states: Iterable[State] | None = None,
    happened_on: date | None = None,
    line: Line | None = None,
) -> Iterator[Claim]:
    """Claims in the order they were reported, by whichever of the arguments are given."""
    rows = table.Claim.objects.all()
    if (contract, area, person_id, states, happened_on, line) == (None,) * 6:
        return once("claim", lambda: _claims(rows))
    if contract is not None:
        rows = rows.filter(contract__number=contract)
    if area is not None:
        rows = rows.filter(person__area=area)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if happened_on is not None:
        rows = rows.filter(happened_on=happened_on)
    if line is not None:
        rows = rows.filter(line=line.value)
    if states is not None:
        last = table.ClaimEvent.objects.filter(claim=OuterRef("pk")).order_by("-no").values("to")[:1]
        rows = rows.annotate(stands=Subquery(last)).filter(stands__in=[state.value for state in states])
    return _claims(rows)


def claims_of(numbers: Iterable[str]) -> tuple[Claim, ...]:
    """Claims of these numbers, in the order they were reported."""
    return tuple(_claims(table.Claim.objects.filter(number__in=list(numbers))))


def relied_on(coverage_ids: Sequence[int]) -> dict[int, tuple[str, date]]:
    """For each cover under which a claim was agreed to or paid: the latest of them, number and day of the event. V2."""
    found: dict[int, tuple[str, date]] = {}
    for at in range(0, len(coverage_ids), BATCH):
        rows = table.Claim.objects.filter(coverage_id__in=coverage_ids[at : at + BATCH])
        of_cover = dict(rows.values_list("number", "coverage_id"))
        for one in _claims(rows):
            cover, day = of_cover[one.number], one.facts.happened_on
            if (one.paid_fen or one.state is State.DECIDED) and (cover not in found or day > found[cover][1]):
                found[cover] = (one.number, day)
    return found


def next_number(area: str, year: int) -> str:
    """A number for the next claim of an area and year: read aloud and written on paper, so it is short and plain."""
    must_be_in_unit("number a claim")
    stem = f"C{year}-{area[:6]}-"
    last = table.Claim.objects.filter(number__startswith=stem).order_by("-number").values_list("number", flat=True)
    latest = last.first()
    return f"{stem}{int(latest.removeprefix(stem)) + 1 if latest else 1:06d}"


def coverage_id_of(number: str) -> int | None:
    """Row of the cover a claim is made under, None where there is no such claim."""
    return table.Claim.objects.filter(number=number).values_list("coverage_id", flat=True).first()


def payments() -> Iterator[tuple[str, int, str, int]]:
    """Every paying step: claim, step, entry key, fen (for the audit of L6)."""
    rows = table.ClaimEvent.objects.filter(fen__isnull=False).order_by("pk")
    for number, no, key, fen in rows.values_list("claim__number", "no", "entry_key", "fen").iterator(chunk_size=BATCH):
        yield number, no, key or "", fen or 0


def _claims(rows: "QuerySet[table.Claim]") -> Iterator[Claim]:
    ordered = rows.select_related("contract", "coverage").annotate(insured=F("person__name")).order_by("pk")
    steps = Prefetch("events", table.ClaimEvent.objects.order_by("no"))
    for row in ordered.prefetch_related(steps).iterator(chunk_size=BATCH):
        yield Claim(_facts(row), tuple(_event(event) for event in row.events.all()))


def _facts(row: table.Claim) -> Facts:
    return Facts(
        number=row.number,
        person_id=row.person_id,
        insured=getattr(row, "insured", ""),
        contract=row.contract.number,
        line=Line(row.line),
        product=row.product,
        cover=Period(row.coverage.first_on, row.coverage.last_on),
        happened_on=row.happened_on,
        known_on=row.known_on,
        cause=Cause(row.cause),
        what=row.what,
        place=row.place,
        channel=Channel(row.channel),
        reporter=Reporter(row.reporter),
        reporter_name=row.reporter_name,
    )


def _event(row: table.ClaimEvent) -> ClaimEvent:
    return ClaimEvent(
        no=row.no,
        verb=Verb(row.verb),
        frm=State(row.frm),
        to=State(row.to),
        on=row.on,
        by=Actor(Role(row.by_role), row.by_name),
        detail=from_json(row.detail),
    )
