"""Kept figures of a county: what counting needs of each person, the figures of its last count, and whether they are old."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models import Max, Min, QuerySet, Sum

from huibao.domain.roster import Fact, FactKind, Person
from huibao.domain.roster.person import FactSource
from huibao.domain.statistics import Asked, ClockWait, Cover, Happening, Life, Tally
from huibao.kernel.identity import Sex
from huibao.rules.vocabulary import Line
from huibao.store.locks import lock_keys
from huibao.store.many import insert_many
from huibao.store.models import roster as people
from huibao.store.models.claim import ClaimEvent
from huibao.store.models.coverage import Coverage, Enrolment
from huibao.store.models.settlement import Settlement
from huibao.store.models.supervision import TallyRow, TallyRun, TallyWait
from huibao.store.statistics import cases_of_area
from huibao.store.unit import must_be_in_unit

AT_ONCE: Final = 10_000
"""Rows fetched at a time: a county is counted in a stream, never held whole."""
UNCOUNTED: Final = (FactKind.GUARDIAN, FactKind.LEGAL_CAPACITY)
"""Kinds no group asks about."""
NOWHERE: Final = FactSource(0, "", 0, "")
SUMS: Final = ("people", "insured", "reported", "paid")
WHOLE_AREA: Final = ("scheme_id", "groups", "line", "on")
TALLY_COLUMNS: Final = ("area", "part", *WHOLE_AREA, *SUMS)
WAIT_COLUMNS: Final = ("area", "clock", "month_on", "days", "cases", "late")


@dataclass(frozen=True, slots=True)
class Run:
    """The last count of a county: for which days, when, and whether rosters or covers have been entered since."""

    area: str
    days: tuple[date, ...]
    counted_at: datetime
    old: bool


# --- what is counted ----------------------------------------------------------------------------------------------------


def lives(area: str, first_on: date, last_on: date) -> Iterator[Life]:
    """Everybody registered in a county with facts, covers of the days, and what came in up to the last of them."""
    persons = people.Person.objects.filter(area=area).order_by("id").values_list("id", "birth_on")
    held = _facts(area)
    covers = _Stream(_covers(area, first_on, last_on))
    happened: dict[int, list[Happening]] = {}
    for one in cases_of_area(area):
        if one.reported_on <= last_on:
            happened.setdefault(one.person_id, []).append(Happening(one.line, one.reported_on, one.paid_on))
    for pk, birth_on in persons.iterator(chunk_size=AT_ONCE):
        facts = tuple(
            Fact(FactKind(kind), value, from_on, to_on, NOWHERE, entered_on)
            for _, kind, value, from_on, to_on, entered_on in held.of(pk)
        )
        insured = tuple(Cover(line, first, last) for _, line, first, last in covers.of(pk))
        yield Life(Person(pk, "", "", birth_on, Sex.FEMALE), facts, insured, tuple(happened.get(pk, ())))


class _Stream:
    """Rows in the order of people, handed out person by person."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, person_id: int) -> tuple[Sequence[Any], ...]:
        """Rows of a person; people are asked for in rising order."""
        while self._next is not None and self._next[0] < person_id:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != person_id:
            return ()
        found = tuple(self._next[1])
        self._next = next(self._groups, None)
        return found


def _facts(area: str) -> _Stream:
    rows = people.Fact.objects.filter(person__area=area).exclude(kind__in=UNCOUNTED).order_by("person_id", "id")
    fields = ("person_id", "kind", "value", "from_on", "to_on", "entered_on")
    return _Stream(rows.values_list(*fields).iterator(chunk_size=AT_ONCE))


def _covers(area: str, first_on: date, last_on: date) -> Iterator[Sequence[Any]]:
    """Covers agreed for any of the days, with the day they really end; those that never began are left out."""
    rows = Coverage.objects.filter(person__area=area, first_on__lte=last_on, last_on__gte=first_on)
    ended = rows.annotate(end=Min("ends__last_on")).order_by("person_id", "id")
    for pk, line, first, last, end in ended.values_list("person_id", "line", "first_on", "last_on", "end").iterator(
        chunk_size=AT_ONCE
    ):
        if end is None or end >= first:
            yield pk, line, first, end or last


# --- what is kept -------------------------------------------------------------------------------------------------------


def marks_of(area: str) -> Mapping[str, int]:
    """What is the latest on record for a county: asked before counting, so that what comes meanwhile counts as later."""
    return {**_marks([area])[area], **_latest()}


def keep(
    area: str,
    days: Sequence[date],
    found: Sequence[Tally],
    waits: Sequence[ClockWait],
    marks: Mapping[str, int],
    at: datetime,
) -> None:
    """Put a county's new figures in the place of the old ones."""
    must_be_in_unit("keeping figures")
    lock_keys("tally", [area])
    told = {"days": [day.isoformat() for day in days], **marks}
    TallyRun.objects.update_or_create(area=area, defaults={"on": days[-1], "counted_at": at, "marks": told})
    TallyRow.objects.filter(area=area).delete()
    TallyWait.objects.filter(area=area).delete()
    rows = [(area, one.part, *_key(one), one.people, one.insured, one.reported, one.paid) for one in found]
    insert_many(TallyRow, TALLY_COLUMNS, rows)
    insert_many(
        TallyWait,
        WAIT_COLUMNS,
        [(area, one.clock, one.month_on, one.days, one.cases, one.late) for one in waits],
    )


def runs(area: str) -> dict[str, Run]:
    """County code → its last count, for the counties of an area that were ever counted."""
    rows = _of_area(TallyRun.objects.all(), area).order_by("area")
    kept = list(rows.values_list("area", "counted_at", "marks"))
    now = _marks([code for code, *_ in kept])
    return {
        code: Run(
            code,
            tuple(date.fromisoformat(day) for day in marks["days"]),
            counted_at,
            old=any(marks.get(name) != value for name, value in now[code].items()),
        )
        for code, counted_at, marks in kept
    }


def nothing_since(area: str) -> bool:
    """Whether nothing at all was entered since a county was counted, claims and bills of other counties included."""
    marks = TallyRun.objects.filter(area=area).values_list("marks", flat=True).first() or {}
    return all(marks.get(name) == value for name, value in marks_of(area).items())


def of_county(area: str, on: date) -> tuple[Tally, ...]:
    """A county's kept figures of one day by part."""
    rows = TallyRow.objects.filter(area=area, on=on).order_by("scheme_id", "groups", "line", "part")
    return tuple(_tally(part, *rest) for part, *rest in rows.values_list("part", *WHOLE_AREA, *SUMS))


def of_counties(area: str, days: Iterable[date]) -> dict[str, tuple[Tally, ...]]:
    """County code → its kept figures as a whole, of each of the days, for the counties of an area."""
    rows = _of_area(TallyRow.objects.filter(on__in=sorted(set(days))), area)
    summed = rows.values_list("area", *WHOLE_AREA).annotate(*(Sum(name) for name in SUMS))
    found: dict[str, list[Tally]] = {}
    for code, *rest in summed.order_by("area", *WHOLE_AREA):
        found.setdefault(code, []).append(_tally("", *rest))
    return {code: tuple(each) for code, each in found.items()}


def waits_of(area: str, from_on: date, clock: str) -> tuple[tuple[str, ClockWait], ...]:
    """(county, claims whose clock stopped in a month after so many days), from a month on."""
    rows = _of_area(TallyWait.objects.filter(month_on__gte=from_on, clock=clock), area)
    fields = ("area", "clock", "month_on", "days", "cases", "late")
    return tuple((code, ClockWait(*rest)) for code, *rest in rows.order_by(*fields).values_list(*fields))


def people_in(area: str, most: int) -> int:
    """People registered in an area, counted no further than `most` + 1."""
    return _of_area(people.Person.objects.all(), area)[: most + 1].count()


def counties_with_people(area: str) -> tuple[str, ...]:
    """Counties of an area in which anybody is registered."""
    rows = _of_area(people.Person.objects.exclude(area=""), area)
    return tuple(rows.order_by("area").values_list("area", flat=True).distinct())


def span(area: str) -> tuple[str, str]:
    """First and last county code of an area: a county's own, all of a city or province, or ("") all there are."""
    stem = area[: 2 if area.endswith("0000") else 4 if area.endswith("00") else 6]
    return stem.ljust(6, "0"), stem.ljust(6, "9")


def _of_area(rows: "QuerySet[Any]", area: str) -> "QuerySet[Any]":
    first, last = span(area)
    return rows.filter(area=area) if first == last else rows.filter(area__gte=first, area__lte=last)


def _key(one: Tally) -> tuple[str, str, str, date]:
    return one.asked.scheme_id, one.asked.key, one.asked.line.value, one.on


def _tally(part: str, scheme_id: str, groups: str, line: str, on: date, *sums: int) -> Tally:
    return Tally(Asked(scheme_id, tuple(groups.split("+")), Line(line)), on, part, *sums)


def _marks(areas: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """For each county the latest roster taken in for it, and the latest enrolment under a contract that reaches it."""
    if not areas:
        return {}
    rosters = dict(people.Roster.objects.filter(area__in=areas).values_list("area").annotate(Max("pk")).order_by())
    batches = dict(Enrolment.objects.values_list("contract__area").annotate(Max("pk")).order_by())
    return {
        area: {
            "roster": rosters.get(area, 0),
            "enrolment": max(batches.get(code, 0) for code in (area, f"{area[:4]}00", f"{area[:2]}0000")),
        }
        for area in areas
    }


def _latest() -> Mapping[str, int]:
    return {
        "event": ClaimEvent.objects.aggregate(last=Max("pk"))["last"] or 0,
        "settlement": Settlement.objects.aggregate(last=Max("pk"))["last"] or 0,
    }
