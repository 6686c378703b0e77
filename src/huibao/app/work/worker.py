"""The worker: takes work under a lease, keeps the lease while it works, writes how it ended. Killed, somebody else goes on.

A lease that is not renewed for half a minute is free for the next worker. A handler that is refused has its reasons kept;
one that breaks is a fault of ours: told as such, and tried again only where the database was merely busy.
"""

import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, OperationalError, connection

from huibao.app.work.kinds import KINDS
from huibao.app.work.task import Stopped, Task
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Problem, Refused, define
from huibao.store import kept
from huibao.store import work as store
from huibao.store.unit import unit_of_work
from huibao.store.work import WorkRecord

LEASE: Final = timedelta(seconds=30)
RENEW_SECONDS: Final = 8.0
IDLE_SECONDS: Final = 0.5
"""How often a worker with nothing to do looks again."""
MOST_TRIES: Final = 4
"""A work that took its worker down so often is not tried again."""
KEPT: Final = timedelta(days=30)
"""Lists and files of work are emptied after that; what was done to people and money is recorded elsewhere."""
TIDY_SECONDS: Final = 3600.0

OUR_FAULT: Final = define(
    "WORK-004",
    "程序出错，这项任务没有完成，未作任何改动。",
    "请再提交一次；仍不行的，请把任务编号 {work} 告诉系统管理员。",
    "A fault of ours: the work was not done, and nothing was changed.",
    "Ask for it once more; if it stays, tell the administrator the number {work}.",
)
TOO_OFTEN: Final = define(
    "WORK-005",
    "这项任务已中断 {tries} 次，不再自动重试，未作任何改动。",
    "请把任务编号 {work} 告诉系统管理员。",
    "The work broke off {tries} times and is not tried again; nothing was changed.",
    "Tell the administrator the number {work}.",
)

log = logging.getLogger("huibao.work")


@dataclass(slots=True)
class Worker:
    """Works with several lanes, each a thread with a connection of its own, until it is told to stop."""

    clock: Clock
    lanes: int = 2
    stop: threading.Event = field(default_factory=threading.Event)
    held: dict[int, Task] = field(default_factory=dict)

    def run(self) -> None:
        """Work until stopped."""
        lanes = [threading.Thread(target=self._lane, name=f"work-{at}", daemon=True) for at in range(self.lanes)]
        keeper = threading.Thread(target=self._keep_leases, name="work-leases", daemon=True)
        for each in (*lanes, keeper):
            each.start()
        self.stop.wait()
        for task in list(self.held.values()):
            task.ours = False
        for each in lanes:
            each.join(timeout=LEASE.total_seconds() / 3)

    def step(self) -> bool:
        """Do one work if there is any; tells whether there was."""
        now = self.clock.now()
        if not store.anything(now):
            return False
        taken = store.take(now, LEASE)
        if taken is None:
            return False
        found, lease = taken
        task = Task(found.id, found.kind, found.parameters, found.staff_id, found.area, self.clock, lease)
        self.held[found.id] = task
        try:
            self._do(found, task)
        finally:
            self.held.pop(found.id, None)
        return True

    def _do(self, found: WorkRecord, task: Task) -> None:
        if found.tries > MOST_TRIES:
            self._end(task, "failed", [TOO_OFTEN(tries=MOST_TRIES, work=found.id)])
            return
        try:
            result = KINDS[found.kind].handler()(task)
        except Stopped:
            store.put_back(task.id, task.lease)
        except Refused as refused:
            self._end(task, "refused", refused.problems)
        except OperationalError as error:
            # Busy or gone for a moment: the lease runs out and the work is taken again.
            log.warning("work %s: %s", task.id, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - the last door of a thread: the reader is told, the log has kind and place
            self._broke(task, error)
        else:
            store.end(task.id, task.lease, "done", self.clock.now(), result)

    def _broke(self, task: Task, error: Exception) -> None:
        log.error("work %s of kind %s broke: %s", task.id, task.kind, type(error).__name__, exc_info=error)
        self._end(task, "failed", [OUR_FAULT(work=task.id)])

    def _end(self, task: Task, state: str, problems: list[Problem] | tuple[Problem, ...]) -> None:
        store.end(task.id, task.lease, state, self.clock.now(), {}, problems)

    def _lane(self) -> None:
        while not self.stop.is_set():
            try:
                store.fresh_connection()
                if self.step():
                    continue
            except DatabaseError as error:
                log.warning("a lane of work waits: %s", type(error).__name__)
            self.stop.wait(IDLE_SECONDS)
        connection.close()

    def _keep_leases(self) -> None:
        slept = TIDY_SECONDS
        while not self.stop.wait(RENEW_SECONDS):
            try:
                store.fresh_connection()
                for task in list(self.held.values()):
                    if not store.renew(task.id, task.lease, self.clock.now() + LEASE):
                        task.ours = False
                slept += RENEW_SECONDS
                if slept >= TIDY_SECONDS:
                    slept = 0.0
                    tidy(self.clock)
            except DatabaseError as error:
                # A long transaction on SQLite holds everybody; the lease is renewed when it is over.
                log.warning("leases wait: %s", type(error).__name__)
        connection.close()


def work_off(clock: Clock) -> int:
    """Do all that waits, one after another, in this thread; returns how many."""
    worker = Worker(clock)
    done = 0
    while worker.step():
        done += 1
    return done


def tidy(clock: Clock) -> None:
    """Empty lists and files whose time is over."""
    now = clock.now()
    with unit_of_work():
        kept.remove_made_before(now - KEPT, now)
        store.remove_ended_before(now - KEPT)
