"""One row on the desk: its cells by meaning, and what was found in them so far."""

from collections.abc import Callable
from datetime import date

from huibao.domain.roster import findings as f
from huibao.domain.roster.cells import EMPTY, day_of, text_of
from huibao.domain.roster.column import Column, title
from huibao.domain.roster.header import Cell
from huibao.domain.roster.verdict import RawRow, RowContext
from huibao.kernel.problem import Problem


class Desk:
    """One row on the desk: its cells by meaning, and the findings so far."""

    __slots__ = ("cells", "context", "mapping", "problems", "raw")

    def __init__(self, raw: RawRow, context: RowContext) -> None:
        self.raw = raw
        self.cells = raw.cells
        self.context = context
        self.mapping = context.mapping
        self.problems: list[Problem] = []

    def cell(self, column: Column) -> Cell:
        """The cell as it was read; None when the roster has no such column or the row ends before it."""
        at = self.mapping.get(column)
        return self.cells[at] if at is not None and at < len(self.cells) else None

    def text(self, column: Column) -> str:
        """The cell's text; nothing when it only says that there is nothing (无, /, -)."""
        at = self.mapping.get(column)
        cell = self.cells[at] if at is not None and at < len(self.cells) else None
        if cell is None or cell == "":  # the usual case: a roster has a third of the columns there are
            return ""
        text = text_of(cell)
        return "" if text in EMPTY else text

    def find(self, kind: Callable[..., Problem], column: Column | None = None, /, **values: object) -> None:
        """Note a finding about this row, under the column's Chinese title."""
        field = None if column is None else title(column)
        self.problems.append(kind(row=self.raw.row_no, field=field, where=self.raw.sheet or None, **values))

    def day(self, column: Column) -> date | None:
        """The day in a column; what is no day, or lies after the roster's, becomes a finding."""
        cell = self.cell(column)
        if cell is None or cell == "":
            return None
        try:
            day = day_of(cell)
        except ValueError:
            self.find(f.BAD_DAY, column, column=title(column), column_en=title(column, "en"), found=text_of(cell))
            return None
        if day is not None and day > self.context.taken_on:
            names = {"column": title(column), "column_en": title(column, "en")}
            self.find(f.LATER_DAY, column, **names, found=day, taken_on=self.context.taken_on)
        return day
