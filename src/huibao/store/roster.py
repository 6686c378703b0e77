"""People, facts and rosters in the database: asked for in bulk, recorded in bulk, facts ended but never deleted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.db.models import Q, QuerySet

from huibao.domain.roster.batch import KnownPerson
from huibao.domain.roster.difference import RosterLine
from huibao.domain.roster.intake import PERSONAL, NewFact, OpenFact
from huibao.domain.roster.person import Fact, FactKind, FactSource, Person, PersonFacts
from huibao.domain.roster.verdict import Standing
from huibao.kernel.division import COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS
from huibao.kernel.identity import Sex
from huibao.rules.facts import within
from huibao.store.locks import lock_people
from huibao.store.many import copies, insert_many, new_ids
from huibao.store.models import roster as table
from huibao.store.sealed import opened, sought
from huibao.store.unit import must_be_in_unit

CHUNK: Final = 500
"""Values in one question: below the parameter limit of every SQLite."""
BATCH: Final = 2_000
"""Rows in one INSERT where the database allows it; Django splits further where not."""

PERSON_FIELDS: Final = ("id", "name", "identity", "birth_on", "sex")
FACT_FIELDS: Final = (
    "person_id", "kind", "value", "from_on", "to_on", "roster_id", "sheet", "row_no", "agency", "entered_on", "detail",
)  # fmt: skip

PERSON_COLUMNS: Final = (
    "id", "name", "identity", "birth_on", "sex", "phone", "address", "bank_account", "area", "town", "village", "entered_on",
)  # fmt: skip
FACT_COLUMNS: Final = (
    "person_id", "kind", "value", "detail", "from_on", "to_on", "source", "agency", "area", "roster_id", "sheet", "row_no",
    "entered_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person with what is kept beside the identity: contact, account, and the domicile in force."""

    person: Person
    phone: str
    address: str
    bank_account: str
    domicile: str


@dataclass(frozen=True, slots=True)
class RosterRecord:
    """A roster taken in, with its first answer."""

    id: int
    key: str
    source: str
    agency: str
    area: str
    taken_on: date
    entered_on: date
    file_name: str
    summary: Mapping[str, Any]


# --- people -------------------------------------------------------------------------------------------------------------


def people(area: str | None = None, on: date | None = None) -> Iterator[PersonFacts]:
    """Everybody registered in an area (province, city, county, town or village code; None: all), with facts.

    With `on`, only the facts that hold on that day; otherwise all, ended ones too. By id; two questions in all.
    """
    persons = _within(table.Person.objects.order_by("id"), area, "")
    facts = _within(table.Fact.objects.order_by("person_id", "from_on", "id"), area, "person__")
    yield from _joined(persons, facts, on)


def people_by_ids(ids: Iterable[int], on: date | None = None) -> dict[int, PersonFacts]:
    """The people of these ids with their facts; an unknown id is left out."""
    found: dict[int, PersonFacts] = {}
    for chunk in _chunks(sorted(set(ids))):
        persons = table.Person.objects.filter(id__in=chunk).order_by("id")
        facts = table.Fact.objects.filter(person_id__in=chunk).order_by("person_id", "from_on", "id")
        found |= {each.person.id: each for each in _joined(persons, facts, on)}
    return found


def areas_of(ids: Iterable[int]) -> dict[int, str]:
    """County code under which each of these people is registered today; an unknown id is left out."""
    found: dict[int, str] = {}
    for chunk in _chunks(sorted(set(ids))):
        found.update(table.Person.objects.filter(id__in=chunk).values_list("id", "area"))
    return found


def person_by_identity(number: str) -> Person | None:
    """The person with this 18-digit identity number, or None."""
    return people_by_identities([number]).get(number)


def people_by_identities(numbers: Iterable[str]) -> dict[str, Person]:
    """Identity number → person, for those that are recorded."""
    found: dict[str, Person] = {}
    for chunk in _chunks(sorted(set(numbers))):
        for row in table.Person.objects.filter(identity_index__in=sought_by(chunk)).values_list(*PERSON_FIELDS):
            person = person_of(row)
            found[person.identity] = person
    return found


def sought_by(numbers: Iterable[str]) -> list[str]:
    """What `person.identity_index` is compared with to find the people of these numbers."""
    return sought(table.Person, "identity_index", list(numbers))


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Id → name."""
    rows = table.Person.objects
    return {
        found: name
        for chunk in _chunks(sorted(set(ids)))
        for found, name in rows.filter(id__in=chunk).values_list("id", "name")
    }


def person_records(ids: Iterable[int]) -> dict[int, PersonRecord]:
    """The people of these ids with contact and domicile."""
    return {
        record.person.id: record
        for chunk in _chunks(sorted(set(ids)))
        for record in map(_record, table.Person.objects.filter(id__in=chunk))
    }


def known_people(numbers: Iterable[str], source: str, area: str) -> dict[str, KnownPerson]:
    """What is recorded of the people a roster names: death, and being on another county's roster of this source."""
    known: dict[str, KnownPerson] = {}
    for chunk in _chunks(sorted(set(numbers))):
        rows = table.Person.objects.filter(identity_index__in=sought_by(chunk)).values_list("id", "identity", "name")
        persons = {person_id: (identity, name) for person_id, identity, name in rows}
        deaths = dict(
            table.Fact.objects.filter(person_id__in=[*persons], kind=FactKind.DEATH).values_list("person_id", "from_on")
        )
        listed = (
            table.Fact.objects.filter(person_id__in=list(persons), source=source, to_on__isnull=True)
            .exclude(area=area)
            .exclude(kind__in=PERSONAL)
            .order_by("from_on")
        )
        elsewhere = {
            person_id: (other, since)
            for person_id, other, since in listed.values_list("person_id", "area", "from_on")
            if not within(other, area) and not within(area, other)
        }
        for person_id, (identity, name) in persons.items():
            other, since = elsewhere.get(person_id, ("", None))
            known[identity] = KnownPerson(person_id, name, deaths.get(person_id), other, since)
    return known


def record_people(records: Sequence[PersonRecord], entered_on: date) -> dict[str, int]:
    """Record new people (id 0) and bring known ones up to date; return identity number → id."""
    must_be_in_unit("recording people")
    new = [_person_row(record, entered_on) for record in records if record.person.id == 0]
    if copies(len(new)):
        for row, pk in zip(new, new_ids(table.Person, len(new)), strict=True):
            row.pk = pk
        insert_many(table.Person, PERSON_COLUMNS, [[getattr(row, name) for name in PERSON_COLUMNS] for row in new])
    else:
        table.Person.objects.bulk_create(new, batch_size=BATCH)
    changed = [_person_row(record, entered_on) for record in records if record.person.id != 0]
    lock_people(row.pk for row in changed)  # in order, like everybody else: an update takes rows as it meets them
    fields = ["name", "phone", "address", "bank_account", "area", "town", "village"]
    table.Person.objects.bulk_update(changed, fields, batch_size=CHUNK)
    return {row.identity: row.pk for row in (*new, *changed)}


# --- facts --------------------------------------------------------------------------------------------------------------


def open_facts(source: str, area: str) -> list[OpenFact]:
    """Facts a county's roster of one source still says, without those that are about the person whatever the list."""
    rows = table.Fact.objects.filter(source=source, area=area, to_on__isnull=True).exclude(kind__in=PERSONAL)
    return _open(rows)


def open_personal_facts(person_ids: Iterable[int]) -> list[OpenFact]:
    """Open facts about these people themselves, whoever stated them."""
    found: list[OpenFact] = []
    for chunk in _chunks(sorted(set(person_ids))):
        found += _open(table.Fact.objects.filter(person_id__in=chunk, kind__in=PERSONAL, to_on__isnull=True))
    return found


def record_facts(facts: Sequence[NewFact], roster: RosterRecord) -> None:
    """Record facts with their roster and row."""
    must_be_in_unit("recording facts")
    insert_many(
        table.Fact,
        FACT_COLUMNS,
        [
            (
                fact.person_id,
                fact.kind.value,
                fact.value,
                fact.detail,
                fact.from_on,
                fact.to_on,
                roster.source,
                roster.agency,
                roster.area,
                roster.id,
                fact.sheet,
                fact.row_no,
                roster.entered_on,
            )
            for fact in facts
        ],
    )


def close_facts(ends: Mapping[int, date], roster: RosterRecord) -> None:
    """End facts (id → last day) on a roster's word. Only an open fact can be ended, and only once."""
    must_be_in_unit("ending facts")
    by_day: dict[date, list[int]] = {}
    for fact_id, to_on in ends.items():
        by_day.setdefault(to_on, []).append(fact_id)
    for to_on, ids in by_day.items():
        for chunk in _chunks(ids):
            table.Fact.objects.filter(id__in=chunk, to_on__isnull=True).update(
                to_on=to_on, closed_by_id=roster.id, closed_entered_on=roster.entered_on
            )


# --- rosters ------------------------------------------------------------------------------------------------------------


def roster_by_key(key: str) -> RosterRecord | None:
    """The roster taken in under this key, with its first answer."""
    return _roster(table.Roster.objects.filter(key=key).first())


def last_roster(source: str, area: str) -> RosterRecord | None:
    """The latest roster of a source and area."""
    return _roster(table.Roster.objects.filter(source=source, area=area).order_by("-taken_on", "-id").first())


def previous_roster(roster_id: int) -> RosterRecord | None:
    """The roster this one followed, or None for the first of its source and area."""
    return _roster(table.Roster.objects.filter(next__id=roster_id).first())


def record_roster(fields: Mapping[str, Any], previous: RosterRecord | None) -> RosterRecord:
    """Record a roster's head; its rows and facts follow in the same unit of work."""
    must_be_in_unit("recording a roster")
    row = table.Roster.objects.create(**fields, previous_id=previous.id if previous else None)
    recorded = _roster(row)
    if recorded is None:
        raise AssertionError
    return recorded


def record_summary(roster_id: int, summary: Mapping[str, Any]) -> None:
    """Keep the first answer, so that the same roster sent again is answered alike."""
    table.Roster.objects.filter(id=roster_id).update(summary=dict(summary))


def record_rows(roster_id: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Record how each row ended."""
    must_be_in_unit("recording rows")
    told = [{"roster_id": roster_id, **row} for row in rows]
    if told:
        insert_many(table.RosterRow, tuple(told[0]), [tuple(row.values()) for row in told])


def lines_of(roster_id: int) -> list[RosterLine]:
    """What a roster said of each person, for comparing it with another."""
    rows = table.RosterRow.objects.filter(roster_id=roster_id).exclude(identity="").exclude(verdict="duplicate")
    fields = rows.values_list("identity", "name", "disability", "domicile", "standing")
    return [RosterLine(*line[:4], Standing(line[4])) for line in fields]


def unread_names(roster_id: int) -> frozenset[str]:
    """Names in a roster's rows whose identity number could not be read."""
    rows = table.RosterRow.objects.filter(roster_id=roster_id, identity="").exclude(name="")
    return frozenset(rows.values_list("name", flat=True))


def confirmed_mapping(source: str, area: str, header: str) -> dict[str, int] | None:
    """The mapping somebody confirmed for this header: by this county, else by any county of the same source."""
    rows = table.RosterMapping.objects.filter(source=source, header=header)
    row = rows.filter(area=area).first() or rows.order_by("-confirmed_on", "-id").first()
    return dict(row.columns) if row else None


def remember_mapping(source: str, area: str, header: str, columns: Mapping[str, int], on: date) -> None:
    """Remember a confirmed mapping; a later confirmation replaces it."""
    table.RosterMapping.objects.update_or_create(
        source=source, area=area, header=header, defaults={"columns": dict(columns), "confirmed_on": on}
    )


# --- rows to values -----------------------------------------------------------------------------------------------------


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(values), CHUNK):
        yield values[at : at + CHUNK]


def _within(rows: QuerySet[Any], area: str | None, prefix: str) -> QuerySet[Any]:
    """Narrow to an area: provinces and cities by the county code's stem, towns and villages by their own code."""
    if not area:
        return rows
    if len(area) == COUNTY_DIGITS:
        stem = area[:2] if area.endswith("0000") else area[:4] if area.endswith("00") else area
        return rows.filter(Q(**{f"{prefix}area__startswith": stem}))
    field = "village" if len(area) == VILLAGE_DIGITS else "town"
    return rows.filter(Q(**{f"{prefix}{field}": area}))


def _joined(persons: QuerySet[Any], facts: QuerySet[Any], on: date | None) -> Iterator[PersonFacts]:
    """Merge two streams sorted by person."""
    if on is not None:
        facts = facts.filter(Q(to_on__isnull=True) | Q(to_on__gte=on), from_on__lte=on)
    grouped = groupby(facts.values_list(*FACT_FIELDS).iterator(chunk_size=BATCH), key=lambda row: row[0])
    held = next(grouped, None)
    for row in persons.values_list(*PERSON_FIELDS).iterator(chunk_size=BATCH):
        while held is not None and held[0] < row[0]:
            held = next(grouped, None)
        own: tuple[Fact, ...] = ()
        if held is not None and held[0] == row[0]:
            own = tuple(fact_of(each) for each in held[1])
            held = next(grouped, None)
        yield PersonFacts(person_of(row), own)


def person_of(row: Sequence[Any]) -> Person:
    """A person out of PERSON_FIELDS."""
    return Person(row[0], row[1], row[2], row[3], Sex(row[4]))


def raw_person_of(row: Sequence[Any]) -> Person:
    """A person out of PERSON_FIELDS as a statement of our own answers them, sealed."""
    return person_of((*row[:2], opened(table.Person, "identity", row[2]), *row[3:]))


def raw_fact_of(row: Sequence[Any]) -> Fact:
    """A fact out of FACT_FIELDS as a statement of our own answers them, sealed."""
    return fact_of((*row[:-1], opened(table.Fact, "detail", row[-1])))


def fact_of(row: Sequence[Any]) -> Fact:
    """A fact out of FACT_FIELDS."""
    _, kind, value, from_on, to_on, roster_id, sheet, row_no, agency, entered_on, detail = row
    source = FactSource(roster_id or 0, sheet, row_no, agency)
    return Fact(FactKind(kind), value, from_on, to_on, source, entered_on, detail)


def _open(rows: QuerySet[table.Fact]) -> list[OpenFact]:
    fields = rows.values_list("id", "person_id", "kind", "value", "detail", "from_on")
    return [OpenFact(row[0], row[1], FactKind(row[2]), *row[3:]) for row in fields]


def _record(row: table.Person) -> PersonRecord:
    person = Person(row.pk, row.name, row.identity, row.birth_on, Sex(row.sex))
    domicile = row.village or row.town or row.area
    return PersonRecord(person, row.phone, row.address, row.bank_account, domicile)


def _person_row(record: PersonRecord, entered_on: date) -> table.Person:
    person, code = record.person, record.domicile
    return table.Person(
        pk=person.id or None,
        name=person.name,
        identity=person.identity,
        birth_on=person.birth_on,
        sex=person.sex.value,
        phone=record.phone,
        address=record.address,
        bank_account=record.bank_account,
        area=code[:COUNTY_DIGITS],
        town=code[:TOWN_DIGITS] if len(code) >= TOWN_DIGITS else "",
        village=code if len(code) == VILLAGE_DIGITS else "",
        entered_on=entered_on,
    )


def _roster(row: table.Roster | None) -> RosterRecord | None:
    if row is None:
        return None
    return RosterRecord(
        row.pk, row.key, row.source, row.agency, row.area, row.taken_on, row.entered_on, row.file_name, row.summary
    )
