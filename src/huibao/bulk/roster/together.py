"""Rows of a whole roster compared with one another: those that share a key are read a second time and judged together.

`judge` of the row path says what it says of them; rows that share nothing with any other have nothing to be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from huibao.bulk.files import opened_parquet
from huibao.bulk.roster.chunk import Judge, Stretch
from huibao.bulk.roster.keys import Flags, Whole, phone_of_key, shared
from huibao.bulk.roster.pages import Page
from huibao.domain.roster.batch import SHARED_PHONE_ROWS, judge, shared_phone
from huibao.domain.roster.verdict import RowResult, Verdict
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, Refused, Severity, define

MOST_RELATED: Final = 600_000
"""Rows compared with one another in memory, about two gigabytes; more of them mean a file that holds itself twice."""
COMPARED: Final = ("row", "identity", "same", "phone")

TOO_MANY_RELATED: Final = define(
    "BULKROSTER-002",
    "有 {found} 行与别的行同号或同人，超过一次能比较的 {limit} 行",
    "多半是几份名册拼在一起；请按来源或按县拆开再查。",
    "{found} rows share a number or a person with another row, more than the {limit} that can be compared at once",
    "Most likely several rosters were joined; split the file by source or by county.",
)


@dataclass(frozen=True, slots=True)
class Related:
    """What comparing found. `chosen`: of each sheet the rows that share a number or person; `phones`: key → rows."""

    chosen: tuple[Whole, ...]
    phones: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Amended:
    """How a row ends beside the others."""

    verdict: Verdict
    problems: tuple[Problem, ...]


def find_related(parts: Sequence[tuple[int, Path]], sheets: int) -> Related:
    """Find the rows to compare, from the kept stretches (number of the sheet, file)."""
    tables = [opened_parquet(path).read(columns=[*COMPARED]) for _, path in parts]
    if not tables:
        return Related(tuple(np.zeros(0, dtype=np.int64) for _ in range(sheets)), {})
    row, identity, same, phone = (
        np.concatenate([table.column(name).to_numpy() for table in tables]) for name in COMPARED
    )
    sheet = np.concatenate([np.full(table.num_rows, at) for (at, _), table in zip(parts, tables, strict=True)])
    related = shared(identity) | shared(same)
    found = int(related.sum())
    if found > MOST_RELATED:
        raise Refused(TOO_MANY_RELATED(found=found, limit=MOST_RELATED))
    keys, times = np.unique(phone[phone > 0], return_counts=True)
    often = times >= SHARED_PHONE_ROWS
    phones = dict(zip(keys[often].tolist(), times[often].tolist(), strict=True))
    return Related(tuple(row[related & (sheet == at)].astype(np.int64) for at in range(sheets)), phones)


def judge_related(sheets: Sequence[tuple[Page, Judge]], related: Related) -> tuple[dict[int, Amended], ...]:
    """Read the chosen rows a second time and judge them together; of each sheet the rows by number."""
    rows: list[RowResult] = []
    owners: list[int] = []
    for at, ((page, one), chosen) in enumerate(zip(sheets, related.chosen, strict=True)):
        numbers = chosen.tolist()
        for number, line in zip(numbers, page.pick(numbers), strict=True):
            result = one.read(Stretch(page.name, number - 1, [line], page.unsaved).row(0))
            # Phones are compared over the whole roster, not among these rows.
            person = replace(result.person, phone="") if result.person is not None else None
            rows.append(replace(result, person=person))
            owners.append(at)
    found: tuple[dict[int, Amended], ...] = tuple({} for _ in sheets)
    for owner, row in zip(owners, judge(rows, {}), strict=True):
        found[owner][row.row_no] = Amended(row.verdict, row.problems)
    return found


def shares_a_phone(phone: Whole, related: Related) -> Flags:
    """Which rows have a phone that stands in too many."""
    return np.isin(phone, np.fromiter(related.phones, dtype=np.int64, count=len(related.phones)))


def said_of_phone(sheet: str, row_no: int, key: int, related: Related) -> Problem:
    """What is said of a row with such a phone; it never changes how the row ends."""
    problem = shared_phone(sheet, row_no, phone_of_key(key), related.phones[key])
    invariant(problem.severity is Severity.REPAIRED, "R1", problem.code)
    return problem
