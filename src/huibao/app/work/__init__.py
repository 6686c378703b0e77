"""Long work in the background: asked for once, done by a worker that may be killed at any moment, seen by who asked.

A handler may run more than once, from the beginning: what it records it records under a key of its own, so the second
run finds the first one's result. Progress is told by `Task.tell`, which also notices that the work is somebody else's now.
"""

from collections.abc import Mapping
from typing import Any, Final

from huibao.app.access import Actor
from huibao.app.work.kinds import KINDS, Kind
from huibao.app.work.task import Task
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define
from huibao.store import kept
from huibao.store import work as store
from huibao.store.kept import Kept
from huibao.store.locks import lock_keys
from huibao.store.unit import unit_of_work
from huibao.store.work import WorkRecord

__all__ = ["KINDS", "Kept", "Kind", "Task", "WorkRecord", "file_of", "mine", "one", "open_of", "start"]

MOST_OPEN: Final = 20
"""Works of one account that may wait or run at once."""

NOT_YOURS: Final = define(
    "WORK-001",
    "没有这项后台任务，或不是您提交的。",
    "请从“我的后台任务”进入。",
    "There is no such work, or it is somebody else's.",
    "Go there from your list of works.",
)
OTHER_CONTENT: Final = define(
    "WORK-002",
    "这个业务键已用于另一项后台任务。",
    "请返回重新打开页面再提交。",
    "This key was used for other work.",
    "Go back, open the page again and send it once more.",
)
TOO_MANY: Final = define(
    "WORK-003",
    "您有 {found} 项后台任务未完成，最多 {limit} 项。",
    "请等前面的完成后再提交。",
    "You have {found} works that are not finished; at most {limit} may be.",
    "Wait until some of them are done.",
)


def start(kind: str, parameters: Mapping[str, Any], by: Actor, key: str, clock: Clock, *, area: str = "") -> WorkRecord:
    """Ask for work; it begins as soon as a worker is free. The same key and content gives the work asked for first.

    Whether `by` may was asked by the use case this belongs to; within its unit of work it is asked for or not with it.
    """
    if kind not in KINDS:
        msg = f"no work is of the kind {kind!r}"
        raise ValueError(msg)
    with unit_of_work():
        lock_keys("work", [key])
        known = store.by_key(key)
        if known is not None:
            if (known.kind, dict(known.parameters), known.staff_id) != (kind, dict(parameters), by.staff_id):
                raise Refused(OTHER_CONTENT())
            return known
        waiting = store.open_count(by.staff_id)
        if waiting >= MOST_OPEN:
            raise Refused(TOO_MANY(found=waiting, limit=MOST_OPEN))
        return store.record(key, kind, parameters, by.staff_id, area or by.area, clock.now())


def one(work_id: int, by: Actor) -> WorkRecord:
    """A work of one's own. Refused otherwise."""
    found = store.by_id(work_id)
    if found is None or found.staff_id != by.staff_id:
        raise Refused(NOT_YOURS())
    return found


def mine(by: Actor, start_at: int, count: int) -> tuple[WorkRecord, ...]:
    """One's own works, the latest first."""
    return store.of_staff(by.staff_id, start_at, count)


def open_of(by: Actor) -> int:
    """How many of one's own works wait or run."""
    return store.open_count(by.staff_id)


def file_of(work_id: int, slot: str, by: Actor) -> tuple[Kept, bytes]:
    """A file that own work made. Refused for anybody else's, or when its time is over."""
    one(work_id, by)
    found = next((each for each in kept.files_of(work_id) if each.slot == slot), None)
    if found is None:
        raise Refused(NOT_YOURS())
    return found, kept.content_of(found.id)
