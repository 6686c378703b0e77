"""The same message twice at one moment, and two messages for one stay: one deed, and answers that agree."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from huibao.app.audit import check_all
from huibao.store import settlement as settlements
from huibao.store.locks import lock_ledger
from huibao.store.unit import unit_of_work
from tests.app import insured_county as county
from tests.hospital import world
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.wire import over_http, served
from tests.hospital.world import PATH, Hospital, bill, read

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 6
ROUNDS = 3
HEAD_START = 0.15


def at_once(hospital: Hospital, port: int, given: dict[str, object], msgids: list[str]) -> list[bytes]:
    """Send a settlement under each msgid, signed beforehand, all at one moment."""
    wire = over_http(port)
    ready = [
        (hospital.headers("2304"), json.dumps(hospital.envelope("2304", given, msgid)).encode()) for msgid in msgids
    ]
    with ThreadPoolExecutor(len(ready)) as threads:
        return list(threads.map(lambda each: wire(f"{PATH}2304", *each), ready))


@pytest.mark.parametrize("same", [True, False])
def test_a_stay_is_settled_once_however_often_it_is_sent(monkeypatch: pytest.MonkeyPatch, same: bool) -> None:
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)
    county.insure(people=1)
    clock = world.Ticking(datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    with served() as port, world.open_hospital(clock) as hospital:
        psn_no, stay = admitted(hospital)
        first = hospital.msgid()
        msgids = [first if same else hospital.msgid() for _ in range(COPIES)]
        answers = at_once(hospital, port, bill(stay, psn_no), msgids)
    done = [answer for answer in map(read, answers) if answer["infcode"] == 0]
    assert len(list(settlements.settlements())) == 1
    if same:
        assert len(set(answers)) == 1
        assert len(done) == COPIES
    else:
        setl_id = done[0]["output"]["setlinfo"]["setl_id"]
        assert len(done) == 1
        assert all(setl_id in answer["err_msg"] for answer in map(read, answers) if answer["infcode"] == -1)
    assert [one for one in check_all() if one.broken] == []


def test_a_reversal_that_meets_the_settlement_on_its_way_leaves_nothing_standing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whichever is first: done and undone, or never done. Never settled with nobody knowing."""
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)
    county.insure(people=1)
    clock = world.Ticking(datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    with served() as port, world.open_hospital(clock) as hospital, ThreadPoolExecutor(2) as threads:
        psn_no, stay = admitted(hospital)
        for _ in range(ROUNDS):
            msgid, wire = hospital.msgid(), over_http(port)
            undo = {"data": {"psn_no": psn_no, "omsgid": msgid, "oinfno": "2304"}}
            sent = [("2304", bill(stay, psn_no), msgid), ("2601", undo, hospital.msgid())]
            ready = [
                (PATH + infno, hospital.headers(infno), json.dumps(hospital.envelope(infno, given, number)).encode())
                for infno, given, number in sent
            ]
            with unit_of_work():  # nobody gets to the books before both are under way
                lock_ledger()
                answers = []
                for one in ready:
                    answers.append(threads.submit(wire, *one))
                    time.sleep(HEAD_START)
            settled, undone = (read(each.result()) for each in answers)
            assert undone["infcode"] == 0
            assert settled["infcode"] == 0 or "HOSP-031" in settled["err_msg"]
            assert sum(layer.fen for one in settlements.settlements() for layer in one.layers) == 0
    assert [one for one in check_all() if one.broken] == []
