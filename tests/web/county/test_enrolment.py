"""Enrolment's pages without a browser: preview, money, handing on, the second person, the lists; closed to everybody else."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from huibao.app.access import Reach, Role
from huibao.app.contract import add_contract
from huibao.app.work.worker import work_off
from huibao.store import coverage as covers
from huibao.web.desk import COMFORT
from tests.app import insured_county as county
from tests.app.staff_world import Hands
from tests.web.desk_world import pages_at, signed_in

pytestmark = pytest.mark.django_db
REACH = Reach(county.COUNTY)


@pytest.fixture
def clock(settings: Settings) -> Hands:
    hands = pages_at(settings, datetime(2020, 1, 1, 1, 0, tzinfo=UTC))
    add_contract(county.CONTRACT_TEXT, "contract", hands)
    for number in range(1, 4):
        county.add_person(number)
    return hands


def test_enrolment_goes_from_preview_to_lists_by_plain_forms(clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock, REACH)
    zhao = signed_in(Role.COUNTY_APPROVER, clock, REACH, name="zhao.min")
    text = li.get("/county/enrolment").content.decode()
    form = dict(re.findall(r'name="(key|on)"[^>]* value="([^"]*)"', text)) | {"contract": county.CONTRACT}
    wrong = li.post("/county/enrolment", form | {"on": "明天"})
    assert (wrong.status_code, 'value="明天"' in wrong.content.decode()) == (422, True)
    at_work = li.post("/county/enrolment", form)["Location"]
    assert li.post("/county/enrolment", form)["Location"] == at_work, "pressed twice"
    assert "排队中" in li.get(at_work).content.decode()
    work_off(clock)
    page = li.get(at_work)["Location"]
    with CaptureQueriesContext(connection) as asked:
        text = li.get(page).content.decode()
    assert len(asked) <= 30
    # 3 people x 145 yuan, of which nothing is set aside.
    assert [said for said in ("3</span> 人参保", "还差", "435.00 元", "四百三十五元") if said not in text] == []
    listing = li.get(f"{page}/people").content.decode()
    assert ("测*" in listing, "测试001" in listing, county.identity(1) in listing) == (True, False, False)
    assert zhao.get(f"{page}/people").status_code == 403
    assert li.post(f"{page}/submit")["Location"] == page
    assert li.post(f"{page}/decide", {"yes": "yes"}).status_code == 422
    assert f'href="{page}"' in zhao.get("/county/waiting").content.decode()
    assert zhao.post(f"{page}/decide", {"yes": ""}).status_code == 422
    assert zhao.post(f"{page}/decide", {"yes": "yes"}).status_code == 302
    assert covers.covers_of_contract(county.CONTRACT) == ()
    work_off(clock)
    assert "已参保 3 人" in zhao.get(page).content.decode()
    at_work = li.post(f"{page}/lists")["Location"]
    work_off(clock)
    text = li.get(page).content.decode()
    files = re.findall(r'href="(/\w+/\d+/files/[\w-]+)"', text)
    assert len(files) == 3
    for each in files:
        answer = li.get(each)
        assert (answer.status_code, answer["Content-Disposition"].startswith("attachment")) == (200, True)
        assert zhao.get(each).status_code == 403


def test_nobody_else_sees_or_does_it(clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock, REACH)
    li.post("/county/enrolment", {"key": "k", "on": "2020-01-01", "contract": county.CONTRACT})
    work_off(clock)
    for at, (role, reach) in enumerate(
        ((Role.COUNTY_CLERK, Reach("430423")), (Role.AUDITOR, REACH), (Role.KEEPER, REACH))
    ):
        client = signed_in(role, clock, reach, name=f"other-{at}")
        assert client.get("/county/enrolment/1").status_code == 403
        for act in ("submit", "decide", "lists"):
            assert client.post(f"/county/enrolment/1/{act}", {"yes": "yes"}).status_code in {403, 422}
    assert covers.covers_of_contract(county.CONTRACT) == ()


def test_in_english_nothing_is_left_in_chinese(clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock, REACH)
    li.post("/county/enrolment", {"key": "k", "on": "2020-01-01", "contract": county.CONTRACT})
    work_off(clock)
    li.cookies[COMFORT] = "en"
    for page in ("/county/enrolment", "/county/enrolment/1", "/county/enrolment/1/people", "/work", "/county/rosters"):
        text = re.sub(r"<[^>]+>", "\n", li.get(page).content.decode())
        left = [line for line in text.splitlines() if re.search(r"[\u4e00-\u9fff]", line)]
        assert [line for line in left if not re.search(r"示范|中文|山东|沂源|测|惠保|镇|街道", line)] == [], page
