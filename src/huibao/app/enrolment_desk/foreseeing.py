"""Who would enter, leave or be refused on a day, and what it costs against what is set aside: worked out, nothing recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huibao.app import work
from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.budget import contracts_of, needs
from huibao.app.enrolment import Foreseen, foresee
from huibao.app.work.task import Task
from huibao.domain.approval import Approval, Kind
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define
from huibao.store import approval as approvals
from huibao.store import contract as contracts
from huibao.store import work as store
from huibao.store.work import WorkRecord

PREVIEW: Final = "enrol-preview"
SUBJECT: Final = "enrol-preview/"
HEADS: Final = ("enter", "leave", "refused")

NO_PREVIEW: Final = define(
    "ENROLDESK-001",
    "没有这次参保预览，或已过保存期。",
    "请重新预览。",
    "There is no such preview of enrolment, or its time is over.",
    "Make the preview again.",
)


@dataclass(frozen=True, slots=True)
class Previewed:
    """A preview with what became of it."""

    work: WorkRecord
    result: Mapping[str, Any]
    approval: Approval | None
    enrolment: WorkRecord | None
    """The work that carries it out, once it was approved."""
    lists: WorkRecord | None
    """The work that made its lists for this reader: files are their maker's own, so a colleague makes them for himself."""


def contracts_for(actor: Actor, clock: Clock) -> tuple[Contract, ...]:
    """Contracts under which the actor may enrol today or later."""
    must(actor, Verb.READ, Noun.ENROLMENT)
    return tuple(one for one in contracts_of(actor.area, clock.today()) if one.area == actor.area)


def ask_preview(actor: Actor, contract_number: str, on: date, key: str, clock: Clock) -> WorkRecord:
    """Have a preview made in the background; the same key gives the one asked for first."""
    contract = contracts.contract(contract_number)
    must(actor, Verb.ASK, Noun.ENROLMENT, contract.area)
    asked = {"contract": contract.number, "on": on.isoformat()}
    return work.start(PREVIEW, asked, actor, f"{SUBJECT}{key}", clock, area=contract.area)


def previewed(actor: Actor, work_id: int, verb: Verb = Verb.READ) -> Previewed:
    """A preview of the actor's county, with its approval and what was done."""
    must(actor, verb, Noun.ENROLMENT)
    found = store.by_id(work_id)
    if found is None or found.kind != PREVIEW or found.state != "done":
        raise Refused(NO_PREVIEW())
    must(actor, verb, Noun.ENROLMENT, found.area)
    approval = approvals.latest_about(Kind.ENROLMENT, f"{SUBJECT}{work_id}")
    done = store.by_key(f"enrol/{approval.number}") if approval is not None else None
    lists = store.by_key(lists_key(actor, work_id))
    return Previewed(found, found.result, approval, done, lists)


def lists_key(actor: Actor, work_id: int) -> str:
    """Under which an account has the lists of an enrolment made, once."""
    return f"enrol-lists/{work_id}/{actor.staff_id}"


def recent(actor: Actor, start: int, count: int) -> tuple[WorkRecord, ...]:
    """Previews of the actor's counties, the latest first."""
    must(actor, Verb.READ, Noun.ENROLMENT)
    return store.of_kind(PREVIEW, sorted({reach.area for reach in actor.reaches}), start, count)


def lines(found: Previewed, head: str, start: int, count: int) -> tuple[Mapping[str, Any], ...]:
    """People under one head."""
    return store.lines(found.work.id, head, start, count)


def preview(task: Task) -> Mapping[str, Any]:
    """The handler: decide for everybody, keep the lists sealed, answer the figures."""
    task.step("逐人判断", "deciding for everybody")
    found = foresee(str(task.parameters["contract"]), date.fromisoformat(str(task.parameters["on"])))
    task.advance(0)
    task.step("计算资金", "reckoning the money")
    money = [one.as_dict for one in needs(found.contract, found.result.money)]
    task.step("保存名单", "keeping the lists")
    counted = {head: task.keep_lines(head, LINES[head](found)) for head in HEADS}
    result = found.result
    return {
        "contract": found.contract.number,
        "on": task.parameters["on"],
        "people": result.people,
        "entered": result.entered,
        "already": result.already,
        "left": dict(result.left),
        "refused": counted["refused"],
        "not_eligible": dict(result.not_eligible),
        "doubts": len(result.doubts),
        "premium_fen": result.premium_fen,
        "refund_fen": result.refund_fen,
        "by_group": [[one.line, one.name, one.covers, one.premium_fen] for one in result.by_group],
        "by_town": [[one.line, one.name, one.covers, one.premium_fen] for one in result.by_town],
        "needs": money,
        "list_hash": result.list_hash,
        "counted": counted,
    }


def _entering(found: Foreseen) -> Iterator[dict[str, Any]]:
    for one in found.plan.enter:
        cover = one.coverage
        yield {
            **_who(found, cover.person_id),
            "line": cover.line.value,
            "group": cover.group,
            "first_on": cover.period.first_on.isoformat(),
            "last_on": cover.period.last_on.isoformat(),
            "fen": int(cover.premium_fen),
        }


def _leaving(found: Foreseen) -> Iterator[dict[str, Any]]:
    for one in found.plan.leave:
        refund = sum(share.fen for share in one.refunds)
        said = {"line": one.coverage.line.value, "reason": one.reason.value, "last_on": one.last_on.isoformat()}
        yield {**_who(found, one.coverage.person_id), **said, "fen": refund}


def _refused(found: Foreseen) -> Iterator[dict[str, Any]]:
    for one in found.plan.refused:
        yield {**_who(found, one.person_id), "line": one.line, "problem": one.problem.as_dict()}


def _who(found: Foreseen, person_id: int) -> dict[str, Any]:
    person = found.people[person_id].person
    return {"person": person_id, "name": person.name, "identity": person.identity}


LINES: Final = {"enter": _entering, "leave": _leaving, "refused": _refused}
