"""Below the header: which lines are people, and which are blank, totals, notes or the header printed once more."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from huibao.domain.roster.column import Column
from huibao.domain.roster.header import Cell, Layout, is_header_again
from huibao.domain.roster.verdict import RawRow

FOOTER: Final = re.compile(
    r"(?:合计|总计|小计|共计|制表|填表|填报|审核|单位负责|负责人|联系人[:：]|注[:：]|备注[:：]|说明[:：]|打印|第\s*\d+\s*页)"
)
"""How lines below a roster begin that are about the roster and not about a person."""
LEAST_DIGITS: Final = 6
"""So many digits are an identity number, however damaged; a total has fewer."""
NO_FINDINGS: Final[Mapping[int, frozenset[int]]] = {}


class Skip(StrEnum):
    """Why a line is not counted as a row."""

    BLANK = "blank"
    HEADER_AGAIN = "header_again"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class Body:
    """The people rows of a sheet, and how many lines were passed over for which reason."""

    rows: tuple[RawRow, ...]
    skipped: Mapping[Skip, int]


def body_of(
    sheet: str,
    rows: Sequence[Sequence[Cell]],
    layout: Layout,
    mapping: Mapping[Column, int],
    unsaved: Mapping[int, frozenset[int]] = NO_FINDINGS,
) -> Body:
    """Return the rows after the header. `unsaved`: row (from 0) → columns whose formula has no saved result."""
    people: list[RawRow] = []
    skipped: dict[Skip, int] = {}
    why_passed = passing_over(layout, mapping)
    for at in range(layout.first_data, len(rows)):
        row = rows[at]
        why = why_passed(row)
        if why is None or at in unsaved:
            people.append(RawRow(sheet, at + 1, list(row), unsaved.get(at, frozenset())))
        else:
            skipped[why] = skipped.get(why, 0) + 1
    return Body(tuple(people), skipped)


def passing_over(layout: Layout, mapping: Mapping[Column, int]) -> Callable[[Sequence[Cell]], Skip | None]:
    """Return the question why a line below this header is no person's row; None where it is one."""
    told_by = [
        at for column in (Column.NAME, Column.IDENTITY, Column.CERTIFICATE) if (at := mapping.get(column)) is not None
    ]
    label = first_label(layout)
    return lambda row: _skip(row, layout, told_by, label)


def first_label(layout: Layout) -> str:
    """Return the first header text, by whose coming back a header printed once more begins."""
    return next((guess.label.rsplit("/", 1)[-1] for guess in layout.guesses if guess.label), "")


def _skip(row: Sequence[Cell], layout: Layout, told_by: Sequence[int], label: str) -> Skip | None:
    first: Cell = None
    for cell in row:
        if cell is not None and cell != "" and not (type(cell) is str and cell.isspace()):
            first = cell
            break
    else:
        return Skip.BLANK
    if isinstance(first, str):
        if FOOTER.match(first.strip()) and not any(_long(row, at) for at in told_by[1:]):
            return Skip.FOOTER
        if first.strip() == label and is_header_again(row, layout):
            return Skip.HEADER_AGAIN
    return None


def _long(row: Sequence[Cell], at: int) -> bool:
    """Whether a number stands in the column: then the line is about a person, whatever its first cell says."""
    return at < len(row) and sum(char.isdigit() for char in str(row[at] or "")) >= LEAST_DIGITS
