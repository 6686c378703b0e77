"""The insurer's desk by Django's client: the queue by the clock, one case from papers to letter, two people on one case."""

import re
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huibao.app.access import Role
from huibao.app.claims import letter
from huibao.domain.claims.claim import Cause, State, Verb
from huibao.domain.claims.papers import Paper
from huibao.store import trail
from huibao.web.desk import COMFORT
from huibao.web.paging import page_of
from tests.app import claims_world
from tests.web.browser.checks.paper import paper
from tests.web.desk_world import signed_in
from tests.web.insurer import insurer_world as world
from tests.web.insurer.insurer_world import COST, DIGITS, FELL_ON, PAID_FEN, Office

pytestmark = pytest.mark.django_db


def text_of(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def test_the_queue_shows_what_is_due_first_and_counts_it(office: Office) -> None:
    first = world.report(office, 0)
    office.to(FELL_ON + timedelta(days=10))
    second = world.report(office, 1, day=FELL_ON + timedelta(days=10))
    # The first claim's 30 days end on 2025-07-02, the second's on 2025-07-12.
    office.to(date(2025, 7, 2))
    text = text_of(office.seat("lipei"), "/insurer/queue")
    assert text.index(first) < text.index(second)
    assert "作出核定：今天到期" in text
    assert "作出核定：还有 10 天" in text
    assert "今天到期 1</a>" in text
    assert second not in text_of(office.seat("lipei"), "/insurer/queue?when=today")
    office.to(date(2025, 7, 3))
    assert "作出核定：逾期 1 天" in text_of(office.seat("lipei"), "/insurer/queue?when=overdue")
    assert "0 件今天到期，1 件已逾期" in text_of(office.seat("lipei"), "/")


def test_the_queue_comes_a_page_at_a_time_and_keeps_what_was_asked_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = world.report(office, 0), world.report(office, 1)
    monkeypatch.setattr("huibao.web.insurer.queue.page_of", partial(page_of, size=1))
    text = text_of(office.seat("lipei"), "/insurer/queue?whose=mine")
    assert (first in text, second in text) == (True, False)
    assert 'href="?whose=mine&amp;page=2"' in text
    assert second in text_of(office.seat("lipei"), "/insurer/queue?whose=mine&page=2")


def test_waiting_for_papers_stands_still_and_comes_last(office: Office) -> None:
    number = world.report(office)
    office.to(FELL_ON + timedelta(days=12))
    assert office.send("lipei", number, "papers/ask", papers="invoices") == 302
    office.to(FELL_ON + timedelta(days=60))
    assert "等材料，暂停；补齐后还有 18 天" in text_of(office.seat("lipei"), "/insurer/queue?when=paused")


def test_papers_are_asked_for_once_and_a_second_request_is_refused_with_the_reason(office: Office) -> None:
    number = world.report(office)
    page = f"/insurer/claims/{number}/papers/ask"
    client = office.seat("lipei")
    shown = text_of(client, page)
    assert "我们只通知这一次" in shown
    form = world.hidden(shown)
    assert client.post(page, {**form, "papers": ["invoices", "bank_account"]}).status_code == 302
    claim = world.now(number)
    assert (claim.state, claim.papers_asked) == (State.PAPERS_ASKED, (Paper.INVOICES, Paper.BANK_ACCOUNT))
    again = {**world.hidden(text_of(client, page)), "papers": ["cost_list"]}
    answer = client.post(page, again)
    assert answer.status_code == 422
    assert "不能再次要求（保险法第二十二条）" in answer.content.decode()


def test_a_double_click_and_the_back_button_have_no_second_effect(office: Office) -> None:
    number = world.report(office)
    page = f"/insurer/claims/{number}/papers/received"
    client = office.seat("lipei")
    form = {**world.hidden(text_of(client, page)), "papers": ["identity"], "complete": "no"}
    assert [client.post(page, form).status_code for _ in range(3)] == [302, 302, 302]
    assert [event.verb for event in world.now(number).events][2:] == [Verb.RECEIVE_PAPERS]


def test_who_acts_on_a_case_that_moved_on_is_told_what_happened_and_keeps_what_was_typed(office: Office) -> None:
    number = world.complete(office)
    page = f"/insurer/claims/{number}/assess"
    client = office.seat("lipei")
    form = {**world.hidden(text_of(client, page)), **COST, "why": "写到一半"}
    assert office.send("lipei", number, "papers/received", papers="invoices") == 302
    answer = client.post(page, form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "刚才的内容还没有提交" in text
    assert "收到材料" in text
    assert 'value="1000"' in text
    assert "写到一半" in text
    again = {**form, **world.hidden(text)}
    assert client.post(page, again).status_code == 302
    assert world.now(number).state is State.ASSESSED


def test_a_case_goes_from_papers_to_letter_through_two_people(office: Office) -> None:
    number = world.complete(office)
    assert office.send("lipei", number, "assess", **COST) == 302
    assert "已办理" in text_of(office.seat("lipei"), f"/insurer/claims/{number}?done=assess")
    page = text_of(office.seat("lipei.fuhe"), f"/insurer/claims/{number}")
    assert "765.00 元" in page
    assert "意外伤害医疗" in page
    assert "HN-1" in page
    assert "复核" in page
    assert office.send("lipei", number, "decide", choice="pay") == 403
    assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302
    claim = world.now(number)
    assert (claim.state, claim.owed_fen) == (State.DECIDED, PAID_FEN)
    for query in ("", "?large=1"):
        answer = office.seat("lipei").get(f"/insurer/claims/{number}/letter{query}")
        assert answer["Content-Type"] == "application/pdf"
        assert paper(answer.content, least=18 if query else 12) == []
        assert answer.content.startswith(b"%PDF")
    assert letter.code_of(claim) in text_of(office.seat("lipei"), f"/insurer/claims/{number}")
    done = [act.deed.verb for act in trail.all_acts() if act.deed.noun == "claim"]
    assert done == ["assess", "decide", "letter_decision", "letter_decision"]


def test_a_deviation_needs_a_reason_and_above_the_limit_the_second_persons_opinion(office: Office) -> None:
    # The contract of this world sets no limit: each deviation is above it.
    number = world.complete(office)
    status, text = office.sent("lipei", number, "assess", **COST, other="800")
    assert (status, "与系统不同的金额须写明理由" in text) == (422, True)
    assert office.send("lipei", number, "assess", **COST, other="800", why="另有一张发票") == 302
    status, text = office.sent("lipei.fuhe", number, "decide", choice="pay")
    assert (status, "须写复核意见" in text) == (422, True)
    assert office.send("lipei.fuhe", number, "decide", choice="pay", opinion="发票属实") == 302
    assert world.now(number).owed_fen == 80_000


def test_what_is_sent_back_is_assessed_anew_and_the_approver_never_decides_what_was_not_put_up(office: Office) -> None:
    number = world.complete(office)
    assert office.send("lipei", number, "assess", **COST) == 302
    assert office.send("lipei.fuhe", number, "decide", choice="back") == 422
    assert office.send("lipei.fuhe", number, "decide", choice="back", opinion="发票少一张") == 302
    assert "复核退回：发票少一张" in text_of(office.seat("lipei"), f"/insurer/claims/{number}")
    status, text = office.sent("lipei.fuhe", number, "decide", choice="pay")
    assert (status, "还没有送审" in text) == (422, True)
    assert office.send("lipei", number, "assess", **COST) == 302
    assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302


def test_a_refusal_has_its_reason_and_clause_and_is_sent_within_three_days(office: Office) -> None:
    number = world.complete(office)
    assert office.send("lipei.fuhe", number, "refuse", reason="", clause="") == 422
    assert office.send("lipei.fuhe", number, "refuse", reason="事故不在保障范围。", clause="HN-1") == 302
    text = text_of(office.seat("lipei"), f"/insurer/claims/{number}")
    assert "拒赔通知：还有 3 天" in text
    form = dict(re.findall(r'name="(version|key)" value="([^"]*)"', text))
    assert office.seat("lipei").post(f"/insurer/claims/{number}/sent", form).status_code == 302
    assert world.now(number).when(Verb.SEND_REFUSAL) == FELL_ON


def test_an_appeal_is_heard_by_somebody_else(office: Office) -> None:
    number = world.complete(office)
    assert office.send("lipei.fuhe", number, "refuse", reason="事故不在保障范围。", clause="HN-1") == 302
    assert office.send("lipei", number, "appeal", reason="医生的证明没有看") == 302
    status, text = office.sent("lipei.fuhe", number, "hear", choice="uphold", reason="看过了")
    assert (status, "请换人办理" in text) == (422, True)
    assert office.send("fuhe.er", number, "hear", choice="reopen", reason="证明有效") == 302
    assert world.now(number).state is State.REPORTED


def test_a_drowning_waits_for_the_first_payer(office: Office) -> None:
    number = world.report(office, cause=Cause.DROWNING)
    # The county of Hunan asks for no first payer: nothing waits, and the page does not offer it.
    assert "先行赔付" not in text_of(office.seat("lipei"), f"/insurer/claims/{number}")
    status, text = office.sent("lipei", number, "first-payer", known="known")
    assert (status, "请输入金额" in text) == (422, True)


def test_a_visit_is_planned_listed_and_ended_once(office: Office) -> None:
    number = world.report(office)
    assert office.send("lipei", number, "visit", on="2025-06-01", purpose="papers") == 422
    assert office.send("lipei", number, "visit", on="2025-06-03", purpose="papers", note="带申请书") == 302
    listed = text_of(office.seat("lipei"), "/insurer/visits")
    page = re.findall(r"/insurer/visits/\d+", listed)[0]
    sheet = text_of(office.seat("lipei"), page)
    assert "带申请书" in sheet
    said = {**world.hidden(sheet), "outcome": "done", "result": "材料已收"}
    assert office.seat("lipei").post(page, said).status_code == 302
    assert office.seat("lipei").post(page, said).status_code == 302, "pressed twice"
    assert office.seat("lipei").post(page, {**said, "outcome": "called_off"}).status_code == 422, "ended once"
    assert "材料已收" in text_of(office.seat("lipei"), page)


def test_neighbouring_cases_are_one_key_away_in_the_order_of_the_queue(office: Office) -> None:
    first = world.report(office, 0)
    second = world.report(office, 1)
    here = text_of(office.seat("lipei"), f"/insurer/claims/{first}")
    assert f'data-key="Alt+K" aria-keyshortcuts="Alt+K" href="/insurer/claims/{second}"' in here
    assert 'data-key="Alt+J"' not in here
    assert f'href="/insurer/claims/{first}"' in text_of(office.seat("lipei"), f"/insurer/claims/{second}")


def test_nothing_personal_stands_on_a_page_or_in_the_record(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    number = world.decided(office)
    person = claims_world.identity(0)
    for page in ("queue", f"claims/{number}", f"claims/{number}/payees", "payments"):
        text = text_of(office.seat("lipei"), f"/insurer/{page}")
        # The name travels as the value of a form's choice; what is shown is masked.
        shown = re.sub(r"<[^>]+>", " ", text)
        assert [one for one in (person, DIGITS, "孙某") if one in shown] == [], page
        assert DIGITS not in text
    said = "\n".join(str(act) for act in trail.all_acts()) + caplog.text
    assert [one for one in (person, DIGITS, "孙某") if one in said] == []


def test_a_claim_of_another_contract_is_answered_like_none(office: Office) -> None:
    number = world.report(office)
    from huibao.app.access import Reach

    other = signed_in(Role.INSURER_HANDLER, office.clock, Reach("430121", "另一份合同"), "wairen")
    for page in (number, "C2025-430121-000099"):
        answer = other.get(f"/insurer/claims/{page}")
        assert (answer.status_code, f"没有案件 {page}" in answer.content.decode()) == (403, True)
    assert number not in text_of(other, "/insurer/queue")


def test_a_payer_whose_contract_is_not_on_record_is_told_so(office: Office) -> None:
    from huibao.app.access import Reach

    other = signed_in(Role.INSURER_PAYER, office.clock, Reach("430121", "没有的合同"), "wairen")
    assert other.get("/insurer/payments").status_code == 403


def test_each_role_reaches_this_desk_only_as_the_table_says(office: Office) -> None:
    number = world.complete(office)
    pages = {
        "queue": {"lipei", "lipei.fuhe", "zhifu"},
        f"claims/{number}": {"lipei", "lipei.fuhe", "zhifu"},
        f"claims/{number}/assess": {"lipei"},
        f"claims/{number}/decide": {"lipei.fuhe"},
        f"claims/{number}/refuse": {"lipei.fuhe"},
        "payments": {"lipei", "lipei.fuhe", "zhifu"},
        "visits": {"lipei", "lipei.fuhe", "zhifu"},
    }
    clerk = signed_in(Role.COUNTY_CLERK, office.clock)
    for page, may in pages.items():
        for name in ("lipei", "lipei.fuhe", "zhifu"):
            wanted = 200 if name in may else 403
            assert office.seat(name).get(f"/insurer/{page}").status_code == wanted, (page, name)
        assert clerk.get(f"/insurer/{page}").status_code == 403, page


def test_no_page_asks_the_database_too_often(office: Office) -> None:
    number = world.decided(office)
    world.report(office, 1)
    for page in (
        "",
        "insurer/queue",
        f"insurer/claims/{number}",
        "insurer/payments",
        f"insurer/claims/{number}/assess",
    ):
        with CaptureQueriesContext(connection) as asked:
            office.seat("lipei").get(f"/{page}")
        assert len(asked) <= 30, (page, [one["sql"][:150] for one in asked])


CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_in_english_the_desk_speaks_english(office: Office) -> None:
    number = world.decided(office)
    client = office.seat("lipei")
    client.cookies[COMFORT] = "en"
    for page in (
        "queue",
        f"claims/{number}",
        f"claims/{number}/payees",
        f"claims/{number}/visit",
        "visits",
        "payments",
    ):
        text = re.sub(
            r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", text_of(client, f"/insurer/{page}"), flags=re.DOTALL
        )
        lines = [line.strip() for line in re.sub(r"<[^>]+>", "\n", text).splitlines() if CHINESE.search(line)]
        assert [line for line in lines if not re.search("示范|孙|中文|湘残办字|保监发|在家中|JR/T", line)] == [], page
