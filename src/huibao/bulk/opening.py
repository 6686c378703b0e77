"""Where people's yearly sums stood before the claims of a table: the opening table read, each row given its place in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huibao.bulk.kernel import BulkProgram, Column, Int64s, Rows, calendar_of
from huibao.bulk.schema import PERSON, YEAR, whole
from huibao.kernel.problem import Refused, define
from huibao.rules.program import BAD_OPENING

SETTLED_TO: Final = "settled_to"

BAD_OPENING_TABLE = define(
    "BULK-015",
    "期初累计表不对：{why_zh}",
    "每人每保单年度一行：person_id、policy_year_on 和各累计额（整数），不得重复或留空。",
    "The table of opening sums does not fit: {why_en}",
    "One row a person and policy year: person_id, policy_year_on and the sums as whole numbers, none twice or empty.",
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Where people's running sums stood: a place for each row of the cases, and the sums at each place."""

    at: npt.NDArray[np.int64]
    sums: Mapping[str, Int64s]
    settled_to: npt.NDArray[np.int32] | None
    """Day up to which the person of each place is settled already."""


def opening_of(table: pa.Table, bulk: BulkProgram, rows: Rows) -> Opening:
    """Place 0 stands for everybody the table does not name; they begin at nothing."""
    for name in (PERSON, YEAR):
        if name not in table.column_names or table.column(name).null_count:
            raise Refused(BAD_OPENING_TABLE(field=name, why_zh=f"缺少 {name}", why_en=f"{name} is missing"))
    person = whole(table.column(PERSON)).to_numpy().astype(np.int64)
    year = whole(table.column(YEAR)).cast(pa.date32()).view(pa.int32()).to_numpy()
    order = np.lexsort((year, person))
    person, year = person[order], year[order]
    if ((person[1:] == person[:-1]) & (year[1:] == year[:-1])).any():
        raise Refused(BAD_OPENING_TABLE(field=PERSON, why_zh="同一人同一年度有两行", why_en="a person's year is twice"))
    sums = {}
    for entry in bulk.program.opening:
        column = table.column(entry.name) if entry.name in table.column_names else None
        if column is None:
            sums[entry.name] = np.zeros(len(order) + 1, dtype=np.int64)
            continue
        if column.null_count or not pa.types.is_integer(column.type):
            why = f"{entry.name} 有空值或不是整数", f"{entry.name} has nulls or is not whole"
            raise Refused(BAD_OPENING_TABLE(field=entry.name, why_zh=why[0], why_en=why[1]))
        numbers = whole(column).to_numpy().astype(np.int64)[order]
        if len(numbers) and not (numbers.min() >= 0 and numbers.max() <= entry.max):
            wrong = numbers[(numbers < 0) | (numbers > entry.max)][0]
            raise Refused(BAD_OPENING(field=entry.name, name=entry.name, found=wrong, most=entry.max))
        sums[entry.name] = np.concatenate([np.zeros(1, dtype=np.int64), numbers])
    settled = None
    if SETTLED_TO in table.column_names:
        days = whole(table.column(SETTLED_TO)).cast(pa.date32()).view(pa.int32())
        numbers = days.fill_null(np.iinfo(np.int32).min).to_numpy(zero_copy_only=False)[order]
        settled = np.concatenate([np.array([np.iinfo(np.int32).min], dtype=np.int32), numbers]).astype(np.int32)
    return Opening(_places(person, year, rows.person, row_years(bulk, rows)), sums, settled)


def row_years(bulk: BulkProgram, rows: Rows) -> npt.NDArray[np.int32]:
    """First day of the policy year of each row; rows outside the period belong to the nearest."""
    return rows.year if rows.year is not None else years_of(bulk, rows.day)


def years_of(bulk: BulkProgram, day: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """First day of the policy year of each day."""
    days = calendar_of(bulk, day)
    if not len(days.slot_year):
        return np.zeros(len(day), dtype=np.int32)
    slots = np.clip(np.searchsorted(days.breaks, day, side="right") - 1, 0, len(days.slot_year) - 1)
    return days.slot_year[slots]


def _places(person: Column, year: Column, of_person: Column, of_year: Column) -> npt.NDArray[np.int64]:
    """Place of each row in the opening table plus one; 0 where the table has no such person and year."""
    years = np.unique(np.concatenate([year, of_year]))
    people = np.unique(person)
    keys = np.searchsorted(people, person) * len(years) + np.searchsorted(years, year)
    at_person = np.searchsorted(people, of_person)
    known = at_person < len(people)
    known[known] = people[at_person[known]] == of_person[known]
    wanted = at_person * len(years) + np.searchsorted(years, of_year)
    at = np.searchsorted(keys, wanted)
    hit = known & (at < len(keys))
    hit[hit] = keys[at[hit]] == wanted[hit]
    return np.where(hit, at + 1, 0).astype(np.int64)
