"""How many people are insured, by area and groups: what a premium is shared over. Counted by others, checked here.

A file of counts has a row for each area and set of groups, or a row for each person. Sets of groups do not overlap, so
the rows sum to the whole; somebody in two groups stands in one row that names both.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk.files import opened_parquet, reading
from huibao.bulk.schema import AREA, PERSON, whole
from huibao.bulk.whatif.people import Cell
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.scheme import Scheme

MAX_CSV_ROWS: Final = 200_000
MAX_PEOPLE: Final = 2_000_000_000
"""More than live anywhere; a larger count is a fault of writing."""
MAX_TOLD: Final = 50
INSURED, PEOPLE, GROUPS = "insured", "people", "groups"

BAD_POPULATION = define(
    "WHATIF-021",
    "人数文件写法不对：{why_zh}",
    "列为 area（可选）、groups（可选，多个人群用 + 连接）和 {count}；或每人一行：person_id、area、in_人群。",
    "The file of people counted does not fit: {why_en}",
    "Columns: area (optional), groups (optional, several joined by +) and {count}; or a row a person: person_id, area, in_GROUP.",
)
BAD_COUNT = define(
    "WHATIF-022",
    "{field} 为“{found}”，应为 0 到 {most} 的整数",
    "请核对该行的人数。",
    "{field} is '{found}', it should be a whole number from 0 to {most}",
    "Check the number of people in this row.",
)
UNKNOWN_GROUP = define(
    "WHATIF-023",
    "方案没有人群 {name}",
    "方案的人群：{allowed}。",
    "The scheme has no group {name}",
    "Groups of the scheme: {allowed}.",
)
TWICE = define(
    "WHATIF-024",
    "地区 {area} 人群 {groups} 出现两次",
    "每个地区的每种人群组合只写一行。",
    "The area {area} with the groups {groups} stands twice",
    "Write one row for each area and set of groups.",
)


@dataclass(frozen=True, slots=True)
class Count:
    """People of an area with exactly these groups; and of how many of them it is known that they are insured."""

    people: int
    insured: int


@dataclass(frozen=True, slots=True)
class Population:
    """People counted by area and groups, and what the file said of itself."""

    counts: Mapping[Cell, Count]
    by_area: bool
    """Whether areas were given."""
    by_groups: bool

    @property
    def insured(self) -> int:
        """All insured."""
        return sum(count.insured for count in self.counts.values())

    @property
    def people(self) -> int:
        """All people counted."""
        return sum(count.people for count in self.counts.values())

    def area(self, code: str) -> Count:
        """People of one area."""
        return _sum(count for (area, _), count in self.counts.items() if area == code)

    def in_group(self, name: str) -> Count:
        """People of a group; somebody in two groups counts in both."""
        return _sum(count for (_, groups), count in self.counts.items() if name in groups)

    def in_groups(self, names: tuple[str, ...]) -> Count:
        """People with exactly these groups."""
        return _sum(count for (_, groups), count in self.counts.items() if groups == names)


def _sum(counts: Iterable[Count]) -> Count:
    held = list(counts)
    return Count(sum(one.people for one in held), sum(one.insured for one in held))


def of_total(insured: int) -> Population:
    """A population of which only the number is known."""
    return Population({("", ()): Count(insured, insured)}, by_area=False, by_groups=False)


def read_population(path: Path, scheme: Scheme, wanted: Sequence[str] = (INSURED,)) -> Population:
    """Read a CSV or Parquet file. `wanted` names the count columns that must be there: insured, perhaps people."""
    table = _csv(path, wanted) if path.suffix.lower() == ".csv" else _parquet(path)
    if table.num_rows == 0:
        raise Refused(_bad(path, wanted, "没有一行数据", "it holds no row"))
    names = set(table.column_names)
    if PERSON in names and (INSURED not in names or pa.types.is_boolean(table.schema.field(INSURED).type)):
        return _of_people(table, scheme)
    missing = [name for name in wanted if name not in names]
    if missing:
        raise Refused(_bad(path, wanted, f"缺少列 {', '.join(missing)}", f"{', '.join(missing)} is missing"))
    return _of_counts(path, table, scheme, wanted)


def _bad(path: Path, wanted: Sequence[str], zh: str, en: str) -> Problem:
    return BAD_POPULATION(where=path.name, why_zh=zh, why_en=en, count="、".join(wanted))


def _csv(path: Path, wanted: Sequence[str]) -> pa.Table:
    """All columns as text, so that nothing is guessed; UTF-8 with or without a mark, or GB18030."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Refused(_bad(path, wanted, "打不开", str(error))) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    if not rows or len(rows) > MAX_CSV_ROWS:
        why = f"有 {len(rows)} 行，应为 2 到 {MAX_CSV_ROWS} 行", f"{len(rows)} rows, not 2 to {MAX_CSV_ROWS}"
        raise Refused(_bad(path, wanted, *why))
    heads = [head.strip() for head in rows[0]]
    if len(set(heads)) != len(heads):
        raise Refused(_bad(path, wanted, "有重名的列", "two columns share a name"))
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(heads):
            raise Refused(_bad(path, wanted, f"第 {number} 行有 {len(row)} 格", f"row {number} has {len(row)} cells"))
    return pa.table({head: pa.array([row[at].strip() for row in rows[1:]]) for at, head in enumerate(heads)})


def _parquet(path: Path) -> pa.Table:
    file = opened_parquet(path)
    names = file.schema_arrow.names
    held = [name for name in names if name in {AREA, GROUPS, INSURED, PEOPLE, PERSON} or name.startswith("in_")]
    return reading(path, lambda: file.read(columns=held))


def _of_counts(path: Path, table: pa.Table, scheme: Scheme, wanted: Sequence[str]) -> Population:
    problems: list[Problem] = []
    counts: dict[Cell, Count] = {}
    columns = {name: table[name].to_pylist() for name in (AREA, GROUPS, *wanted) if name in table.column_names}
    for at in range(table.num_rows):
        row = at + 2 if path.suffix.lower() == ".csv" else at + 1
        numbers = {}
        for name in wanted:
            number = _number(columns[name][at])
            if number is None:
                found = columns[name][at]
                problems.append(BAD_COUNT(where=path.name, row=row, field=name, found=found, most=MAX_PEOPLE))
            numbers[name] = number or 0
        area = str(columns[AREA][at] or "").strip() if AREA in columns else ""
        groups = _groups(columns[GROUPS][at] if GROUPS in columns else "", scheme, path, row, problems)
        insured = numbers[INSURED]
        people = numbers.get(PEOPLE, insured)
        if insured > people:
            problems.append(BAD_COUNT(where=path.name, row=row, field=INSURED, found=insured, most=people))
        if (area, groups) in counts:
            problems.append(TWICE(where=path.name, row=row, area=area or "—", groups="+".join(groups) or "—"))
        counts[area, groups] = Count(people, insured)
        if len(problems) > MAX_TOLD:
            break
    if problems:
        raise Refused(problems)
    return Population(counts, AREA in columns, GROUPS in columns)


def _number(found: Any) -> int | None:  # noqa: ANN401 - text of a CSV, or what a Parquet column holds
    if isinstance(found, bool) or found is None:
        return None
    text = str(found).replace(",", "")
    if not (text.isascii() and text.isdigit()) or len(text) > 12:  # noqa: PLR2004 - far above MAX_PEOPLE
        return None
    number = int(text)
    return number if number <= MAX_PEOPLE else None


def _groups(found: Any, scheme: Scheme, path: Path, row: int, problems: list[Problem]) -> tuple[str, ...]:  # noqa: ANN401 - as above
    named = {part.strip() for part in str(found or "").split("+") if part.strip()}
    strange = sorted(named - set(scheme.groups))
    if strange:
        allowed = ", ".join(scheme.groups)
        problems.append(UNKNOWN_GROUP(where=path.name, row=row, field=GROUPS, name=strange[0], allowed=allowed))
    return tuple(name for name in scheme.groups if name in named)


def _of_people(table: pa.Table, scheme: Scheme) -> Population:
    """A row a person, with a flag `insured`, or each insured."""
    groups = [name for name in scheme.groups if f"in_{name}" in table.column_names]
    keys = [*([AREA] if AREA in table.column_names else []), *(f"in_{name}" for name in groups)]
    if pc.count_distinct(table[PERSON]).as_py() != table.num_rows:
        raise Refused(TWICE(field=PERSON, area="—", groups=PERSON))
    insured = pa.array([1] * table.num_rows, pa.int64())
    if INSURED in table.column_names:
        insured = whole(table[INSURED]).fill_null(False).cast(pa.int64())
    plain = {name: whole(table[name]) for name in keys}
    if AREA in plain:
        plain[AREA] = plain[AREA].cast(pa.string())
    held = pa.table({**plain, PERSON: table[PERSON], INSURED: insured})
    counted = held.group_by(keys).aggregate([(PERSON, "count"), (INSURED, "sum")])
    counts = {
        (str(row.get(AREA) or ""), tuple(name for name in groups if row[f"in_{name}"])): Count(
            row[f"{PERSON}_count"], row[f"{INSURED}_sum"]
        )
        for row in counted.to_pylist()
    }
    return Population(counts, AREA in keys, bool(groups))
