"""Reading the workbooks that agencies send: xlsx, xls, ods and csv, whatever shape they are in.

Cells come out as they are stored; nothing is made prettier here, because a number in an identity column must stay
visible as the damage it is. A file that cannot be read is refused with the reason and what to do; nothing is half read.
"""

import hashlib
import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Final

import python_calamine as calamine

from huibao.app.workbook_apart import problems, read_apart
from huibao.app.workbook_package import look_into_zip
from huibao.app.workbook_refusals import (
    HIDDEN_SHEET,
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    MAX_ROWS,
    MAX_SHEETS,
    MIB,
    NO_FILE,
    NO_ROWS,
    NO_SUCH_SHEET,
    PASSWORD,
    TOO_BIG,
    TOO_MANY_ROWS,
    TOO_WIDE,
    UNREADABLE,
)
from huibao.app.workbook_text import look_over
from huibao.domain.roster.header import Cell
from huibao.kernel.problem import Problem, Refused

ZIP_MARK: Final = b"PK\x03\x04"
OLE_MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_MARK: Final = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows from its first line on, merged ranges, and formulas whose result was not saved (row → columns)."""

    name: str
    rows: list[list[Cell]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    unsaved: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read. `kind` is "xlsx", "xls", "ods" or "csv"; `notes` say what was left out."""

    path: Path
    kind: str
    sha256: str
    sheets: tuple[Sheet, ...]
    notes: tuple[Problem, ...] = ()


def read_workbook(path: Path, sheet: str | None = None) -> Workbook:
    """Read a file's visible sheets, or the one named (hidden or not). `Refused` says why it cannot be read."""
    where = path.name
    try:
        size = path.stat().st_size
    except OSError:
        raise Refused(NO_FILE(path=path, where=where)) from None
    if not path.is_file():
        raise Refused(NO_FILE(path=path, where=where))
    if size > MAX_FILE_BYTES:
        raise Refused(TOO_BIG(where=where, size=size // MIB, limit=MAX_FILE_BYTES // MIB))
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(ZIP_MARK):
        unsaved = look_into_zip(data, where)
        kind = "ods" if path.suffix.lower() == ".ods" else "xlsx"
        sheets, notes = read_book(data, where, sheet, unsaved)
    elif data.startswith(OLE_MARK):
        if ENCRYPTED_MARK in data:
            raise Refused(PASSWORD(where=where))
        kind = "xls"
        sheets, notes = _read_xls(data, where, sheet)
    else:
        kind = "csv"
        sheets, notes = (_read_text(data, path, sheet),), []
    if not any(found.rows for found in sheets):
        raise Refused(NO_ROWS(where=where, sheets="、".join(found.name for found in sheets) or "—"))
    return Workbook(path, kind, sha256, tuple(found for found in sheets if found.rows), tuple(notes))


def _read_xls(data: bytes, where: str, wanted: str | None) -> tuple[tuple[Sheet, ...], list[Problem]]:
    found = read_apart(data, where, wanted)
    sheets = (
        Sheet(name, rows, tuple(((top, left), (bottom, right)) for (top, left), (bottom, right) in merged))
        for name, rows, merged in found["sheets"]
    )
    return tuple(sheets), problems(found["notes"])


def read_book(
    data: bytes, where: str, wanted: str | None, unsaved: Mapping[str, Mapping[int, frozenset[int]]]
) -> tuple[tuple[Sheet, ...], list[Problem]]:
    """Read the sheets, with whatever the reader dies of turned into a refusal."""
    try:
        with _reading(where):
            return _read_sheets(calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)), where, wanted, unsaved)
    except calamine.PasswordError:
        raise Refused(PASSWORD(where=where)) from None
    except calamine.CalamineError as error:
        raise Refused(UNREADABLE(where=where, why=error)) from None


@dataclass(frozen=True, slots=True)
class _reading(AbstractContextManager[None]):  # noqa: N801 - reads as a phrase after `with`
    """The reader's own crash, which Python does not count among the exceptions, becomes a refusal."""

    where: str

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if kind is not None and kind.__name__ == "PanicException":
            raise Refused(UNREADABLE(where=self.where, why="内部结构损坏 / broken inside")) from None


def _read_sheets(
    book: calamine.CalamineWorkbook,
    where: str,
    wanted: str | None,
    unsaved: Mapping[str, Mapping[int, frozenset[int]]],
) -> tuple[tuple[Sheet, ...], list[Problem]]:
    listed = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
    names = [meta.name for meta in listed]
    if wanted is not None and wanted not in names:
        raise Refused(NO_SUCH_SHEET(where=where, sheet=wanted, sheets="、".join(names)))
    if len(names) > MAX_SHEETS:
        raise Refused(TOO_WIDE(where=where, what="工作表 / sheets", found=len(names), limit=MAX_SHEETS))
    chosen: list[Sheet] = []
    notes: list[Problem] = []
    rows_left = MAX_ROWS
    for meta in listed:
        if wanted is not None and meta.name != wanted:
            continue
        if wanted is None and meta.visible != calamine.SheetVisibleEnum.Visible:
            notes.append(HIDDEN_SHEET(where=where, sheet=meta.name))
            continue
        found = _read_sheet(book, meta.name, where, rows_left, unsaved.get(meta.name, {}))
        rows_left -= len(found.rows)
        chosen.append(found)
    return tuple(chosen), notes


def _read_sheet(
    book: calamine.CalamineWorkbook,
    name: str,
    where: str,
    rows_left: int,
    unsaved: Mapping[int, frozenset[int]],
) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    height = max(sheet.height, sheet.total_height)
    if height > rows_left:
        raise Refused(TOO_MANY_ROWS(where=where, rows=height + MAX_ROWS - rows_left, limit=MAX_ROWS))
    if sheet.width > MAX_COLUMNS:
        raise Refused(TOO_WIDE(where=f"{where} · {name}", what="列 / columns", found=sheet.width, limit=MAX_COLUMNS))
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]  # times are turned to text below
    for row in rows:
        for at, cell in enumerate(row):
            if not isinstance(cell, str | float | int | date):
                row[at] = str(cell)
            elif isinstance(cell, datetime):
                row[at] = cell.date()
    return Sheet(name, rows, tuple(sheet.merged_cell_ranges or ()), unsaved)


def _read_text(data: bytes, path: Path, wanted: str | None) -> Sheet:
    text = look_over(path.name, lambda: io.BytesIO(data), wanted)
    rows: list[list[Cell]] = [[*row] for row in text.rows(MAX_ROWS)]
    return Sheet(path.stem, rows if any(cell for row in rows for cell in row) else [])
