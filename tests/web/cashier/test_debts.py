"""Debts of people treated before they paid: listed, shown with their history, and given up by two people. SD-6.4, T2, T3.

The bill of tests/web/cashier/test_counter.py leaves the person 1,900.00 yuan, which stand as a debt.
"""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huibao.app.access import Reach, Role
from huibao.app.hospital import debts
from huibao.domain.approval import Kind, State
from huibao.kernel.fen import Fen
from huibao.store import approval
from huibao.store.audits import approval as audits
from tests.app import insured_county as county
from tests.app.staff_world import Hands
from tests.web.cashier.test_counter import come_in, confirmed
from tests.web.desk_world import signed_in

pytestmark = pytest.mark.django_db

OWED_FEN = 190_000
NOTE = "村委会和民政所核实，附证明编号 2020-07"
ASKING = {"why": "cannot_pay", "note": NOTE}


def owing(cashier: Client, clock: Hands, person: int = 1) -> str:
    """A bill settled by hand whose person pays later; returns the stay's number."""
    page = come_in(cashier, person)
    assert cashier.post(f"{page}/settle", confirmed(cashier, page)).status_code == 302
    return debts.debts(clock.today())[-1].stay


def finance(role: Role, clock: Hands, name: str, area: str = county.COUNTY) -> Client:
    return signed_in(role, clock, Reach(area), name=name)


def form_of(client: Client, stay: str) -> dict[str, str]:
    """The hidden fields of the form."""
    text = client.get(f"/debts/{stay}/write-off").content.decode()
    return dict(re.findall(r'<input type="hidden" name="(owed|key)" value="([^"]*)">', text))


def test_debts_are_listed_with_their_sum_for_cashier_and_finance_and_nobody_elses(
    cashier: Client, clock: Hands
) -> None:
    stay = owing(cashier, clock)
    for client in (
        cashier,
        finance(Role.FINANCE_CLERK, clock, "zi.jin"),
        finance(Role.AUDITOR, clock, "shen.ji", "370000"),
    ):
        text = client.get("/debts").content.decode()
        assert (stay in text, "1,900.00 元" in text) == (True, True)
    home = cashier.get("/").content.decode()
    assert ("1 笔" in home, "1,900.00" in home, "先诊疗后付费的欠费" in home) == (True, True, True)
    elsewhere = finance(Role.FINANCE_CLERK, clock, "bie.chu", "430423")
    assert stay not in elsewhere.get("/debts").content.decode()
    assert elsewhere.get(f"/debts/{stay}").status_code == 403
    other = signed_in(Role.HOSPITAL_CASHIER, clock, Reach(county.COUNTY, "H37032300009"), name="ling.yi")
    assert (stay in other.get("/debts").content.decode(), other.get(f"/debts/{stay}").status_code) == (False, 403)


def test_one_debt_shows_what_was_agreed_sent_and_paid(cashier: Client, clock: Hands) -> None:
    stay = owing(cashier, clock)
    debts.agree(stay, [(date(2020, 6, 20), Fen(90_000)), (date(2020, 9, 20), Fen(100_000))], clock)
    debts.remind(clock)
    debts.repay(stay, Fen(50_000), "repaid/1", clock)
    text = cashier.get(f"/debts/{stay}").content.decode()
    # 1,900 less 500 paid; 1,000 are due later, so 400 of the first part are overdue.
    assert ("1,400.00 元" in text, "其中到期未还" in text, "400.00 元" in text) == (True, True, True)
    for words in ("约定分 2 期偿还", "发出催缴", "欠费还款", "未到期"):
        assert words in text, words
    assert "/books/vouchers/" not in text
    assert "/books/vouchers/" in finance(Role.AUDITOR, clock, "shen.ji").get(f"/debts/{stay}").content.decode()


def test_a_debt_is_given_up_by_two_people_and_its_history_says_so(cashier: Client, clock: Hands) -> None:
    stay = owing(cashier, clock)
    sent = cashier.post(f"/debts/{stay}/write-off", {**form_of(cashier, stay), **ASKING})
    assert sent["Location"] == f"/debts/{stay}?sent=1"
    assert "等另一人复核" in cashier.get(sent["Location"]).content.decode()
    asked = approval.latest_about(Kind.WRITE_OFF, stay)
    assert asked is not None
    assert (int(asked.request.fen), asked.state) == (OWED_FEN, State.ASKED)
    clerk, approver = (
        finance(Role.FINANCE_CLERK, clock, "zi.jin"),
        finance(Role.FINANCE_APPROVER, clock, "zi.jin.fu.he"),
    )
    assert clerk.post(f"/approvals/{asked.number}/decide", {"decision": "yes"}).status_code == 422
    page = approver.get(f"/approvals/{asked.number}").content.decode()
    assert ("核实无力偿还" in page, NOTE in page, f"/debts/{stay}" in page) == (True, True, True)
    assert approver.post(f"/approvals/{asked.number}/decide", {"decision": "yes", "reason": "属实"}).status_code == 302
    text = cashier.get(f"/debts/{stay}").content.decode()
    for words in ("已结清", "欠费核销", "申请核销", "已批准并办结", "属实"):
        assert words in text, words
    assert stay not in cashier.get("/debts").content.decode()
    assert [found for audit in audits.AUDITS for found in audit.run()] == []


@pytest.mark.parametrize(("left_out", "says"), [("why", "请选择原因"), ("note", "请写明核实经过和依据")])
def test_what_is_left_out_is_said_beside_its_field(cashier: Client, clock: Hands, left_out: str, says: str) -> None:
    stay = owing(cashier, clock)
    answer = cashier.post(f"/debts/{stay}/write-off", {**form_of(cashier, stay), **ASKING, left_out: ""})
    text = answer.content.decode()
    assert (answer.status_code, f'id="{left_out}-error"' in text, says in text) == (422, True, True)
    assert (NOTE in text) == (left_out != "note")
    assert approval.latest_about(Kind.WRITE_OFF, stay) is None


def test_sent_twice_it_is_asked_once_and_another_request_waits_for_the_first(cashier: Client, clock: Hands) -> None:
    stay = owing(cashier, clock)
    form = {**form_of(cashier, stay), **ASKING}
    assert [cashier.post(f"/debts/{stay}/write-off", form).status_code for _ in range(2)] == [302, 302]
    assert len(approval.all_about(Kind.WRITE_OFF, stay, 9)) == 1
    again = finance(Role.FINANCE_CLERK, clock, "zi.jin")
    answer = again.post(f"/debts/{stay}/write-off", {**form_of(again, stay), **ASKING})
    assert (answer.status_code, "正在等待复核" in answer.content.decode()) == (422, True)


def test_a_debt_that_changed_after_the_page_was_opened_is_shown_anew(cashier: Client, clock: Hands) -> None:
    stay = owing(cashier, clock)
    form = form_of(cashier, stay)
    debts.repay(stay, Fen(90_000), "repaid/1", clock)
    answer = cashier.post(f"/debts/{stay}/write-off", {**form, **ASKING})
    text = answer.content.decode()
    assert (answer.status_code, "当时 1,900.00 元，现在 1,000.00 元" in text, NOTE in text) == (422, True, True)
    assert 'name="owed" value="100000"' in text


def test_who_may_not_ask_sees_no_form(cashier: Client, clock: Hands) -> None:
    stay = owing(cashier, clock)
    for role, name in ((Role.AUDITOR, "shen.ji"), (Role.FINANCE_APPROVER, "zi.jin.fu.he")):
        client = finance(role, clock, name)
        assert "申请核销</a>" not in client.get(f"/debts/{stay}").content.decode()
        assert client.get(f"/debts/{stay}/write-off").status_code == 403
    county_clerk = finance(Role.COUNTY_CLERK, clock, "jing.ban")
    assert county_clerk.get("/debts").status_code == 403


def test_the_list_takes_as_many_statements_for_three_debts_as_for_one(cashier: Client, clock: Hands) -> None:
    taken = []
    for person in (1, 2):
        owing(cashier, clock, person)
        with CaptureQueriesContext(connection) as counted:
            assert cashier.get("/debts").status_code == 200
        taken.append(len(counted))
    assert taken[0] == taken[1] <= 30
