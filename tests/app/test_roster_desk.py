"""A roster's way in: dropped, looked at, put right, checked, approved by another person, taken in once, nothing left readable."""

from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from huibao.app import approvals, work
from huibao.app.roster_desk.deciding import decide_row, mend_row, open_row
from huibao.app.roster_desk.dropping import accept_whole, drop, look_again, put_away
from huibao.app.roster_desk.looking import has_reply
from huibao.app.roster_desk.taking import submit, take_back
from huibao.app.work.worker import work_off
from huibao.kernel.problem import Refused
from huibao.store import draft as store
from huibao.store import kept, trail
from huibao.store import roster as rosters
from tests.app.desk_world import DAY, FAULTLESS, approver, clerk, dropped, looked, rows, there, workbook
from tests.app.staff_world import COUNTY, Hands
from tests.domain.roster.made_up import identity

pytestmark = pytest.mark.django_db
SOURCE = "disability_certificate"


@pytest.fixture
def clock() -> Hands:
    return Hands()


def people() -> int:
    return sum(1 for _ in rosters.people(COUNTY))


def test_a_new_header_is_confirmed_once_and_a_faultless_roster_comes_in_by_two_people(
    tmp_path: Path, clock: Hands
) -> None:
    li, zhao = clerk(clock), approver(clock)
    draft = drop(li, dropped(workbook(tmp_path, rows())), clock).draft
    work_off(clock)
    assert (there(draft.id).state, people()) == ("columns", 0)
    found = looked(li, workbook(tmp_path, rows()), clock)
    assert (found.state, found.summary["ready"], found.summary["taken_in"]) == ("looked", FAULTLESS, FAULTLESS)
    assert (found.summary["difference"]["new"], people()) == (FAULTLESS, 0), "looking records nobody"
    asked = submit(li, found.id, found.version, clock)
    assert submit(li, found.id, found.version, clock).approval == asked.approval, "pressed twice, asked once"
    assert asked.approval is not None
    with pytest.raises(Refused, match="ACCESS-001"):
        approvals.decide(li, asked.approval, clock, yes=True)
    assert (people(), there(found.id).state) == (0, "asked")
    approvals.decide(zhao, asked.approval, clock, yes=True)
    assert (people(), there(found.id).state) == (0, "taking")
    work_off(clock)
    done = there(found.id)
    assert (done.state, people(), done.roster is not None) == ("taken", FAULTLESS, True)
    assert approvals.seen(zhao, asked.approval).outcome == f"roster/{done.roster}"
    with pytest.raises(Refused, match="FILE-001"):
        kept.content_of(done.file)
    again = looked(li, workbook(tmp_path, [*rows()[:-1]], "五月.xlsx"), clock, name="五月.xlsx", on=clock.today())
    assert (again.state, again.summary["difference"]["left"]) == ("looked", 1), "the header is remembered"


def test_the_same_workbook_dropped_again_is_the_draft_it_was(tmp_path: Path, clock: Hands) -> None:
    li = clerk(clock)
    content = workbook(tmp_path, rows())
    first = drop(li, dropped(content), clock)
    second = drop(li, dropped(content), clock)
    assert (second.draft.id, first.known, second.known) == (first.draft.id, False, True)


def test_doubtful_rows_are_taken_in_left_out_or_put_right_and_the_figures_follow(tmp_path: Path, clock: Hands) -> None:
    li, zhao = clerk(clock), approver(clock)
    spoilt = identity(order=99)[:-7]
    found = looked(li, workbook(tmp_path, rows(spoilt=spoilt, twice=True)), clock)
    verdicts = [(row.row_no, row.verdict, [one.code for one in row.problems]) for row in store.rows_of(found.id)]
    assert [verdict for _, verdict, _ in verdicts].count("doubtful") >= 1, verdicts
    at = {row.row_no: row for row in store.rows_of(found.id)}
    bad = at[FAULTLESS + 3]
    assert bad.verdict == "refused"
    place = f"{bad.sheet}!{bad.row_no}"
    with pytest.raises(Refused, match="DRAFT-007"):
        decide_row(li, found.id, bad.number, place, "accept", clock)
    with pytest.raises(Refused, match="DRAFT-008"):
        mend_row(li, found.id, bad.number, place, {"identity": identity(order=98)[:-3]}, clock)
    number = identity(order=99)
    mended = mend_row(li, found.id, bad.number, place, {**bad.cells, "identity": number}, clock)
    assert (mended.verdict, mended.decision) == ("ready", "mend")
    for row in store.rows_of(found.id, verdict="doubtful"):
        decide_row(li, found.id, row.number, f"{row.sheet}!{row.row_no}", "reject", clock)
    assert store.next_open(found.id, 0) is None
    with pytest.raises(Refused, match="DRAFT-009"):
        submit(li, found.id, found.version, clock)
    look_again(li, found.id, found.version, clock, check=True)
    work_off(clock)
    checked = there(found.id)
    assert checked.summary["asked_to_check"] is True
    taken = checked.summary["taken_in"]
    asked = submit(li, checked.id, checked.version, clock)
    assert asked.approval is not None
    approvals.decide(zhao, asked.approval, clock, yes=True)
    work_off(clock)
    assert there(found.id).state == "taken"
    assert people() == taken
    assert rosters.person_by_identity(number) is not None
    assert rosters.person_by_identity(identity(order=1)) is None, "both rows of that number were left out"


def test_the_workbook_with_reasons_dropped_again_keeps_decisions_and_shows_what_changed(
    tmp_path: Path, clock: Hands
) -> None:
    li = clerk(clock)
    spoilt = identity(order=99)[:-7]
    found = looked(li, workbook(tmp_path, rows(spoilt=spoilt, twice=True)), clock)
    doubtful = store.rows_of(found.id, verdict="doubtful")[0]
    decide_row(li, found.id, doubtful.number, f"{doubtful.sheet}!{doubtful.row_no}", "reject", clock)
    assert found.work is not None
    file, content = work.file_of(found.work, "reply", li)
    back = tmp_path / "back.xlsx"
    back.write_bytes(content)
    book = openpyxl.load_workbook(back)
    page = book["名册"]
    assert page.cell(2, 7).value == "核对结论"
    page.cell(FAULTLESS + 3, 2).value = identity(order=99)
    book.save(back)
    now = looked(li, back.read_bytes(), clock, name=file.name)
    assert now.state == "looked"
    assert now.follows == found.id
    assert there(found.id).state == "away"
    kept_row = next(row for row in store.rows_of(now.id) if row.row_no == doubtful.row_no)
    assert (kept_row.decision, kept_row.fresh) == ("reject", False)
    assert now.summary["refused"] == found.summary["refused"] - 1


def test_a_second_person_who_says_no_sends_it_back_with_the_reason(tmp_path: Path, clock: Hands) -> None:
    li, zhao = clerk(clock), approver(clock)
    found = looked(li, workbook(tmp_path, rows()), clock)
    asked = submit(li, found.id, found.version, clock)
    assert asked.approval is not None
    approvals.decide(zhao, asked.approval, clock, yes=False, reason="请与民政核对")
    assert (there(found.id).state, people(), work_off(clock)) == ("looked", 0, 0)
    again = there(found.id)
    asked = submit(li, again.id, again.version, clock)
    take_back(li, asked.id, clock)
    assert there(found.id).state == "looked"


def test_two_people_at_one_draft_notice_each_other(tmp_path: Path, clock: Hands) -> None:
    li = clerk(clock)
    found = looked(li, workbook(tmp_path, rows()), clock)
    look_again(li, found.id, found.version, clock)
    for act in (look_again, submit, put_away):
        with pytest.raises(Refused, match="DRAFT-002"):
            act(li, found.id, found.version, clock)


def test_a_draft_given_up_leaves_nothing(tmp_path: Path, clock: Hands) -> None:
    li = clerk(clock)
    content = workbook(tmp_path, rows(twice=True))
    found = looked(li, content, clock)
    put_away(li, found.id, found.version, clock)
    with pytest.raises(Refused, match="FILE-001"):
        kept.content_of(found.file)
    assert all(row.name == "" and not row.cells for row in store.rows_of(found.id))
    assert looked(li, content, clock).id != found.id, "it may be dropped anew"


def test_nothing_of_anybody_can_be_read_in_the_database_before_it_is_taken_in(tmp_path: Path, clock: Hands) -> None:
    li = clerk(clock)
    looked(li, workbook(tmp_path, rows(twice=True)), clock)
    tables = ("draft_row", "roster_draft", "work", "work_block", "kept_file")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own table names
            text = "".join(str(bytes(cell) if isinstance(cell, memoryview) else cell) for row in cursor for cell in row)
            assert [one for one in (identity(order=1), "张虚构") if one in text] == [], table


def test_a_look_at_one_row_in_full_is_on_record_with_its_purpose(tmp_path: Path, clock: Hands) -> None:
    li = clerk(clock)
    found = looked(li, workbook(tmp_path, rows(twice=True)), clock)
    row = store.rows_of(found.id)[0]
    assert open_row(li, found.id, row.number, clock).row.identity == identity(order=1)
    last = list(trail.all_acts())[-1].deed
    assert (last.verb, last.purpose, last.ref) == ("unmask", "correct_roster", f"draft/{found.id}")


def test_a_roster_that_drops_many_people_is_held_until_somebody_says_it_is_whole(tmp_path: Path, clock: Hands) -> None:
    li, zhao = clerk(clock), approver(clock)
    from tests.app.roster_world import holders

    first = looked(li, holders(tmp_path / "a.xlsx", 60).read_bytes(), clock, name="a.xlsx")
    asked = submit(li, first.id, first.version, clock)
    assert asked.approval is not None
    approvals.decide(zhao, asked.approval, clock, yes=True)
    work_off(clock)
    part = looked(li, holders(tmp_path / "b.xlsx", 20).read_bytes(), clock, name="b.xlsx", on=clock.today())
    assert [one.code for one in part.problems] == ["ROSTER-067"]
    with pytest.raises(Refused, match="ROSTER-067"):
        submit(li, part.id, part.version, clock)
    accept_whole(li, part.id, part.version, "ROSTER-067", clock)
    work_off(clock)
    now = there(part.id)
    assert (now.problems, now.summary["difference"]["left"]) == ((), 40)


def test_a_worker_killed_while_it_takes_a_roster_in_leaves_all_or_nothing_and_the_next_ends_it(
    tmp_path: Path, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    li, zhao = clerk(clock), approver(clock)
    found = looked(li, workbook(tmp_path, rows()), clock)
    asked = submit(li, found.id, found.version, clock)
    assert asked.approval is not None
    approvals.decide(zhao, asked.approval, clock, yes=True)

    def gone(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("huibao.app.roster_desk.taking.approvals.carried_out", gone)
    with pytest.raises(KeyboardInterrupt):
        work_off(clock)
    assert (there(found.id).state, people()) == ("taking", FAULTLESS), "recorded, and not yet noted"
    monkeypatch.undo()
    clock.on(seconds=60)
    assert work_off(clock) == 1
    assert (there(found.id).state, people()) == ("taken", FAULTLESS)
    assert rosters.last_roster(SOURCE, COUNTY) is not None


def test_a_day_that_has_not_come_is_refused_at_the_door(tmp_path: Path, clock: Hands) -> None:
    with pytest.raises(Refused, match="ROSTER-009"):
        drop(clerk(clock), dropped(b"x", on=DAY.replace(year=2030)), clock)


def test_the_figures_are_there_before_the_workbook_with_reasons_and_a_killed_worker_leaves_neither_out(
    tmp_path: Path, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = clerk(clock)
    looked(li, workbook(tmp_path, rows()), clock)  # the header is known from now on
    draft = drop(li, dropped(workbook(tmp_path, rows(twice=True), "b.xlsx"), name="b.xlsx"), clock).draft

    def gone(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("huibao.app.roster_desk.looking.hand_back", gone)
    with pytest.raises(KeyboardInterrupt):
        work_off(clock)
    monkeypatch.undo()
    found = there(draft.id)
    assert found.work is not None
    one = work.one(found.work, li)
    assert (found.state, one.state, one.is_ready, has_reply(found)) == ("looked", "running", True, False)
    row = store.rows_of(found.id, verdict="doubtful")[0]
    decide_row(li, found.id, row.number, f"{row.sheet}!{row.row_no}", "reject", clock)
    clock.on(seconds=60)
    assert work_off(clock) == 1
    assert (work.one(found.work, li).state, has_reply(there(draft.id))) == ("done", True)
    assert store.rows_of(found.id, verdict="doubtful")[0].decision == "reject", "what was decided meanwhile stays"
