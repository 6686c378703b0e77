"""Platform mode with a basic-insurance payer that is late, broken or lies: the bill closes, nobody pays twice."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.test import override_settings

from huibao.app import enrolment
from huibao.app.audit import check_all
from huibao.app.hospital.debts import debts, repay
from huibao.app.hospital.regions import read_regions, regions
from huibao.app.hospital.waiting import complete, undo_everywhere
from huibao.domain.ledger import repaid, special
from huibao.domain.plan import EndReason
from huibao.hospital import door as doors
from huibao.hospital import together
from huibao.hospital.remote import Network
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import ledger
from tests.app import insured_county as county
from tests.hospital import world
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.wire import served
from tests.hospital.world import Hospital, bill

pytestmark = pytest.mark.django_db(transaction=True)
POOL = special(county.CONTRACT, Line.MEDICAL_SUPPLEMENTARY)


@dataclass(slots=True)
class Payer:
    """A made-up basic insurance that pays two thirds of in-policy cost, and misbehaves as told."""

    mood: list[str] = field(default_factory=list)
    paid: dict[str, int] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    wait: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        said = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        infno, key, data = said["infno"], said["msgid"], said["input"]["data"]
        mood = self.mood.pop(0) if self.mood else "well"
        self.asked.append(infno)
        if mood == "silent":
            self.wait.wait(3)
        if mood == "broken":
            start("500 Internal Server Error", [("Content-Length", "0")])
            return [b""]
        answer = {"infcode": 0, "output": self._output(infno, key, data, mood)}
        body = b"<html>" if mood == "garbage" else json.dumps(answer).encode()
        # The deed is done; the answer is cut off on the way.
        start("200 OK", [("Content-Length", str(len(body) + (1000 if mood == "lost" else 0)))])
        return [body]

    def _output(self, infno: str, key: str, data: dict[str, Any], mood: str) -> dict[str, Any]:
        if infno == "2601":
            self.undone.add(data["omsgid"])
            self.paid.pop(data["omsgid"], None)
            return {}
        yuan = round(float(data["inscp_scp_amt"]) * 2 / 3, 2)
        if mood == "lies":
            yuan = 10**7
        if infno == "2304" and mood not in {"silent", "garbage", "lies"}:
            self.paid[key] = int(yuan * 100)
        return {"setlinfo": {"setl_id": f"R{key}"}, "setldetail": [{"fund_pay_type": "390100", "fund_payamt": yuan}]}


REGION = """
regions:
  - area: ""
    mode: platform
    insutype: "390"
    clr_type: "390211"
    fund_pay_sumamt: without_account
    fund_codes: {{basic_medical: "390100", critical_illness: "390200", medical_assistance: "610100",
      hospital_reduction: "630100", medical_supplementary: "620100", government_backstop: "640100", accident: "390400",
      disaster: {{code: "999997", process: 灾害}}, poverty_prevention: "999109", donation: {{code: "999997", process: 捐助}},
      other: {{code: "999997", process: 其他}}}}
    remote:
      - {{payer: basic_medical, url: "http://127.0.0.1:{port}", access_key: HUIBAO000001, secret_env: PAYER_SECRET,
         seconds: 1, tries: {tries}, rest_seconds: {rest}}}
"""


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Hospital, Payer, Path]]:
    """A hospital, a payer, and a region run as a platform."""
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)
    monkeypatch.setenv("PAYER_SECRET", "made-up")
    county.insure(people=3)
    clock = world.Ticking(datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    payer = Payer()
    with served(payer) as port, world.open_hospital(clock) as hospital:
        path = tmp_path / "regions.yaml"
        path.write_text(REGION.format(port=port, tries=2, rest=0), encoding="utf-8")
        regions.cache_clear()
        with override_settings(HUIBAO_HOSPITAL_REGIONS=str(path)):
            doors.lines.clear()
            yield hospital, payer, path
            payer.wait.set()
        doors.lines.clear()


def alone(stay: str, psn_no: str) -> dict[str, Any]:
    """A bill without what others paid: they are asked from here."""
    said = bill(stay, psn_no)
    del said["data"]["hifp_pay"]
    return said


def finish(hospital: Hospital, path: Path) -> list[str]:
    """The run that asks silent payers again."""
    done = complete(Network(hospital.clock), regions(str(path)), hospital.clock)
    return [one.status for one in done]


def test_the_payer_is_asked_before_ours_is_reckoned(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, _ = there
    psn_no, stay = admitted(hospital)
    before = ledger.balance(POOL)
    assert hospital.ask("2303", alone(stay, psn_no))["setlinfo"]["hifp_pay"] == 6000
    assert payer.paid == {}
    info = hospital.ask("2304", alone(stay, psn_no))["setlinfo"]
    # Two thirds of 9,000 by the payer; 8,100 − 6,000 by ours.
    assert (info["hifp_pay"], info["oth_pay"], info["psn_cash_pay"]) == (6000, 2100, 1900)
    assert list(payer.paid.values()) == [6000_00]
    assert before - ledger.balance(POOL) == 2100_00


@pytest.mark.parametrize(
    "mood",
    [
        "lies",
        pytest.param("silent", marks=pytest.mark.slow),
        pytest.param("broken", marks=pytest.mark.slow),
        pytest.param("garbage", marks=pytest.mark.slow),
    ],
)
def test_a_bill_is_settled_without_a_payer_that_is_down_and_completed_later(
    there: tuple[Hospital, Payer, Path], mood: str
) -> None:
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)
    before = ledger.balance(POOL)
    payer.mood = [mood, mood]
    msgid = hospital.msgid()
    answer = hospital.send("2304", alone(stay, psn_no), msgid)
    info = answer["output"]["setlinfo"]
    assert "基本医保未应答" in answer["warn_msg"]
    assert "PENDING_PAYERS" in info["exp_content"]
    # What ours pays hangs on what the payer pays: nothing of ours moves, and the person, treated first, owes it all for now.
    assert (info["fund_pay_sumamt"], info["psn_cash_pay"]) == (0, 10000)
    assert ledger.balance(POOL) == before
    assert [one.owed_fen for one in debts(hospital.clock.today())] == [10000_00]
    repay(stay, Fen(500_00), "pay-1", hospital.clock)

    payer.mood = ["broken", "broken"]
    assert finish(hospital, path) == ["waiting"]
    assert finish(hospital, path) == ["completed"]
    assert finish(hospital, path) == []
    assert list(payer.paid.values()) == [6000_00]
    assert before - ledger.balance(POOL) == 2100_00
    assert [one.owed_fen for one in debts(hospital.clock.today())] == [1400_00]
    here = {"psn_no": psn_no, "mdtrt_id": stay, "setl_id": info["setl_id"]}
    shown = hospital.ask("5203", {"data": here})["setlinfo"]
    assert (shown["hifp_pay"], shown["oth_pay"], shown["psn_pay"]) == (6000, 2100, 1900)
    assert [one for one in check_all() if one.broken] == []


def test_an_answer_lost_on_the_way_is_asked_for_again_under_the_same_key(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, _ = there
    psn_no, stay = admitted(hospital)
    payer.mood = ["lost", "well"]
    assert hospital.ask("2304", alone(stay, psn_no))["setlinfo"]["hifp_pay"] == 6000
    assert list(payer.paid.values()) == [6000_00]


def test_what_is_undone_here_is_undone_at_the_payer(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)
    before = ledger.balance(POOL)
    setl_id = hospital.ask("2304", alone(stay, psn_no))["setlinfo"]["setl_id"]
    hospital.ask("2305", {"data": {"mdtrt_id": stay, "psn_no": psn_no, "setl_id": setl_id}})
    line, ways = Network(hospital.clock), regions(str(path))
    payer.mood = ["broken", "broken"]
    assert undo_everywhere(line, ways, hospital.clock) == 1
    assert undo_everywhere(line, ways, hospital.clock) == 0
    assert (payer.paid, len(payer.undone)) == ({}, 1)
    assert ledger.balance(POOL) == before
    hospital.ask("2304", alone(stay, psn_no))
    assert list(payer.paid.values()) == [6000_00]


def test_one_that_waits_can_be_undone_before_the_payer_is_back(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)
    payer.mood = ["broken", "broken"]
    setl_id = hospital.ask("2304", alone(stay, psn_no))["setlinfo"]["setl_id"]
    hospital.ask("2305", {"data": {"mdtrt_id": stay, "psn_no": psn_no, "setl_id": setl_id}})
    assert finish(hospital, path) == []
    assert debts(hospital.clock.today()) == ()
    # It may have paid and its answer been lost, so it is told too.
    assert undo_everywhere(Network(hospital.clock), regions(str(path)), hospital.clock) == 0
    assert len(payer.undone) == 1
    assert [one for one in check_all() if one.broken] == []


def test_a_stay_settled_already_does_not_trouble_the_payer_again(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, _ = there
    psn_no, stay = admitted(hospital)
    hospital.ask("2304", alone(stay, psn_no))
    asked = len(payer.asked)
    assert "HOSP-051" in hospital.send("2304", alone(stay, psn_no))["err_msg"]
    assert len(payer.asked) == asked


def test_a_payer_that_failed_is_left_alone_for_a_while(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, path = there
    port = path.read_text(encoding="utf-8").split("127.0.0.1:")[1].split('"')[0]
    ways = read_regions(REGION.format(port=port, tries=1, rest=600), "x")
    line = Network(hospital.clock)
    psn_no, stay = admitted(hospital)
    payer.mood = ["broken"] * 3
    hospital.ask("2304", alone(stay, psn_no))
    asked = len(payer.asked)
    for _ in range(3):
        assert [one.status for one in complete(line, ways, hospital.clock)] == ["waiting"]
    assert len(payer.asked) == asked + 1


def test_a_completed_settlement_is_undone_whole(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)
    before = ledger.balance(POOL)
    payer.mood = ["broken", "broken"]
    setl_id = hospital.ask("2304", alone(stay, psn_no))["setlinfo"]["setl_id"]
    assert finish(hospital, path) == ["completed"]
    back = hospital.ask("2305", {"data": {"mdtrt_id": stay, "psn_no": psn_no, "setl_id": setl_id}})["setlinfo"]
    assert (back["fund_pay_sumamt"], back["oth_pay"]) == (-8100, -2100)
    assert ledger.balance(POOL) == before
    assert debts(hospital.clock.today()) == ()
    assert [one for one in check_all() if one.broken] == []


def test_a_bill_that_could_never_be_completed_is_refused_while_its_payer_is_down(
    there: tuple[Hospital, Payer, Path],
) -> None:
    hospital, payer, _ = there
    psn_no, stay = admitted(hospital)
    # Cover ended before the day of discharge: with the payer there the bill would be refused, so it must not wait for ever.
    enrolment.leave(
        county.CONTRACT, county.identity(1), date(2020, 5, 10), EndReason.WITHDREW, "leaves", hospital.clock
    )
    payer.mood = ["broken", "broken"]
    refused = hospital.send("2304", alone(stay, psn_no))
    assert "SETTLE-002" in refused["err_msg"]
    assert debts(hospital.clock.today()) == ()


@pytest.mark.invariant("V2")
def test_cover_does_not_end_before_a_bill_that_waits_for_its_payer(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)  # discharged on 12 May
    payer.mood = ["broken", "broken"]
    hospital.ask("2304", alone(stay, psn_no))

    def leave(day: date) -> None:
        enrolment.leave(county.CONTRACT, county.identity(1), day, EndReason.WITHDREW, f"leaves {day}", hospital.clock)

    with pytest.raises(Refused, match="COVERAGE-018"):
        leave(date(2020, 5, 11))
    leave(date(2020, 5, 12))
    assert finish(hospital, path) == ["completed"]
    assert [one for one in check_all() if one.broken] == []


def test_who_paid_all_while_a_payer_was_silent_gets_its_part_back(there: tuple[Hospital, Payer, Path]) -> None:
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)
    payer.mood = ["broken", "broken"]
    setl_id = hospital.ask("2304", alone(stay, psn_no))["setlinfo"]["setl_id"]
    repay(stay, Fen(10_000_00), "pay-all", hospital.clock)
    assert finish(hospital, path) == ["completed"]
    # 6,000.00 by basic insurance and 2,100.00 by ours: of the 10,000.00 paid, 8,100.00 go back.
    assert debts(hospital.clock.today()) == ()
    assert ledger.balance(repaid(hospital.code)) == 1900_00
    assert setl_id
    assert [one for one in check_all() if one.broken] == []


# --- begun anew ---------------------------------------------------------------------------------------------------------


def busy(*_: object, **__: object) -> None:
    """The database gives up while a settlement is recorded, as it does under a statement's time limit."""
    raise OperationalError("canceling statement due to statement timeout")


@pytest.fixture
def told_to_ask_again(
    there: tuple[Hospital, Payer, Path], monkeypatch: pytest.MonkeyPatch
) -> tuple[Hospital, Payer, Path, str, str, str]:
    """The payer has said what it pays, the settlement was not recorded, and the hospital was told to send it again."""
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)
    msgid = hospital.msgid()
    with monkeypatch.context() as failing:
        failing.setattr(together, "settle_all", busy)
        assert "HOSP-018" in hospital.send("2304", alone(stay, psn_no), msgid)["err_msg"]
    assert list(payer.paid.values()) == [6000_00]
    return hospital, payer, path, psn_no, stay, msgid


Told = tuple[Hospital, Payer, Path, str, str, str]


def test_the_same_message_sent_again_is_settled_by_what_the_payer_said_before(told_to_ask_again: Told) -> None:
    hospital, payer, _, psn_no, stay, msgid = told_to_ask_again
    asked = len(payer.asked)
    assert hospital.ask("2304", alone(stay, psn_no), msgid)["setlinfo"]["hifp_pay"] == 6000
    assert (list(payer.paid.values()), len(payer.asked)) == ([6000_00], asked)


def test_a_stay_begun_anew_under_another_number_is_not_paid_twice(told_to_ask_again: Told) -> None:
    hospital, payer, _, psn_no, stay, msgid = told_to_ask_again
    (first,) = payer.paid
    payer.asked.clear()
    info = hospital.ask("2304", alone(stay, psn_no))["setlinfo"]
    assert (info["hifp_pay"], info["oth_pay"]) == (6000, 2100)
    # The payer was told to undo the first before it was asked again: at no moment did it pay for the stay twice.
    assert payer.asked == ["2601", "2304"]
    assert list(payer.paid.values()) == [6000_00]
    assert first not in payer.paid
    # A copy of the first message that comes after all does nothing more.
    assert "HOSP-031" in hospital.send("2304", alone(stay, psn_no), msgid)["err_msg"]
    undone = {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": "2304"}}
    assert hospital.send("2601", undone)["infcode"] == 0
    assert list(payer.paid.values()) == [6000_00]
    assert [one for one in check_all() if one.broken] == []


def test_begun_anew_while_the_payer_is_down_it_waits_and_is_paid_once(told_to_ask_again: Told) -> None:
    hospital, payer, path, psn_no, stay, _ = told_to_ask_again
    (first,) = payer.paid
    payer.mood = ["broken", "broken"]
    info = hospital.ask("2304", alone(stay, psn_no))["setlinfo"]
    # The undoing was not heard, so the payer was not asked: what it pays is not known yet.
    assert "PENDING_PAYERS" in info["exp_content"]
    assert list(payer.paid) == [first]
    assert finish(hospital, path) == ["completed"]
    assert list(payer.paid.values()) == [6000_00]
    assert first not in payer.paid
    assert undo_everywhere(Network(hospital.clock), regions(str(path)), hospital.clock) == 0
    assert list(payer.paid.values()) == [6000_00]
    assert [one for one in check_all() if one.broken] == []


def test_one_still_under_way_is_rolled_back_when_the_stay_is_begun_anew(
    there: tuple[Hospital, Payer, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first message has its payer's answer in hand when the second comes and is settled: only the second stands."""
    hospital, payer, path = there
    psn_no, stay = admitted(hospital)
    before = ledger.balance(POOL)
    real = together.settle
    second: list[dict[str, Any]] = []

    def overtaken(ticket: together.Ticket) -> bytes:
        monkeypatch.setattr(together, "settle", real)
        second.append(hospital.ask("2304", alone(stay, psn_no))["setlinfo"])
        return real(ticket)

    monkeypatch.setattr(together, "settle", overtaken)
    assert "HOSP-031" in hospital.send("2304", alone(stay, psn_no))["err_msg"]
    assert second[0]["hifp_pay"] == 6000
    assert undo_everywhere(Network(hospital.clock), regions(str(path)), hospital.clock) == 0
    assert list(payer.paid.values()) == [6000_00]
    assert before - ledger.balance(POOL) == 2100_00
    assert [one for one in check_all() if one.broken] == []


def test_what_never_came_to_a_settlement_is_given_back_after_a_day(told_to_ask_again: Told) -> None:
    hospital, payer, path, psn_no, stay, msgid = told_to_ask_again
    line, ways = Network(hospital.clock), regions(str(path))
    assert undo_everywhere(line, ways, hospital.clock) == 0
    assert list(payer.paid.values()) == [6000_00]
    assert isinstance(hospital.clock, world.Ticking)
    hospital.clock.at += timedelta(days=1, hours=1)
    payer.mood = ["broken", "broken"]
    assert undo_everywhere(line, ways, hospital.clock) == 1
    assert undo_everywhere(line, ways, hospital.clock) == 0
    assert payer.paid == {}
    # Whoever sends the message after all is settled, and the payer is asked anew.
    assert hospital.ask("2304", alone(stay, psn_no), msgid)["setlinfo"]["hifp_pay"] == 6000
    assert undo_everywhere(line, ways, hospital.clock) == 0
    assert list(payer.paid.values()) == [6000_00]
