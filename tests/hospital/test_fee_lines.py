"""Fee lines sent, refunded, withdrawn; the bill is their sum or it is not settled. 2301, 2302."""

from typing import Any

from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.world import Hospital, admission, bill, leaving, who


def line(sn: str, mdtrt_id: str, psn_no: str, yuan: str, **more: str) -> dict[str, Any]:
    """One fee line, amounts as hospital systems write them."""
    return {
        "feedetl_sn": sn,
        "mdtrt_id": mdtrt_id,
        "psn_no": psn_no,
        "med_type": "2101",
        "fee_ocur_time": "2020-05-02 09:00:00",
        "med_list_codg": "XA01",
        "medins_list_codg": "H001",
        "det_item_fee_sumamt": yuan,
        "cnt": "-1.0" if yuan.startswith("-") else "1.0",
        "pric": yuan.lstrip("-"),
        **more,
    }


def test_lines_sum_to_the_bill_and_to_its_parts(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    parts = {"fulamt_ownpay_amt": "1000.00", "overlmt_amt": "0", "preselfpay_amt": "0", "inscp_scp_amt": "9000.00"}
    result = hospital.ask("2301", {"feedetail": [line("1", mdtrt_id, psn_no, "10000.00", **parts)]})["result"]
    assert (result[0]["det_item_fee_sumamt"], result[0]["inscp_scp_amt"]) == (10000, 9000)
    said = bill(mdtrt_id, psn_no)
    for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"):
        del said["data"][name]
    # The parts are the lines': 9,000 in-policy, so ours is 8,100 − 6,000.
    assert hospital.ask("2304", said)["setlinfo"]["oth_pay"] == 2100


def test_a_bill_that_is_not_the_sum_of_its_lines_is_refused_with_the_difference(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    hospital.ask("2301", {"feedetail": [line("1", mdtrt_id, psn_no, "9999.99")]})
    refused = hospital.send("2304", bill(mdtrt_id, psn_no))
    assert "HOSP-049" in refused["err_msg"]
    assert "相差 0.01 元" in refused["err_msg"]


def test_a_refund_is_a_negative_line_that_names_what_it_gives_back(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    hospital.ask("2301", {"feedetail": [line("1", mdtrt_id, psn_no, "10300.00")]})
    hospital.ask("2301", {"feedetail": [line("2", mdtrt_id, psn_no, "-300.00", init_feedetl_sn="1")]})
    hospital.ask("2304", bill(mdtrt_id, psn_no))
    wrong = hospital.send("2301", {"feedetail": [line("3", mdtrt_id, psn_no, "-1.00", init_feedetl_sn="77")]})
    assert wrong["infcode"] == -1


def test_lines_are_withdrawn_one_by_one_or_all_and_sent_anew(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    hospital.ask("2301", {"feedetail": [line(str(sn), mdtrt_id, psn_no, "100.00") for sn in (1, 2, 3)]})
    again = hospital.send("2301", {"feedetail": [line("2", mdtrt_id, psn_no, "100.00")]})
    assert "HOSP-047" in again["err_msg"]
    hospital.ask("2302", {"data": [{"feedetl_sn": "2", "mdtrt_id": mdtrt_id, "psn_no": psn_no}]})
    gone = hospital.send("2302", {"data": [{"feedetl_sn": "2", "mdtrt_id": mdtrt_id, "psn_no": psn_no}]})
    assert "HOSP-048" in gone["err_msg"]
    hospital.ask("2302", {"data": [{"feedetl_sn": "0000", "mdtrt_id": mdtrt_id, "psn_no": psn_no}]})
    hospital.ask("2301", {"feedetail": [line("2", mdtrt_id, psn_no, "10000.00")]})
    hospital.ask("2304", bill(mdtrt_id, psn_no))


def test_one_wrong_line_refuses_them_all(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    lines = [line("1", mdtrt_id, psn_no, "100.00"), line("2", mdtrt_id, psn_no, "1.234")]
    refused = hospital.send("2301", {"feedetail": lines})
    assert "第 2 行" in refused["err_msg"]
    assert "det_item_fee_sumamt" in refused["err_msg"]
    hospital.ask("2301", {"feedetail": lines[:1]})


def test_a_stay_is_taken_back_step_by_step(hospital: Hospital) -> None:
    psn_no = hospital.ask("1101", who(2))["baseinfo"]["psn_no"]
    stay = hospital.ask("2401", admission(2, psn_no))["result"]["mdtrt_id"]
    assert stay in hospital.send("2401", admission(2, psn_no))["err_msg"]
    hospital.ask("2301", {"feedetail": [line("1", stay, psn_no, "10000.00")]})
    hospital.ask("2402", leaving(stay, psn_no))
    setl_id = hospital.ask("2304", bill(stay, psn_no))["setlinfo"]["setl_id"]
    here = {"data": {"mdtrt_id": stay, "psn_no": psn_no}}
    assert "2305" in hospital.send("2405", here)["err_msg"]
    hospital.ask("2305", {"data": {"mdtrt_id": stay, "psn_no": psn_no, "setl_id": setl_id}})
    hospital.ask("2405", here)
    assert "2302" in hospital.send("2404", here)["err_msg"]
    hospital.ask("2302", {"data": [{"feedetl_sn": "0000", "mdtrt_id": stay, "psn_no": psn_no}]})
    hospital.ask("2404", here)
    assert "HOSP-044" in hospital.send("2303", bill(stay, psn_no))["err_msg"]


def test_a_stay_may_be_settled_on_the_way_and_at_its_end(hospital: Hospital) -> None:
    psn_no = hospital.ask("1101", who(2))["baseinfo"]["psn_no"]
    stay = hospital.ask("2401", admission(2, psn_no))["result"]["mdtrt_id"]
    hospital.ask("2301", {"feedetail": [line(str(sn), stay, psn_no, "10000.00") for sn in (1, 2)]})
    early = hospital.ask("2304", bill(stay, psn_no, mid_setl_flag="1"))
    hospital.ask("2402", leaving(stay, psn_no, "2020-06-29 10:00:00"))
    last = hospital.ask("2304", bill(stay, psn_no))
    assert early["setlinfo"]["setl_id"] != last["setlinfo"]["setl_id"]
    assert "HOSP-051" in hospital.send("2304", bill(stay, psn_no))["err_msg"]


def test_days_are_china_s_and_a_hospital_s_clock_may_be_a_little_ahead(hospital: Hospital) -> None:
    psn_no = hospital.ask("1101", who(2))["baseinfo"]["psn_no"]
    # Half past midnight on the first day of cover is the day before in UTC.
    stay = hospital.ask("2401", admission(2, psn_no, "2020-01-01 00:30:00"))["result"]["mdtrt_id"]
    hospital.ask("2402", leaving(stay, psn_no, "2020-06-30 09:10:00"))
    shown = hospital.ask("2304", bill(stay, psn_no))["setlinfo"]
    asked = {"psn_no": psn_no, "setl_id": shown["setl_id"], "mdtrt_id": stay}
    found = hospital.ask("5203", {"data": asked})["setlinfo"]
    assert (found["begndate"], found["enddate"]) == ("2020-01-01", "2020-06-30")
