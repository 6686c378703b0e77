"""One example for each thing that the hospital interface refuses, with the code a hospital would quote."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.test import Client

from huibao.app import printing
from huibao.app.hospital import institutions, sheet
from huibao.app.hospital.debts import repay
from huibao.app.hospital.institutions import HMAC_SHA1, SM2
from huibao.app.hospital.regions import read_regions
from huibao.app.settlement import reverse_settlement
from huibao.hospital import door as doors
from huibao.hospital.transactions import t1101
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import institution as store
from huibao.store import settlement as settlements
from huibao.store.models import roster as people
from huibao.store.roster import sought_by
from tests.app import insured_county as county
from tests.hospital import world
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.test_fee_lines import line
from tests.hospital.test_reconciliation import totals
from tests.hospital.world import PATH, Hospital, admission, bill, in_process, leaving, read, who


@pytest.fixture
def hospital(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hospital]:
    """Three insured people of a made-up county and a hospital that may ask."""
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)
    county.insure(people=3)
    clock = world.Ticking(datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    with world.open_hospital(clock) as made:
        yield made


def bare(hospital: Hospital, body: bytes, infno: str = "1101", **headers: str) -> dict[str, Any]:
    """A request whose headers or bytes are not as they should be."""
    return read(in_process(PATH + infno, hospital.headers(infno) | headers, body))


def refused_with(answer: dict[str, Any], code: str) -> None:
    """The answer is a refusal with that code, and nothing more."""
    assert answer["infcode"] == -1
    assert code in answer["err_msg"]
    assert answer["output"] == {}


# --- transport, signature, envelope -------------------------------------------------------------------------------------


def test_headers_that_are_missing(hospital: Hospital) -> None:
    answer = read(Client().post(PATH + "1101", b"{}", content_type="text/plain").content)
    refused_with(answer, "HOSP-020")
    assert (answer["code"], answer["message"]) == (401, "缺少服务网关的请求头!")


@pytest.mark.parametrize("stamp", ["1", "abc", "1593478800000", "９９９９９９９９９９９９９"])
def test_a_signature_out_of_time(hospital: Hospital, stamp: str) -> None:
    answer = bare(hospital, b"{}", _api_timestamp=stamp)
    refused_with(answer, "HOSP-023" if stamp == "1593478800000" else "HOSP-021")


def test_an_access_key_nobody_has(hospital: Hospital) -> None:
    answer = bare(hospital, b"{}", _api_access_key="AK-none")
    refused_with(answer, "HOSP-022")
    assert answer["message"] == "非法用户!"


def test_a_suspended_institution(hospital: Hospital) -> None:
    institutions.suspend(hospital.code, hospital.clock)
    refused_with(hospital.send("1101", who(1)), "HOSP-022")
    institutions.suspend(hospital.code, hospital.clock, resume=True)
    hospital.ask("1101", who(1))


def test_a_signature_that_does_not_match(hospital: Hospital) -> None:
    answer = bare(hospital, b"{}", _api_signature="AAAA")
    refused_with(answer, "HOSP-023")
    assert answer["message"] == "签名不一致!"


def test_a_request_sent_twice_as_it_was(hospital: Hospital) -> None:
    headers = hospital.headers("1101")
    body = json.dumps(hospital.envelope("1101", who(1), hospital.msgid())).encode()
    assert read(in_process(PATH + "1101", headers, body))["infcode"] == 0
    refused_with(read(in_process(PATH + "1101", headers, body)), "HOSP-024")


def test_too_many_requests_a_minute(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huibao.hospital.trust.time", SimpleNamespace(monotonic_ns=lambda: 0))
    other = world.institution("H37032300009", a_minute=2)
    key = institutions.add_institution(other, HMAC_SHA1, "", "AK-slow", hospital.clock)
    slow = Hospital(key.access_key, key.secret, hospital.clock, code="H37032300009")
    answers = [slow.send("1101", who(1)) for _ in range(3)]
    assert [answer["infcode"] for answer in answers[:2]] == [0, 0]
    refused_with(answers[2], "HOSP-025")


def test_an_institution_that_speaks_for_another(hospital: Hospital) -> None:
    hospital.code = "H37032300002"
    refused_with(hospital.send("1101", who(1)), "HOSP-026")


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"\xff", b'{"a":', b'{"a":NaN}', b"[" * 5000, b'{"a":' * 30 + b"1" + b"}" * 30]
)
def test_a_message_that_is_no_json_object(hospital: Hospital, body: bytes) -> None:
    refused_with(bare(hospital, body), "HOSP-010")


def test_a_message_too_large(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "MAX_BODY_BYTES", 10)
    refused_with(hospital.send("1101", who(1)), "HOSP-011")


def test_a_message_so_large_that_nobody_reads_it(hospital: Hospital) -> None:
    refused_with(bare(hospital, b"x" * 3_000_000), "HOSP-011")


def test_numbers_that_differ(hospital: Hospital) -> None:
    body = json.dumps(hospital.envelope("2304", {}, hospital.msgid())).encode()
    refused_with(bare(hospital, body), "HOSP-012")


@pytest.mark.parametrize(
    "field,value", [("msgid", ""), ("msgid", "x" * 65), ("inf_time", "yesterday"), ("opter", "x" * 31)]
)
def test_an_envelope_that_is_wrong(hospital: Hospital, field: str, value: str) -> None:
    head = hospital.envelope("1101", who(1), hospital.msgid()) | {field: value}
    answer = bare(hospital, json.dumps(head).encode())
    refused_with(answer, "HOSP-013")
    assert field in answer["err_msg"]


def test_a_transaction_of_another_platform(hospital: Hospital) -> None:
    refused_with(hospital.send("2207", {}), "HOSP-014")


def test_an_address_that_is_none(hospital: Hospital) -> None:
    refused_with(read(Client().get("/fsi/nowhere").content), "HOSP-015")
    refused_with(hospital.send("ABCD", {}), "HOSP-015")


def test_anything_but_post(hospital: Hospital) -> None:
    refused_with(read(Client().get(PATH + "1101").content), "HOSP-016")


def test_a_fault_of_our_own_tells_no_more_than_that(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError(county.identity(1))

    monkeypatch.setattr(t1101, "find", fault)
    refused_with(hospital.send("1101", who(1)), "HOSP-017")
    assert "ZeroDivisionError" in caplog.text
    assert county.identity(1) not in caplog.text


def test_a_database_that_is_busy(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(t1101, "find", busy)
    refused_with(hospital.send("1101", who(1)), "HOSP-018")


def test_a_sign_in_that_does_not_hold(hospital: Hospital) -> None:
    hospital.sign_no = "none"
    refused_with(hospital.send("1101", who(1)), "HOSP-032")
    hospital.sign_no = ""
    sign_no = hospital.ask("9001", {"signIn": {"opter_no": "1", "mac": "", "ip": ""}})["signinoutb"]["sign_no"]
    hospital.sign_no = sign_no
    hospital.ask("1101", who(1))
    hospital.ask("9002", {"signOut": {"sign_no": sign_no, "opter_no": "1"}})
    refused_with(hospital.send("1101", who(1)), "HOSP-032")


# --- fields -------------------------------------------------------------------------------------------------------------


def test_a_field_that_is_missing_or_wrong_is_named(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    refused_with(hospital.send("2303", bill(stay, "")), "HOSP-001")
    wrong = hospital.send("2303", bill(stay, psn_no, medfee_sumamt="1e3"))
    refused_with(wrong, "HOSP-002")
    assert "医疗费总额（medfee_sumamt）" in wrong["err_msg"]
    refused_with(hospital.send("2303", "text"), "HOSP-010")
    refused_with(hospital.send("2303", 5), "HOSP-003")
    refused_with(hospital.send("2301", {"feedetail": [{}] * 1001}), "HOSP-004")


# --- what is asked ------------------------------------------------------------------------------------------------------


def test_a_person_who_is_unknown_or_insured_elsewhere(hospital: Hospital) -> None:
    refused_with(hospital.send("1101", who(77)), "HOSP-040")
    far = institutions.add_institution(
        world.institution("H43010000001", ("430100",)), HMAC_SHA1, "", "AK-far", hospital.clock
    )
    elsewhere = Hospital(far.access_key, far.secret, hospital.clock, code="H43010000001")
    refused_with(elsewhere.send("1101", who(1)), "HOSP-040")


def test_a_name_of_somebody_else(hospital: Hospital) -> None:
    asked = who(1)
    asked["data"]["psn_name"] = "王小明"
    refused_with(hospital.send("1101", asked), "HOSP-041")


def test_a_token_alone(hospital: Hospital) -> None:
    refused_with(hospital.send("1101", {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": "TOKEN"}}), "HOSP-042")


def test_nobody_is_admitted_without_cover(hospital: Hospital) -> None:
    county.add_person(9)
    refused_with(hospital.send("2401", admission(9, "x")), "HOSP-043")


def test_stays(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    refused_with(hospital.send("2303", bill("none", psn_no)), "HOSP-044")
    refused_with(hospital.send("2402", leaving(stay, psn_no)), "HOSP-045")
    asked = hospital.ask("1101", who(2))["baseinfo"]["psn_no"]
    hospital.ask("2401", admission(2, asked))
    refused_with(hospital.send("2401", admission(2, asked)), "HOSP-046")
    open_stay = hospital.ask("1101", who(3))["baseinfo"]["psn_no"]
    third = hospital.ask("2401", admission(3, open_stay))["result"]["mdtrt_id"]
    refused_with(hospital.send("2304", bill(third, open_stay)), "HOSP-053")
    refused_with(hospital.send("2402", leaving(third, open_stay, "2020-04-01 00:00:00")), "HOSP-065")
    refused_with(hospital.send("2402", leaving(third, open_stay, "2021-04-01 00:00:00")), "HOSP-066")


def test_fee_lines(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    hospital.ask("2301", {"feedetail": [line("1", stay, psn_no, "5.00")]})
    refused_with(hospital.send("2301", {"feedetail": [line("1", stay, psn_no, "5.00")]}), "HOSP-047")
    refused_with(hospital.send("2302", {"data": {"feedetl_sn": "9", "mdtrt_id": stay, "psn_no": psn_no}}), "HOSP-048")
    refused_with(hospital.send("2304", bill(stay, psn_no)), "HOSP-049")


def test_settlements(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    unsplit = bill(stay, psn_no)
    del unsplit["data"]["inscp_scp_amt"]
    refused_with(hospital.send("2304", unsplit), "HOSP-050")
    msgid = hospital.msgid()
    setl_id = hospital.ask("2304", bill(stay, psn_no), msgid)["setlinfo"]["setl_id"]
    refused_with(hospital.send("2304", bill(stay, psn_no)), "HOSP-051")
    refused_with(hospital.send("2304", bill(stay, psn_no, hifp_pay="1"), msgid), "HOSP-030")
    here = {"mdtrt_id": stay, "psn_no": psn_no}
    refused_with(hospital.send("2305", {"data": {**here, "setl_id": "none"}}), "HOSP-052")
    refused_with(hospital.send("2601", {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": "2305"}}), "HOSP-055")
    repay(stay, Fen(1), "pay-1", hospital.clock)
    refused_with(hospital.send("2305", {"data": {**here, "setl_id": setl_id}}), "HOSP-056")
    refused_with(hospital.send("2601", {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": "2304"}}), "HOSP-056")


def test_a_payer_the_scheme_does_not_know(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    from huibao.app.hospital import settling
    from huibao.rules.vocabulary import Payer

    psn_no, stay = admitted(hospital)
    monkeypatch.setattr(settling, "REPORTED", {**settling.REPORTED, "oth_pay": Payer.DONATION})
    refused_with(hospital.send("2304", bill(stay, psn_no, oth_pay="5.00")), "HOSP-054")


def test_an_amount_below_zero(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    refused_with(hospital.send("2304", bill(stay, psn_no, acct_pay="-0.01")), "HOSP-068")


def test_a_message_undone(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    msgid = hospital.msgid()
    hospital.ask("2601", {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": "2304"}})
    refused_with(hospital.send("2304", bill(stay, psn_no), msgid), "HOSP-031")


def test_files(hospital: Hospital) -> None:
    refused_with(hospital.send("9102", {"fsDownloadIn": {"file_qury_no": "none"}}), "HOSP-057")
    refused_with(hospital.send("9101", {"fsUploadIn": {"in": [], "filename": "x"}}), "HOSP-058")
    asked = totals("0", "0", "0")
    asked["data"]["stmt_enddate"] = "2019-01-01"
    refused_with(hospital.send("3201", asked), "HOSP-065")


def test_an_accident_nobody_is_insured_for(hospital: Hospital) -> None:
    filing = {"psn_no": "x", "certno": county.identity(1), "trum_time": "2019-05-01", "trum_rea": "摔倒"}
    refused_with(hospital.send("2507", {"data": filing}), "HOSP-067")


# --- at the office ------------------------------------------------------------------------------------------------------


def raises(code: str, act: Callable[[], object]) -> None:
    """The use case declines with that code."""
    with pytest.raises(Refused) as raised:
        act()
    assert [problem.code for problem in raised.value.problems] == [code]


def test_a_debt_that_is_not_there(hospital: Hospital) -> None:
    _, stay = admitted(hospital)
    raises("HOSP-059", lambda: repay(stay, Fen(100), "pay-1", hospital.clock))


def test_institutions(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = hospital.clock
    other = world.institution(areas=("370300",))
    raises("HOSP-060", lambda: institutions.add_institution(other, HMAC_SHA1, "", "AK-2", clock))
    raises("HOSP-061", lambda: institutions.rotate("H00000000000", HMAC_SHA1, "", "AK-2", clock))
    raises("HOSP-063", lambda: institutions.add_institution(world.institution("X"), HMAC_SHA1, "", "AK-2", clock))
    raises("HOSP-063", lambda: institutions.rotate(hospital.code, SM2, "no key", "AK-2", clock))
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", "short")
    raises("HOSP-062", lambda: institutions.rotate(hospital.code, HMAC_SHA1, "", "AK-2", clock))
    assert [key.access_key for key in store.credentials(hospital.code)] == ["AK-demo"]


def test_a_sheet_with_a_character_no_typeface_has(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    psn_no, stay = admitted(hospital)
    setl_id = hospital.ask("2304", bill(stay, psn_no))["setlinfo"]["setl_id"]
    monkeypatch.setattr(printing, "FONT_NAMES", ("No Such Typeface",))
    people.Person.objects.filter(identity_index__in=sought_by([county.identity(1)])).update(name="\ue5e5")
    raises("HOSP-069", lambda: sheet.settlement_sheet(setl_id))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "regions: 5",
        "regions: [{area: '37'}]",
        "regions: []",
        "regions: [{area: '', mode: guess}]",
        "a: [",
        "regions: [{x: 1}]",
    ],
)
def test_a_regions_file_that_is_wrong(text: str) -> None:
    raises("HOSP-064", lambda: read_regions(text, "regions.yaml"))


def test_days_of_the_demonstration_are_in_the_past(hospital: Hospital) -> None:
    assert hospital.clock.today() == date(2020, 6, 30)


def test_settle_013_what_a_hospital_settled_is_reversed_on_our_side_alone(hospital: Hospital) -> None:
    psn_no, mdtrt_id = admitted(hospital)
    setl_id = hospital.ask("2304", bill(mdtrt_id, psn_no))["setlinfo"]["setl_id"]
    (recorded,) = settlements.settlements()
    with pytest.raises(Refused, match="SETTLE-013") as refused:
        reverse_settlement(recorded.number, "误", "undo", hospital.clock)
    assert setl_id in str(refused.value)
    hospital.ask("2305", {"data": {"mdtrt_id": mdtrt_id, "setl_id": setl_id, "psn_no": psn_no}})
    assert [one.number for one in settlements.settlements() if one.reversed_by] == [recorded.number]
