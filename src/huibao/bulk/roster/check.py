"""A roster of any size checked: stretch by stretch, then row against row, with the findings of the row path.

Each stretch is kept in a folder as soon as it is judged, so that a run that was killed goes on where it stood and ends
with the same bytes. Nothing in the folder depends on the time of day or on how often the run was interrupted.
"""

import json
import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
from xlsxwriter.exceptions import FileCreateError

from huibao import __version__
from huibao.app.collector import collector_held_back
from huibao.app.roster import SheetCheck, area_of, checked_area, left_out, silent, source_of, usable_sheets
from huibao.app.roster_reply import NOT_WRITABLE
from huibao.bulk.files import opened_parquet, write_text, write_whole
from huibao.bulk.roster.chunk import VERDICTS, Judge, Stretch, passed_over, read_problems
from huibao.bulk.roster.findings import FindingsWriter, RowFindings
from huibao.bulk.roster.pages import Opened, Page
from huibao.bulk.roster.reply import ROWS_A_FILE, ReplyWriter
from huibao.bulk.roster.together import Amended, Related, find_related, judge_related, said_of_phone, shares_a_phone
from huibao.domain.roster.batch import Counts
from huibao.domain.roster.body import Skip, body_of
from huibao.domain.roster.header import Cell, Layout
from huibao.domain.roster.place import places_for
from huibao.domain.roster.source import Source, SourceId
from huibao.domain.roster.verdict import RowContext, Verdict
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.reference import division_table

STRETCH: Final = 50_000
"""Lines judged together: some fifty megabytes of cells."""
PASSES: Final = 2
"""How often progress is told of each line: judged, and what was found written."""
RUN: Final = "run.json"
PARTS: Final = "parts"
SUMMARY: Final = "summary.json"
WORDS: Final = {
    "file_sha256": "名册文件 file",
    "source": "来源 source",
    "area": "地区 area",
    "taken_on": "日期 day",
    "sheets": "工作表（csv 为文件名） sheets",
    "columns": "列的含义 columns",
    "stretch": "分段 stretch",
    "version": "程序版本 version",
    RUN: "内容 content",
}

OTHER_ROSTER: Final = define(
    "BULKROSTER-001",
    "文件夹 {where} 里不是这份名册的这次核对，不同的是：{what}",
    "请换一个空文件夹；确认不要旧的，先删除它再来。",
    "The folder {where} does not hold this check of this roster; it differs in: {what}",
    "Name an empty folder, or remove that one first.",
)
CHANGED_MEANWHILE: Final = define(
    "BULKROSTER-003",
    "核对期间名册文件 {where} 被改动，结果作废",
    "请等文件写完（或另存一份）后，换一个空文件夹再来。",
    "The roster {where} was changed while it was checked; the result does not count",
    "Wait until it is written, or take a copy; then start again with an empty folder.",
)


@dataclass(frozen=True, slots=True)
class BulkCheck:
    """A roster checked. Its findings are in `folder`, to be read with `read_findings`; `notes` are about the file."""

    file: str
    sha256: str
    source: Source
    area: str
    area_name: str
    taken_on: date
    sheets: tuple[SheetCheck, ...]
    counts: Counts
    by_code: Mapping[str, int]
    examples: Mapping[str, Problem]
    """The first finding of each code."""
    notes: tuple[Problem, ...]
    folder: Path
    replies: tuple[str, ...]
    """Names of the workbooks that go back to the sender."""
    resumed: int
    """Stretches found done when the run began."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    page: Page
    layout: Layout
    judge: Judge
    confirmed: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    opened: Opened
    source: Source
    area: str
    sheets: tuple[_Sheet, ...]
    taken_on: date


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch done: its file, the number of its sheet, its lines, and those passed over."""

    path: Path
    sheet: int
    lines: int
    passed: Mapping[Skip, int]


def check_roster(  # noqa: PLR0913 - what the row path asks for, where to keep the work, and sizes for tests
    opened: Opened,
    source: SourceId | None,
    *,
    taken_on: date,
    folder: Path,
    area: str | None = None,
    advance: Callable[[int], None] = silent,
    stretch: int = STRETCH,
    rows_a_file: int = ROWS_A_FILE,
    by_columns: bool | None = None,
) -> BulkCheck:
    """Check a roster of any size; `folder` keeps what is done and gets the findings. The same folder goes on.

    `advance` is told of each line `PASSES` times.
    """
    plan = _plan(opened, source, taken_on, area, by_columns)
    try:
        _begin(folder, plan, {"stretch": stretch, "rows_a_file": rows_a_file})
        with collector_held_back():
            parts, resumed = _judge_stretches(folder, plan, stretch, advance)
        tally, replies = _write(folder, plan, parts, rows_a_file, advance)
        if not opened.unchanged:
            raise Refused(CHANGED_MEANWHILE(where=opened.path.name))
        result = _result(plan, parts, tally, folder, replies, resumed)
        write_text(folder / SUMMARY, json.dumps(summary(result), ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        shutil.rmtree(folder / PARTS)
    except (OSError, FileCreateError) as error:
        raise Refused(NOT_WRITABLE(path=folder, why=error)) from error
    return result


def summary(found: BulkCheck) -> dict[str, Any]:
    """What came out, for JSON; nothing in it depends on how often the run was interrupted."""
    counts = found.counts
    return {
        "file": found.file,
        "sha256": found.sha256,
        "source": found.source.id.value,
        "area": found.area,
        "area_name": found.area_name,
        "taken_on": str(found.taken_on),
        "rows_in": counts.rows_in,
        **{verdict.value: getattr(counts, verdict.value) for verdict in Verdict},
        "findings": dict(found.by_code),
        "replies": list(found.replies),
        "notes": [note.as_dict() for note in found.notes],
        "sheets": [
            {"name": each.name, "rows": each.rows, "skipped": {skip.value: n for skip, n in each.skipped.items()}}
            for each in found.sheets
        ],
    }


def _plan(
    opened: Opened, source_id: SourceId | None, taken_on: date, area: str | None, by_columns: bool | None
) -> _Plan:
    """What the row path would decide before its first row: kind, sheets, area."""
    reading, table = opened.reading, division_table()
    source = source_of(reading, source_id)
    usable = usable_sheets(reading, source)
    if area:
        code = checked_area(area, table, taken_on, opened.path)
    else:
        heads = [body_of(one.name, one.rows, layout, layout.mapping, one.unsaved).rows for one, layout, _ in usable]
        code = area_of(usable, heads, table, taken_on)
    places = places_for(table, code, taken_on)
    sheets = tuple(
        _Sheet(
            opened.pages[sheet.name],
            layout,
            Judge(RowContext(source, layout.mapping, taken_on, code, places), layout, by_columns=by_columns),
            confirmed,
        )
        for sheet, layout, confirmed in usable
    )
    return _Plan(opened, source, code, sheets, taken_on)


def _begin(folder: Path, plan: _Plan, sizes: Mapping[str, int]) -> None:
    """Make the folder this run's, or see that it is; refused where it is another's."""
    run = {
        "file_sha256": plan.opened.sha256,
        "source": plan.source.id.value,
        "area": plan.area,
        "taken_on": str(plan.taken_on),
        "sheets": [(one.page.name, one.layout.first_data) for one in plan.sheets],
        "columns": [{str(column): at for column, at in one.layout.mapping.items()} for one in plan.sheets],
        "stretch": sizes,
        "version": __version__,
    }
    run = json.loads(json.dumps(run))  # as it will be read
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held_at = folder / RUN
    if held_at.exists():
        try:
            held = json.loads(held_at.read_text(encoding="utf-8"))
        except ValueError:
            held = {}
        differs = [name for name in run if not isinstance(held, dict) or held.get(name) != run[name]]
    else:
        differs = [RUN] if any(not there.name.startswith(".") for there in folder.iterdir()) else []
    if differs:
        raise Refused(OTHER_ROSTER(where=str(folder), what="、".join(WORDS[name] for name in differs)))
    write_text(held_at, json.dumps(run, ensure_ascii=False, sort_keys=True))
    (folder / PARTS).mkdir(mode=0o700, exist_ok=True)


def _judge_stretches(
    folder: Path, plan: _Plan, stretch: int, advance: Callable[[int], None]
) -> tuple[list[_Part], int]:
    """Judge every stretch that is not kept yet; all of them, and how many stood already."""
    parts: list[_Part] = []
    resumed = 0
    numbers = count()
    for at, one in enumerate(plan.sheets):
        for first, lines in _stretches(one, stretch):
            path = folder / PARTS / f"{next(numbers):05d}.parquet"
            if path.exists():
                resumed += 1
            else:
                write_whole(path, one.judge.judge(Stretch(one.page.name, first, lines, one.page.unsaved)))
            parts.append(_Part(path, at, len(lines), passed_over(opened_parquet(path).schema_arrow)))
            advance(len(lines))
    return parts, resumed


def _stretches(one: _Sheet, size: int) -> Iterator[tuple[int, Sequence[Sequence[Cell]]]]:
    """Stretches of a sheet's lines below its header, each with the number of its first line, from 0."""
    at = 0
    for lines in one.page.stretches(size):
        above = max(one.layout.first_data - at, 0)
        if above < len(lines):
            yield at + above, lines[above:]
        at += len(lines)


def _findings(
    one: _Sheet, part: _Part, amended: Mapping[int, Amended], related: Related
) -> tuple[int, list[RowFindings]]:
    """How many rows a stretch has, and those in which something was found, by themselves or beside others."""
    table = opened_parquet(part.path).read()
    phone, rows = table.column("phone").to_numpy(), table.column("row").to_numpy()
    shared = shares_a_phone(phone, related)
    said = table.column("problems").is_valid().to_numpy()
    again = np.isin(rows, np.fromiter(amended, dtype=np.int64, count=len(amended)))
    chosen = np.flatnonzero(said | shared | again)
    lines = table.take(chosen).select(["row", "verdict", "problems", "phone"]).to_pylist()
    found: list[RowFindings] = []
    for line, is_shared in zip(lines, shared[chosen].tolist(), strict=True):
        beside = amended.get(line["row"])
        verdict = beside.verdict if beside else VERDICTS[line["verdict"]]
        problems = beside.problems if beside else read_problems(line["problems"])
        if is_shared:
            problems = (*problems, said_of_phone(one.page.name, line["row"], line["phone"], related))
        if problems:
            found.append(RowFindings(one.page.name, line["row"], verdict, problems))
    return table.num_rows, found


def _write(
    folder: Path, plan: _Plan, parts: Sequence[_Part], rows_a_file: int, advance: Callable[[int], None]
) -> tuple["_Tally", tuple[str, ...]]:
    """Compare the rows, and write what was found and what goes back; a stretch at a time, however many rows that are."""
    related = find_related([(part.sheet, part.path) for part in parts], len(plan.sheets))
    amended = judge_related([(one.page, one.judge) for one in plan.sheets], related)
    tally = _Tally()
    with (
        FindingsWriter(folder) as out,
        ReplyWriter(folder, folder / PARTS, plan.taken_on, rows_a_file=rows_a_file) as reply,
    ):
        for at, one in enumerate(plan.sheets):
            wanted: deque[int] = deque()
            cells = one.page.pick(_as_they_come(wanted))
            for part in (part for part in parts if part.sheet == at):
                found = tally.take(*_findings(one, part, amended[at], related))
                out.write(found)
                for row in found:
                    if row.verdict is not Verdict.READY:
                        wanted.append(row.row_no)
                        reply.write(row.sheet, one.layout, row.row_no, next(cells), row.verdict, row.problems)
                advance(part.lines)
    return tally, tuple(reply.files)


def _as_they_come(numbers: deque[int]) -> Iterator[int]:
    """Each number once it was put there; nobody asks for the next one before."""
    while True:
        yield numbers.popleft()


class _Tally:
    """How the rows ended and what was found, added up over the stretches."""

    def __init__(self) -> None:
        self.rows_in = 0
        self.ended: Counter[Verdict] = Counter()
        self.codes: Counter[str] = Counter()
        self.examples: dict[str, Problem] = {}

    def take(self, rows: int, found: list[RowFindings]) -> list[RowFindings]:
        """Add a stretch; give back its rows with findings."""
        self.rows_in += rows
        self.ended.update({Verdict.READY: rows - len(found)})
        for row in found:
            self.ended[row.verdict] += 1
            self.codes.update({problem.code for problem in row.problems})
            for problem in row.problems:
                self.examples.setdefault(problem.code, problem)
        return found

    def counts(self) -> Counts:
        """The verdicts, which add up to the rows that came in. R1."""
        counts = Counts(self.rows_in, *(self.ended[verdict] for verdict in Verdict))
        invariant(counts.adds_up, "R1", str(counts))
        return counts


def _result(
    plan: _Plan, parts: Sequence[_Part], tally: _Tally, folder: Path, replies: tuple[str, ...], resumed: int
) -> BulkCheck:
    sheets = tuple(
        _sheet_check(one, [part for part in parts if part.sheet == at]) for at, one in enumerate(plan.sheets)
    )
    unused = [name for name in plan.opened.pages if name not in {sheet.name for sheet in sheets}]
    full_name = division_table().full_name_on(plan.area, plan.taken_on) if plan.area else None
    return BulkCheck(
        file=plan.opened.path.name,
        sha256=plan.opened.sha256,
        source=plan.source,
        area=plan.area,
        area_name=full_name or "",
        taken_on=plan.taken_on,
        sheets=sheets,
        counts=tally.counts(),
        by_code=dict(sorted(tally.codes.items(), key=lambda item: (-item[1], item[0]))),
        examples=tally.examples,
        notes=(*plan.opened.reading.notes, *left_out(plan.opened.reading, plan.source, unused)),
        folder=folder,
        replies=replies,
        resumed=resumed,
    )


def _sheet_check(one: _Sheet, parts: Sequence[_Part]) -> SheetCheck:
    passed: Counter[Skip] = Counter()
    for part in parts:
        passed.update(part.passed)
    rows = sum(part.lines for part in parts) - passed.total()
    return SheetCheck(one.page.name, one.layout, rows, dict(passed), one.confirmed)
