"""Settlements and yearly sums asked for again; an accident filed becomes a claim report. 5203, 5206, 2507."""

from decimal import Decimal

from huibao.app.hospital.later import add_payer
from huibao.app.hospital.regions import regions
from huibao.kernel.fen import Fen
from huibao.rules.vocabulary import Payer
from huibao.store import claim as claims
from huibao.store import settlement as settlements
from tests.app import insured_county as county
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.world import Hospital, bill


def test_a_settlement_is_shown_as_it_stands_today_later_payers_included(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    setl_id = hospital.ask("2304", bill(mdtrt_id, psn_no))["setlinfo"]["setl_id"]
    asked = {"data": {"psn_no": psn_no, "setl_id": setl_id, "mdtrt_id": mdtrt_id}}
    before = hospital.ask("5203", asked)["setlinfo"]
    assert (before["psn_pay"], before["refd_setl_flag"], before["year"]) == (1900, "0", "2020")
    (recorded,) = settlements.settlements()
    add_payer(recorded.number, Payer.DONATION, Fen(500_00), "charity-1", hospital.clock, regions(None))
    after = hospital.ask("5203", asked)
    assert after["setlinfo"]["psn_pay"] == 1400
    assert {row["setl_proc_info"] for row in after["setldetail"]} >= {"慈善捐助"}


def test_another_hospital_s_settlement_is_not_shown(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    setl_id = hospital.ask("2304", bill(mdtrt_id, psn_no))["setlinfo"]["setl_id"]
    other_person = hospital.send("5203", {"data": {"psn_no": "1", "setl_id": setl_id, "mdtrt_id": mdtrt_id}})
    assert "HOSP-044" in other_person["err_msg"]


def test_yearly_sums_by_payer(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    hospital.ask("2304", bill(mdtrt_id, psn_no))
    rows = hospital.ask("5206", {"data": {"psn_no": psn_no, "cum_ym": "202006"}})["cuminfo"]
    assert {row["cum_type_code"]: row["cum"] for row in rows} == {
        "390100": Decimal(6000),
        "620100": Decimal(2100),
        "MEDFEE": Decimal(10000),
        "PSNPART": Decimal(1900),
    }
    assert hospital.ask("5206", {"data": {"psn_no": psn_no, "cum_ym": "202004"}})["cuminfo"] == []


def test_an_accident_filed_by_the_hospital_is_a_claim_report(hospital: Hospital) -> None:
    filing = {
        "dcla_souc": "02",
        "psn_no": "x",
        "psn_cert_type": "01",
        "certno": county.identity(1),
        "psn_name": "测试001",
        "insu_admdvs": "370323",
        "trum_time": "2020-05-01",
        "trum_site": "家中",
        "trum_rea": "楼梯跌倒",
        "chk_pay_flag": "1",
        "begndate": "2020-05-01",
    }
    msgid = hospital.msgid()
    number = hospital.ask("2507", {"data": filing}, msgid)["result"]["trt_dcla_detl_sn"]
    assert hospital.ask("2507", {"data": filing}, msgid)["result"]["trt_dcla_detl_sn"] == number
    (claim,) = claims.claims()
    assert (claim.number, claim.facts.cause.value, claim.facts.reporter.value) == (number, "fall", "hospital")
    again = hospital.send("2507", {"data": filing})
    assert (again["infcode"], "HOSP-067" in again["err_msg"]) == (-1, True)


def test_what_is_outside_this_product_is_answered_as_such(hospital: Hospital) -> None:
    answer = hospital.send("2207", {"data": {}})
    assert (answer["infcode"], answer["output"]) == (-1, {})
    assert "门诊结算不属于本系统的业务" in answer["err_msg"]
