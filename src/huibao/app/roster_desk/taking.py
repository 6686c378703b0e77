"""Steps 4 and 5: the checked roster is put to a second person; approved, it is taken in, in the background, exactly once."""

from collections.abc import Mapping
from typing import Any, Final

from huibao.app import approvals, work
from huibao.app.access import Actor, Verb
from huibao.app.accounts.sign_in import actor_of
from huibao.app.roster_desk.drafts import decided, deed, held, moved_on, sending_of
from huibao.app.roster_desk.looking import safe_name
from huibao.app.roster_import import import_roster
from huibao.app.work.space import private_folder
from huibao.app.work.task import Task
from huibao.domain.approval import Approval, Kind, Request, State
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused, define
from huibao.store import approval as requests
from huibao.store import draft as store
from huibao.store import kept, staff
from huibao.store.draft import DraftRecord
from huibao.store.trail import append
from huibao.store.unit import unit_of_work

SUBJECT: Final = "roster-draft/"

NOT_CHECKED: Final = define(
    "DRAFT-009",
    "核对之后又作过决定或改动，核对页的数字已不是最新。",
    "请再点一次“核对”，看过新的数字后提交。",
    "Something was decided or put right since the check; its figures are no longer true.",
    "Check once more, look at the new figures, then hand it on.",
)
NOTHING_IN: Final = define(
    "DRAFT-010",
    "没有可以导入的行。",
    "请处理待核行，或让提供部门更正后重新上传。",
    "There is no row to be taken in.",
    "Decide the doubtful rows, or have the sender correct the workbook and drop it again.",
)


def submit(actor: Actor, draft_id: int, version: int, clock: Clock, *, source: str = "") -> DraftRecord:
    """Put the roster to a second person, exactly as it was checked."""
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        if draft.state == "asked" and draft.version == version + 1 and _asked_by(draft) == actor.staff_id:
            return draft  # sent twice: the button pressed twice, or the page sent again
        if draft.state != "looked" or draft.version != version:
            raise Refused(moved_on(draft))
        if draft.problems:
            raise Refused(draft.problems)
        if decided(draft, store.rows_of(draft.id)).mark != draft.summary.get("decided"):
            raise Refused(NOT_CHECKED())
        if not draft.summary["taken_in"] and not draft.summary["difference"]["left"]:
            raise Refused(NOTHING_IN())
        asked = approvals.ask(actor, request_of(draft), clock, source)
        store.change(draft.id, version, {"state": "asked", "approval": asked.number}, clock.now())
        append(deed(actor, draft, Verb.ASK, clock, source=source))
    found = store.by_id(draft.id)
    if found is None:
        raise AssertionError
    return found


def _asked_by(draft: DraftRecord) -> int | None:
    """Who handed it on: not always who dropped it."""
    found = requests.by_number(draft.approval) if draft.approval is not None else None
    return found.asked.staff_id if found is not None else None


def request_of(draft: DraftRecord) -> Request:
    """What the second person is asked to approve: this very workbook with these very decisions."""
    summary = draft.summary
    money = sum(int(one["premium_fen"]) for one in summary["money"])
    return Request(
        kind=Kind.ROSTER_IMPORT,
        subject=f"{SUBJECT}{draft.id}",
        key=f"{SUBJECT}{draft.id}/{draft.version}",
        area=draft.area,
        fen=Fen(money),
        terms={
            "名册": SOURCES[SourceId(draft.source)].title,
            "截至": draft.taken_on.isoformat(),
            "文件": draft.file_name[:200],
            "文件散列": draft.file_sha256,
            "决定散列": str(summary["decided"]),
            "行数": str(summary["rows_in"]),
            "导入": str(summary["taken_in"]),
            "新增": str(summary["difference"]["new"]),
            "减少": str(summary["difference"]["left"]),
        },
    )


def take_back(actor: Actor, draft_id: int, clock: Clock, *, source: str = "") -> None:
    """Who handed it on takes it back before it is decided, to go on with it."""
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        if draft.state != "asked" or draft.approval is None:
            raise Refused(moved_on(draft))
        approvals.withdraw(actor, draft.approval, clock, source=source)


def decide(
    actor: Actor, draft_id: int, reason: str, clock: Clock, *, yes: bool, source: str = "", asked: int | None = None
) -> None:
    """The second person's yes or no. `asked`: the request the form showed; taken back and handed on anew it is another."""
    with unit_of_work():
        draft = held(actor, draft_id, Verb.READ)
        if draft.approval is None or asked not in {None, draft.approval}:
            raise Refused(moved_on(draft))
        approvals.decide(actor, draft.approval, clock, yes=yes, reason=reason, source=source)


def decided_upon(approval: Approval, clock: Clock) -> None:
    """What follows a decision or withdrawal, in the same unit of work: the work of taking it in, or back to the clerk."""
    draft = store.by_id(int(approval.request.subject.removeprefix(SUBJECT)))
    if draft is None or draft.approval != approval.number or draft.state != "asked":
        return
    if approval.state is not State.APPROVED:
        store.change(draft.id, draft.version, {"state": "looked"}, clock.now())
        return
    record = staff.by_id(approval.asked.staff_id)
    if record is None:
        raise AssertionError
    store.change(draft.id, draft.version, {"state": "taking"}, clock.now())
    asked = work.start(
        "roster-take",
        {"draft": draft.id, "approval": approval.number},
        actor_of(record),
        f"roster-take/{draft.id}/{approval.number}",
        clock,
        area=draft.area,
    )
    store.note_work(draft.id, asked.id)


def take_in(task: Task) -> Mapping[str, Any]:
    """The handler: take the roster in as it was approved. Run again, the import gives its first answer."""
    draft = store.by_id(int(task.parameters["draft"]))
    approval = int(task.parameters["approval"])
    if draft is None or draft.state != "taking":
        return {"draft": task.parameters["draft"]}
    said = decided(draft, store.rows_of(draft.id))
    try:
        with private_folder() as folder:
            path = folder / safe_name(draft.file_name)
            path.write_bytes(kept.content_of(draft.file))
            task.step("重新核对并写入", "judging once more and recording", int(draft.summary["rows_in"]))
            done = import_roster(sending_of(draft, said, path), clock=task.clock, advance=task.advance)
    except Refused as refused:
        _given_back(draft, approval, refused, task.clock)
        raise
    with unit_of_work():
        roster = int(done.summary["roster"])
        summary = {**draft.summary, "result": dict(done.summary)}
        store.change(draft.id, None, {"state": "taken", "roster_id": roster, "summary": summary}, task.clock.now())
        kept.remove(draft.file, task.clock.now())
        approvals.carried_out(approval, f"roster/{roster}", task.clock)
    return {"draft": draft.id, "roster": roster, "taken_in": done.summary["taken_in"]}


def _given_back(draft: DraftRecord, approval: int, refused: Refused, clock: Clock) -> None:
    """The records moved on since the approval and the roster is refused now: nothing was recorded, the clerk sees why."""
    with unit_of_work():
        problems = [one.as_dict() for one in refused.problems]
        store.change(draft.id, None, {"state": "looked", "problems": problems, "approval": None}, clock.now())
        approvals.carried_out(approval, f"未导入 not taken in: {refused.problems[0].code}", clock)
