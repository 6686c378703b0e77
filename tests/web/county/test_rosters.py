"""The county's roster pages without a browser: every step by plain forms, refusals in words, nothing personal where it must not be."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huibao.app.access import Role
from huibao.app.work.worker import work_off
from huibao.store import draft as store
from huibao.store import roster as rosters
from tests.app.desk_world import FAULTLESS, rows, workbook
from tests.app.staff_world import COUNTY, Hands
from tests.domain.roster.made_up import identity
from tests.web.desk_world import signed_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 30


def send(client: Client, content: bytes, name: str = "四月.xlsx", on: str = "2026-04-30") -> "Answer":
    file = SimpleUploadedFile(name, content)
    return client.post("/county/rosters/new", {"file": file, "source": "disability_certificate", "taken_on": on})


def looked(client: Client, content: bytes, clock: Hands, **more: str) -> str:
    """Drop a workbook, confirm its columns as guessed, and come to the page of what came of it; returns its address."""
    answer = send(client, content, **more)
    assert answer.status_code == 302, answer.content.decode()
    work_off(clock)
    page = client.get(answer["Location"])["Location"]
    text = client.get(page).content.decode()
    if "确认各列的含义" in text:
        form = dict(
            re.findall(
                r'<select class="govuk-select" id="[^"]+" name="(c-[^"]+)">.*?<option value="(\w*)" selected',
                text,
                re.DOTALL,
            )
        )
        client.post(f"{page}/columns", form | {"version": version(text)})
        work_off(clock)
    return page


def version(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found is not None, text
    return found[1]


def test_a_roster_goes_in_by_plain_forms_and_a_second_person(tmp_path: Path, clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock)
    zhao = signed_in(Role.COUNTY_APPROVER, clock, name="zhao.min")
    page = looked(li, workbook(tmp_path, rows(spoilt="4304", twice=True)), clock)
    text = li.get(page).content.decode()
    assert f'<span class="huibao-strips__figure">{FAULTLESS - 1}</span> 行可用' in text
    listing = li.get(f"{page}/rows").content.decode()
    assert "第 3 行，王*" in listing
    assert [one for one in (identity(order=1), "张虚构") if one in listing] == [], "masked"
    forms = re.findall(r'action="(/county/rosters/\d+/rows/\d+)".*?name="place" value="([^"]+)"', listing, re.DOTALL)
    first, second = forms
    answer = li.post(first[0], {"place": first[1], "decision": "accept"})
    assert re.search(r"#row-\d+$", answer["Location"]), "on to the next that waits"
    answer = li.post(second[0], {"place": second[1], "decision": "reject"})
    assert answer["Location"] == f"{page}#next"
    refused = re.findall(
        r'href="(/county/rosters/\d+/rows/\d+/mend)"', li.get(f"{page}/rows?verdict=refused").content.decode()
    )
    shown = li.get(refused[0]).content.decode()
    assert 'value="4304"' in shown
    form = dict(re.findall(r'name="(\w+)" type="text" value="([^"]*)"', shown)) | {"place": f"名册!{FAULTLESS + 3}"}
    wrong = li.post(refused[0], form | {"identity": "12345"})
    assert (wrong.status_code, 'value="12345"' in wrong.content.decode()) == (422, True), "nothing typed is lost"
    assert 'aria-invalid="true"' in wrong.content.decode()
    assert li.post(refused[0], form | {"identity": identity(order=99)}).status_code == 302
    text = li.get(page).content.decode()
    li.post(f"{page}/again", {"version": version(text)})
    work_off(clock)
    check = li.get(f"{page}/check").content.decode()
    assert "提交复核" in check
    assert li.post(f"{page}/submit", {"version": version(check)})["Location"] == page
    assert li.post(f"{page}/submit", {"version": version(check)}).status_code == 302, "pressed twice"
    assert "1 件待复核" in zhao.get("/").content.decode()
    waiting = zhao.get("/county/waiting").content.decode()
    assert f'href="{page}/check"' in waiting
    no_reason = zhao.post(f"{page}/decide", {"yes": "no", "reason": ""})
    assert (no_reason.status_code, "不同意时请写明原因" in no_reason.content.decode()) == (422, True)
    assert li.post(f"{page}/decide", {"yes": "yes"}).status_code == 422, "not by who handed it on"
    assert zhao.post(f"{page}/decide", {"yes": "yes"}).status_code == 302
    work_off(clock)
    assert "已导入" in zhao.get(page).content.decode()
    assert rosters.person_by_identity(identity(order=99)) is not None
    assert sum(1 for _ in rosters.people(COUNTY)) == FAULTLESS + 1


def test_what_is_wrong_with_the_form_is_said_beside_the_field_and_what_was_chosen_stays(clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock)
    answer = li.post("/county/rosters/new", {"source": "disability_certificate", "taken_on": "昨天"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert [
        one for one in ('href="#file"', 'href="#taken_on"', 'value="昨天"', "<title>错误：") if one not in text
    ] == []
    assert 'value="disability_certificate" selected' in text
    future = send(li, b"x", on="2030-01-01")
    assert (future.status_code, "--taken-on" in future.content.decode()) == (422, False)
    empty = send(li, b"")
    assert (empty.status_code, "文件是空的" in empty.content.decode()) == (422, True)


def test_a_file_that_is_no_workbook_is_refused_in_words_and_may_be_put_away(clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock)
    answer = send(li, b"%PDF-1.4 nothing of ours", name="roster.pdf")
    work_off(clock)
    page = li.get(answer["Location"])["Location"]
    text = li.get(page).content.decode()
    assert "这份名册不能导入" in text
    number = int(page.rpartition("/")[2])
    away = li.get(f"{page}/away").content.decode()
    assert li.post(f"{page}/away", {"version": version(away)})["Location"] == "/county/rosters"
    assert li.get(page).status_code == 403
    assert store.by_id(number) is not None


def test_the_same_file_again_leads_to_the_same_page_and_says_so(tmp_path: Path, clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock)
    content = workbook(tmp_path, rows())
    page = looked(li, content, clock)
    again = send(li, content)
    assert again["Location"] == f"{page}?known=1"
    assert "这份文件已经收到过" in li.get(again["Location"]).content.decode()


def test_an_old_form_has_no_effect_and_says_so(tmp_path: Path, clock: Hands) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock)
    page = looked(li, workbook(tmp_path, rows()), clock)
    for act in ("again", "submit", "away", "columns"):
        answer = li.post(f"{page}/{act}", {"version": "0"})
        assert (answer.status_code, "刚才的操作没有生效" in answer.content.decode()) == (403, True), act


def test_nobody_else_acts_on_a_roster(tmp_path: Path, clock: Hands) -> None:
    page = looked(signed_in(Role.COUNTY_CLERK, clock), workbook(tmp_path, rows(twice=True)), clock)
    from huibao.app.access import Reach

    others = {
        Role.COUNTY_APPROVER: {"": 200, "/check": 200},
        Role.AUDITOR: {"": 200, "/check": 200},
        Role.INSURER_HANDLER: {},
        Role.KEEPER: {},
    }
    for role, may_see in others.items():
        client = signed_in(role, clock, name="a-" + role.value.replace("_", "-")[:12])
        for part in ("", "/check", "/rows", "/rows/1/mend", "/reply", "/differences", "/errors", "/away"):
            assert client.get(page + part).status_code == may_see.get(part, 403), (role, part)
        for part in ("/again", "/submit", "/whole", "/columns", "/rows/1"):
            assert client.post(page + part, {"version": "2"}).status_code == 403, (role, part)
    elsewhere = signed_in(Role.COUNTY_CLERK, clock, Reach("370323"), name="far.away")
    assert elsewhere.get(page).status_code == 403


def test_every_page_of_a_roster_asks_little_of_the_database_and_holds_nothing_inline(
    tmp_path: Path, clock: Hands
) -> None:
    li = signed_in(Role.COUNTY_CLERK, clock)
    page = looked(li, workbook(tmp_path, rows(spoilt="4304", twice=True)), clock)
    for part in ("", "/rows", "/rows?verdict=refused", "/check", "/differences", "/errors", "/away", "/rows/1/mend"):
        with CaptureQueriesContext(connection) as asked:
            answer = li.get(page + part)
        text = answer.content.decode()
        assert (answer.status_code, len(asked) <= MOST_STATEMENTS) == (200, True), (part, len(asked))
        assert re.findall(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", text) == [], part
        if "mend" not in part:
            assert identity(order=1) not in text, part
    for part in ("/county/rosters", "/county/rosters/new", "/work", "/"):
        with CaptureQueriesContext(connection) as asked:
            assert li.get(part).status_code == 200
        assert len(asked) <= MOST_STATEMENTS, part


def test_in_english_nothing_is_left_in_chinese(tmp_path: Path, clock: Hands) -> None:
    from huibao.web.desk import COMFORT

    li = signed_in(Role.COUNTY_CLERK, clock)
    page = looked(li, workbook(tmp_path, rows(spoilt="4304", twice=True), "april.xlsx"), clock, name="april.xlsx")
    li.cookies[COMFORT] = "en"
    for part in ("", "/rows", "/check", "/differences", "/errors", "/away"):
        text = re.sub(r"<[^>]+>", "\n", li.get(page + part).content.decode())
        left = [line for line in text.splitlines() if re.search(r"[\u4e00-\u9fff]", line)]
        assert [line for line in left if not re.search(r"示范|中文|湖南|衡山|名册|王|张|惠保|欧", line)] == [], part
