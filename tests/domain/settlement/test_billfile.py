"""A bill file speaks the national field names, writes money as decimal text, and is refused by name when it does not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.settlement.billfile import read_bills
from huibao.kernel.problem import Refused

GOOD: dict[str, Any] = {
    "setl_id": "T0001",
    "begndate": "2020-05-01",
    "enddate": "2020-05-12",
    "hosp_lv": "3",
    "medfee_sumamt": "10000.00",
    "fulamt_ownpay_amt": "800.00",
    "overlmt_selfpay": "100.00",
    "preselfpay_amt": "100.00",
    "inscp_scp_amt": "9000.00",
    "groups": ["poverty_relief"],
    "reported": {"basic_medical": "6000.00", "critical_illness": "500.00"},
}

KEYS = sorted({*GOOD, "feedetail", "facts", "benefit", "certno", "hifp_pay", "memo", "det_item_fee_sumamt"})


def codes(content: object) -> list[str]:
    with pytest.raises(Refused) as caught:
        read_bills(content if isinstance(content, str) else json.dumps(content), "bill.json")
    return [problem.code for problem in caught.value.problems]


def test_it_works() -> None:
    (bill,) = read_bills(json.dumps(GOOD), "bill.json")
    assert bill.number == "T0001"
    assert bill.inputs == {
        "bill_total": 1_000_000,
        "out_of_catalogue": 80_000,
        "over_limit": 10_000,
        "first_self_pay": 10_000,
        "in_policy": 900_000,
        "hospital_level": "tertiary",
        "reported_basic_medical": 600_000,
        "reported_critical_illness": 50_000,
    }
    assert bill.groups == ("poverty_relief",)


def test_several_bills_come_in_the_order_of_discharge() -> None:
    later, earlier = GOOD | {"setl_id": "B"}, GOOD | {"setl_id": "A", "begndate": "2020-01-01", "enddate": "2020-01-05"}
    assert [bill.number for bill in read_bills(json.dumps({"bills": [later, earlier]}), "b.json")] == ["A", "B"]


def test_an_unquoted_decimal_keeps_every_digit_and_is_never_a_float() -> None:
    text = json.dumps(GOOD).replace('"10000.00"', "10000.01").replace('"800.00"', "800.01")
    (bill,) = read_bills(text, "bill.json")
    assert bill.amount("bill_total") == 1_000_001


def test_an_unquoted_whole_number_could_be_yuan_or_fen_and_is_refused() -> None:
    assert codes(GOOD | {"medfee_sumamt": 10000}) == ["BILL-014"]


def test_the_payer_named_twice_is_refused() -> None:
    assert codes(GOOD | {"hifp_pay": "6000.00"}) == ["BILL-017"]


def test_a_key_that_stands_twice_is_refused() -> None:
    assert codes('{"setl_id": "A", "setl_id": "B"}') == ["BILL-017"]


def test_a_misspelt_field_is_named_with_what_was_probably_meant() -> None:
    with pytest.raises(Refused) as caught:
        read_bills(json.dumps(GOOD | {"inscp_scp_amount": "1.00"}), "bill.json")
    assert "inscp_scp_amt" in caught.value.problems[0].says


def test_everything_wrong_is_said_at_once() -> None:
    bad = GOOD | {"begndate": "2020年5月1日", "hosp_lv": "11", "days": -1, "third_party_fault": "yes", "setl_id": ""}
    assert sorted(codes(bad)) == ["BILL-013", "BILL-015", "BILL-016", "BILL-016", "BILL-016"]


def test_one_number_twice_in_a_file_is_refused() -> None:
    assert codes([GOOD, GOOD]) == ["BILL-019"]


@pytest.mark.parametrize("text", ["", "[]", "3", '"a"', "[1]", "{", "null"])
def test_what_is_no_bill_is_refused(text: str) -> None:
    assert codes(text)[0] in {"BILL-010", "BILL-011", "BILL-013"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=9),
        max_leaves=12,
    )
)
def test_whatever_json_comes_the_answer_is_bills_or_problems(content: object) -> None:
    assert bills_or_problems(json.dumps(content))


def bills_or_problems(text: str) -> tuple[object, ...]:
    try:
        return read_bills(text, "fuzz.json")
    except Refused as refused:
        return refused.problems
