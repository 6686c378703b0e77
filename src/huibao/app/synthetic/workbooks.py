"""Writing a made-up roster as the file an agency would send: title rows, merged headers, xlsx or a GB18030 csv."""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import xlsxwriter

Cell = str | int | float | date | None
"""A float stands only for what a spreadsheet made of a long number."""

MARK: Final = "演示数据（虚构）：本表人员均为程序随机生成，不对应任何真人"


SYNTHETIC: Final = "虚构 synthetic"
MADE_UP: Final = "（虚构）"
"""Behind the title of every sheet, and in the name of its tab."""
MADE_ON: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Said of every workbook, so that the same seed gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a roster says: title, header rows (merged where an entry repeats to the right or below), and its rows."""

    title: str
    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def first_row(self) -> int:
        """Number (from 1) of the first row of people: after the mark, the title and the header."""
        return 3 + len(self.header)


def write_roster(path: Path, sheet: str, table: Table) -> None:
    """Write the table; the ending of the path chooses the format."""
    if path.suffix == ".csv":
        _write_csv(path, table)
    else:
        _write_xlsx(path, sheet, table)


def _write_csv(path: Path, table: Table) -> None:
    with path.open("w", encoding="gb18030", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow([MARK])
        sheet.writerow([table.title])
        sheet.writerows(table.header)
        sheet.writerows(["" if cell is None else cell for cell in row] for row in table.rows)


def _write_xlsx(path: Path, sheet_name: str, table: Table) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": table.title, "subject": SYNTHETIC, "comments": MARK, "created": MADE_ON})
        sheet = book.add_worksheet(sheet_name)
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
        title = book.add_format({"bold": True, "align": "center", "font_size": 16})
        note = book.add_format({"italic": True, "font_color": "#9C0006"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        last = len(table.header[0]) - 1
        sheet.merge_range(0, 0, 0, last, MARK, note)
        sheet.merge_range(1, 0, 1, last, table.title, title)
        _write_header(sheet, table.header, bold)
        sheet.set_column(0, last, 16)
        for at, row in enumerate(table.rows, table.first_row - 1):
            for column, cell in enumerate(row):
                if cell is None:
                    continue
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write_number(at, column, cell)


def _write_header(
    sheet: "xlsxwriter.worksheet.Worksheet", header: tuple[tuple[str, ...], ...], bold: "xlsxwriter.format.Format"
) -> None:
    """Write header rows from the third row on; equal neighbours become one merged cell."""
    if len(header) == 1:
        for column, text in enumerate(header[0]):
            sheet.write_string(2, column, text, bold)
        return
    top, below = header
    column = 0
    while column < len(top):
        end = column
        while end + 1 < len(top) and top[end + 1] == top[column] and top[column] != below[column]:
            end += 1
        if top[column] == below[column]:
            sheet.merge_range(2, column, 3, column, top[column], bold)
        else:
            if end > column:
                sheet.merge_range(2, column, 2, end, top[column], bold)
            else:
                sheet.write_string(2, column, top[column], bold)
            for at in range(column, end + 1):
                sheet.write_string(3, at, below[at], bold)
        column = end + 1
