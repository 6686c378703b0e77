"""The road every bill takes: all that settling asks in one question, all that it leaves in one statement. S5, F8.

On PostgreSQL the people's rows are held first and the books last (`store/locks.py`), each in the same trip as the
question that needs them, and what is written goes as one statement. On SQLite the unit of work holds everything already.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from django.db import connection, models

from huibao.domain.coverage import HeldCover
from huibao.domain.ledger import AccountKind
from huibao.domain.ledger import Recorded as Link
from huibao.domain.roster.person import PersonFacts
from huibao.kernel.invariant import invariant
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line
from huibao.store.locks import HOLD_PEOPLE
from huibao.store.models.ledger import Entry, Transfer
from huibao.store.models.settlement import Accumulator, Settlement, SettlementLayer
from huibao.store.posting import Held, ask_for, ask_holding_ledger, held, rows_of
from huibao.store.prepared import run
from huibao.store.question import Question
from huibao.store.roster import FACT_FIELDS, PERSON_FIELDS, fact_of, person_of
from huibao.store.settlement import Recorded, layer_rows, settlement_row
from huibao.store.unit import must_be_in_unit

BATCH: Final = 500
"""Rows in one INSERT: SQLite takes at most 32,766 values in a statement."""

ACCOUNTS: Final = """a.kind {among} AND a.owner IN (SELECT k.number FROM contract k JOIN coverage c ON c.contract_id = k.id
JOIN person p ON p.id = c.person_id WHERE p.identity {among})"""
KINDS: Final = (AccountKind.SPECIAL.value, AccountKind.CLAIMS.value)

Year = tuple[int, str, date]
"""A person's id, the scope of the accumulators and the first day of the policy year."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A contract's row, as far as it is needed to find the contract and to point to it."""

    pk: int
    content: str
    scheme_hash: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A settlement recorded before under a number: what it said, and by what it was undone."""

    content_hash: str
    reversed_by: str | None


@dataclass(frozen=True, slots=True)
class World:
    """Everything a batch of bills is settled by, as it stands while the people are held."""

    people: Mapping[str, PersonFacts]
    covers: Mapping[int, tuple[HeldCover, ...]]
    contracts: Mapping[str, Signed]
    openings: Mapping[Year, Mapping[str, int]]
    earlier: Mapping[str, Earlier]
    books: Held | None
    """The books too where the engine has one lock for everything; otherwise `hold_books` asks for them, last."""


def gather(identities: Iterable[str], numbers: Iterable[str], days: Period) -> World:
    """Hold these people and read what bills of these numbers, discharged in these days, are settled by."""
    must_be_in_unit("settling bills")
    who, which = sorted(set(identities)), sorted(set(numbers))
    question = Question()
    of_people = "JOIN person p ON p.id = {}.person_id WHERE p.identity {{among}}"
    person, fact = ", ".join(f"p.{one}" for one in PERSON_FIELDS), ", ".join(f"f.{one}" for one in FACT_FIELDS)
    question.ask("person", person, "FROM person p WHERE p.identity {among}", who)
    question.ask("fact", f"f.id, {fact}", f"FROM fact f {of_people.format('f')}", who)
    question.ask(
        "cover",
        'c.id, c.person_id, k.number, k.id, k.hash, k.scheme_hash, c.line, c.product, c."group", c.first_on, c.last_on,'
        " (SELECT MIN(e.last_on) FROM coverage_end e WHERE e.coverage_id = c.id)",
        f"FROM coverage c JOIN contract k ON k.id = c.contract_id {of_people.format('c')}"
        " AND c.first_on <= %s AND c.last_on >= %s",
        who,
        days.last_on,
        days.first_on,
    )
    question.ask(
        "sum", "u.person_id, u.scope, u.year_on, u.name, u.value", f"FROM accumulator u {of_people.format('u')}", who
    )
    question.ask(
        "earlier",
        "s.number, s.content_hash, r.number",
        "FROM settlement s LEFT JOIN settlement r ON r.reverses_id = s.id WHERE s.number {among}",
        which,
    )
    if connection.vendor == "postgresql":
        answers = question.answers((HOLD_PEOPLE, [who]))
        return _world(answers, None)
    _ask_for_books(question, who, which)
    answers = question.answers()
    return _world(answers, held(answers))


def hold_books(identities: Iterable[str], numbers: Iterable[str]) -> Held:
    """Hold the ledger, after the people, and read what the payments of these bills are judged by."""
    question = Question()
    _ask_for_books(question, sorted(set(identities)), sorted(set(numbers)))
    return held(ask_holding_ledger(question))


def settlement_key(number: str) -> str:
    """Key of a settlement, and of the entry that pays it."""
    return f"settlement/{number}"


def write(
    settled: Sequence[Recorded],
    closings: Mapping[Year, Mapping[str, int]],
    links: Sequence[Link],
    world: World,
    books: Held | None,
) -> bool:
    """Write settlements, layers, accumulators, entries and transfers; False when a number was taken meanwhile.

    A number is taken by another writer only where two send one number for two people, since a person is held. With one
    settlement nothing at all was written then; with several the unit of work has to be given up by the caller.
    """
    for sums in closings.values():
        for name, value in sums.items():
            invariant(value >= 0, "S2", f"accumulator {name} would fall to {value}")
    entries, transfers = rows_of(links, books) if books and links else ([], [])
    rows = [settlement_row(one, world.contracts[one.contract].pk, {}) for one in settled]
    sums_rows = [
        Accumulator(person_id=person, scope=scope, year_on=year_on, name=name, value=value)
        for (person, scope, year_on), sums in sorted(closings.items())
        for name, value in sums.items()
    ]
    if connection.vendor == "postgresql":
        layers = [{"number": one.number, **_plain(row)} for one in settled for row in layer_rows(0, one)]
        return _write_at_once(rows, layers, sums_rows, entries, transfers)
    Settlement.objects.bulk_create(rows, batch_size=BATCH)
    pks = {row.number: row.pk for row in rows}
    layer = [row for one in settled for row in layer_rows(pks[one.number], one)]
    SettlementLayer.objects.bulk_create(layer, batch_size=BATCH)
    Accumulator.objects.bulk_create(
        sums_rows, update_conflicts=True, unique_fields=["person", "scope", "year_on", "name"], update_fields=["value"]
    )
    Entry.objects.bulk_create(entries)
    Transfer.objects.bulk_create(transfers)
    return True


def _ask_for_books(question: Question, who: Sequence[str], which: Sequence[str]) -> None:
    ask_for(question, [settlement_key(number) for number in which], which, ACCOUNTS, KINDS, who)


def _world(answers: dict[str, list[list[Any]]], books: Held | None) -> World:
    facts: dict[int, list[Any]] = {}
    for _, *row in sorted(answers.get("fact", ()), key=lambda one: (one[1], one[4], one[0])):
        row[3], row[4] = date.fromisoformat(row[3]), row[4] and date.fromisoformat(row[4])
        row[9] = date.fromisoformat(row[9])
        facts.setdefault(row[0], []).append(fact_of(row))
    people = {}
    for row in answers.get("person", ()):
        row[3] = date.fromisoformat(row[3])
        people[row[2]] = PersonFacts(person_of(row), tuple(facts.get(row[0], ())))
    covers: dict[int, list[HeldCover]] = {}
    contracts = {}
    for row in sorted(answers.get("cover", ()), key=lambda one: (one[9], one[0])):
        _, person, number, pk, content, scheme_hash, line, product, group, first, last, end = row
        contracts[number] = Signed(pk, content, scheme_hash)
        in_force = Period(date.fromisoformat(first), date.fromisoformat(last))
        days = in_force if end is None else in_force.clip(last_on=date.fromisoformat(end))
        if days is not None:
            covers.setdefault(person, []).append(HeldCover(person, number, Line(line), product, group, days))
    openings: dict[Year, dict[str, int]] = {}
    for person, scope, year_on, name, value in answers.get("sum", ()):
        openings.setdefault((person, scope, date.fromisoformat(year_on)), {})[name] = value
    earlier = {number: Earlier(content, undone) for number, content, undone in answers.get("earlier", ())}
    return World(people, {who: tuple(some) for who, some in covers.items()}, contracts, openings, earlier, books)


def _write_at_once(
    rows: Sequence[Settlement],
    layers: Sequence[Mapping[str, Any]],
    sums: Sequence[Accumulator],
    entries: Sequence[Entry],
    transfers: Sequence[Transfer],
) -> bool:
    """One statement for all five tables. Everything hangs on the settlements: where a number is taken, nothing follows."""
    values = [
        [_plain(row) for row in rows],
        layers,
        *([_plain(row) for row in some] for some in (sums, entries, transfers)),
    ]
    with connection.cursor() as cursor:
        run(cursor, (), _statement(), [json.dumps(some, ensure_ascii=False, default=str) for some in values])
        return bool(cursor.fetchone()[0] == len(rows))


@cache
def _statement() -> str:
    """The statement, with a JSON array of rows for each table; `whole` holds one row when all settlements went in."""
    return f"""
WITH fresh AS (SELECT * FROM {_rows(Settlement)}),
s AS (INSERT INTO settlement ({_names(Settlement)}) SELECT {_names(Settlement)} FROM fresh ON CONFLICT DO NOTHING
RETURNING id, number),
whole AS (SELECT 1 WHERE (SELECT count(*) FROM s) = (SELECT count(*) FROM fresh)),
l AS (INSERT INTO settlement_layer ({_names(SettlementLayer)}) SELECT s.id, {_names(SettlementLayer, "settlement_id")}
FROM {_rows(SettlementLayer, "settlement_id", "number text")} JOIN s ON s.number = x.number, whole),
u AS (INSERT INTO accumulator ({_names(Accumulator)}) SELECT {_names(Accumulator)} FROM {_rows(Accumulator)}, whole
ON CONFLICT (person_id, scope, year_on, name) DO UPDATE SET value = excluded.value),
e AS (INSERT INTO entry ({_names(Entry)}) SELECT {_names(Entry)} FROM {_rows(Entry)}, whole),
t AS (INSERT INTO transfer ({_names(Transfer)}) SELECT {_names(Transfer)} FROM {_rows(Transfer)}, whole)
SELECT count(*) FROM s
"""  # noqa: S608 - made of the tables' own names


def _columns(model: type[models.Model], *without: str) -> list["models.Field[Any, Any]"]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's way to a model's columns
    return [field for field in fields if not isinstance(field, models.AutoField) and field.column not in without]


def _names(model: type[models.Model], *without: str) -> str:
    return ", ".join(f'"{field.column}"' for field in _columns(model, *without))


def _rows(model: type[models.Model], without: str = "", more: str = "") -> str:
    typed = [f'"{field.column}" {field.db_type(connection)}' for field in _columns(model, without)]
    return f"jsonb_to_recordset(%s::jsonb) AS x({', '.join([*typed, *([more] if more else [])])})"


def _plain(row: models.Model) -> dict[str, Any]:
    return {field.column: getattr(row, field.attname) for field in _columns(type(row))}
