"""Looking at a draft, in the background: read the workbook, judge every row, compare with last time, foresee the money.

May run more than once: what it finds takes the place of what it found before, under the version it was asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from huibao.app.roster import Reading, usable_sheets
from huibao.app.roster_desk.drafts import Decided, decided, sending_of
from huibao.app.roster_desk.foreseen import foreseen
from huibao.app.roster_import import Preview, preview, read
from huibao.app.roster_reply import hand_back
from huibao.app.work.space import private_folder
from huibao.app.work.task import Task
from huibao.domain.roster.cells import text_of
from huibao.domain.roster.refusals import MISSING_COLUMNS
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.roster.verdict import RowResult, Verdict
from huibao.kernel.division import TOWN_DIGITS
from huibao.kernel.problem import Problem, Refused, define
from huibao.store import draft as store
from huibao.store import kept, roster
from huibao.store.draft import DraftRecord, RowRecord
from huibao.store.unit import unit_of_work

if TYPE_CHECKING:
    from huibao.domain.roster.column import Column
    from huibao.domain.roster.difference import Difference
    from huibao.domain.roster.header import Cell

MOST_LISTED: Final = 20_000
"""Rows with findings that are kept to be decided one by one; a roster with more of them goes back to its sender."""
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EDITABLE: Final = frozenset({"looked", "columns", "refused"})
"""Stations at which the clerk goes on with a draft."""
REPLY: Final = "reply"
HEADS: Final = ("new", "left", "moved", "died", "changed_grade", "changed_name")

TOO_MANY: Final = define(
    "DRAFT-003",
    "有 {found} 行待核或退回，超过逐行处理的上限 {limit} 行。",
    "请下载带原因的工作簿，交提供部门更正后重新上传。",
    "{found} rows are doubtful or refused; at most {limit} can be put right one by one.",
    "Download the workbook with reasons, have its sender correct it, and drop it again.",
)


def look_at(task: Task) -> Mapping[str, Any]:
    """The handler: everything about one version of a draft."""
    draft = store.by_id(int(task.parameters["draft"]))
    if draft is None or not _wanted(draft, task):
        return {"draft": task.parameters["draft"]}
    rows = store.rows_of(draft.id)
    said = decided(draft, rows)
    with private_folder() as folder:
        path = folder / safe_name(draft.file_name)
        path.write_bytes(kept.content_of(draft.file))
        try:
            _look(task, draft, rows, said, path)
        except Refused as refused:
            if draft.state != "reading":
                raise
            _end(task, draft, {"state": "refused", "problems": [one.as_dict() for one in refused.problems]})
    return {"draft": draft.id}


def _wanted(draft: DraftRecord, task: Task) -> bool:
    """Whether the draft still waits for this look; begun again after the figures were written, for the workbook alone."""
    if draft.state == "reading":
        return draft.version == int(task.parameters["version"])
    return draft.state == "looked" and draft.work == task.id and not has_reply(draft)


def safe_name(name: str) -> str:
    """A file name as the sender's, fit for a folder of ours."""
    plain = Path(name.replace("\\", "/")).name.strip().replace("\x00", "")
    return plain[-120:] if plain not in {"", ".", ".."} else "roster"


def _look(task: Task, draft: DraftRecord, rows: Sequence[RowRecord], said: Decided, path: Path) -> None:
    today = task.clock.today()
    sending = sending_of(draft, said, path)
    task.step("读取工作簿", "reading the workbook")
    reading = read(sending, today)
    missing = _missing(reading, draft)
    if missing or not all(confirmed for _, _, confirmed in reading.layouts):
        problems = [one.as_dict() for one in missing]
        _end(task, draft, {"state": "columns", "layouts": layouts_of(reading), "problems": problems})
        return
    total = sum(max(0, len(sheet.rows) - layout.first_data) for sheet, layout, _ in reading.layouts)
    task.step("逐行核对", "judging each row", total)
    found = preview(sending, reading, today, task.advance)
    if draft.state == "looked":
        _reply(task, draft, found, path)
        return
    task.step("计算参保变化和所需资金", "foreseeing enrolment and money")
    money = foreseen(found, today)
    task.advance(0)
    listed = list(_listed(found, {row.place: row for row in rows}, _before(draft)))
    problems_found = [*found.problems]
    if len(listed) > MOST_LISTED:
        problems_found.append(TOO_MANY(found=len(listed), limit=MOST_LISTED))
        listed = []
    _keep_differences(task, found)
    summary = {
        **found.summary,
        "accepts": list(draft.summary.get("accepts", ())),
        "decided": said.mark,
        "money": money,
        "towns": _towns(found),
        "previous": {"taken_on": str(found.previous.taken_on), "rows": found.previous.summary.get("rows_in", 0)}
        if found.previous is not None
        else None,
        "fresh": sum(row.fresh for row in listed),
        "notes": [one.as_dict() for one in found.check.notes],
        "asked_to_check": bool(task.parameters.get("check")),
    }
    fields = {"state": "looked", "summary": summary, "problems": [one.as_dict() for one in problems_found]}
    _end(task, draft, fields | {"layouts": layouts_of(reading)}, listed)
    # The clerk goes on with the figures; the workbook follows.
    task.ready({"draft": draft.id})
    _reply(task, draft, found, path)


def _reply(task: Task, draft: DraftRecord, found: Preview, path: Path) -> None:
    """The sender's own workbook with verdict, reason and remedy for each row."""
    task.step("生成带原因的工作簿", "writing the workbook with reasons")
    out = path.with_name("reply.xlsx")
    hand_back(found.check, out)
    task.keep_file(REPLY, f"{Path(draft.file_name).stem}-核对.xlsx", XLSX, out.read_bytes())


def has_reply(draft: DraftRecord) -> bool:
    """Whether the workbook with reasons is there."""
    return draft.work is not None and any(one.slot == REPLY for one in kept.files_of(draft.work))


def _end(task: Task, draft: DraftRecord, fields: Mapping[str, Any], rows: Sequence[RowRecord] | None = None) -> None:
    """Write what was found, unless the draft moved on meanwhile."""
    with unit_of_work():
        if not store.change(draft.id, draft.version, fields, task.clock.now()):
            return
        if rows is None:
            return
        store.replace_rows(draft.id, rows)
        former = store.by_id(draft.follows) if draft.follows is not None else None
        if former is not None and former.state in EDITABLE:
            # This workbook takes its place; what was decided there came along.
            store.change(former.id, None, {"state": "away"}, task.clock.now())
            kept.remove(former.file, task.clock.now())
            store.empty_rows(former.id)


def _missing(reading: Reading, draft: DraftRecord) -> tuple[Problem, ...]:
    """What no sheet has and the source needs."""
    try:
        usable_sheets(reading, SOURCES[SourceId(draft.source)])
    except Refused as refused:
        return tuple(one for one in refused.problems if one.code == MISSING_COLUMNS.code)
    return ()


def layouts_of(reading: Reading) -> list[dict[str, Any]]:
    """Headers and guesses, for somebody to confirm."""
    return [
        {
            "sheet": sheet.name,
            "fingerprint": layout.fingerprint,
            "confirmed": confirmed,
            "columns": [
                {
                    "index": guess.index,
                    "label": guess.label[:100],
                    "column": guess.column.value if guess.column is not None else "",
                    "confidence": guess.confidence,
                    "reason": guess.reason,
                    "reason_en": guess.reason_en,
                }
                for guess in layout.guesses
                if guess.label or guess.column is not None
            ],
        }
        for sheet, layout, confirmed in reading.layouts
    ]


def _before(draft: DraftRecord) -> tuple[dict[tuple[str, int], RowRecord], dict[tuple[str, int], str]]:
    """Rows of the workbook this one follows, by place, with their fingerprints."""
    if draft.follows is None:
        return {}, {}
    return {row.place: row for row in store.rows_of(draft.follows)}, store.marks_of(draft.follows)


def _listed(
    found: Preview,
    own: Mapping[tuple[str, int], RowRecord],
    before: tuple[Mapping[tuple[str, int], RowRecord], Mapping[tuple[str, int], str]],
) -> Iterator[RowRecord]:
    """The rows to be looked at: all that are not ready, and those somebody put right. Decisions stay where they still fit."""
    cells = _cells_of(found)
    former, marks = before
    number = 0
    for row in found.check.rows:
        place = (row.sheet, row.row_no)
        known = own.get(place)
        if row.verdict is Verdict.READY and not (known and known.mended):
            continue
        number += 1
        said = cells(row)
        older = former.get(place) if known is None and marks.get(place) == store.mark_of(said) else None
        carried = known or older
        decision = carried.decision if carried is not None else ""
        if (decision == "accept" and row.verdict is not Verdict.DOUBTFUL) or (
            decision == "mend" and row.verdict is not Verdict.READY
        ):
            decision = ""
        yield RowRecord(
            number=number,
            sheet=row.sheet,
            row_no=row.row_no,
            verdict=row.verdict.value,
            decision=decision,
            decided_by=carried.decided_by if carried is not None and decision else None,
            fresh=bool(former) and older is None and known is None,
            name=row.name,
            identity=row.person.identity if row.person is not None else "",
            cells=said,
            mended=carried.mended if carried is not None else {},
            problems=row.problems,
        )


def _cells_of(found: Preview) -> Any:  # noqa: ANN401 - a function of a row
    """How a row reads in the workbook itself: meaning of the column → text."""
    sheets = {sheet.name: sheet.rows for sheet in found.check.workbook.sheets}
    mappings: dict[str, Mapping[Column, int]] = {each.name: each.layout.mapping for each in found.check.sheets}

    def cells(row: RowResult) -> dict[str, str]:
        line: Sequence[Cell] = sheets[row.sheet][row.row_no - 1]
        mapping = mappings[row.sheet]
        return {column.value: text_of(line[at])[:200] if at < len(line) else "" for column, at in mapping.items()}

    return cells


def _keep_differences(task: Task, found: Preview) -> None:
    """The lists of who is new, left or changed, sealed with the work."""
    difference: Difference = found.difference
    for head in HEADS:
        changes = getattr(difference, head)
        task.keep_lines(
            head, ({"name": one.name, "identity": one.identity, "was": one.was, "now": one.now} for one in changes)
        )


def _towns(found: Preview) -> list[dict[str, Any]]:
    """For each township: rows by verdict, people new and gone since the last roster."""
    towns: dict[str, dict[str, int]] = {}
    where: dict[str, str] = {}

    def at(town: str, head: str) -> None:
        counts = towns.setdefault(town, dict.fromkeys(("ready", "doubtful", "refused", "duplicate", "new", "left"), 0))
        counts[head] += 1

    for row in found.check.rows:
        town = row.person.domicile[:TOWN_DIGITS] if row.person is not None else ""
        town = town if len(town) == TOWN_DIGITS else ""
        at(town, row.verdict.value)
        if row.person is not None:
            where[row.person.identity] = town
    for one in found.difference.new:
        at(where.get(one.identity, ""), "new")
    gone = {one.identity for one in (*found.difference.left, *found.difference.died)}
    if gone and found.previous is not None:
        for line in _lines_of(found.previous.id, gone):
            at(line, "left")
    return [{"town": town, **counts} for town, counts in sorted(towns.items())]


def _lines_of(roster_id: int, wanted: Iterable[str]) -> Iterator[str]:
    """Township of each of these people on a former roster, each once."""
    left = set(wanted)
    for line in roster.lines_of(roster_id):
        if line.identity in left:
            left.discard(line.identity)
            town = line.domicile[:TOWN_DIGITS]
            yield town if len(town) == TOWN_DIGITS else ""
