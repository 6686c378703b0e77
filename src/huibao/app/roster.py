"""Taking rosters in: look first (dry run), confirm what the columns mean once, then record people and facts at once.

`check_file` reads and judges a file by itself and needs no database. `look` adds what is recorded; `import_roster`
is `look` and then one transaction: people, facts begun and ended, rows, the confirmed mapping, or nothing at all.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from huibao.app.collector import collector_held_back
from huibao.app.workbook import Sheet, Workbook, read_workbook
from huibao.app.workbook_refusals import NO_HEADER
from huibao.domain.roster import refusals
from huibao.domain.roster.batch import Counts, KnownPerson, count, judge
from huibao.domain.roster.body import Body, Skip, body_of
from huibao.domain.roster.cells import text_of
from huibao.domain.roster.column import Column, title
from huibao.domain.roster.header import MAX_TITLE_ROWS, Layout, find_header
from huibao.domain.roster.mapping import chosen, lacking
from huibao.domain.roster.place import Places, places_for
from huibao.domain.roster.row import read_row
from huibao.domain.roster.source import SOURCES, Source, SourceId, guess_source
from huibao.domain.roster.verdict import RawRow, RowContext, RowResult, Verdict
from huibao.kernel.division import COUNTY_DIGITS, DivisionTable
from huibao.kernel.identity import is_digits
from huibao.kernel.problem import Problem, Refused, Severity
from huibao.rules.reference import division_table

AREA_SAMPLE: Final = 500
"""Rows looked at to tell which county a roster belongs to."""
STEP: Final = 1_000
"""Rows between two reports of progress."""

Advance = Callable[[int], None]
"""Told how many more rows are done."""
Corrections = Mapping[tuple[str, int], Mapping[str, str]]
"""What somebody put right in a row: sheet and row as the sender sees them → meaning of the column → text."""
UNCORRECTED: Final[Corrections] = {}


def silent(_: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """How one sheet was read: its header and what its columns seem to mean, rows, and lines passed over."""

    name: str
    layout: Layout
    rows: int
    skipped: Mapping[Skip, int]
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class RosterCheck:
    """A roster judged and not recorded. `notes` are about the file; each row's findings are with the row."""

    workbook: Workbook
    source: Source
    area: str
    area_name: str
    taken_on: date
    sheets: tuple[SheetCheck, ...]
    rows: tuple[RowResult, ...]
    counts: Counts
    notes: tuple[Problem, ...]

    @property
    def by_code(self) -> dict[str, int]:
        """How many rows have each finding, the most frequent first."""
        found = Counter(code for row in self.rows for code in {problem.code for problem in row.problems})
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True)
class Reading:
    """A file with the layouts of its sheets, before its rows are judged."""

    workbook: Workbook
    layouts: tuple[tuple[Sheet, Layout, bool], ...]
    notes: tuple[Problem, ...]


@collector_held_back()
def read_roster(
    path: Path,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, Any] | None = None,
    recall: Callable[[Layout], Layout | None] | None = None,
) -> Reading:
    """Read a file and find the headers of its sheets. `recall` gives the layout confirmed before for a header."""
    return lay_out(read_workbook(path, sheet), mapping=mapping, recall=recall)


def lay_out(
    workbook: Workbook,
    *,
    mapping: Mapping[str, Any] | None = None,
    recall: Callable[[Layout], Layout | None] | None = None,
) -> Reading:
    """Find the headers of a workbook's sheets, or of the beginnings of its sheets."""
    path = workbook.path
    layouts: list[tuple[Sheet, Layout, bool]] = []
    notes: list[Problem] = list(workbook.notes)
    problems: list[Problem] = []
    for each in workbook.sheets:
        layout = find_header(each.rows, each.merged)
        if layout is None:
            where = f"{path.name} · {each.name}"
            notes.append(replace(NO_HEADER(where=where, rows=MAX_TITLE_ROWS), severity=Severity.REPAIRED))
            continue
        known = recall(layout) if recall is not None else None
        layout = known or layout
        if mapping:
            layout, wrong = chosen(layout, mapping)
            problems += [replace(problem, where=f"{path.name} · {each.name}") for problem in wrong]
        layouts.append((each, layout, known is not None or bool(mapping)))
    if problems:
        raise Refused(problems)
    if not layouts:
        raise Refused(NO_HEADER(where=path.name, rows=MAX_TITLE_ROWS))
    return Reading(workbook, tuple(layouts), tuple(notes))


def check_file(
    path: Path,
    source: SourceId | None,
    *,
    taken_on: date,
    area: str | None = None,
    sheet: str | None = None,
    mapping: Mapping[str, Any] | None = None,
    advance: Advance = silent,
) -> RosterCheck:
    """Read and judge a file by itself, without the records. The kind of roster is guessed when not said."""
    reading = read_roster(path, sheet=sheet, mapping=mapping)
    return judge_reading(reading, source, taken_on=taken_on, area=area, known=None, advance=advance)


@collector_held_back()
def judge_reading(
    reading: Reading,
    source_id: SourceId | None,
    *,
    taken_on: date,
    area: str | None,
    known: Callable[[Sequence[str], str], Mapping[str, KnownPerson]] | None,
    advance: Advance = silent,
    corrections: Corrections = UNCORRECTED,
) -> RosterCheck:
    """Judge the rows of a file that was read. `known` answers what is recorded of identity numbers, given the area."""
    table = division_table()
    source = source_of(reading, source_id)
    path = reading.workbook.path
    usable = usable_sheets(reading, source)
    bodies = [
        put_right(body_of(sheet.name, sheet.rows, layout, layout.mapping, sheet.unsaved), layout.mapping, corrections)
        for sheet, layout, _ in usable
    ]
    raw = [row for body in bodies for row in body.rows]
    area_code = (
        checked_area(area, table, taken_on, path) if area else area_of(usable, bodies_rows(bodies), table, taken_on)
    )
    results = _judged_rows(source, usable, bodies_rows(bodies), area_code, taken_on, table, advance)
    numbers = [row.person.identity for row in results if row.person is not None]
    judged = judge(results, known(numbers, area_code) if known is not None else {})
    sheets = tuple(
        SheetCheck(sheet.name, layout, len(body.rows), body.skipped, confirmed)
        for (sheet, layout, confirmed), body in zip(usable, bodies, strict=True)
    )
    unused = [sheet.name for sheet, _, _ in reading.layouts if sheet.name not in {each.name for each in sheets}]
    notes = (*reading.notes, *left_out(reading, source, unused))
    return RosterCheck(
        workbook=reading.workbook,
        source=source,
        area=area_code,
        area_name=table.full_name_on(area_code, taken_on) or "" if area_code else "",
        taken_on=taken_on,
        sheets=sheets,
        rows=judged,
        counts=count(len(raw), judged),
        notes=notes,
    )


def put_right(body: Body, mapping: Mapping[Column, int], corrections: Corrections) -> Body:
    """The rows with what somebody put right in place of what the sender wrote."""
    if not corrections:
        return body
    return replace(body, rows=tuple(_put_right(row, mapping, corrections) for row in body.rows))


def _put_right(row: RawRow, mapping: Mapping[Column, int], corrections: Corrections) -> RawRow:
    said = corrections.get((row.sheet, row.row_no))
    if not said:
        return row
    cells = list(row.cells)
    mended = set()
    for name, text in said.items():
        at = mapping.get(Column(name))
        if at is not None:
            cells += [None] * (at + 1 - len(cells))
            cells[at] = text
            mended.add(at)
    return replace(row, cells=cells, unsaved=row.unsaved - mended)


def content_key(
    check: RosterCheck, sheet: str | None, accept: Collection[str], corrections: Corrections = UNCORRECTED
) -> str:
    """Name of what is being imported: the same file, source, area, day and decisions give the same answer again."""
    mended = [
        f"{name}!{row}!{column}={text}" for (name, row), said in corrections.items() for column, text in said.items()
    ]
    said = (check.workbook.sha256, sheet or "", check.source.id, check.area, str(check.taken_on))
    parts = (*said, *sorted(accept), *sorted(mended))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def accepted(row: RowResult, accept: Collection[str]) -> bool:
    """Whether a row is taken in: ready, or doubtful with every doubt accepted by its code or by the row's number."""
    if row.verdict is Verdict.READY:
        return True
    if row.verdict is not Verdict.DOUBTFUL or row.person is None:
        return False
    if str(row.row_no) in accept or f"{row.sheet}!{row.row_no}" in accept:
        return True
    doubts = {problem.code for problem in row.problems if problem.severity is Severity.DOUBTFUL}
    return doubts <= set(accept)


def bodies_rows(bodies: Sequence[Any]) -> list[Sequence[RawRow]]:
    """The rows of each sheet's body."""
    return [body.rows for body in bodies]


def source_of(reading: Reading, source_id: SourceId | None) -> Source:
    """The kind of roster: the one said, else the one its titles and columns suggest."""
    if source_id is not None:
        return SOURCES[source_id]
    for sheet, layout, _ in reading.layouts:
        titles = " ".join(text_of(cell) for row in sheet.rows[: layout.first] for cell in row)
        guessed = guess_source(frozenset(layout.mapping), f"{titles} {sheet.name} {reading.workbook.path.stem}")
        if guessed is not None:
            return SOURCES[guessed]
    return SOURCES[SourceId.DISABILITY_CERTIFICATE]


def usable_sheets(reading: Reading, source: Source) -> list[tuple[Sheet, Layout, bool]]:
    """The sheets that have the columns the source needs; when none has, the refusal says what each lacks."""
    path = reading.workbook.path
    usable = []
    problems: list[Problem] = []
    for sheet, layout, confirmed in reading.layouts:
        lacks = lacking(source, layout, f"{path.name} · {sheet.name}")
        problems += lacks
        if not lacks:
            usable.append((sheet, layout, confirmed))
    if not usable:
        raise Refused(problems)
    return usable


def left_out(reading: Reading, source: Source, names: Collection[str]) -> list[Problem]:
    """Notes on the sheets that are not read, with the columns each lacks."""
    path = reading.workbook.path
    return [
        replace(problem, severity=Severity.REPAIRED)
        for sheet, layout, _ in reading.layouts
        if sheet.name in names
        for problem in lacking(source, layout, f"{path.name} · {sheet.name}")
    ]


def _judged_rows(
    source: Source,
    usable: Sequence[tuple[Sheet, Layout, bool]],
    bodies: Sequence[Sequence[RawRow]],
    area: str,
    taken_on: date,
    table: DivisionTable,
    advance: Advance,
) -> list[RowResult]:
    places: Places = places_for(table, area, taken_on)
    results: list[RowResult] = []
    for (_, layout, _), rows in zip(usable, bodies, strict=True):
        context = RowContext(source, layout.mapping, taken_on, area, places)
        for at in range(0, len(rows), STEP):
            results.extend(read_row(row, context) for row in rows[at : at + STEP])
            advance(len(rows[at : at + STEP]))
    return results


def checked_area(area: str, table: DivisionTable, on: date, path: Path) -> str:
    """The area that was said, when there is such a division on the day."""
    shaped = len(area) == COUNTY_DIGITS and is_digits(area)
    if not shaped or table.at(area, on) is None:
        raise Refused(refusals.NOT_AN_AREA(where=path.name, area=area, on=on))
    return area


def area_of(
    usable: Sequence[tuple[Sheet, Layout, bool]], bodies: Sequence[Sequence[RawRow]], table: DivisionTable, on: date
) -> str:
    """The county most rows name by code or by name; "" when they name none."""
    votes: Counter[str] = Counter()
    counties = {
        row.name: code for code, rows in table.divisions.items() for row in rows if _is_county(code, row.holds(on))
    }
    for (_, layout, _), rows in zip(usable, bodies, strict=True):
        mapping = layout.mapping
        for row in rows[:AREA_SAMPLE]:
            code = _cell(row, mapping, Column.DIVISION_CODE)[:COUNTY_DIGITS]
            if is_digits(code) and (now := table.successor(code, on) if len(code) == COUNTY_DIGITS else None):
                votes[now] += 1
                continue
            text = "".join(_cell(row, mapping, column) for column in (Column.DOMICILE_COUNTY, Column.DOMICILE))
            votes.update(code for name, code in counties.items() if name in text)
    best = votes.most_common(1)
    return best[0][0] if best else ""


def _is_county(code: str, holds: bool) -> bool:
    return holds and len(code) == COUNTY_DIGITS and not code.endswith("00")


def _cell(row: RawRow, mapping: Mapping[Column, int], column: Column) -> str:
    at = mapping.get(column)
    return text_of(row.cells[at]) if at is not None and at < len(row.cells) else ""


def guesses_text(layout: Layout) -> str:
    """The layout in one line for a message: header → meaning."""
    return "；".join(f"{g.label}→{title(g.column)}" for g in layout.guesses if g.column is not None)
