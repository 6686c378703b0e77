"""The pages by Django's own client: closed unless signed in, by role and area, with nothing personal where it must not be."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.templatetags.static import static
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver
from pytest_django import Settings

from huibao.app.access import MAY, Noun, Reach, Role, Verb
from huibao.config.quiet import Quiet
from huibao.store import trail
from huibao.web import urls
from huibao.web.desk import COMFORT, SITTING
from tests.app import staff_world as world
from tests.app.staff_world import Hands
from tests.web.desk_world import NAME, NUMBER, PHONE, signed_in, somebody

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "huibao" / "web" / "templates"
OPEN = {"enter", "code", "enter-passkey", "enrol", "join", "comfort"}
MOST_STATEMENTS = 30


def routes() -> Iterator[URLPattern]:
    """Every page of the console."""
    for each in urls.urlpatterns:
        assert isinstance(each, URLPattern)
        yield each


def address(route: URLPattern) -> str:
    """An address of the page, with some number where it takes one."""
    text = str(route.pattern)
    return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<str:\w+>", "made-up", text))


def test_every_page_is_closed_to_who_is_not_signed_in(clock: Hands) -> None:
    for route in routes():
        for send in (Client().get, Client().post):
            answer = send(address(route))
            if route.name in OPEN:
                assert answer.status_code in {200, 302, 403, 405, 422}, route.name
            else:
                assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/enter"), route.name


def test_a_cookie_nobody_gave_opens_nothing_and_says_that_the_session_ended(clock: Hands) -> None:
    client = Client()
    client.cookies[SITTING] = "made-up"
    answer = client.get("/account")
    assert answer["Location"] == "/enter?next=%2Faccount&ended=1"
    assert "登录已结束" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_the_pages_the_table_gives_it_and_is_told_why_not(role: Role, clock: Hands) -> None:
    person = somebody()
    client = signed_in(role, clock, Reach("430423", "甲-2026" if role.value.startswith("insurer") else ""))
    pages = {
        "/people": (Noun.PERSON, Verb.FIND),
        f"/people/{person}": (Noun.PERSON, Verb.READ),
        "/coverage": (Noun.COVERAGE_FIGURES, Verb.READ),
        "/accounts": (Noun.ACCOUNTS, Verb.INVITE),
        "/books": (Noun.BOOKS, Verb.READ),
        "/books/subjects/1003": (Noun.BOOKS, Verb.READ),
        "/books/banks": (Noun.BOOKS, Verb.READ),
        "/books/flow": (Noun.BOOKS, Verb.READ),
        "/books/pack": (Noun.BOOKS, Verb.EXPORT),
        "/approvals": (Noun.APPROVAL, Verb.READ),
    }
    for page, asked in pages.items():
        # Insurers see people of their own contract alone, and this person has none.
        by_contract = role.value.startswith("insurer") and page.startswith("/people/")
        wanted = 200 if role in MAY[(asked[0], asked[1])] and not by_contract else 403
        assert client.get(page).status_code == wanted, page
    may_ask = role in MAY[Noun.APPROVAL, Verb.ASK] & MAY[Noun.BOOKS, Verb.READ]
    assert client.get("/money/allocate").status_code == (200 if may_ask else 403)
    assert client.get("/").status_code == 200
    assert client.get("/account").status_code == 200


def test_somebody_in_another_county_is_answered_like_nobody_and_the_try_is_on_record(clock: Hands) -> None:
    elsewhere = somebody(area="430102")
    client = signed_in(Role.COUNTY_CLERK, clock)
    there = client.post("/people", {"number": NUMBER}).content.decode()
    nobody = client.post("/people", {"number": "430423198001010024"}).content.decode()
    assert "您负责的名册中没有这个证件号码" in there
    assert re.sub(r'value="\w*"|"csrfmiddlewaretoken".*?>', "", there) == re.sub(
        r'value="\w*"|"csrfmiddlewaretoken".*?>', "", nobody
    )
    assert client.get(f"/people/{elsewhere}").status_code == 403
    assert [act.deed.outcome for act in trail.all_acts()][-3:] == ["PERSON-001", "PERSON-001", "ACCESS-002"]


def test_a_person_is_masked_until_a_purpose_is_given_and_each_look_is_shown(clock: Hands) -> None:
    person = somebody()
    client = signed_in(Role.COUNTY_CLERK, clock)
    found = client.post("/people", {"number": NUMBER[:-1] + NUMBER[-1].lower()})
    assert found["Location"] == f"/people/{person}"
    masked = client.get(found["Location"]).content.decode()
    assert [text for text in (NAME, NUMBER, PHONE) if text in masked] == []
    assert "430***********0038" in masked
    without = client.post(f"/people/{person}/full", {"purpose": ""})
    assert (without.status_code, NUMBER in without.content.decode()) == (422, False)
    full = client.post(f"/people/{person}/full", {"purpose": "call_back"})
    assert [text for text in (NAME, NUMBER, PHONE) if text in full.content.decode()] == [NAME, NUMBER, PHONE]
    assert full["Cache-Control"] == "no-store"
    seen = client.get(f"/people/{person}").content.decode()
    assert "查看完整信息：电话联系本人或亲属" in seen
    acts = [(act.deed.verb, act.deed.purpose) for act in trail.all_acts() if act.deed.noun == "person"]
    assert acts[:3] == [("find", ""), ("read", ""), ("read", "")]
    assert ("unmask", "call_back") in acts


def test_the_number_stands_in_no_address_no_log_and_no_record(clock: Hands, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="django.db.backends")
    person = somebody()
    client = signed_in(Role.COUNTY_CLERK, clock)
    answers = [
        client.post("/people", {"number": NUMBER}),
        client.post("/people", {"number": NUMBER[:-1] + "1"}),
        client.get(f"/people/{person}"),
        client.get("/nothing-here"),
    ]
    assert [answer["Location"] for answer in answers if answer.has_header("Location")] == [f"/people/{person}"]
    assert [text for text in (NUMBER, NAME, PHONE) if text in caplog.text] == []
    assert [act for act in trail.all_acts() if NUMBER in str(act) or NAME in str(act)] == []


def test_every_answer_is_guarded_and_holds_nothing_inline(clock: Hands) -> None:
    client = signed_in(Role.COUNTY_CLERK, clock)
    person = somebody()
    for page in (
        "/enter",
        "/",
        "/people",
        f"/people/{person}",
        "/coverage",
        "/account",
        "/account/password",
        "/nowhere",
    ):
        answer = client.get(page)
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        text = answer.content.decode()
        assert re.findall(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style|https?://(?!www\.w3\.org)", text) == []


def test_a_form_without_its_mark_changes_nothing(clock: Hands) -> None:
    somebody()
    client = signed_in(Role.COUNTY_CLERK, clock)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    before = len(list(trail.all_acts()))
    answer = strict.post("/people", {"number": NUMBER})
    assert (answer.status_code, "提交没有生效" in answer.content.decode()) == (403, True)
    assert len(list(trail.all_acts())) == before


def test_what_was_typed_stays_and_is_marked_when_it_is_wrong(clock: Hands) -> None:
    client = signed_in(Role.COUNTY_CLERK, clock)
    text = client.post("/people", {"number": "43042319<b>"}).content.decode()
    assert "<title>错误：查某人是否参保 - 惠保</title>" in text
    assert 'value="43042319&lt;b&gt;"' in text
    assert 'aria-invalid="true"' in text
    assert 'href="#number"' in text
    assert 'id="number-error"' in text


def test_no_page_asks_the_database_too_often(clock: Hands) -> None:
    person = somebody()
    client = signed_in(Role.COUNTY_CLERK, clock)
    for page in ("/", "/people", f"/people/{person}", "/coverage", "/account"):
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert len(asked) <= MOST_STATEMENTS, page


def test_signing_in_goes_on_to_the_page_that_was_wanted_and_to_no_other_site(clock: Hands) -> None:
    client = Client()
    for wanted in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        text = client.get("/enter", {"next": wanted}).content.decode()
        assert '<input type="hidden" name="next" value="">' in text


def test_larger_print_high_contrast_and_english_are_one_press_and_remembered(clock: Hands) -> None:
    client = Client()
    for turn, mark in (("elder", "huibao-elder"), ("contrast", "huibao-contrast"), ("en", 'lang="en" class=')):
        back = client.post("/comfort", {"turn": turn, "next": "/enter"})
        assert back["Location"] == "/enter"
        assert mark in client.get("/enter").content.decode()
    assert client.cookies[COMFORT].value == "contrast.elder.en"


CHINESE = re.compile(r"[\u4e00-\u9fff]")
ALLOWED_CHINESE = ("示范", "残联", "衡山县", "湖南省", "中文", "惠保", "智力")


def test_in_english_nothing_is_left_in_chinese(clock: Hands) -> None:
    person = somebody()
    client = signed_in(Role.COUNTY_CLERK, clock)
    client.cookies[COMFORT] = "en"
    texts = [client.get(page) for page in ("/", "/people", "/account", "/account/password", "/coverage")]
    texts += [
        client.get(f"/people/{person}"),
        client.post("/people", {"number": "12"}),
        client.post("/people", {"number": "430423198001010024"}),
        client.post("/account/password", {"password": "", "new": "x", "again": "y"}),
        client.get("/nothing"),
        Client(headers={"cookie": f"{COMFORT}=en"}).get("/enter"),
    ]
    assert 'Cover of <span lang="zh-CN">' in texts[5].content.decode(), "a name says its language"
    for page in texts:
        text = re.sub(r"<[^>]+>", "\n", page.content.decode())
        left = [line for line in text.splitlines() if CHINESE.search(line)]
        assert [line for line in left if not any(word in line for word in (*ALLOWED_CHINESE, NAME[:1], "湖南"))] == []


def test_templates_hold_no_chinese_outside_a_pair() -> None:
    for path in sorted(TEMPLATES.rglob("*.html")):
        bare = re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert [line for line in bare.splitlines() if CHINESE.search(line) and ">中文<" not in line] == [], path.name


def test_an_address_below_the_hospitals_doors_is_answered_in_their_envelope(clock: Hands) -> None:
    answer = Client().get("/fsi/api/nowhere")
    assert answer["Content-Type"].startswith("application/json")
    assert Client().get("/nowhere").status_code == 404


def test_the_address_a_sender_claims_counts_only_behind_our_own_proxy(clock: Hands, settings: Settings) -> None:
    sources = []
    for behind in (False, True):
        settings.HUIBAO_BEHIND_PROXY = behind
        form = {"name": "nobody", "password": "wrong"}
        Client().post("/enter", form, headers={"x-forwarded-for": "10.9.9.9, 203.0.113.7"})
        sources.append(list(trail.all_acts())[-1].deed.source)
    assert sources == ["127.0.0.1", "203.0.113.7"]


def test_built_files_are_guarded_too_and_given_to_no_other_origin() -> None:
    answer = Client(headers={"origin": "https://elsewhere.example"}).get(static("huibao/huibao.css"), secure=True)
    answer.close()
    assert answer.status_code == 200
    assert not answer.has_header("Access-Control-Allow-Origin")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "max-age=31536000" in answer["Strict-Transport-Security"]


def test_a_fault_of_ours_is_told_in_words_and_logged_without_anybodys_data(
    clock: Hands, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in(Role.COUNTY_CLERK, clock)
    client.raise_request_exception = False

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{NAME} {NUMBER}")

    monkeypatch.setattr("huibao.web.people.find", fail)
    answer = client.post("/people", {"number": NUMBER})
    assert (answer.status_code, "刚才的操作没有生效" in answer.content.decode()) == (500, True)
    lines = "\n".join(Quiet().format(record) for record in caplog.records)
    assert "RuntimeError" in lines
    assert [text for text in (NAME, NUMBER) if text in lines] == []


def test_the_log_strikes_out_long_numbers() -> None:
    record = logging.LogRecord("django", logging.WARNING, "", 0, "Not Found: /people/%s", (NUMBER,), None)
    assert Quiet().format(record).endswith("Not Found: /people/…")


def test_a_hospitals_cashier_sees_cover_and_nothing_else(clock: Hands) -> None:
    person = somebody()
    text = signed_in(Role.HOSPITAL_CASHIER, clock).get(f"/people/{person}").content.decode()
    assert "今天没有参保" in text
    assert [word for word in ("依据", "最近谁看过", "理赔", "残疾人证") if word in text] == []


def test_who_is_half_signed_in_is_led_to_the_second_step_and_nowhere_else(clock: Hands) -> None:
    world.worker("li.wen", Role.COUNTY_CLERK, clock)
    client = Client()
    client.cookies[SITTING] = world.sign_in("li.wen", clock).token
    for page in ("/", "/people", "/account"):
        assert client.get(page)["Location"] == "/enter/code"


def test_the_keeper_invites_within_the_own_area_and_ends_others_not_oneself(clock: Hands) -> None:
    client = signed_in(Role.KEEPER, clock, name="guan.li")
    form = {"name": "wang.li", "shown": "王丽", "role": "county_clerk", "reach": "430423"}
    elsewhere = client.post("/accounts", form | {"reach": "370323"})
    assert (elsewhere.status_code, "不在您负责的地区" in elsewhere.content.decode()) == (422, True)
    assert 'value="wang.li"' in elsewhere.content.decode()
    told = client.post("/accounts", form).content.decode()
    link = re.search(r"https?://testserver(/join/[\w-]+)", told)
    assert link is not None
    assert "王丽" in Client().get(link[1]).content.decode()
    assert client.post("/accounts", form).status_code == 422
    assert "wang.li" in client.get("/accounts").content.decode()
    assert "立即作废" in client.get("/accounts/wang.li/invite").content.decode()
    assert "王丽" in Client().get(link[1]).content.decode(), "asking changes nothing"
    assert client.post("/accounts/wang.li/end").status_code == 302
    assert Client().get(link[1]).status_code == 403
    assert client.post("/accounts/guan.li/end").status_code == 403
    assert client.post("/accounts/nobody/invite").status_code == 403
    assert [act.deed.verb for act in trail.all_acts() if act.deed.noun == "staff"][-2:] == ["invite", "end"]


def test_an_account_of_another_area_is_neither_seen_nor_touched(clock: Hands) -> None:
    signed_in(Role.COUNTY_CLERK, clock, Reach("370323"), name="zhao.min")
    client = signed_in(Role.KEEPER, clock, name="guan.li")
    assert "zhao.min" not in client.get("/accounts").content.decode()
    assert client.post("/accounts/zhao.min/end").status_code == 403
    assert client.post("/accounts/zhao.min/invite").status_code == 403


def test_every_page_has_its_name_once() -> None:
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))
    assert get_resolver().url_patterns
