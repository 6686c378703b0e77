"""Handing a roster back: the sender's own workbook with verdict, reason and remedy for each row, and a summary.

An xlsx keeps its own formatting: columns are added at its right edge. Other kinds, and very long rosters, become a
new xlsx with the same cells. Colour only repeats what the words say.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import openpyxl
import xlsxwriter
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from xlsxwriter.exceptions import FileCreateError

from huibao.app.roster import RosterCheck
from huibao.domain.roster.column import title
from huibao.domain.roster.header import HANDED_BACK
from huibao.domain.roster.verdict import RowResult, Verdict
from huibao.kernel.problem import KINDS, Problem, Refused, define

MOST_IN_PLACE: Final = 20_000
"""Rows up to which the sender's own file is written into; beyond it that would take minutes."""

VERDICT_WORDS: Final = {
    Verdict.READY: "可用",
    Verdict.DOUBTFUL: "待核",
    Verdict.REFUSED: "退回",
    Verdict.DUPLICATE: "重复",
}
COLOURS: Final = {
    Verdict.READY: "E2F0D9",
    Verdict.DOUBTFUL: "FFF2CC",
    Verdict.REFUSED: "F8CBAD",
    Verdict.DUPLICATE: "D9D9D9",
}
"""Light fills under black text, so that the words stay readable in print and for who cannot tell colours."""
SUMMARY: Final = "核对汇总"
WIDTHS: Final = (10, 60, 50)
FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
MOST_NAME_CHARS: Final = 31
"""What a workbook does not take in a sheet's name; the name of a csv file may hold anything."""
CELL_LIMIT: Final = 32_000
"""A cell of a workbook holds 32,767 characters."""

NOT_WRITABLE = define(
    "BOOK-014",
    "不能写出 {path}：{why}。",
    "请核对文件夹是否存在、文件是否正被打开。",
    "Cannot write {path}: {why}.",
    "See whether the folder exists and the file is not open elsewhere.",
)


def hand_back(check: RosterCheck, out: Path) -> Path:
    """Write the sender's workbook with verdicts and reasons to `out` (xlsx); the original stays untouched."""
    try:
        if check.workbook.kind == "xlsx" and check.counts.rows_in <= MOST_IN_PLACE and _in_place(check, out):
            return out
        _anew(check, out)
    except (OSError, FileCreateError) as error:
        raise Refused(NOT_WRITABLE(path=out, why=getattr(error, "strerror", None) or error)) from None
    return out


def summary_lines(check: RosterCheck) -> list[tuple[str, str]]:
    """The summary as label and text: what was read, how the rows ended, each finding with its number of rows."""
    counts = check.counts
    return [
        ("文件", check.workbook.path.name),
        ("名册", check.source.title),
        ("地区", f"{check.area_name} {check.area}".strip()),
        ("名册日期", str(check.taken_on)),
        ("行数", str(counts.rows_in)),
        *((word, str(getattr(counts, verdict.value))) for verdict, word in VERDICT_WORDS.items()),
        ("合计", f"{counts.ready} + {counts.doubtful} + {counts.refused} + {counts.duplicate} = {counts.rows_in}"),
        *(("说明", note.text()) for note in check.notes),
        *((code, f"{rows} 行：{_kind_text(code, check)}") for code, rows in check.by_code.items()),
    ]


def _kind_text(code: str, check: RosterCheck) -> str:
    """An example of the finding, the first one met."""
    for row in check.rows:
        for problem in row.problems:
            if problem.code == code:
                return f"例如第 {row.row_no} 行，{problem.says}"
    return KINDS[code].zh_says


def _in_place(check: RosterCheck, out: Path) -> bool:
    """Write into a copy of the sender's xlsx; tell whether that was possible."""
    try:
        book = openpyxl.load_workbook(check.workbook.path)
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError):
        return False  # a file our reader understands and openpyxl does not: it is written anew
    fills = {verdict: PatternFill("solid", start_color=colour) for verdict, colour in COLOURS.items()}
    bold, wrap = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    by_sheet = _by_sheet(check)
    for each in check.sheets:
        sheet = book[each.name]
        first = sheet.max_column + 1
        for at, (text, width) in enumerate(zip(HANDED_BACK, WIDTHS, strict=True)):
            head = sheet.cell(each.layout.first_data, first + at, text)
            head.font = bold
            sheet.column_dimensions[head.column_letter].width = width
        columns = _columns_by_title(check, each.name)
        for row in by_sheet.get(each.name, ()):
            verdict, reason, remedy = words_of(row.verdict, row.problems)
            for at, text in enumerate((verdict, reason, remedy)):
                cell = sheet.cell(row.row_no, first + at)
                cell.value, cell.data_type, cell.alignment = text, "s", wrap
            sheet.cell(row.row_no, first).fill = fills[row.verdict]
            for problem in row.problems:
                if problem.field in columns:
                    sheet.cell(row.row_no, columns[problem.field] + 1).fill = fills[row.verdict]
    summary = book.create_sheet(_free_name(book.sheetnames))
    for line in summary_lines(check):
        summary.append(line)
    summary.column_dimensions["A"].width, summary.column_dimensions["B"].width = 16, 110
    for line_cells in summary.iter_rows(min_col=2, max_col=2):
        line_cells[0].alignment, line_cells[0].data_type = wrap, "s"
    book.save(out)
    return True


def _anew(check: RosterCheck, out: Path) -> None:
    """Write a new xlsx with the same cells as text, dates and numbers, and the added columns."""
    by_sheet = {name: {row.row_no: row for row in rows} for name, rows in _by_sheet(check).items()}
    layouts = {each.name: each.layout for each in check.sheets}
    out.touch()  # before anything is gathered for a file that cannot be written
    with xlsxwriter.Workbook(str(out), {"constant_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        fills = {verdict: book.add_format({"bg_color": f"#{colour}"}) for verdict, colour in COLOURS.items()}
        for each in check.workbook.sheets:
            sheet = book.add_worksheet(page_name(each.name, [held.name for held in book.worksheets()]))
            width = max((len(row) for row in each.rows), default=0)
            for at, column_width in enumerate(WIDTHS):
                sheet.set_column(width + at, width + at, column_width)
            layout = layouts.get(each.name)
            columns = _columns_by_title(check, each.name)
            for row_no, cells in enumerate(each.rows, start=1):
                row = by_sheet.get(each.name, {}).get(row_no)
                marked = {columns[p.field] for p in row.problems if p.field in columns} if row else set()
                for at, cell in enumerate(cells):
                    write_cell(sheet, row_no - 1, at, cell, fills[row.verdict] if row and at in marked else None, day)
                if row is not None:
                    for at, text in enumerate(words_of(row.verdict, row.problems)):
                        sheet.write_string(row_no - 1, width + at, text, fills[row.verdict] if at == 0 else None)
                elif layout is not None and row_no == layout.first_data:
                    for at, text in enumerate(HANDED_BACK):
                        sheet.write_string(row_no - 1, width + at, text, bold)
        summary = book.add_worksheet(_free_name([held.name for held in book.worksheets()]))
        summary.set_column(0, 0, 16)
        summary.set_column(1, 1, 110)
        for at, line in enumerate(summary_lines(check)):
            summary.write_string(at, 0, line[0])
            summary.write_string(at, 1, line[1])


def write_cell(sheet: Any, row: int, at: int, cell: Any, fill: Any, day: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Write a cell as what it is, so that a number in a text stays a text."""
    if cell is None or cell == "":
        if fill is not None:
            sheet.write_blank(row, at, None, fill)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, at, cell, fill)
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, cell, day)
    elif isinstance(cell, int | float):
        sheet.write_number(row, at, cell, fill)
    else:
        sheet.write_string(row, at, str(cell)[:CELL_LIMIT], fill)


def _by_sheet(check: RosterCheck) -> dict[str, list[RowResult]]:
    rows: dict[str, list[RowResult]] = {}
    for row in check.rows:
        rows.setdefault(row.sheet, []).append(row)
    return rows


def _columns_by_title(check: RosterCheck, sheet: str) -> dict[str, int]:
    """Chinese title → column index, to mark the cell a finding is about."""
    layout = next((each.layout for each in check.sheets if each.name == sheet), None)
    return {title(column): index for column, index in layout.mapping.items()} if layout else {}


def words_of(verdict: Verdict, problems: Sequence[Problem]) -> tuple[str, str, str]:
    """The three added cells of a row: how it ends, why, and what to do."""
    return (
        VERDICT_WORDS[verdict],
        _joined(problems, lambda problem: f"[{problem.code}] {problem.says}"),
        _joined(problems, lambda problem: problem.do),
    )


def _joined(problems: Sequence[Problem], text: Any) -> str:  # noqa: ANN401 - a plain function of a problem
    return "\n".join(dict.fromkeys(text(problem) for problem in problems))[:CELL_LIMIT]


def page_name(name: str, taken: Sequence[str]) -> str:
    """A sheet's name as a workbook allows it: short, without certain marks, and not there already."""
    plain = FORBIDDEN.sub("_", name).strip("'")[:MOST_NAME_CHARS] or "1"
    held = {each.casefold() for each in taken}
    numbered = (f"{plain[: MOST_NAME_CHARS - 3]}{number}" for number in range(2, len(held) + 3))
    return next(each for each in (plain, *numbered) if each.casefold() not in held)


def _free_name(taken: Sequence[str]) -> str:
    names = (SUMMARY, *(f"{SUMMARY}{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
