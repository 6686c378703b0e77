"""The year on record as tables: settlements and assessed claims out of the database, with inputs, sums and results.

One table for each scheme, benefit and settings. A settlement that was reversed, and its reversal, are left out: nothing
of them stands. Settlements follow one another in the order of record. So do a person's claims of a year where their sums
on record run on from nothing, each beginning where another ended; where they do not (another benefit moved the same sum,
an assessment was not agreed to), each of that year's claims starts from the sums on record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from huibao.bulk.kernel import BulkProgram, day_number, ready
from huibao.bulk.replay import Plan
from huibao.bulk.schema import AREA, CLAIM, DAY, OPENING, ORDER, PERSON, RECORDED, YEAR, claim_schema
from huibao.domain.claims.assessment import Assessment
from huibao.domain.settlement.settled import policy_year
from huibao.kernel.problem import Problem, Refused, Severity, define
from huibao.rules.shelf import open_scheme
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store import roster as people
from huibao.store import settlement as settlements

MAX_CASES: Final = 5_000_000
"""Cases taken out of the database at once."""

SCHEME_CHANGED = define(
    "BULK-042",
    "方案 {scheme} 的文件已与结算时不同，{count} 笔按现有文件重演",
    "要核对原结果，请恢复当时的方案文件。",
    "Scheme {scheme} is no longer the text that {count} cases were settled by; they are run by the present text",
    "To check the results on record, restore the text of that time.",
    Severity.DOUBTFUL,
)
NO_RECORD = define(
    "BULK-043",
    "数据库中没有符合条件的结算或理赔",
    "请核对合同编号和年度。",
    "The database holds no settlement or claim of that kind",
    "Check the contract's number and the year.",
)
TOO_MANY = define(
    "BULK-044",
    "符合条件的记录超过 {limit} 笔",
    "请按合同分别重演。",
    "More than {limit} cases of that kind are on record",
    "Replay contract by contract.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One settlement or benefit of a claim as it stands on record."""

    number: str
    person_id: int
    on: date
    year_on: date
    known_on: date
    inputs: Mapping[str, Any]
    opening: Mapping[str, int]
    recorded: Mapping[str, int]
    groups: tuple[str, ...] = ()
    closing: Mapping[str, int] = field(default_factory=dict)
    """Sums after the case; only claims say them, a settlement's stand before the next one."""


@dataclass(slots=True)
class Book:
    """Cases of one scheme, benefit and settings, in the order of record."""

    scheme_id: str
    benefit: str
    settings: tuple[tuple[str, Any], ...]
    chained: bool
    """Whether the cases stand in the order in which their sums run on."""
    hashes: set[str] = field(default_factory=set)
    cases: list[Case] = field(default_factory=list)


def books(contract: str | None = None, year: int | None = None) -> tuple[Book, ...]:
    """What is on record, of one contract or policy year or of all; refused where there is nothing."""
    return collected(chain(_settled(contract), _assessed(contract)), year)


def collected(held: Iterable[tuple[Book, str, Case]], year: int | None) -> tuple[Book, ...]:
    """Cases with the scheme's hash they were settled by, put into their books."""
    found: dict[tuple[Any, ...], Book] = {}
    count = 0
    for book, digest, case in held:
        if year is not None and case.year_on.year != year:
            continue
        kept = found.setdefault((book.scheme_id, book.benefit, book.settings, book.chained), book)
        kept.hashes.add(digest)
        kept.cases.append(case)
        count += 1
        if count > MAX_CASES:
            raise Refused(TOO_MANY(limit=MAX_CASES))
    if not found:
        raise Refused(NO_RECORD())
    return tuple(found.values())


def _settled(contract: str | None) -> Iterator[tuple[Book, str, Case]]:
    for one in settlements.settlements(contract=contract):
        if one.reverses is not None or one.reversed_by is not None:
            continue
        book = Book(one.scheme_id, one.benefit, tuple(sorted(one.settings.items())), chained=True)
        layers = {layer.step: layer.fen for layer in (*one.layers, *one.extras) if not layer.reported}
        recorded = {**layers, "self_pay": one.self_pay_fen}
        case = Case(
            one.number,
            one.person_id,
            one.settles_on,
            one.policy_year_on,
            one.known_on,
            one.bill["inputs"],
            one.opening,
            recorded,
            one.groups,
        )
        yield book, one.scheme_hash, case


def _assessed(contract: str | None) -> Iterator[tuple[Book, str, Case]]:
    """The last assessment of each claim: earlier ones were put aside when the claim was reopened."""
    for one in claims.claims(contract=contract):
        last = next((e.detail for e in reversed(one.events) if isinstance(e.detail, Assessment)), None)
        for run in last.runs if last is not None else ():
            settings = tuple(sorted(run.settings))
            book = Book(run.scheme_id, run.benefit, settings, chained=False)
            recorded = {part.step: part.fen for part in run.parts}
            case = Case(
                f"{one.number}/{run.benefit}",
                one.facts.person_id,
                run.on,
                _year_of(run.scheme_id, run.on),
                run.known_on,
                dict(run.inputs),
                dict(run.opening),
                recorded,
                closing=dict(run.closing),
            )
            yield book, run.scheme_hash, case


def _year_of(scheme_id: str, on: date) -> date:
    """First day of the policy year; the day itself where the present text of the scheme no longer holds it."""
    period = open_scheme(scheme_id).period
    return policy_year(period, on).first_on if on in period else on


def running_on(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """The cases of the years whose sums run on from nothing, each year in that order; and all others."""
    years: dict[tuple[int, date], list[Case]] = {}
    for case in cases:
        years.setdefault((case.person_id, case.year_on), []).append(case)
    together, apart = [], []
    for held in years.values():
        order, left, standing = [], list(held), dict.fromkeys(held[0].opening, 0)
        while (following := next((case for case in left if case.opening == standing), None)) is not None:
            order.append(following)
            left.remove(following)
            standing = dict(following.closing)
        if left:
            apart += held
        else:
            together += order
    return together, apart


def plans(book: Book, known_on: date | None, scheme_id: str | None = None) -> Iterator[tuple[Plan, list[Case]]]:
    """How to run a book: as known on a day, or (None) each case as known when it was settled.

    Cases known on different days run on together where the numbers are the same; else each from the sums on record.
    """
    settings = dict(book.settings)
    name = scheme_id or book.scheme_id
    if known_on is not None:
        yield from _parted(book, ready(name, book.benefit, known_on, settings), book.cases)
        return
    alike: dict[bytes, tuple[BulkProgram, list[Case]]] = {}
    for case in book.cases:
        bulk = ready(name, book.benefit, case.known_on, settings)
        key = bulk.source.hash.encode() + bulk.matrix.tobytes() + str(bulk.days).encode()
        alike.setdefault(key, (bulk, []))[1].append(case)
    if len(alike) == 1:
        ((bulk, cases),) = alike.values()
        yield from _parted(book, bulk, cases)
        return
    for bulk, cases in alike.values():
        yield Plan(bulk, independent=True, settings=book.settings), cases


def _parted(book: Book, bulk: BulkProgram, cases: list[Case]) -> Iterator[tuple[Plan, list[Case]]]:
    """Cases that run on from one another, and cases that cannot."""
    together, apart = (cases, []) if book.chained else running_on(cases)
    if together:
        yield Plan(bulk, independent=False, settings=book.settings), together
    if apart:
        yield Plan(bulk, independent=True, settings=book.settings), apart


def book_table(plan: Plan, cases: list[Case], areas: Mapping[int, str]) -> pa.Table:
    """The cases as a table of the declared columns, with order of record, sums before and results."""
    program = plan.bulk.program
    first: dict[str, Any] = {entry.name: entry.values[0] if entry.values else 0 for entry in program.inputs}
    columns: dict[str, pa.Array] = {}
    for wanted in claim_schema(plan.bulk):
        if wanted.name == CLAIM:
            columns[CLAIM] = pa.array([case.number for case in cases])
        elif wanted.name == PERSON:
            columns[PERSON] = pa.array([case.person_id for case in cases], pa.int64())
        elif wanted.name == DAY:
            columns[DAY] = pa.array([case.on for case in cases], pa.date32())
        else:
            values = [case.inputs.get(wanted.name, first[wanted.name]) for case in cases]
            flags = wanted.type == pa.bool_()
            columns[wanted.name] = pa.array([bool(value) if flags else value for value in values], wanted.type)
    columns[YEAR] = pa.array([day_number(case.year_on) for case in cases], pa.int32()).cast(pa.date32())
    columns[ORDER] = pa.array(range(len(cases)), pa.int64())
    columns[AREA] = pa.array([areas.get(case.person_id, "") for case in cases])
    for group in sorted({name for case in cases for name in case.groups}):
        columns.setdefault(f"in_{group}", pa.array([group in case.groups for case in cases]))
    for name in plan.bulk.source.accumulators:
        columns[f"{OPENING}{name}"] = pa.array([case.opening.get(name, 0) for case in cases], pa.int64())
    known = {name for case in cases for name in case.recorded}
    for name in plan.bulk.source.outputs:
        if name in known:
            columns[f"{RECORDED}{name}"] = pa.array([case.recorded.get(name, 0) for case in cases], pa.int64())
    return pa.table(columns)


def areas_of(contract: str | None, person_ids: set[int]) -> dict[int, str]:
    """Area code of each person: the contract's where there is one, else where they are registered."""
    if contract is not None:
        return dict.fromkeys(person_ids, contracts.contract(contract).area)
    return people.areas_of(person_ids)


def changed_schemes(found: tuple[Book, ...]) -> Iterator[Problem]:
    """Books whose scheme's text is no longer the one their cases were settled by."""
    for book in found:
        if book.hashes != {open_scheme(book.scheme_id).hash}:
            yield SCHEME_CHANGED(where=book.scheme_id, scheme=book.scheme_id, count=len(book.cases))
