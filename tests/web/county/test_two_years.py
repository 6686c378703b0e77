"""Last year's insured people beside this year's, on the page where the county enrols."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from huibao.app.access import Reach, Role
from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.store.models import roster as table
from tests.app import insured_county as county
from tests.app.staff_world import Hands
from tests.web.desk_world import pages_at, signed_in

pytestmark = pytest.mark.django_db
REACH = Reach(county.COUNTY)
SECOND = f"{county.CONTRACT}-2"
FIRST_HALF = county.CONTRACT_TEXT.replace("..2020-12-31", "..2020-06-30")
SECOND_HALF = county.CONTRACT_TEXT.replace(county.CONTRACT, SECOND).replace("2020-01-01..", "2020-07-01..")


@pytest.fixture
def clock(settings: Settings) -> Hands:
    return pages_at(settings, datetime(2020, 7, 2, 1, 0, tzinfo=UTC))


def test_who_stays_who_leaves_and_who_comes_is_drawn_and_counted(clock: Hands) -> None:
    add_contract(FIRST_HALF, "first", clock)
    add_contract(SECOND_HALF, "second", clock)
    people = [county.add_person(number) for number in range(1, 5)]
    enrol(county.CONTRACT, county.START, "first", clock)
    # One of the four is on no roster from May on; three people are new.
    table.Fact.objects.filter(person=people[0]).update(to_on=date(2020, 5, 1))
    for number in range(5, 8):
        county.add_person(number)
    enrol(SECOND, date(2020, 7, 1), "second", clock)
    li = signed_in(Role.COUNTY_CLERK, clock, REACH)
    with CaptureQueriesContext(connection) as asked:
        text = li.get("/county/enrolment").content.decode()
    assert len(asked) <= 30
    rows = re.findall(r'scope="row" class="govuk-table__header">([^<]+)</th>(.*?)</tr>', text)
    counted = {name: re.findall(r">(\d+)</td>", cells) for name, cells in rows}
    # Four and six people: 4 - 1 insured in both halves, 1 only in the first, 3 only in the second.
    assert counted == {"两年都参保": ["3", "3"], "只有上年参保": ["1", "0"], "只有本年参保": ["0", "3"]}
    assert text.count('data-value="3"') == 2 * 2, "both lines, each with two bands of three people"
    assert "2020年共 4 人参保" in text


def test_the_first_year_has_nothing_to_stand_beside(clock: Hands) -> None:
    add_contract(county.CONTRACT_TEXT, "only", clock)
    li = signed_in(Role.COUNTY_CLERK, clock, REACH)
    assert "上年和本年" not in li.get("/county/enrolment").content.decode()
