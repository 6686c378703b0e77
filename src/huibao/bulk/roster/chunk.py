"""One stretch of a roster judged row by row, and kept as a small table: by what rows are compared, and findings."""

import importlib.util
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from huibao.bulk.roster.keys import keys_of
from huibao.domain.roster.body import Skip, passing_over
from huibao.domain.roster.header import Cell, Layout
from huibao.domain.roster.place import Places
from huibao.domain.roster.row import read_row
from huibao.domain.roster.verdict import RawRow, RowContext, RowResult, Verdict
from huibao.kernel.problem import Problem, Severity

if TYPE_CHECKING:
    from huibao.bulk.roster.clean import Looked

VERDICTS: Final = tuple(Verdict)
MOST_PLACES: Final = 200_000
"""Domiciles kept as answers; then they are forgotten: a province has more addresses than a county."""
PASSED: Final = b"passed"

SCHEMA: Final = pa.schema(
    [
        pa.field("row", pa.int32(), nullable=False),
        pa.field("verdict", pa.int8(), nullable=False),
        pa.field("identity", pa.int64(), nullable=False),
        pa.field("same", pa.int64(), nullable=False),
        pa.field("phone", pa.int64(), nullable=False),
        pa.field("problems", pa.string()),
    ]
)
"""A row of a stretch: its number on the sheet, how it ends by itself, by what it is compared, and its findings."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of a sheet that are judged together. `first`: number of its first line, from 0."""

    sheet: str
    first: int
    lines: Sequence[Sequence[Cell]]
    unsaved: Mapping[int, frozenset[int]]

    def row(self, at: int) -> RawRow:
        """A line of the stretch as the row path takes it."""
        number = self.first + at
        return RawRow(self.sheet, number + 1, list(self.lines[at]), self.unsaved.get(number, frozenset()))


def has_polars() -> bool:
    """Whether rows can be looked at by columns here."""
    return importlib.util.find_spec("polars") is not None


def engine_line(lang: str = "zh") -> str | None:
    """What to tell a person where each row is read by itself; None where columns are looked at."""
    if has_polars():
        return None
    if lang == "en":
        return "polars is not installed: rows are read one by one, same findings, several times slower (pip install huibao[bulk])."
    return "未安装 polars：将逐行核对，结果相同，约慢几倍（pip install huibao[bulk]）。"


class Judge:
    """Judges the stretches of one sheet: the clean rows by columns where polars is at hand, the others one by one."""

    def __init__(self, context: RowContext, layout: Layout, *, by_columns: bool | None = None) -> None:
        """Take what all rows share; `by_columns` may be said to compare the two ways."""
        self.context = context
        self.layout = layout
        self._passed_why = passing_over(layout, context.mapping)
        self._looker = None
        if has_polars() if by_columns is None else by_columns:
            from huibao.bulk.roster.clean import Looker

            self._looker = Looker(context, layout)

    def judge(self, stretch: Stretch) -> pa.Table:
        """Judge each row by itself, as the row path does."""
        count = len(stretch.lines)
        looked = self._looked(stretch)
        clean = looked.clean if looked else np.zeros(count, dtype=np.bool_)
        for at in stretch.unsaved:
            if 0 <= at - stretch.first < count:
                clean[at - stretch.first] = False
        empty = np.zeros(count, dtype=np.int64)
        identity, same, phone = (
            (looked.identity, looked.same, looked.phone) if looked else (empty, empty.copy(), empty.copy())
        )
        verdict = np.zeros(count, dtype=np.int8)
        problems: list[str | None] = [None] * count
        passed: Counter[Skip] = Counter()
        kept = np.ones(count, dtype=np.bool_)
        for at in (~clean).nonzero()[0].tolist():
            why = None if stretch.first + at in stretch.unsaved else self._passed_why(stretch.lines[at])
            if why is not None:
                passed[why] += 1
                kept[at] = False
                continue
            row = self.read(stretch.row(at))
            verdict[at] = VERDICTS.index(row.verdict)
            identity[at], same[at], phone[at] = keys_of(row)
            problems[at] = written(row.problems)
        numbers = np.arange(stretch.first + 1, stretch.first + 1 + count, dtype=np.int32)
        columns = (numbers, verdict, identity, same, phone)
        arrays = [*(pa.array(column) for column in columns), pa.array(problems, pa.string())]
        schema = SCHEMA.with_metadata({PASSED: json.dumps(passed, sort_keys=True).encode()})
        return pa.table(arrays, schema=schema).filter(pa.array(kept))

    def read(self, row: RawRow) -> RowResult:
        """Read one row as the row path does."""
        forget(self.context.places)
        return read_row(row, self.context)

    def _looked(self, stretch: Stretch) -> "Looked | None":
        return self._looker.look(stretch.lines) if self._looker else None


def forget(places: Places) -> None:
    """Drop the answers a roster's places keep, once they are many."""
    if len(places.seen) > MOST_PLACES:
        places.seen.clear()


def passed_over(table: pa.Schema) -> dict[Skip, int]:
    """How many lines of a stretch were passed over for which reason."""
    passed: dict[str, int] = json.loads(table.metadata[PASSED])
    return {Skip(why): count for why, count in passed.items()}


def written(problems: Sequence[Problem]) -> str | None:
    """Findings as a text that `read_problems` turns back; None where there are none."""
    return json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False) if problems else None


def read_problems(text: str | None) -> tuple[Problem, ...]:
    """The findings that were written."""
    return tuple(Problem(**{**one, "severity": Severity(one["severity"])}) for one in json.loads(text)) if text else ()
