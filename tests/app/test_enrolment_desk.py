"""A county's enrolment at the desk: foreseen with its money, approved by another person, done exactly as approved, listed."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from huibao.app import approvals, work
from huibao.app.access import Actor, Reach, Role
from huibao.app.enrolment_desk import enrolling, foreseeing, lists
from huibao.app.work.worker import work_off
from huibao.kernel.problem import Refused
from huibao.store import coverage as covers
from huibao.store import kept
from tests.app import insured_county as county
from tests.app import staff_world
from tests.app.staff_world import Hands
from tests.web.browser.checks.paper import paper

pytestmark = pytest.mark.django_db
ON = county.START


@pytest.fixture
def clock() -> Hands:
    return Hands(datetime(2020, 1, 1, 1, 0, tzinfo=UTC))


@pytest.fixture
def two(clock: Hands) -> tuple[Actor, Actor]:
    from huibao.app.contract import add_contract

    add_contract(county.CONTRACT_TEXT, "contract", clock)
    reach = Reach(county.COUNTY)
    li = staff_world.worker("li.wen", Role.COUNTY_CLERK, clock, reach).actor
    zhao = staff_world.worker("zhao.min", Role.COUNTY_APPROVER, clock, reach).actor
    return li, zhao


def seen(li: Actor, clock: Hands, key: str = "one") -> foreseeing.Previewed:
    asked = foreseeing.ask_preview(li, county.CONTRACT, ON, key, clock)
    work_off(clock)
    return foreseeing.previewed(li, asked.id)


def test_enrolment_is_foreseen_with_names_and_money_and_nothing_is_recorded(
    two: tuple[Actor, Actor], clock: Hands
) -> None:
    for number in range(1, 4):
        county.add_person(number)
    found = seen(two[0], clock)
    # Three people, each 130 yuan medical and 15 yuan accident: 3 x 145 yuan, all from one fund, none of it set aside.
    assert (found.result["people"], found.result["entered"], found.result["premium_fen"]) == (3, 6, 43_500)
    assert [(one["needed_fen"], one["set_aside_fen"]) for one in found.result["needs"]] == [(4_500, 0), (39_000, 0)]
    names = {str(one["name"]) for one in foreseeing.lines(found, "enter", 0, 50)}
    assert names == {"测试001", "测试002", "测试003"}
    assert covers.covers_of_contract(county.CONTRACT) == ()


def test_what_a_second_person_approved_is_done_once_and_its_lists_made(two: tuple[Actor, Actor], clock: Hands) -> None:
    li, zhao = two
    for number in range(1, 4):
        county.add_person(number)
    found = seen(li, clock)
    asked = enrolling.submit(li, found.work.id, clock)
    assert enrolling.submit(li, found.work.id, clock).number == asked.number, "sent twice, asked once"
    with pytest.raises(Refused, match="ACCESS"):
        enrolling.decide(li, found.work.id, "", clock, yes=True)
    with pytest.raises(Refused, match="ENROLDESK-001"):
        lists.ask_lists(li, found.work.id, clock)
    enrolling.decide(zhao, found.work.id, "", clock, yes=True)
    work_off(clock)
    done = foreseeing.previewed(li, found.work.id)
    assert done.enrolment is not None
    assert (done.enrolment.state, done.enrolment.result["people"]) == ("done", 3)
    assert done.approval is not None
    assert done.approval.state.value == "done"
    assert len(covers.covers_of_contract(county.CONTRACT)) == 6
    made = lists.ask_lists(li, found.work.id, clock)
    assert lists.ask_lists(li, found.work.id, clock).id == made.id
    work_off(clock)
    files = {one.slot: one for one in kept.files_of(made.id)}
    assert set(files) == {"insurer-xlsx", "insurer-pdf", "village-1"}
    assert [paper(kept.content_of(files[slot].id)) for slot in ("insurer-pdf", "village-1")] == [[], []]
    with pytest.raises(Refused, match="WORK-001"):
        work.file_of(made.id, "insurer-xlsx", zhao)


def test_the_insurers_workbook_has_everybody_with_totals_and_the_hash(two: tuple[Actor, Actor], clock: Hands) -> None:
    li, zhao = two
    county.add_person(1)
    found = seen(li, clock)
    enrolling.submit(li, found.work.id, clock)
    enrolling.decide(zhao, found.work.id, "", clock, yes=True)
    work_off(clock)
    done = foreseeing.previewed(li, found.work.id)
    made = lists.ask_lists(li, found.work.id, clock)
    work_off(clock)
    book = openpyxl.load_workbook(_file(made.id, "insurer-xlsx"))
    rows = [[str(cell) for cell in row] for row in book["移交清单"].iter_rows(values_only=True)]
    assert {(row[1], row[2]) for row in rows[1:]} == {("测试001", county.identity(1))}
    assert sorted(Decimal(row[7]) for row in rows[1:]) == [15, 130]
    totals = {str(row[0]): str(row[1]) for row in book["合计"].iter_rows(values_only=True)}
    assert (totals["人次"], totals["保费合计（元）"]) == ("2", "145.00")
    assert totals["名单散列（SHA-256）"] == done.result["list_hash"]


def _file(work_id: int, slot: str) -> BytesIO:
    return BytesIO(kept.content_of(next(one.id for one in kept.files_of(work_id) if one.slot == slot)))


def test_a_list_that_changed_after_the_preview_is_not_enrolled(two: tuple[Actor, Actor], clock: Hands) -> None:
    li, zhao = two
    county.add_person(1)
    found = seen(li, clock)
    enrolling.submit(li, found.work.id, clock)
    county.add_person(2)
    enrolling.decide(zhao, found.work.id, "", clock, yes=True)
    work_off(clock)
    done = foreseeing.previewed(li, found.work.id)
    assert done.enrolment is not None
    assert (done.enrolment.state, [one.code for one in done.enrolment.problems]) == ("refused", ["ENROLDESK-002"])
    assert covers.covers_of_contract(county.CONTRACT) == ()
    assert approvals.waiting_count(zhao) == 0


def test_declined_it_may_be_handed_on_once_more(two: tuple[Actor, Actor], clock: Hands) -> None:
    li, zhao = two
    county.add_person(1)
    found = seen(li, clock)
    first = enrolling.submit(li, found.work.id, clock)
    enrolling.decide(zhao, found.work.id, "先安排资金", clock, yes=False)
    assert work_off(clock) == 0
    second = enrolling.submit(li, found.work.id, clock)
    assert (second.number != first.number, second.state.value) == (True, "asked")


def test_nothing_to_do_is_not_handed_on_and_nobody_foresees_another_county(
    two: tuple[Actor, Actor], clock: Hands
) -> None:
    li, _ = two
    found = seen(li, clock)
    with pytest.raises(Refused, match="ENROLDESK-003"):
        enrolling.submit(li, found.work.id, clock)
    other = staff_world.worker("wang.li", Role.COUNTY_CLERK, clock, Reach("430423")).actor
    with pytest.raises(Refused, match="ACCESS-002"):
        foreseeing.ask_preview(other, county.CONTRACT, ON, "two", clock)
    with pytest.raises(Refused, match="ACCESS-002"):
        foreseeing.previewed(other, found.work.id)
