"""One example for each thing the county's desk and background work refuse, with the code a person would quote."""

from pathlib import Path

import pytest

from huibao.app import work
from huibao.app.access import Actor, Verb
from huibao.app.enrolment_desk import enrolling, foreseeing
from huibao.app.roster_desk import deciding, dropping, looking, taking
from huibao.app.roster_desk.drafts import draft_of
from huibao.app.work import worker
from huibao.kernel.problem import Problem, Refused
from huibao.store import draft as store
from huibao.store import kept
from tests.app.desk_world import clerk, dropped, looked, rows, workbook
from tests.app.staff_world import Hands

pytestmark = pytest.mark.django_db


def told(act: object, *arguments: object, **named: object) -> Problem:
    with pytest.raises(Refused) as raised:
        act(*arguments, **named)  # type: ignore[operator] # a use case
    return raised.value.problems[0]


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def li(clock: Hands) -> Actor:
    return clerk(clock)


def test_work_001_somebody_elses_or_none(li: Actor) -> None:
    assert told(work.one, 17, li).code == "WORK-001"


def test_work_002_a_key_used_for_other_work(li: Actor, clock: Hands) -> None:
    work.start("enrol-preview", {"contract": "a"}, li, "k", clock)
    assert told(work.start, "enrol-preview", {"contract": "b"}, li, "k", clock).code == "WORK-002"


def test_work_003_too_many_at_once(li: Actor, clock: Hands) -> None:
    for at in range(work.MOST_OPEN):
        work.start("enrol-preview", {}, li, f"k{at}", clock)
    found = told(work.start, "enrol-preview", {}, li, "one more", clock)
    assert (found.code, found.says) == ("WORK-003", "您有 20 项后台任务未完成，最多 20 项。")


def test_work_004_and_005_a_fault_of_ours_and_one_that_took_every_worker_down() -> None:
    found = worker.OUR_FAULT(work=7)
    assert (found.code, found.do) == ("WORK-004", "请再提交一次；仍不行的，请把任务编号 7 告诉系统管理员。")
    assert worker.TOO_OFTEN(tries=4, work=7).code == "WORK-005"


def test_file_001_kept_for_its_time_and_gone() -> None:
    assert told(kept.content_of, 99).code == "FILE-001"


def test_draft_001_no_such_roster(li: Actor) -> None:
    assert told(draft_of, li, 99, Verb.ASK).code == "DRAFT-001"


def test_draft_002_it_moved_on(li: Actor, clock: Hands, tmp_path: Path) -> None:
    found = looked(li, workbook(tmp_path, rows()), clock)
    assert told(dropping.look_again, li, found.id, found.version - 1, clock).code == "DRAFT-002"


def test_draft_003_more_rows_than_can_be_decided_one_by_one(
    li: Actor, clock: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_LISTED", 1)
    found = looked(li, workbook(tmp_path, rows(twice=True)), clock)
    assert [one.code for one in found.problems] == ["DRAFT-003"]
    assert "[DRAFT-003]" in told(taking.submit, li, found.id, found.version, clock).text()


def test_draft_004_and_005_a_file_that_is_too_big_or_empty(
    li: Actor, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dropping, "MOST_BYTES", 3)
    assert told(dropping.drop, li, dropped(b"1234"), clock).code == "DRAFT-004"
    assert told(dropping.drop, li, dropped(b""), clock).code == "DRAFT-005"


def test_draft_006_to_008_rows(li: Actor, clock: Hands, tmp_path: Path) -> None:
    found = looked(li, workbook(tmp_path, rows(spoilt="4304", twice=True)), clock)
    assert told(deciding.decide_row, li, found.id, 99, "名册!1", "accept", clock).code == "DRAFT-006"
    bad = store.rows_of(found.id, verdict="refused")[0]
    place = f"{bad.sheet}!{bad.row_no}"
    assert told(deciding.decide_row, li, found.id, bad.number, place, "accept", clock).code == "DRAFT-007"
    assert told(deciding.mend_row, li, found.id, bad.number, place, bad.cells, clock).code == "DRAFT-008"


def test_draft_011_a_row_that_stands_otherwise_than_the_form_showed(li: Actor, clock: Hands, tmp_path: Path) -> None:
    found = looked(li, workbook(tmp_path, rows(twice=True)), clock)
    row = store.rows_of(found.id, verdict="doubtful")[0]
    place = f"{row.sheet}!{row.row_no}"
    deciding.decide_row(li, found.id, row.number, place, "accept", clock, row.standing)
    deciding.decide_row(li, found.id, row.number, place, "accept", clock, row.standing)
    assert told(deciding.decide_row, li, found.id, row.number, place, "reject", clock, row.standing).code == "DRAFT-011"


def test_draft_009_decided_since_the_check(li: Actor, clock: Hands, tmp_path: Path) -> None:
    found = looked(li, workbook(tmp_path, rows(twice=True)), clock)
    row = store.rows_of(found.id, verdict="doubtful")[0]
    deciding.decide_row(li, found.id, row.number, f"{row.sheet}!{row.row_no}", "accept", clock)
    assert told(taking.submit, li, found.id, found.version, clock).code == "DRAFT-009"


def test_draft_010_nothing_to_take_in(li: Actor, clock: Hands, tmp_path: Path) -> None:
    only = rows(spoilt="4304")[-1:]
    found = looked(li, workbook(tmp_path, only), clock)
    assert told(taking.submit, li, found.id, found.version, clock).code == "DRAFT-010"


def test_enroldesk_001_to_003(li: Actor) -> None:
    assert told(foreseeing.previewed, li, 99).code == "ENROLDESK-001"
    # These two need a contract and people: tests/app/test_enrolment_desk.py meets them on the way.
    assert (enrolling.LIST_CHANGED().code, enrolling.NOTHING_TO_DO().code) == ("ENROLDESK-002", "ENROLDESK-003")
