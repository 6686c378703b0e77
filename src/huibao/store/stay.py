"""Stays in hospital, their fee lines and debts, in and out of the tables. Nothing here is ever changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huibao.domain.roster.person import Person
from huibao.kernel.identity import Sex
from huibao.store.institution import Institution
from huibao.store.locks import lock_people
from huibao.store.models import hospital as table
from huibao.store.models.roster import Person as PersonRow
from huibao.store.question import CHINA
from huibao.store.unit import must_be_in_unit

DISCHARGED, DISCHARGE_UNDONE, ADMISSION_UNDONE = "discharged", "discharge_undone", "admission_undone"


@dataclass(frozen=True, slots=True)
class StayEvent:
    """What happened to a stay, when."""

    verb: str
    at: datetime
    said: Mapping[str, Any]
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """One admission, with what happened to it since. `id` is 0 until recorded."""

    id: int
    number: str
    institution: str
    hospital: str
    person_id: int
    psn_no: str
    begun_at: datetime
    med_type: str
    insutype: str
    psn_type: str
    ipt_no: str
    said: Mapping[str, Any]
    deposit_waived: bool
    waived_under: str
    entered_at: datetime
    person: Person
    events: tuple[StayEvent, ...] = ()

    @property
    def undone(self) -> bool:
        """Whether the admission itself was taken back."""
        return any(event.verb == ADMISSION_UNDONE for event in self.events)

    @property
    def discharge(self) -> StayEvent | None:
        """The discharge that stands, or None while the person is in hospital."""
        last = self.events[-1] if self.events else None
        return last if last is not None and last.verb == DISCHARGED else None


@dataclass(frozen=True, slots=True)
class Charge:
    """One fee line, fen; a refund is negative. The split is None where the sender did not state it."""

    id: int
    sn: str
    code: str
    occurred_at: datetime | None
    fen: int
    split: Mapping[str, int | None]
    withdraws_id: int | None = None
    refunds: str = ""
    """Serial number of the line that this one gives back, where the sender named it; not kept."""


# --- stays --------------------------------------------------------------------------------------------------------------


def record(stay: Stay, institution: Institution) -> Stay:
    """Write a new stay."""
    must_be_in_unit("record a stay")
    table.Stay.objects.create(
        number=stay.number,
        institution_id=institution.id,
        person_id=stay.person_id,
        psn_no=stay.psn_no,
        begun_at=stay.begun_at,
        med_type=stay.med_type,
        insutype=stay.insutype,
        psn_type=stay.psn_type,
        ipt_no=stay.ipt_no,
        said=dict(stay.said),
        deposit_waived=stay.deposit_waived,
        waived_under=stay.waived_under,
        entered_at=stay.entered_at,
    )
    return stay


def add_event(stay: Stay, event: StayEvent) -> None:
    """Write what happened to a stay."""
    must_be_in_unit("add an event to a stay")
    table.StayEvent.objects.create(
        stay_id=stay.id, verb=event.verb, at=event.at, said=dict(event.said), entered_at=event.entered_at
    )


def by_number(number: str, *, lock: bool = False) -> Stay | None:
    """One stay with its events, or None. With `lock` its person is held before the events are read."""
    row = table.Stay.objects.select_related("institution", "person").filter(number=number).first()
    if row is None:
        return None
    if lock:
        lock_people([row.person_id])
    return _stay(row, tuple(_event(each) for each in table.StayEvent.objects.filter(stay_id=row.pk).order_by("pk")))


def by_id(stay_id: int) -> Stay | None:
    """One stay by its row, with its events, or None."""
    row = table.Stay.objects.select_related("institution", "person").filter(pk=stay_id).first()
    return _with_events(row) if row is not None else None


def of_person(person_id: int, institution: Institution) -> tuple[Stay, ...]:
    """A person's stays at one hospital, oldest first."""
    rows = table.Stay.objects.filter(person_id=person_id, institution_id=institution.id).order_by("pk")
    return tuple(_with_events(row) for row in rows.select_related("institution", "person").prefetch_related("events"))


def person_of_psn_no(psn_no: str, institution: Institution) -> int | None:
    """Whom a hospital means by a person's number that it used at an admission."""
    rows = table.Stay.objects.filter(institution_id=institution.id, psn_no=psn_no)
    return rows.order_by("-pk").values_list("person_id", flat=True).first()


# --- fee lines ----------------------------------------------------------------------------------------------------------


def charges(stay: Stay) -> tuple[Charge, ...]:
    """The fee lines that stand: neither withdrawn nor the withdrawal of one."""
    rows = table.ChargeLine.objects.filter(stay_id=stay.id, withdraws__isnull=True, withdrawn_by__isnull=True)
    return tuple(_charge(row) for row in rows.order_by("pk"))


def record_charges(stay: Stay, lines: Iterable[Charge], at: datetime) -> None:
    """Write fee lines, or the withdrawals of some."""
    must_be_in_unit("record fee lines")
    table.ChargeLine.objects.bulk_create(
        table.ChargeLine(
            stay_id=stay.id,
            sn=line.sn,
            code=line.code,
            occurred_at=line.occurred_at,
            fen=line.fen,
            out_of_catalogue_fen=line.split.get("out_of_catalogue"),
            over_limit_fen=line.split.get("over_limit"),
            first_self_pay_fen=line.split.get("first_self_pay"),
            in_policy_fen=line.split.get("in_policy"),
            withdraws_id=line.withdraws_id,
            entered_at=at,
        )
        for line in lines
    )


# --- debts --------------------------------------------------------------------------------------------------------------


def stays_paid_later(institution: str | None = None) -> tuple[Stay, ...]:
    """Stays whose deposit was waived and that were not taken back; their debts stand in the books."""
    rows = table.Stay.objects.filter(deposit_waived=True).select_related("institution", "person")
    rows = rows.prefetch_related("events")
    if institution is not None:
        rows = rows.filter(institution__code=institution)
    return tuple(stay for stay in map(_with_events, rows.order_by("pk")) if not stay.undone)


# --- rows ---------------------------------------------------------------------------------------------------------------


def _with_events(row: table.Stay) -> Stay:
    events = sorted(row.events.all(), key=lambda event: event.pk)
    return _stay(row, tuple(_event(each) for each in events))


def _person(row: PersonRow) -> Person:
    return Person(row.pk, row.name, row.identity, row.birth_on, Sex(row.sex))


def _event(row: table.StayEvent) -> StayEvent:
    return StayEvent(row.verb, row.at.astimezone(CHINA), row.said, row.entered_at)


def _stay(row: table.Stay, events: tuple[StayEvent, ...]) -> Stay:
    return Stay(
        id=row.pk,
        number=row.number,
        institution=row.institution.code,
        hospital=row.institution.name,
        person_id=row.person_id,
        psn_no=row.psn_no,
        begun_at=row.begun_at.astimezone(CHINA),
        med_type=row.med_type,
        insutype=row.insutype,
        psn_type=row.psn_type,
        ipt_no=row.ipt_no,
        said=row.said,
        deposit_waived=row.deposit_waived,
        waived_under=row.waived_under,
        entered_at=row.entered_at,
        person=_person(row.person),
        events=events,
    )


def _charge(row: table.ChargeLine) -> Charge:
    split = {
        "out_of_catalogue": row.out_of_catalogue_fen,
        "over_limit": row.over_limit_fen,
        "first_self_pay": row.first_self_pay_fen,
        "in_policy": row.in_policy_fen,
    }
    return Charge(row.pk, row.sn, row.code, row.occurred_at, row.fen, split, row.withdraws_id)
