"""The foreseen enrolment handed on, decided by a second person, and done in the background: exactly what was approved, once."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from huibao.app import approvals, work
from huibao.app.access import Actor, Verb
from huibao.app.accounts.sign_in import actor_of
from huibao.app.enrolment import enrol
from huibao.app.enrolment_desk.foreseeing import SUBJECT, Previewed, previewed
from huibao.app.work.task import Task
from huibao.domain.approval import Approval, Kind, Request, State
from huibao.domain.coverage import EnrolmentResult
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused, define
from huibao.store import staff
from huibao.store import work as store
from huibao.store.unit import unit_of_work

LIST_CHANGED: Final = define(
    "ENROLDESK-002",
    "预览之后名单有了变化（名册有更新，或已另行参保、退保），没有按旧名单办理。",
    "请重新预览，核对后再提交复核。",
    "The list has changed since the preview (a roster came in, or somebody was enrolled or left); nothing was done.",
    "Make the preview again, check it and hand it on.",
)
NOTHING_TO_DO: Final = define(
    "ENROLDESK-003",
    "没有人需要参保或退保。",
    "导入新名册后再预览。",
    "Nobody is to enter or to leave.",
    "Make a preview after the next roster.",
)


def submit(actor: Actor, work_id: int, clock: Clock, *, source: str = "") -> Approval:
    """Put the previewed enrolment to a second person."""
    found = previewed(actor, work_id, Verb.ASK)
    said = found.result
    if not said["entered"] and not said["left"]:
        raise Refused(NOTHING_TO_DO())
    request = Request(
        kind=Kind.ENROLMENT,
        subject=f"{SUBJECT}{work_id}",
        # Declined or taken back, it may be handed on once more.
        key=f"{SUBJECT}{work_id}/{_round(found)}",
        area=found.work.area,
        contract=str(said["contract"]),
        fen=Fen(int(said["premium_fen"])),
        terms={
            "合同": str(said["contract"]),
            "日期": str(said["on"]),
            "参保人数": str(said["people"]),
            "参保人次": str(said["entered"]),
            "退保人次": str(sum(said["left"].values())),
            "名单散列": str(said["list_hash"]),
        },
    )
    return approvals.ask(actor, request, clock, source)


def decide(
    actor: Actor, work_id: int, reason: str, clock: Clock, *, yes: bool, source: str = "", asked: int | None = None
) -> None:
    """The second person's yes or no. `asked`: the request the form showed; taken back and handed on anew it is another."""
    found = previewed(actor, work_id)
    if found.approval is None:
        raise Refused(NOTHING_TO_DO())
    if asked not in {None, found.approval.number}:
        raise Refused(approvals.moved_on(found.approval))
    approvals.decide(actor, found.approval.number, clock, yes=yes, reason=reason, source=source)


def decided_upon(approval: Approval, clock: Clock) -> None:
    """After the yes, in the same unit of work: ask for the enrolment."""
    if approval.state is not State.APPROVED:
        return
    record = staff.by_id(approval.asked.staff_id)
    if record is None:
        raise AssertionError
    preview = int(approval.request.subject.removeprefix(SUBJECT))
    asked = {"preview": preview, "approval": approval.number}
    work.start("enrol", asked, actor_of(record), f"enrol/{approval.number}", clock, area=approval.request.area)


def enrol_all(task: Task) -> Mapping[str, Any]:
    """The handler: enrol as it was foreseen, or not at all. Run again, the batch gives its first answer."""
    preview, number = int(task.parameters["preview"]), int(task.parameters["approval"])
    found = store.by_id(preview)
    if found is None:
        raise AssertionError
    said = found.result

    task.step("参保", "enrolling")
    key = f"desk/{number}"
    try:
        done = _as_approved(said, key, task.clock)
    except Refused as refused:
        approvals.carried_out(number, f"未办理 not done: {refused.problems[0].code}", task.clock)
        raise
    approvals.carried_out(number, key, task.clock)
    return {"preview": preview, "key": key, "people": done.people, "entered": done.entered, "left": dict(done.left)}


def _as_approved(said: Mapping[str, Any], key: str, clock: Clock) -> EnrolmentResult:
    """Enrol, and leave nothing behind if the list is not the one that was approved."""
    with unit_of_work():
        done = enrol(str(said["contract"]), date.fromisoformat(str(said["on"])), key, clock)
        if done.list_hash != said["list_hash"]:
            raise Refused(LIST_CHANGED())
    return done


def _round(found: Previewed) -> int:
    """Which attempt this is: the same as long as a request is open or was granted."""
    if found.approval is None:
        return 0
    closed = found.approval.state in {State.DECLINED, State.WITHDRAWN}
    return found.approval.number if closed else _key_round(found.approval)


def _key_round(approval: Approval) -> int:
    return int(approval.request.key.rpartition("/")[2])
