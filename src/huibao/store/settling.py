"""The road every bill takes: all that settling asks in one question, all that it leaves in one statement. S5, F8.

On PostgreSQL the people's rows are held first and the books last (`store/locks.py`), each in the same trip as the
question that needs them, and what is written goes as one statement. On SQLite the unit of work holds everything already.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from huibao.store.models.hospital import Message, StaySettlement
from huibao.store.models.ledger import Account, Entry, Transfer
from huibao.store.models.settlement import Accumulator, Settlement, SettlementLayer
from huibao.store.posting import BookRows, Held, ask_for, ask_for_spare, ask_holding_ledger, held, rows_of
from huibao.store.prepared import trip
from huibao.store.question import Answers, Question
from huibao.store.roster import FACT_FIELDS, PERSON_FIELDS, raw_fact_of, raw_person_of, sought_by
from huibao.store.sealed import kept_row
from huibao.store.settlement import Recorded, layer_rows, settlement_row
from huibao.store.unit import is_outermost, must_be_in_unit

BATCH: Final = 500
"""Rows in one INSERT: SQLite takes at most 32,766 values in a statement."""

OF_THEIR_CONTRACTS: Final = """a.kind {among} AND (a.owner IN (SELECT k.number FROM contract k
JOIN coverage c ON c.contract_id = k.id JOIN who w ON w.id = c.person_id) OR a.owner {among})"""
OWNED: Final = "a.kind {among} AND a.owner {among}"
KINDS: Final = (
    AccountKind.SPECIAL.value, AccountKind.CLAIMS.value, AccountKind.CARE.value, AccountKind.DEBT.value
)  # fmt: skip

Row = Mapping[str, Any]
"""A row to be written, by column."""
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What the books know beside the bills' own payments: keys of further entries, and owners of their accounts."""

    keys: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A settlement as rows, made before anybody has to wait for them; with what the hospital interface keeps of it."""

    one: Recorded
    row: Row
    layers: Sequence[Row]
    kept: Row | None = None
    """The row of the national number."""
    message: Row | None = None
    """The message with its answer."""
    texts: tuple[str, ...] = field(default=())
    """The same four as JSON, where the engine takes them so."""


def gather(identities: Iterable[str], numbers: Iterable[str], days: Period) -> World:
    """Hold these people and read what bills of these numbers, discharged in these days, are settled by."""
    must_be_in_unit("settling bills")
    who, which = sought_by(sorted(set(identities))), sorted(set(numbers))
    question = Question()
    question.let("who", "SELECT id FROM person WHERE identity_index {among}", who)
    ask_world(question, which, days)
    if connection.vendor == "postgresql":
        return world_in(question.answers((HOLD_PEOPLE, [who])))
    ask_books(question, which, Beside())
    return world_in(question.answers(), with_books=True)


def ask_world(question: Question, numbers: Sequence[str], days: Period) -> None:
    """Add what bills of these numbers are settled by; whose they are is named in the question as `who`."""
    person, fact = ", ".join(f"p.{one}" for one in PERSON_FIELDS), ", ".join(f"f.{one}" for one in FACT_FIELDS)
    question.ask("person", person, "FROM who w JOIN person p ON p.id = w.id")
    question.ask("fact", f"f.id, {fact}", "FROM who w JOIN fact f ON f.person_id = w.id")
    question.ask(
        "cover",
        'c.id, c.person_id, k.number, k.id, k.hash, k.scheme_hash, c.line, c.product, c."group", c.first_on, c.last_on,'
        " (SELECT MIN(e.last_on) FROM coverage_end e WHERE e.coverage_id = c.id)",
        "FROM who w JOIN coverage c ON c.person_id = w.id JOIN contract k ON k.id = c.contract_id"
        " WHERE c.first_on <= %s AND c.last_on >= %s",
        days.last_on,
        days.first_on,
    )
    question.ask(
        "sum", "u.person_id, u.scope, u.year_on, u.name, u.value", "FROM who w JOIN accumulator u ON u.person_id = w.id"
    )
    question.ask(
        "earlier",
        "s.number, s.content_hash, r.number",
        "FROM settlement s LEFT JOIN settlement r ON r.reverses_id = s.id WHERE s.number {among}",
        numbers,
    )


def ask_books(question: Question, numbers: Sequence[str], beside: Beside) -> None:
    """Add the books as far as these bills touch them: only where nobody else can write meanwhile, or nothing is written."""
    keys = [*(settlement_key(number) for number in numbers), *beside.keys]
    ask_for(question, keys, list(numbers), OF_THEIR_CONTRACTS, KINDS, list(beside.owners))


def hold_books(world: World, numbers: Sequence[str], beside: Beside) -> Held:
    """Hold the ledger, after the people, and read what the payments of these bills are judged by."""
    question = Question()
    keys = [*(settlement_key(number) for number in numbers), *beside.keys]
    owners = [*world.contracts, *beside.owners]
    ask_for(question, keys, list(numbers), OWNED, KINDS, owners)
    if beside.owners and connection.vendor == "postgresql":
        ask_for_spare(question, len(beside.owners) + len(world.contracts))
    return held(ask_holding_ledger(question))


def settlement_key(number: str) -> str:
    """Key of a settlement, and of the entry that pays it."""
    return f"settlement/{number}"


def ready(one: Recorded, world: World, kept: Row | None = None, message: Row | None = None) -> Ready:
    """A settlement as rows; made before the books are held, so that others wait for the write alone."""
    row = settlement_row(one, world.contracts[one.contract].pk)
    layers = layer_rows(one)
    if connection.vendor != "postgresql":
        return Ready(one, row, layers, kept, message)
    layers = [{"number": one.number, **each} for each in layers]
    kept_rows = [{"number": one.number, **kept}] if kept is not None else []
    messages = [kept_row(Message, message)] if message is not None else []
    sealed = [kept_row(Settlement, row)]
    texts = tuple(_json(some)[1:-1] for some in (sealed, layers, kept_rows, messages))
    return Ready(one, row, layers, kept, message, texts)


def write(
    settled: Sequence[Ready],
    closings: Mapping[Year, Mapping[str, int]],
    links: Sequence[Link],
    books: Held | None,
    *,
    commits: bool = False,
) -> bool:
    """Write settlements, layers, accumulators, entries and transfers; False when a number was taken meanwhile.

    A number is taken by another writer only where two send one number for two people, since a person is held. With one
    settlement nothing at all was written then; with several the unit of work has to be given up by the caller.

    Where something is kept for the hospital interface, a number or msgid that was taken is an IntegrityError. With `commits`
    and on PostgreSQL the commit goes along in the same trip, unless this is part of a larger unit of work: nothing else may
    be written in this one.
    """
    for sums in closings.values():
        for name, value in sums.items():
            invariant(value >= 0, "S2", f"accumulator {name} would fall to {value}")
    rows = rows_of(links, books) if books and links else BookRows()
    sums_rows = [
        {"person_id": person, "scope": scope, "year_on": year_on, "name": name, "value": value}
        for (person, scope, year_on), sums in sorted(closings.items())
        for name, value in sums.items()
    ]
    if connection.vendor == "postgresql":
        return _write_at_once(settled, sums_rows, rows, commits=commits and is_outermost())
    _write_in_turn(settled, sums_rows, rows)
    return True


def _write_in_turn(settled: Sequence[Ready], sums: Sequence[Row], rows: BookRows) -> None:
    """Table by table, on SQLite."""
    made = [Settlement(**one.row) for one in settled]
    Settlement.objects.bulk_create(made, batch_size=BATCH)
    pks = {row.number: row.pk for row in made}
    SettlementLayer.objects.bulk_create(
        (SettlementLayer(settlement_id=pks[one.one.number], **row) for one in settled for row in one.layers),
        batch_size=BATCH,
    )
    Accumulator.objects.bulk_create(
        (Accumulator(**row) for row in sums),
        update_conflicts=True,
        unique_fields=["person", "scope", "year_on", "name"],
        update_fields=["value"],
    )
    Entry.objects.bulk_create(Entry(**row) for row in rows.entries)
    Transfer.objects.bulk_create(Transfer(**row) for row in rows.transfers)
    kept = [StaySettlement(settlement_id=pks[one.one.number], **one.kept) for one in settled if one.kept is not None]
    if kept:
        StaySettlement.objects.bulk_create(kept)
        Message.objects.bulk_create(Message(**one.message) for one in settled if one.message is not None)


def world_in(answers: Answers, *, with_books: bool = False) -> World:
    """What a question found, as bills are settled by it."""
    facts: dict[int, list[Any]] = {}
    for _, *row in sorted(answers.get("fact", ()), key=lambda one: (one[1], one[4], one[0])):
        row[3], row[4] = date.fromisoformat(row[3]), row[4] and date.fromisoformat(row[4])
        row[9] = date.fromisoformat(row[9])
        facts.setdefault(row[0], []).append(raw_fact_of(row))
    people = {}
    for row in answers.get("person", ()):
        row[3] = date.fromisoformat(row[3])
        someone = raw_person_of(row)
        people[someone.identity] = PersonFacts(someone, tuple(facts.get(row[0], ())))
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
    in_order = {who: tuple(some) for who, some in covers.items()}
    return World(people, in_order, contracts, openings, earlier, held(answers) if with_books else None)


def _write_at_once(settled: Sequence[Ready], sums: Sequence[Row], rows: BookRows, *, commits: bool) -> bool:
    """One statement for all tables. Everything hangs on the settlements: where a number is taken, nothing follows."""
    of_all = [f"[{','.join(filter(None, column))}]" for column in zip(*(one.texts for one in settled), strict=True)]
    settlement, layers, kept, message = of_all
    values = [settlement, layers, *map(_json, (sums, rows.entries, rows.transfers))]
    with_kept = any(one.kept is not None for one in settled)
    if with_kept:
        values += [_json(rows.accounts), kept, message]
    elif rows.accounts:
        Account.objects.bulk_create(Account(**row) for row in rows.accounts)
    ((written,),) = trip((_statement(with_kept=with_kept), values), commits=commits)[0]
    return bool(written == len(settled))


@cache
def _statement(*, with_kept: bool) -> str:
    """The statement, with a JSON array of rows for each table; `whole` holds one row when all settlements went in."""
    taken = "" if with_kept else "ON CONFLICT DO NOTHING"
    kept = f""",
a AS (INSERT INTO account (id, {_names(Account)}) SELECT id, {_names(Account)} FROM {_rows(Account, more="id bigint")}),
k AS (INSERT INTO stay_settlement (settlement_id, {_names(StaySettlement, *POINTERS)})
SELECT s.id, {_names(StaySettlement, *POINTERS)} FROM {_rows(StaySettlement, *POINTERS, more="number text")}
JOIN s ON s.number = x.number),
m AS (INSERT INTO message ({_names(Message)}) SELECT {_names(Message)} FROM {_rows(Message)})"""  # noqa: S608 - made of the tables' own names
    return f"""
WITH fresh AS (SELECT * FROM {_rows(Settlement)}),
s AS (INSERT INTO settlement ({_names(Settlement)}) SELECT {_names(Settlement)} FROM fresh {taken}
RETURNING id, number),
whole AS (SELECT 1 WHERE (SELECT count(*) FROM s) = (SELECT count(*) FROM fresh)),
l AS (INSERT INTO settlement_layer (settlement_id, {_names(SettlementLayer, *LATER)})
SELECT s.id, {_names(SettlementLayer, *LATER)}
FROM {_rows(SettlementLayer, *LATER, more="number text")} JOIN s ON s.number = x.number, whole),
u AS (INSERT INTO accumulator ({_names(Accumulator)}) SELECT {_names(Accumulator)} FROM {_rows(Accumulator)}, whole
ON CONFLICT (person_id, scope, year_on, name) DO UPDATE SET value = excluded.value),
e AS (INSERT INTO entry ({_names(Entry)}) SELECT {_names(Entry)} FROM {_rows(Entry)}, whole),
t AS (INSERT INTO transfer ({_names(Transfer)}) SELECT {_names(Transfer)} FROM {_rows(Transfer)}, whole){kept if with_kept else ""}
SELECT count(*) FROM s
"""  # noqa: S608 - made of the tables' own names


POINTERS: Final = ("settlement_id", "reverses_id", "completes_id")
"""Columns of a national number's row that stay empty, or are found by number."""
LATER: Final = ("settlement_id", "added_key", "added_on")
"""Columns of a layer that only a later payer has, and its settlement's row, which is found by number."""


def _columns(model: type[models.Model], *without: str) -> list["models.Field[Any, Any]"]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's way to a model's columns
    return [field for field in fields if not isinstance(field, models.AutoField) and field.column not in without]


def _names(model: type[models.Model], *without: str) -> str:
    return ", ".join(f'"{field.column}"' for field in _columns(model, *without))


def _rows(model: type[models.Model], *without: str, more: str = "") -> str:
    typed = [f'"{field.column}" {field.db_type(connection)}' for field in _columns(model, *without)]
    return f"jsonb_to_recordset(%s::jsonb) AS x({', '.join([*typed, *([more] if more else [])])})"


ROWS: Final = json.JSONEncoder(ensure_ascii=False, default=str)


def _json(rows: Sequence[Row]) -> str:
    return ROWS.encode(rows)
