"""Step 3: each doubtful row is taken in, left out or put right; nothing typed is lost, and two people notice each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from huibao.app.access import ROLES, Actor, Role, Verb
from huibao.app.roster_desk.drafts import deed, draft_of, held, moved_on
from huibao.app.roster_desk.looking import EDITABLE
from huibao.domain.roster.batch import judge
from huibao.domain.roster.column import Column, title
from huibao.domain.roster.place import places_for
from huibao.domain.roster.row import read_row
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.roster.verdict import RawRow, RowContext, RowResult, Verdict
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Problem, Refused, Severity, define
from huibao.rules.reference import division_table
from huibao.store import draft as store
from huibao.store import roster as rosters
from huibao.store import staff
from huibao.store.draft import DraftRecord, RowRecord
from huibao.store.trail import append
from huibao.store.unit import unit_of_work

if TYPE_CHECKING:
    from huibao.domain.roster.header import Cell

MOST_CHARS: Final = 200
PURPOSE: Final = "correct_roster"

NO_ROW: Final = define(
    "DRAFT-006",
    "没有这一行，或名册已重新核对、行有变化。",
    "请回到待核行列表。",
    "There is no such row; the roster was looked at again and its rows changed.",
    "Go back to the list of doubtful rows.",
)
NOT_DOUBTFUL: Final = define(
    "DRAFT-007",
    "第 {row} 行是“{verdict}”，不能直接接受。",
    "退回的行须先改正；重复的行不需处理。",
    "Row {row} is {verdict_en} and cannot simply be taken in.",
    "A refused row is put right first; a repeated one needs nothing.",
)
STILL_WRONG: Final = define(
    "DRAFT-008",
    "改后仍有问题：{found}",
    "请核对改正的内容。",
    "There is still something wrong: {found}",
    "Look at what you put in.",
)
ROW_DECIDED: Final = define(
    "DRAFT-011",
    "打开页面后，第 {row} 行已由{who}办理（现为“{now}”），刚才的操作没有生效。",
    "请核对这一行的最新情况；仍要改的，再办一次。",
    "Since you opened the page {who} has dealt with row {row} (now: {now_en}); what you did has no effect.",
    "Look at the row as it stands now, and do it again if it still holds.",
)
DECISIONS: Final = {
    "accept": ("接受", "taken in"),
    "reject": ("不收", "left out"),
    "mend": ("已改正", "put right"),
    "": ("没有决定", "not decided"),
}
VERDICTS: Final = {
    "ready": ("可用", "ready"),
    "doubtful": ("待核", "doubtful"),
    "refused": ("退回", "refused"),
    "duplicate": ("重复", "repeated"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """One row in full, for who puts it right."""

    draft: DraftRecord
    row: RowRecord


def open_row(actor: Actor, draft_id: int, number: int, clock: Clock, *, source: str = "") -> Opened:
    """One row in full; the look is on record with its purpose, correcting the roster."""
    draft = draft_of(actor, draft_id, Verb.UNMASK)
    row = _row(draft, number)
    with unit_of_work():
        append(deed(actor, draft, Verb.UNMASK, clock, purpose=PURPOSE, source=source))
    return Opened(draft, row)


def decide_row(
    actor: Actor, draft_id: int, number: int, place: str, decision: str, clock: Clock, was: str = ""
) -> tuple[int, int] | None:
    """Take a doubtful row in ("accept"), leave it out ("reject"), or take the decision back ("").

    `place` is "sheet!row" as the form showed it: a list that was made anew is noticed; `was` is how the row stood then
    (`RowRecord.standing`): a colleague's decision is noticed. Returns the next row nobody decided.
    """
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        row = _row(draft, number)
        if draft.state != "looked":
            raise Refused(moved_on(draft))
        if f"{row.sheet}!{row.row_no}" != place:
            raise Refused(NO_ROW())
        if row.decision == decision and row.decided_by == actor.staff_id:
            return store.next_open(draft_id, number)  # pressed twice
        _as_it_was(row, was)
        if decision == "accept" and row.verdict != "doubtful":
            zh, en = VERDICTS[row.verdict]
            raise Refused(NOT_DOUBTFUL(row=row.row_no, verdict=zh, verdict_en=en))
        if decision not in {"accept", "reject", ""}:
            raise Refused(NO_ROW())
        store.put_decision(draft.id, replace(row, decision=decision), actor.staff_id, clock.now())
    return store.next_open(draft_id, number)


def mend_row(
    actor: Actor, draft_id: int, number: int, place: str, said: Mapping[str, str], clock: Clock, was: str = ""
) -> RowRecord:
    """Put a row right: judged at once by itself and against the records; Refused while something is wrong with it."""
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        row = _row(draft, number)
        if draft.state not in EDITABLE:
            raise Refused(moved_on(draft))
        if f"{row.sheet}!{row.row_no}" != place:
            raise Refused(NO_ROW())
        mended = {name: text.strip()[:MOST_CHARS] for name, text in said.items() if name in row.cells}
        mended = {name: text for name, text in mended.items() if text != row.cells[name]}
        if row.mended == mended and row.decided_by == actor.staff_id and row.decision == "mend":
            return row  # sent twice
        _as_it_was(row, was)
        judged = judge_alone(draft, row, mended)
        if judged.verdict is Verdict.REFUSED or (judged.verdict is Verdict.DOUBTFUL and not mended):
            raise Refused([_still(one) for one in judged.problems if one.severity is not Severity.REPAIRED])
        now = replace(
            row,
            mended=mended,
            verdict=judged.verdict.value,
            problems=judged.problems,
            name=judged.name,
            identity=judged.person.identity if judged.person is not None else "",
            decision="mend" if judged.verdict is Verdict.READY else "",
        )
        store.put_decision(draft.id, now, actor.staff_id, clock.now())
    return now


def judge_alone(draft: DraftRecord, row: RowRecord, mended: Mapping[str, str]) -> RowResult:
    """The row as it would be judged with these texts; other rows of the workbook have their say when all is checked."""
    source = SOURCES[SourceId(draft.source)]
    columns = {Column(name): at for at, name in enumerate(row.cells)}
    texts: list[Cell] = [mended.get(name, text) for name, text in row.cells.items()]
    context = RowContext(
        source, columns, draft.taken_on, draft.area, places_for(division_table(), draft.area, draft.taken_on)
    )
    result = read_row(RawRow(row.sheet, row.row_no, texts), context)
    numbers = [result.person.identity] if result.person is not None else []
    return judge([result], rosters.known_people(numbers, draft.source, draft.area))[0]


def columns_of(row: RowRecord, lang: str) -> list[tuple[str, str, str]]:
    """The columns of a row: name, title, and what stands there now."""
    return [(name, title(Column(name), lang), row.mended.get(name, text)) for name, text in row.cells.items()]


def _as_it_was(row: RowRecord, was: str) -> None:
    """Refused where the row does not stand as the form showed it: a colleague was faster."""
    if not was or was == row.standing:
        return
    zh, en = DECISIONS[row.decision]
    by = staff.by_id(row.decided_by) if row.decided_by is not None else None
    name = by.shown if by is not None else ""
    role = ROLES[Role(by.role)].zh if by is not None else ""
    raise Refused(ROW_DECIDED(row=row.row_no, who=f"{name}（{role}）" if by is not None else "别人", now=zh, now_en=en))


def _still(problem: Problem) -> Problem:
    made = STILL_WRONG(row=problem.row, field=problem.field, found=problem.says)
    return replace(
        made, says_en=f"There is still something wrong: {problem.says_en}", do=problem.do, do_en=problem.do_en
    )


def _row(draft: DraftRecord, number: int) -> RowRecord:
    found = store.row_at(draft.id, number)
    if found is None:
        raise Refused(NO_ROW())
    return found
