"""One runnable example for each thing that can be wrong with a bill or a settlement."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from huibao.app import bills as files
from huibao.app import settlement as use
from huibao.app import settlement_batch
from huibao.app.enrolment import leave
from huibao.domain.plan import EndReason
from huibao.domain.settlement import billfile, settled
from huibao.domain.settlement.bill import Bill, FeeLine, bill_problems
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Problem, Refused
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Payer
from tests.app import insured_county as county

SCHEME = "shandong/2020/demo-city"
DAY = date(2020, 5, 12)
FILE: dict[str, Any] = {
    "setl_id": "T1",
    "begndate": "2020-05-01",
    "enddate": "2020-05-12",
    "medfee_sumamt": "100.00",
    "inscp_scp_amt": "80.00",
}


def refused(act: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.problems


def a_bill(**inputs: int) -> Bill:
    return Bill("T1", DAY, DAY, inputs, person=county.identity(1))


ADDS_UP: dict[str, Bill] = {
    "BILL-001": a_bill(bill_total=-1),
    "BILL-002": a_bill(bill_total=10_000, in_policy=8_000, out_of_catalogue=1_000),
    "BILL-003": a_bill(bill_total=10_000, in_policy=10_001),
    "BILL-004": a_bill(bill_total=10_000, reported_basic_medical=10_001),
    "BILL-005": replace(a_bill(bill_total=10_000), stated={"fund_pay_sumamt": 9_000, "psn_part_amt": 999}),
    "BILL-006": replace(a_bill(bill_total=10_000), admitted_on=date(2020, 5, 13)),
    "BILL-007": replace(a_bill(bill_total=10_000), fee_lines=(FeeLine("A", {"bill_total": 9_999}),)),
}


@pytest.mark.parametrize("code", ADDS_UP)
def test_a_bill_that_does_not_add_up(code: str) -> None:
    assert [problem.code for problem in bill_problems(ADDS_UP[code])] == [code]


FILES: dict[str, str] = {
    "BILL-010": '{"setl_id": ',
    "BILL-011": "3",
    "BILL-012": json.dumps(FILE | {"medfee_sum": "1.00"}),
    "BILL-013": json.dumps({key: value for key, value in FILE.items() if key != "enddate"}),
    "BILL-014": json.dumps(FILE | {"medfee_sumamt": "100.001"}),
    "BILL-015": json.dumps(FILE | {"enddate": "2020/05/12"}),
    "BILL-016": json.dumps(FILE | {"hosp_lv": "四级"}),
    "BILL-017": json.dumps(FILE | {"in_policy": "80.00"}),
    "BILL-019": json.dumps([FILE, FILE]),
    "BILL-020": json.dumps(FILE | {"begndate": "2025-05-01", "enddate": "2025-05-12"}),
    "BILL-021": json.dumps(FILE | {"benefit": "accident"}),
    "BILL-022": json.dumps(FILE | {"groups": ["nobody"]}),
    "BILL-023": json.dumps(FILE | {"enddate": "2021-01-01"}),
    "BILL-040": json.dumps(FILE | {"facts": {"poverty": "enjoying"}}),
    "BILL-041": json.dumps(FILE | {"facts": {"poverty_relief": "rich"}}),
}


@pytest.mark.parametrize("code", FILES)
def test_a_bill_file_that_cannot_be_settled(code: str) -> None:
    scheme = "hunan/2025/demo-county" if code == "BILL-020" else SCHEME
    problems = refused(lambda: files.settle_file(scheme, FILES[code], "bill.json"))
    assert [problem.code for problem in problems] == [code]
    assert problems[0].do
    assert problems[0].says_en


def test_more_bills_than_one_file_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(billfile, "MAX_BILLS", 1)
    problems = refused(lambda: files.settle_file(SCHEME, json.dumps([FILE, FILE]), "bill.json"))
    assert [problem.code for problem in problems] == ["BILL-018"]


def test_a_later_payer_of_more_than_the_person_bears() -> None:
    line = settled.LaterLine(Payer.DONATION, 101, DAY)
    assert [one.code for one in refused(lambda: settled.add_later_line("T1", 100, (), line))] == ["BILL-030"]


def test_a_later_payer_too_many() -> None:
    line = settled.LaterLine(Payer.DONATION, 1, DAY)
    many = [line] * settled.MAX_LATER_LINES
    assert [one.code for one in refused(lambda: settled.add_later_line("T1", 100, many, line))] == ["BILL-031"]


@pytest.mark.parametrize("setting", ["self_pay_floor", "self_pay_floor=100", "self_pay_floor=100 jiao"])
def test_a_setting_that_cannot_be_read(setting: str) -> None:
    problems = refused(lambda: files.settle_file(SCHEME, json.dumps(FILE), "bill.json", settings=[setting]))
    assert [problem.code for problem in problems] == ["BILL-042"]


@pytest.mark.parametrize("state", ["[]", "{", '{"supplementary_paid": "10"}', '{"supplementary_paid": -1}'])
def test_accumulators_that_cannot_be_read(state: str) -> None:
    problems = refused(lambda: files.settle_file(SCHEME, json.dumps(FILE), "bill.json", state=state))
    assert [problem.code for problem in problems] == ["BILL-043"]


def test_a_file_in_another_encoding() -> None:
    problems = refused(lambda: files.utf8("账单".encode("gb18030"), "bill.json"))
    assert [problem.code for problem in problems] == ["BILL-044"]


@pytest.mark.django_db
def test_bills_of_people_who_cannot_have_them_settled() -> None:
    clock = county.insure(people=1)
    county.add_person(2)
    fine = a_bill(bill_total=100_000, in_policy=90_000)
    (first,) = use.settle_bills([fine], clock)
    assert first.status == "settled"
    cases = {
        "SETTLE-001": replace(fine, number="T2", person=county.identity(3)),
        "SETTLE-002": replace(fine, number="T3", person=county.identity(2)),
        "SETTLE-003": replace(fine, inputs={"bill_total": 100_001, "in_policy": 90_000}),
    }
    for code, bill in cases.items():
        (result,) = use.settle_bills([bill], clock)
        assert [problem.code for problem in result.problems] == [code]


@pytest.mark.django_db
def test_a_settlement_whose_scheme_is_no_longer_what_was_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = county.insure(people=1)
    monkeypatch.setattr(settlement_batch, "on_shelf", lambda name: replace(open_scheme(name), hash="0" * 64))
    (result,) = use.settle_bills([a_bill(bill_total=100_000, in_policy=90_000)], clock)
    assert [problem.code for problem in result.problems] == ["SETTLE-004"]


@pytest.mark.django_db
def test_what_cannot_be_undone_or_added_to(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = county.insure(people=1)
    two = [a_bill(bill_total=100_000, in_policy=90_000), replace(a_bill(bill_total=50_000), number="T2")]
    use.settle_bills(two, clock)
    codes = [one.code for one in refused(lambda: use.reverse_settlement("T9", "误", "k1", clock))]
    codes += [one.code for one in refused(lambda: use.reverse_settlement("T1", "误", "k1", clock))]
    use.reverse_settlement("T2", "误", "k2", clock)
    codes += [one.code for one in refused(lambda: use.reverse_settlement("T2", "误", "k3", clock))]
    use.add_payer("T1", Payer.DONATION, Fen(1), "k4", clock)
    codes += [one.code for one in refused(lambda: use.add_payer("T1", Payer.DONATION, Fen(2), "k4", clock))]
    monkeypatch.setattr(use, "MAX_BATCH", 1)
    codes += [one.code for one in refused(lambda: use.settle_bills(two, clock))]
    assert codes == ["SETTLE-005", "SETTLE-007", "SETTLE-006", "SETTLE-009", "SETTLE-008"]


@pytest.mark.django_db
def test_a_reversed_bill_that_is_sent_again_is_not_answered_as_if_it_stood() -> None:
    clock = county.insure(people=1)
    bill = a_bill(bill_total=100_000, in_policy=90_000)
    use.settle_bills([bill], clock)
    use.reverse_settlement("T1", "误", "k1", clock)
    (again,) = use.settle_bills([bill], clock)
    assert (again.status, [problem.code for problem in again.problems]) == ("refused", ["SETTLE-010"])


@pytest.mark.django_db
@pytest.mark.parametrize("payer", [Payer.MEDICAL_SUPPLEMENTARY, Payer.PERSON])
def test_a_later_payer_that_would_pay_without_an_entry_in_the_books(payer: Payer) -> None:
    clock = county.insure(people=1)
    use.settle_bills([a_bill(bill_total=100_000, in_policy=90_000)], clock)
    assert [one.code for one in refused(lambda: use.add_payer("T1", payer, Fen(1), "k1", clock))] == ["SETTLE-011"]


@pytest.mark.parametrize(("reason", "key"), [(" ", "k1"), ("误", ""), ("误" * 201, "k1"), ("误", "k" * 129)])
def test_a_reversal_without_a_reason_or_a_key_that_can_be_kept(reason: str, key: str) -> None:
    clock = county.Calendar(DAY)
    assert [one.code for one in refused(lambda: use.reverse_settlement("T1", reason, key, clock))] == ["SETTLE-012"]


@pytest.mark.django_db
def test_a_key_that_reversed_another_settlement() -> None:
    clock = county.insure(people=2)
    other = replace(a_bill(bill_total=50_000), number="T2", person=county.identity(2))
    use.settle_bills([a_bill(bill_total=100_000, in_policy=90_000), other], clock)
    use.reverse_settlement("T1", "误", "k1", clock)
    assert [one.code for one in refused(lambda: use.reverse_settlement("T2", "误", "k1", clock))] == ["SETTLE-009"]


@pytest.mark.django_db
def test_cover_that_a_settled_bill_rests_on_does_not_end_before_it() -> None:
    clock = county.insure(people=1)
    use.settle_bills([a_bill(bill_total=100_000, in_policy=90_000)], clock)
    who = county.identity(1)
    (problem,) = refused(lambda: leave(county.CONTRACT, who, DAY, EndReason.MISTAKEN, "k", clock))
    assert (problem.code, "T1" in problem.says) == ("COVERAGE-018", True)
    assert who not in problem.text()


def test_the_demonstration_schemes_used_here_are_what_the_examples_assume() -> None:
    assert open_scheme(SCHEME).status.value == "demonstration"
