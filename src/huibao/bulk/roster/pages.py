"""A roster file of any size opened: a text is gone through line by line, a workbook is what its reader gives.

What a line holds is decided by the same functions that read a county's file; only the limits of a text are a province's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from huibao.app.roster import AREA_SAMPLE, Reading, lay_out
from huibao.app.workbook import OLE_MARK, ZIP_MARK, Sheet, Workbook, read_workbook
from huibao.app.workbook_refusals import MIB, NO_FILE, NO_ROWS, TOO_BIG
from huibao.app.workbook_text import STRETCH, Text, look_over
from huibao.domain.roster.header import Cell
from huibao.kernel.problem import Refused

MAX_TEXT_BYTES: Final = 4096 * MIB
"""A province's roster as text takes a tenth of it."""
MAX_TEXT_ROWS: Final = 20_000_000
HEAD_ROWS: Final = 4 * AREA_SAMPLE
"""Lines in which header and area are looked for, as long as they hold enough rows."""

Line = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet that can be gone through again and again.

    `stretches` gives its lines so many at a time; `pick` those with certain numbers, from 1 and ascending. `unsaved`: row
    (from 0) → columns of formulas without a saved result.
    """

    name: str
    stretches: Callable[[int], Iterator[Sequence[Line]]]
    pick: Callable[[Iterable[int]], Iterator[Line]]
    unsaved: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A roster file opened: beginnings of its sheets with their headers, and the sheets themselves by name."""

    reading: Reading
    pages: Mapping[str, Page]
    lines: int
    """Lines of all sheets, for progress."""
    state: tuple[int, int]

    @property
    def path(self) -> Path:
        """The file."""
        return self.reading.workbook.path

    @property
    def sha256(self) -> str:
        """Hash of the whole file."""
        return self.reading.workbook.sha256

    @property
    def unchanged(self) -> bool:
        """Whether the file still is as it was opened, as far as size and time of change tell."""
        return _state(self.path) == self.state


def open_pages(path: Path, sheet: str | None = None, mapping: Mapping[str, Any] | None = None) -> Opened:
    """Open a roster of any size; `Refused` says why it cannot be read, with nothing done."""
    where = path.name
    if not path.is_file():
        raise Refused(NO_FILE(path=path, where=where))
    state = _state(path)
    with path.open("rb") as file:
        begins = file.read(len(OLE_MARK))
    if begins.startswith((ZIP_MARK, OLE_MARK)):
        workbook = read_workbook(path, sheet)
        pages = {each.name: _page_of(each) for each in workbook.sheets}
        lines = sum(len(each.rows) for each in workbook.sheets)
        return Opened(lay_out(workbook, mapping=mapping), pages, lines, state)
    if state[0] > MAX_TEXT_BYTES:
        raise Refused(TOO_BIG(where=where, size=state[0] // MIB, limit=MAX_TEXT_BYTES // MIB))
    text = look_over(where, lambda: path.open("rb"), sheet)
    page = Page(path.stem, lambda size: text.stretches(size, MAX_TEXT_ROWS), text.pick, {})
    if not text.ended or not text.paired:
        for _ in page.stretches(STRETCH):  # what was cut off is told before anything is done
            pass
    return Opened(lay_out(_beginning(path, text), mapping=mapping), {page.name: page}, text.lines, state)


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _page_of(sheet: Sheet) -> Page:
    rows = sheet.rows
    return Page(
        sheet.name,
        lambda size: (rows[at : at + size] for at in range(0, len(rows), size)),
        lambda numbers: (rows[number - 1] for number in numbers),
        sheet.unsaved,
    )


def _beginning(path: Path, text: Text) -> Workbook:
    """The file as a workbook of its first lines: as many as are needed to hold rows enough to tell the area by."""
    rows: list[list[Cell]] = []
    filled = 0
    for row in text.rows(MAX_TEXT_ROWS):
        rows.append([*row])
        filled += any(row)
        if filled >= HEAD_ROWS:
            break
    if not filled:
        raise Refused(NO_ROWS(where=path.name, sheets=path.stem))
    return Workbook(path, "csv", text.sha256, (Sheet(path.stem, rows),))
