"""From sign-in to settlement, its undoing and its being asked again, in the messages a hospital's software sends."""

from decimal import Decimal

import pytest

from huibao.app.audit import check_all
from huibao.domain.ledger import debt, special
from huibao.rules.vocabulary import Line
from huibao.store import ledger
from huibao.store import settlement as settlements
from tests.app import insured_county as county
from tests.hospital.world import CODE, Hospital, admission, bill, leaving, read, who

POOL = special(county.CONTRACT, Line.MEDICAL_SUPPLEMENTARY)


def admitted(hospital: Hospital, number: int = 1) -> tuple[str, str]:
    """The person's number and the stay's, admitted and discharged."""
    psn_no = hospital.ask("1101", who(number))["baseinfo"]["psn_no"]
    mdtrt_id = hospital.ask("2401", admission(number, psn_no))["result"]["mdtrt_id"]
    hospital.ask("2402", leaving(mdtrt_id, psn_no))
    return psn_no, mdtrt_id


def test_it_works(hospital: Hospital) -> None:
    hospital.sign_no = hospital.ask("9001", {"signIn": {"opter_no": "001", "mac": "00-00", "ip": "10.0.0.1"}})[
        "signinoutb"
    ]["sign_no"]
    found = hospital.ask("1101", who(1))
    assert found["baseinfo"]["certno"] == county.identity(1)
    assert [row["insuplc_admdvs"] for row in found["insuinfo"]] == ["370323", "370323"]
    assert [row["psn_idet_type"] for row in found["idetinfo"]] == ["2302"]
    psn_no, mdtrt_id = admitted(hospital)
    before = ledger.balance(POOL)

    tried = hospital.ask("2303", bill(mdtrt_id, psn_no))
    assert ledger.balance(POOL) == before
    assert list(settlements.settlements()) == []

    output = hospital.ask("2304", bill(mdtrt_id, psn_no))
    money = output["setlinfo"]
    # 9,000 × 90 % = 8,100; less 6,000 by basic insurance: 2,100 is ours. The person: 10,000 − 8,100 = 1,900.
    assert (money["hifp_pay"], money["oth_pay"], money["fund_pay_sumamt"]) == (6000, 2100, 8100)
    assert (money["psn_part_amt"], money["psn_cash_pay"], money["hosp_part_amt"]) == (1900, 1900, 0)
    assert [(row["fund_pay_type"], row["fund_payamt"]) for row in output["setldetail"]] == [
        ("390100", Decimal(6000)),
        ("620100", Decimal(2100)),
    ]
    assert "SD-4.1" in output["setldetail"][1]["setl_proc_info"]
    assert tried["setldetail"] == output["setldetail"]
    assert before - ledger.balance(POOL) == 2100_00
    assert ledger.balance(debt(CODE, mdtrt_id)) == 1900_00
    assert [one for one in check_all() if one.broken] == []


def test_asked_again_the_answer_is_the_same_to_the_byte(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    msgid = hospital.msgid()
    first = hospital.raw("2304", bill(mdtrt_id, psn_no), msgid)
    assert read(first)["infcode"] == 0
    assert hospital.raw("2304", bill(mdtrt_id, psn_no), msgid) == first
    assert len(list(settlements.settlements())) == 1


def test_the_same_msgid_with_other_content_is_refused(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    msgid = hospital.msgid()
    hospital.ask("2304", bill(mdtrt_id, psn_no), msgid)
    other = hospital.send("2304", bill(mdtrt_id, psn_no, hifp_pay="5000.00"), msgid)
    assert (other["infcode"], "HOSP-030" in other["err_msg"]) == (-1, True)


def test_a_new_msgid_does_not_settle_a_stay_twice_and_the_refusal_names_the_settlement(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    setl_id = hospital.ask("2304", bill(mdtrt_id, psn_no))["setlinfo"]["setl_id"]
    again = hospital.send("2304", bill(mdtrt_id, psn_no))
    assert again["infcode"] == -1
    assert setl_id in again["err_msg"]


def test_a_settlement_undone_leaves_nothing_and_the_stay_is_settled_anew(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    before = ledger.balance(POOL)
    setl_id = hospital.ask("2304", bill(mdtrt_id, psn_no))["setlinfo"]["setl_id"]
    back = hospital.ask("2305", {"data": {"mdtrt_id": mdtrt_id, "setl_id": setl_id, "psn_no": psn_no}})
    assert (back["setlinfo"]["medfee_sumamt"], back["setlinfo"]["oth_pay"]) == (-10000, -2100)
    assert ledger.balance(POOL) == before
    assert ledger.balance(debt(CODE, mdtrt_id)) == 0
    hospital.ask("2304", bill(mdtrt_id, psn_no, hifp_pay="7000.00"))
    assert before - ledger.balance(POOL) == 1100_00
    assert [one for one in check_all() if one.broken] == []


def test_a_settlement_whose_answer_was_lost_is_undone_by_2601(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    before = ledger.balance(POOL)
    msgid = hospital.msgid()
    hospital.raw("2304", bill(mdtrt_id, psn_no), msgid)
    hospital.ask("2601", {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": "2304"}})
    assert ledger.balance(POOL) == before
    late = hospital.send("2304", bill(mdtrt_id, psn_no), msgid)
    assert "HOSP-031" in late["err_msg"]
    hospital.ask("2304", bill(mdtrt_id, psn_no))
    assert before - ledger.balance(POOL) == 2100_00


def test_a_message_reversed_before_it_came_is_never_done(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    msgid = hospital.msgid()
    answer = hospital.send("2601", {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": "2304"}})
    assert (answer["infcode"], "没有到达" in answer["warn_msg"]) == (0, True)
    late = hospital.send("2304", bill(mdtrt_id, psn_no), msgid)
    assert "HOSP-031" in late["err_msg"]
    assert list(settlements.settlements()) == []


@pytest.mark.parametrize("shape", ["data", "flat", "Data", "list"])
def test_a_bill_is_read_in_whatever_shape_it_comes(hospital: Hospital, shape: str) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    said = bill(mdtrt_id, psn_no, medfee_sumamt="10000.0", dscgTime="20200512", invono="null")["data"]
    given = {"data": {"data": said}, "flat": said, "Data": {"Data": said}, "list": {"data": [said]}}[shape]
    assert hospital.ask("2303", given)["setlinfo"]["oth_pay"] == 2100
