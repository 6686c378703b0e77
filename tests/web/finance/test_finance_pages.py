"""The finance desk by Django's client: balance to paper in four steps, money asked for by one and approved by another."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huibao.app.access import Reach, Role
from huibao.domain import ledger
from huibao.store import ledger as books
from tests.app.funds_world import CONTRACT, COUNTY, MEDICAL, PROVINCE_FUND, enrolled, funded, insured
from tests.app.staff_world import Hands
from tests.web.finance.seats import seated

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 30
FUND = f"{COUNTY}/{PROVINCE_FUND}"


@pytest.fixture
def clerk(clock: Hands) -> Client:
    return seated(Role.FINANCE_CLERK, clock, Reach(COUNTY), "zijin")


@pytest.fixture
def approver(clock: Hands) -> Client:
    return seated(Role.FINANCE_APPROVER, clock, Reach(COUNTY), "zijin.fuhe")


def links(text: str, part: str) -> Iterator[str]:
    """Addresses of the page's main part that hold `part`."""
    main = text[text.index("<main") :]
    for found in re.findall(r'href="([^"]+)"', main):
        if part in found:
            yield found.replace("&amp;", "&")


def test_from_the_balance_to_the_paper_are_four_links(clerk: Client) -> None:
    insured()
    balance = clerk.get("/books?year=2020").content.decode()
    assert "试算平衡" in balance
    subject = clerk.get(next(links(balance, "/books/subjects/1003"))).content.decode()
    journal = clerk.get(next(links(subject, "/books/account"))).content.decode()
    # Ten people's medical premium: 1,200.00 yuan, or the accident premium of 100.00.
    assert "1,200.00" in journal or "100.00" in journal
    voucher = clerk.get(next(links(journal, "/books/vouchers/"))).content.decode()
    assert "借贷分录" in voucher
    paper = clerk.get(next(links(voucher, "/paper"))).content.decode()
    assert ("参保批次" in paper, "enrol-2020" in paper) == (True, True)


def test_a_journals_running_balance_ends_where_the_account_stands(clerk: Client) -> None:
    insured()
    ref = ledger.special(CONTRACT, MEDICAL)
    text = clerk.get("/books/account", {"code": ref.code, "year": "2020", "area": COUNTY}).content.decode()
    assert books.balance(ref) == 120_000
    closing = re.search(r"期末余额</dt><dd[^>]*>.*?(\d[\d,.]*) 元", text, re.DOTALL)
    assert closing is not None
    assert closing[1] == "1,200.00"
    month = clerk.get("/books/account", {"code": ref.code, "year": "2020", "month": "2"}).content.decode()
    assert "这段时间没有发生" in month


def typed(**changed: str) -> dict[str, str]:
    form = {"fund": FUND, "contract": CONTRACT, "line": MEDICAL.value, "amount": "770", "on": "2020-01-02"}
    return form | {"note": "第一批参保", "key": "k" * 32} | changed


def test_money_is_set_aside_by_two_people_and_by_no_one_alone(clerk: Client, approver: Client) -> None:
    enrolled()
    funded()
    check = clerk.post("/money/allocate", typed(step="check")).content.decode()
    # 10,000.00 in the county's fund, 9,230.00 once 770.00 are set aside.
    assert [amount for amount in ("10,000.00", "9,230.00", "770.00") if amount not in check] == []
    sent = clerk.post("/money/allocate", typed(step="send"))
    again = clerk.post("/money/allocate", typed(step="send"))
    assert (sent.status_code, sent["Location"]) == (302, again["Location"])
    page = sent["Location"]
    assert "提交决定" not in clerk.get(page).content.decode()
    assert clerk.post(f"{page}/decide", {"decision": "yes"}).status_code == 422
    assert books.balance(ledger.fund(COUNTY, PROVINCE_FUND)) == 1_000_000
    assert "1 件待办" in approver.get("/").content.decode()
    assert "提交决定" in approver.get(page).content.decode()
    for _ in range(2):
        assert approver.post(f"{page}/decide", {"decision": "yes", "reason": "同意"})["Location"] == page
    assert books.balance(ledger.fund(COUNTY, PROVINCE_FUND)) == 923_000
    done = approver.get(page).content.decode()
    voucher = approver.get(next(links(done, "/books/vouchers/"))).content.decode()
    assert page in voucher
    assert approver.get("/money/allocate").status_code == 403


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(clerk: Client) -> None:
    enrolled()
    funded()
    for changed, field in (
        ({"amount": "12,3.4"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "10001"}, "amount"),
        ({"on": "2020-02-30"}, "on"),
        ({"fund": "370000/other"}, "fund"),
        ({"contract": ""}, "contract"),
        ({"note": ""}, "note"),
    ):
        answer = clerk.post("/money/allocate", typed(step="check", **changed))
        text = answer.content.decode()
        assert (answer.status_code, f'href="#{field}"' in text, "<title>错误：" in text) == (422, True, True), changed
        assert "第一批参保" in text or "note" in changed
    assert "没有等您办理" not in clerk.get("/approvals").content.decode()


def test_a_request_somebody_else_decided_meanwhile_is_shown_as_it_stands_with_what_was_typed(
    clerk: Client, approver: Client, clock: Hands
) -> None:
    enrolled()
    funded()
    page = clerk.post("/money/allocate", typed(step="send"))["Location"]
    second = seated(Role.FINANCE_APPROVER, clock, Reach(COUNTY), "fuhe.er")
    approver.post(f"{page}/decide", {"decision": "no", "reason": "缺文件"})
    late = second.post(f"{page}/decide", {"decision": "yes", "reason": "同意办理"})
    text = late.content.decode()
    assert (late.status_code, "未批准" in text, "缺文件" in text) == (422, True, True)
    assert books.balance(ledger.fund(COUNTY, PROVINCE_FUND)) == 1_000_000


def test_declining_without_a_reason_is_told_at_the_field(clerk: Client, approver: Client) -> None:
    enrolled()
    funded()
    page = clerk.post("/money/allocate", typed(step="send"))["Location"]
    answer = approver.post(f"{page}/decide", {"decision": "no", "reason": ""})
    assert (answer.status_code, 'href="#reason"' in answer.content.decode()) == (422, True)
    assert clerk.post(f"{page}/withdraw")["Location"] == page
    there = clerk.get(page).content.decode()
    assert ("已撤回" in there, "撤回</th>" in there) == (True, True)


def test_another_countys_books_vouchers_and_requests_are_closed(clerk: Client, clock: Hands) -> None:
    insured()
    elsewhere = seated(Role.FINANCE_CLERK, clock, Reach("430423"), "bieren")
    assert elsewhere.get("/books", {"area": COUNTY}).status_code == 403
    assert elsewhere.get("/books/vouchers/1").status_code == 403
    code = ledger.special(CONTRACT, MEDICAL).code
    assert elsewhere.get("/books/account", {"code": code}).status_code == 403
    assert clerk.get("/books/subjects/9999").status_code == 404


def test_the_flow_picture_holds_the_figures_of_its_table(clerk: Client) -> None:
    insured()
    text = clerk.get("/books/flow?year=2020").content.decode()
    drawn = re.findall(r"<title>(.+?) → (.+?) ([\d,.]+)</title>", text)
    table = re.findall(
        r'__header">[^<：]+：([^<]+)</th><td[^>]*>[^<：]+：([^<]+)</td><td.*?([\d,.]+) 元', text, re.DOTALL
    )
    assert sorted(drawn) == sorted(table)
    assert len(drawn) > 4


def test_pages_ask_the_database_sparingly_and_say_everything_in_english_too(clerk: Client) -> None:
    insured()
    code = urlencode({"code": ledger.special(CONTRACT, MEDICAL).code, "year": 2020})
    pages = (
        "/books?year=2020",
        "/books/subjects/1003?year=2020",
        f"/books/account?{code}",
        "/books/vouchers/9",
        "/books/vouchers/9/paper",
        "/books/banks?year=2020",
        "/books/flow?year=2020",
        "/books/pack",
        "/approvals",
        "/money/allocate",
        "/money/move",
        "/money/carry",
        "/money/return",
    )
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = clerk.get(page)
        assert answer.status_code == 200, page
        assert len(asked) <= MOST_STATEMENTS, page
        assert re.findall(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", answer.content.decode()) == [], page


def test_lines_are_named_in_words_and_every_area_of_the_clerks_is_at_hand(clock: Hands) -> None:
    insured()
    # The first reach is another county: its contracts come first, this county's are offered all the same.
    clerk = seated(Role.FINANCE_CLERK, clock, Reach("371321"), "zijin")
    assert CONTRACT not in clerk.get("/money/move").content.decode()
    reached = seated(Role.FINANCE_CLERK, clock, Reach("371321"), "zijin.liang", Reach(COUNTY))
    typed_in = {"contract": CONTRACT, "line": "medical_supplementary", "to": "accident", "amount": "1,000"}
    more = {"on": "2020-03-01", "note": "意外险赔付高于预期", "step": "check"}
    answer = reached.post("/money/move", typed_in | more)
    text = answer.content.decode()
    # 10 % of 1,200.00 is 120.00; the line is told by its name, not by its word in the scheme.
    said = text[text.index('id="amount-error"') :].partition("</p>")[0]
    assert (answer.status_code, "医疗商业补充保险" in said, "medical_supplementary" in said, "120.00" in said) == (
        422,
        True,
        False,
        True,
    )


def test_vouchers_of_every_area_of_the_readers_open_and_the_books_lead_to_each(clock: Hands) -> None:
    insured()
    reader = seated(Role.FINANCE_APPROVER, clock, Reach("371321"), "zijin.fuhe", Reach(COUNTY))
    first = reader.get("/books?year=2020").content.decode()
    assert "沂南县" in first
    other = next(one for one in re.findall(r'href="\?([^"]+)"', first) if f"area={COUNTY}" in one).replace("&amp;", "&")
    there = reader.get(f"/books?{other}").content.decode()
    assert "试算平衡" in there
    accounts = reader.get(next(links(there, "/books/subjects/1003"))).content.decode()
    journal = reader.get(next(links(accounts, "/books/account"))).content.decode()
    voucher = next(links(journal, "/books/vouchers/"))
    assert "借贷分录" in reader.get(voucher).content.decode()
    stranger = seated(Role.FINANCE_APPROVER, clock, Reach("371321"), "bieren")
    assert stranger.get(voucher).status_code == 403
    assert 'aria-label="地区"' not in stranger.get("/books?year=2020").content.decode()
