"""Claims of made-up people as tables of exactly the declared columns, for any benefit of any scheme.

Sorted by person, day and claim id as the loop wants them. Every table says in its metadata that it is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from huibao.app.synthetic import figures
from huibao.app.synthetic.claims import CLAIMS_A_PERSON, Case, Patient, bill, given, hurt, patient, settles_bills
from huibao.app.synthetic.numbers import Draw, between, chance
from huibao.app.synthetic.persons import DAYS
from huibao.bulk.kernel import BulkProgram, day_number
from huibao.bulk.schema import AREA, CLAIM, DAY, PERSON, claim_schema
from huibao.bulk.synthetic.columns import Column, Columns
from huibao.bulk.synthetic.faults import spoiled
from huibao.bulk.synthetic.province import (
    BLOCK,
    People,
    Province,
    ages_of,
    area_column,
    covered,
    in_groups,
    insured,
    people_of,
    province_of,
)
from huibao.rules.vocabulary import InputType

DAY_BITS: Final = 10
"""Days of a year fit."""
SETTLED: Final = "settled_no"
MARK_ZH: Final = "虚构数据：由程序按种子生成，不对应任何真人、医院或账单"
MARK_EN: Final = "made up: generated from a seed; no real person, hospital or bill"
BUSY_SHARE: Final = 4
"""People taken for each claim wanted where not everybody claims; stretches are added until there are enough."""


def claims_table(bulk: BulkProgram, province: Province, first: int = 0, people: int | None = None) -> pa.Table:
    """Return the claims of so many people from a number on (by default of all), as the benefit's declared columns.

    Besides: `area`; where late claims are asked for, `settled_no`, the order in which the claims came.
    """
    last = province.people if people is None else min(first + people, province.people)
    starts = range(first, last, BLOCK)
    return pa.concat_tables(
        [_faulty(bulk, province, at, min(BLOCK, last - at)) for at in starts] or [_none(bulk, province)]
    )


def claim_blocks(bulk: BulkProgram, province: Province) -> Iterator[pa.Table]:
    """Go through the claims of everybody, a block of people at a time."""
    for at in range(0, province.people, BLOCK):
        yield _faulty(bulk, province, at, min(BLOCK, province.people - at))


def claims_of(
    bulk: BulkProgram, count: int, seed: int = 1, first_person: int = 0, *, busy: bool = False, groups: bool = False
) -> pa.Table:
    """Return exactly so many claims, of people from a number on: for who measures by claims.

    With `busy` everybody who is insured claims, as accidents need: by the documented figures few people have one. With
    `groups` the table also has `in_GROUP` for every group of the scheme.
    """
    found: list[pa.Table] = []
    rows, at = 0, first_person
    plain = province_of(bulk.scheme, 1, seed)
    while rows < count:
        province = replace(plain, people=at + BLOCK, knobs=replace(plain.knobs, busy=busy, groups=groups))
        found.append(_block(bulk, province, at, min(BLOCK, max(BUSY_SHARE * (count - rows), BUSY_SHARE * 1_024))))
        rows += found[-1].num_rows
        at += BLOCK
    return pa.concat_tables(found).slice(0, count).combine_chunks()


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The claims of a stretch of people before they become columns."""

    at: Column
    """Place of each claim's person in the stretch."""
    claim: Column
    day: Column
    """Days since 1970."""


def _block(bulk: BulkProgram, province: Province, first: int, count: int) -> pa.Table:
    """Return the claims of one stretch of people."""
    people = people_of(province, first, count)
    inputs = bulk.program.inputs
    bills = settles_bills(inputs)
    first_on, last_on = _year(bulk)
    groups = in_groups(bulk.scheme, people, ages_of(people, np.full(len(people), day_number(first_on), dtype=np.int64)))
    who = patient(people.own, people.house, people.life, bills=bills, knobs=province.knobs)
    rows = _claims(province, people, who, insured(bulk.scheme, groups), (first_on, (last_on - first_on).days + 1))
    if not len(rows.at):
        return _none(bulk, province)
    at = rows.at
    one = Columns.of(province.seed, rows.claim)
    sick = Patient(who.claims[at], who.chronic[at], who.grave[at], who.assisted[at])
    cost = (bill if bills else hurt)(one, sick, province.knobs.cost_percent)
    life = replace(people.life, grade=people.life.grade[at])
    flags = {f"in_{name}": member[at] for name, member in groups.items()}
    ages = any(entry.name == "age" for entry in inputs)
    case = Case(one, life, cost, ages_of(people, rows.day, at) if ages else at, flags)
    columns = {CLAIM: rows.claim, PERSON: people.number[at], DAY: rows.day.astype(np.int32)}
    arrays = []
    asked = {entry.name: entry for entry in inputs}
    for field in claim_schema(bulk):
        if field.name in columns:
            arrays.append(pa.array(columns[field.name]).cast(field.type))
            continue
        entry = asked[field.name]
        numbers = given(case, entry, inputs)
        if entry.type is InputType.ENUM:
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int8)), pa.array(entry.values)))
        else:
            arrays.append(pa.array(numbers).cast(field.type))
    arrays.append(area_column(province, people.county[at]))
    arrays += [pa.array(flags[name] != 0) for name in _group_names(bulk, province)]
    table = pa.table(arrays, schema=_schema(bulk, province))
    return _with_late(table, province, one, rows) if province.knobs.late_mille else table


def _faulty(bulk: BulkProgram, province: Province, first: int, count: int) -> pa.Table:
    """The claims of a stretch with faults planted, where they are asked for."""
    table, per = _block(bulk, province, first, count), province.knobs.faults_per_10_000
    return spoiled(table, bulk, province.seed, per)[0] if per else table


def faults_of(bulk: BulkProgram, province: Province, first: int, count: int) -> pa.Table:
    """Return the truth about the faults planted in the claims of a stretch: row, claim id as it was, problem code."""
    table = _block(bulk, province, first, min(count, province.people - first))
    return spoiled(table, bulk, province.seed, province.knobs.faults_per_10_000)[1]


def _claims(province: Province, people: People, who: Patient, members: Column | None, year: tuple[date, int]) -> Rows:
    """Lay the claims of the people over the year, each person's in the order of the days; those of uncovered days fall away."""
    begin, end = covered(people.life)
    first_on, length = year
    counts = who.claims if members is None else np.where(members, who.claims, 0)
    at = np.repeat(np.arange(len(people), dtype=np.int64), counts)
    before = np.cumsum(counts) - counts
    claim = people.number[at] * CLAIMS_A_PERSON + np.arange(len(at), dtype=np.int64) - before[at]
    day = between(Columns.of(province.seed, claim), Draw.CLAIM_DAY, 0, length - 1)
    kept = (begin[at] <= day) & (day <= end[at])
    at, claim, day = at[kept], claim[kept], day[kept]
    held = (at << DAY_BITS) | day
    held.sort()
    return Rows(at, claim, (held & ((1 << DAY_BITS) - 1)) + day_number(first_on))


def _year(bulk: BulkProgram) -> tuple[date, date]:
    """The first policy year of the scheme."""
    period = bulk.scheme.period
    return period.first_on, min(period.last_on, period.first_on + timedelta(days=DAYS - 1))


def _with_late(table: pa.Table, province: Province, one: Columns, rows: Rows) -> pa.Table:
    """Add the order in which the claims came: some came after later days had been settled."""
    late = chance(one, Draw.LATE, province.knobs.late_mille)
    came = rows.day + between(one, Draw.LATE_BY, *figures.LATE_DAYS.values) * late
    order = np.lexsort((rows.claim, came, rows.at))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = rows.claim
    return table.append_column(pa.field(SETTLED, pa.int64(), metadata={b"unit": b"id"}), pa.array(number))


def mark_of(province: Province) -> dict[bytes, bytes]:
    """What every made-up table and file says about itself."""
    return {
        b"synthetic": b"true",
        b"synthetic_zh": MARK_ZH.encode(),
        b"synthetic_en": MARK_EN.encode(),
        b"seed": str(province.seed).encode(),
        b"people": str(province.people).encode(),
        b"area": province.area.encode(),
    }


def _schema(bulk: BulkProgram, province: Province) -> pa.Schema:
    fields = [*claim_schema(bulk), pa.field(AREA, pa.dictionary(pa.int16(), pa.string()))]
    fields += [pa.field(name, pa.bool_(), metadata={b"unit": b"flag"}) for name in _group_names(bulk, province)]
    about = {b"scheme": bulk.scheme.scheme_id.encode(), b"benefit": bulk.benefit_id.encode()}
    return pa.schema(fields, metadata=mark_of(province) | about)


def _group_names(bulk: BulkProgram, province: Province) -> list[str]:
    """The groups asked for besides those that are inputs of the benefit."""
    inputs = {entry.name for entry in bulk.program.inputs}
    names = [f"in_{name}" for name in bulk.scheme.groups] if province.knobs.groups else []
    return [name for name in names if name not in inputs]


def _none(bulk: BulkProgram, province: Province) -> pa.Table:
    table = _schema(bulk, province).empty_table()
    if province.knobs.late_mille:
        table = table.append_column(pa.field(SETTLED, pa.int64(), metadata={b"unit": b"id"}), pa.array([], pa.int64()))
    return table


__all__ = ["claim_blocks", "claims_of", "claims_table", "mark_of"]
