"""What goes back to the sender of a province's roster: workbooks of the rows to look at, with reasons, in parts.

A workbook and no csv: opened by a double click, a csv would turn each identity number into 4.30E+17, which is what these
rows are sent back for. Under the sender's own header, so that a part put right can be sent in again as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import xlsxwriter

from huibao.app.roster_reply import COLOURS, WIDTHS, page_name, words_of, write_cell
from huibao.app.workbook_refusals import MAX_ROWS
from huibao.bulk.roster.findings import give_name
from huibao.domain.roster.column import title
from huibao.domain.roster.header import HANDED_BACK, Cell, Layout
from huibao.domain.roster.verdict import Verdict
from huibao.kernel.problem import Problem

ROWS_A_FILE: Final = MAX_ROWS // 5
"""A workbook opens in seconds and can be read in again; Excel itself ends at 1,048,576 rows."""
REPLY: Final = "退回-{number:02d}.xlsx"
PLACED: Final = ("工作表", "原行号", *HANDED_BACK)
ENDED_AT: Final = PLACED.index(HANDED_BACK[0])
PLACED_WIDTHS: Final = (12, 10, *WIDTHS)


class ReplyWriter:
    """Writes the parts so that each is there whole or not at all. `made_on` is written into them as their day."""

    def __init__(self, folder: Path, scratch: Path, made_on: date, *, rows_a_file: int = ROWS_A_FILE) -> None:
        """Begin; no file is made before the first row. `scratch` holds what a killed run may leave behind."""
        self.files: list[str] = []
        self._folder, self._scratch = folder, scratch
        self._made_at = datetime.combine(made_on, time(), UTC)
        self._rows_a_file = rows_a_file
        self._book: Any = None
        self._formats: tuple[Any, Any, Mapping[Verdict, Any]] = (None, None, {})
        self._sheet: Any = None
        self._sheet_name = ""
        self._columns: Mapping[str, int] = {}
        self._width = self._line = self._rows = 0

    def write(
        self,
        sheet: str,
        layout: Layout,
        row_no: int,
        cells: Sequence[Cell],
        verdict: Verdict,
        problems: Sequence[Problem],
    ) -> None:
        """Add a row of the roster with how it ends and why."""
        if self._book is None or self._rows == self._rows_a_file:
            self._end_file()
            self._begin_file()
        if self._sheet is None or sheet != self._sheet_name:
            self._begin_sheet(sheet, layout)
        day, _, fills = self._formats
        marked = {self._columns.get(problem.field or "") for problem in problems}
        for at, cell in enumerate(cells[: self._width]):
            if cell == "" and at not in marked:
                continue
            write_cell(self._sheet, self._line, at, cell, fills[verdict] if at in marked else None, day)
        for at, text in enumerate((sheet, str(row_no), *words_of(verdict, problems)), self._width):
            self._sheet.write_string(self._line, at, text, fills[verdict] if at == self._width + ENDED_AT else None)
        self._line += 1
        self._rows += 1

    def _begin_file(self) -> None:
        self.files.append(REPLY.format(number=len(self.files) + 1))
        options = {
            "constant_memory": True,
            "tmpdir": str(self._scratch),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        self._part().touch()  # before anything is gathered for a file that cannot be written
        self._book = xlsxwriter.Workbook(str(self._part()), options)
        self._book.set_properties({"created": self._made_at})  # the same roster gives the same bytes
        fills = {verdict: self._book.add_format({"bg_color": f"#{colour}"}) for verdict, colour in COLOURS.items()}
        bold = self._book.add_format({"bold": True})
        self._formats = (self._book.add_format({"num_format": "yyyy-mm-dd"}), bold, fills)
        self._sheet, self._rows = None, 0

    def _begin_sheet(self, sheet: str, layout: Layout) -> None:
        self._sheet_name = sheet
        self._sheet = self._book.add_worksheet(page_name(sheet, [held.name for held in self._book.worksheets()]))
        self._columns = {title(column): index for column, index in layout.mapping.items()}
        self._width = len(layout.labels)
        for at, width in enumerate(PLACED_WIDTHS, self._width):
            self._sheet.set_column(at, at, width)
        self._sheet.freeze_panes(1, 0)
        for at, text in enumerate((*layout.labels, *PLACED)):
            self._sheet.write_string(0, at, text, self._formats[1])
        self._line = 1

    def _part(self) -> Path:
        return self._folder / f".{self.files[-1]}.part"

    def _end_file(self) -> None:
        if self._book is not None:
            self._book.close()
            self._book = None

    def __enter__(self) -> Self:
        """Give the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Give the files their names, or drop them."""
        self._end_file()
        for name in self.files:
            part = self._folder / f".{name}.part"
            if kind is None:
                give_name(part, self._folder / name)
            else:
                part.unlink(missing_ok=True)
