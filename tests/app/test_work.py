"""Background work: asked for once, taken by one at a time, told how far it is, ended exactly once, whoever is killed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from huibao.app import work
from huibao.app.access import Actor, Role
from huibao.app.work import kinds, worker
from huibao.app.work.kinds import Kind
from huibao.app.work.task import Stopped, Task
from huibao.kernel.problem import Refused
from huibao.store import kept
from huibao.store import work as store
from huibao.store.unit import unit_of_work
from tests.app import staff_world as world
from tests.app.staff_world import Hands

pytestmark = pytest.mark.django_db
RAN: list[Mapping[str, Any]] = []


def counts(task: Task) -> Mapping[str, Any]:
    """Count to three, keep a list and a file."""
    RAN.append(task.parameters)
    task.step("数数", "counting", 3)
    for _ in range(3):
        task.advance(1)
    kept_lines = task.keep_lines("numbers", ({"number": at} for at in range(1_201)))
    task.keep_file("sheet", "数.txt", "text/plain", "一二三".encode())
    return {"lines": kept_lines}


def refuses(task: Task) -> Mapping[str, Any]:
    raise Refused(work.NOT_YOURS())


def breaks(task: Task) -> Mapping[str, Any]:
    raise RuntimeError("张三 430423199001010038")


def busy(task: Task) -> Mapping[str, Any]:
    if store.by_id(task.id).tries < 3:  # type: ignore[union-attr] # it is there while it runs
        raise OperationalError("database is locked")
    return {"at": "third time"}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for does in (counts, refuses, breaks, busy):
        monkeypatch.setitem(kinds.KINDS, does.__name__, Kind("试", "try", f"{__name__}:{does.__name__}"))
    RAN.clear()


@pytest.fixture
def clock() -> Hands:
    return Hands()


def clerk(clock: Hands, name: str = "li.wen") -> Actor:
    return world.worker(name, Role.COUNTY_CLERK, clock).actor


def test_work_asked_for_twice_is_done_once_and_its_answer_stays(clock: Hands) -> None:
    by = clerk(clock)
    first = work.start("counts", {"of": 3}, by, "k", clock)
    assert work.start("counts", {"of": 3}, by, "k", clock).id == first.id
    assert worker.work_off(clock) == 1
    done = work.one(first.id, by)
    assert (done.state, dict(done.result), RAN) == ("done", {"lines": 1_201}, [{"of": 3}])
    assert work.start("counts", {"of": 3}, by, "k", clock).state == "done"
    assert worker.work_off(clock) == 0


def test_another_content_under_the_same_key_is_refused(clock: Hands) -> None:
    by = clerk(clock)
    work.start("counts", {"of": 3}, by, "k", clock)
    with pytest.raises(Refused, match="WORK-002"):
        work.start("counts", {"of": 4}, by, "k", clock)


def test_nobody_sees_the_work_of_somebody_else(clock: Hands) -> None:
    mine = work.start("counts", {}, clerk(clock), "k", clock)
    worker.work_off(clock)
    other = clerk(clock, "wang.li")
    with pytest.raises(Refused, match="WORK-001"):
        work.one(mine.id, other)
    with pytest.raises(Refused, match="WORK-001"):
        work.file_of(mine.id, "sheet", other)
    assert work.mine(other, 0, 10) == ()


def test_nobody_asks_for_more_than_twenty_works_at_once(clock: Hands) -> None:
    by = clerk(clock)
    for at in range(work.MOST_OPEN):
        work.start("counts", {}, by, f"k{at}", clock)
    with pytest.raises(Refused, match="WORK-003"):
        work.start("counts", {}, by, "one more", clock)


def test_a_refusal_is_kept_with_its_reasons(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("refuses", {}, by, "k", clock)
    worker.work_off(clock)
    found = work.one(asked.id, by)
    assert (found.state, [one.code for one in found.problems]) == ("refused", ["WORK-001"])


def test_a_fault_of_ours_is_told_as_one_without_anybodys_data(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("breaks", {}, by, "k", clock)
    worker.work_off(clock)
    found = work.one(asked.id, by)
    assert (found.state, [one.code for one in found.problems]) == ("failed", ["WORK-004"])
    assert "张三" not in str(found)


def test_a_worker_that_is_gone_loses_its_work_to_the_next_and_writes_nothing_more(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("counts", {}, by, "k", clock)
    taken = store.take(clock.now(), worker.LEASE)
    assert taken is not None
    assert worker.work_off(clock) == 0, "it is somebody's"
    clock.on(seconds=worker.LEASE.total_seconds() + 1)
    assert worker.work_off(clock) == 1
    assert store.tell(asked.id, taken[1], 1, 2, ("", "")) is False
    assert store.renew(asked.id, taken[1], clock.now()) is False
    assert store.end(asked.id, taken[1], "failed", clock.now(), {}) is False
    assert work.one(asked.id, by).state == "done"


def test_a_lease_that_is_kept_keeps_the_work(clock: Hands) -> None:
    work.start("counts", {}, clerk(clock), "k", clock)
    taken = store.take(clock.now(), worker.LEASE)
    assert taken is not None
    clock.on(seconds=25)
    assert store.renew(taken[0].id, taken[1], clock.now() + worker.LEASE)
    clock.on(seconds=25)
    assert worker.work_off(clock) == 0


def test_a_run_whose_work_was_taken_away_stops_at_its_next_word(clock: Hands) -> None:
    task = Task(1, "counts", {}, 1, "430423", clock, "a lease nobody has")
    task._told_at = -10.0
    task.ours = False
    with pytest.raises(Stopped):
        task.advance(1)


def test_a_database_that_is_busy_is_asked_again(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("busy", {}, by, "k", clock)
    for _ in range(3):
        worker.work_off(clock)
        clock.on(seconds=worker.LEASE.total_seconds() + 1)
    assert dict(work.one(asked.id, by).result) == {"at": "third time"}


def test_a_work_that_took_four_workers_down_is_not_tried_again(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("counts", {}, by, "k", clock)
    for _ in range(worker.MOST_TRIES):
        assert store.take(clock.now(), worker.LEASE) is not None
        clock.on(seconds=worker.LEASE.total_seconds() + 1)
    worker.work_off(clock)
    found = work.one(asked.id, by)
    assert (found.state, [one.code for one in found.problems], RAN) == ("failed", ["WORK-005"], [])


def test_lists_come_back_a_page_at_a_time_and_files_whole(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("counts", {}, by, "k", clock)
    worker.work_off(clock)
    assert store.count_lines(asked.id) == {"numbers": 1_201}
    assert [one["number"] for one in store.lines(asked.id, "numbers", 498, 4)] == [498, 499, 500, 501]
    assert [one["number"] for one in store.lines(asked.id, "numbers", 1_200, 50)] == [1_200]
    assert len(store.lines(asked.id, "numbers")) == 1_201
    assert work.file_of(asked.id, "sheet", by)[1].decode() == "一二三"


def test_what_is_kept_is_sealed_and_goes_after_thirty_days(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("counts", {}, by, "k", clock)
    worker.work_off(clock)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM kept_file")
        assert "一二三".encode() not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT sealed FROM work_block")
        assert "number" not in cursor.fetchone()[0]
    file = kept.files_of(asked.id)[0]
    clock.at += timedelta(days=31)
    worker.tidy(clock)
    assert (store.count_lines(asked.id), kept.files_of(asked.id)) == ({}, ())
    with pytest.raises(Refused, match="FILE-001"):
        kept.content_of(file.id)
    assert work.one(asked.id, by).state == "done"


def test_a_file_made_again_takes_the_place_of_the_former(clock: Hands) -> None:
    by = clerk(clock)
    asked = work.start("counts", {}, by, "k", clock)
    with unit_of_work():
        kept.keep("a", "text/plain", b"1", clock.now(), asked.id, "sheet")
        kept.keep("a", "text/plain", b"2", clock.now(), asked.id, "sheet")
    assert [kept.content_of(one.id) for one in kept.files_of(asked.id)] == [b"2"]
