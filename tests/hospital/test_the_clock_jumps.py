"""The server's clock jumps back and forth: what was done stays done, and what cannot be done now is said so. G6"""

import json
from datetime import timedelta
from typing import Any

import pytest

from huibao.app.audit import check_all
from huibao.store import settlement as settlements
from tests.hospital import world
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.world import PATH, Hospital, Ticking, admission, bill, leaving, who

LEFT = "2020-09-20 10:00:00"
BACK, FORTH = timedelta(days=-45), timedelta(days=400)


def jump(hospital: Hospital, by: timedelta) -> None:
    """Both sides' clock, as when the hospital keeps time by ours."""
    assert isinstance(hospital.clock, Ticking)
    hospital.clock.at += by


@pytest.fixture
def running(hospital: Hospital) -> Hospital:
    """The hospital three months after it got its key: no jump goes back behind that."""
    jump(hospital, timedelta(days=90))
    return hospital


def all_is_well() -> bool:
    return [one for one in check_all() if one.broken] == []


@pytest.mark.parametrize("by", [BACK, timedelta(hours=-3), timedelta(hours=3), FORTH])
def test_asked_again_after_a_jump_the_answer_is_the_first_one(running: Hospital, by: timedelta) -> None:
    psn_no, stay = admitted(running)
    msgid = running.msgid()
    first = running.raw("2304", bill(stay, psn_no), msgid)
    jump(running, by)
    assert running.raw("2304", bill(stay, psn_no), msgid) == first
    assert world.read(first)["output"]["setlinfo"]["setl_id"] in running.send("2304", bill(stay, psn_no))["err_msg"]
    assert len(list(settlements.settlements())) == 1
    assert all_is_well()


@pytest.mark.parametrize("by", [BACK, timedelta(hours=-3), timedelta(hours=3)])
def test_undone_and_settled_anew_across_a_jump_the_amounts_are_the_same(running: Hospital, by: timedelta) -> None:
    psn_no, stay = admitted(running)
    first = running.ask("2304", bill(stay, psn_no))["setlinfo"]
    jump(running, by)
    here = {"mdtrt_id": stay, "setl_id": first["setl_id"], "psn_no": psn_no}
    back = running.send("2305", {"data": here})
    if back["infcode"] == 0:
        second = running.send("2304", bill(stay, psn_no))
        assert second["infcode"] == 0 or "HOSP-" in second["err_msg"]
        if second["infcode"] == 0:
            assert second["output"]["setlinfo"]["oth_pay"] == first["oth_pay"]
    else:
        assert "[" in back["err_msg"]
    jump(running, -by)
    assert all_is_well()


def test_a_day_that_has_not_come_by_a_clock_set_back_is_refused_and_taken_when_it_is_right_again(
    running: Hospital,
) -> None:
    psn_no = running.ask("1101", who(1))["baseinfo"]["psn_no"]
    stay = running.ask("2401", admission(1, psn_no))["result"]["mdtrt_id"]
    jump(running, timedelta(days=-60))
    early = running.send("2402", leaving(stay, psn_no, LEFT))
    assert (early["infcode"], "HOSP-066" in early["err_msg"]) == (-1, True), early["err_msg"]
    jump(running, timedelta(days=60))
    running.ask("2402", leaving(stay, psn_no, LEFT))
    assert running.ask("2304", bill(stay, psn_no))["setlinfo"]["oth_pay"] == 2100
    assert all_is_well()


def test_one_clock_that_jumps_alone_is_told_by_the_signature_s_time(running: Hospital) -> None:
    psn_no, stay = admitted(running)
    for by in (timedelta(minutes=-31), timedelta(minutes=31)):
        signed = running.headers("2304")
        body = json.dumps(running.envelope("2304", bill(stay, psn_no), running.msgid())).encode()
        jump(running, by)
        answer = world.read(running.wire(f"{PATH}2304", signed, body))
        assert "HOSP-021" in answer["err_msg"]
        jump(running, -by)
    assert running.ask("2304", bill(stay, psn_no))["setlinfo"]["oth_pay"] == 2100


def test_a_signature_forgotten_in_a_future_that_was_none_does_nothing_twice(running: Hospital) -> None:
    """Marks of signatures are kept for an hour; a clock that ran ahead and was set right finds them gone."""
    psn_no, stay = admitted(running)
    signed = running.headers("2304")
    body = json.dumps(running.envelope("2304", bill(stay, psn_no), running.msgid())).encode()
    first = running.wire(f"{PATH}2304", signed, body)
    jump(running, timedelta(hours=5))
    from huibao.store import institution as institutions

    institutions.forget_nonces(running.clock.now() - timedelta(hours=1))
    jump(running, timedelta(hours=-5))
    again: dict[str, Any] = world.read(running.wire(f"{PATH}2304", signed, body))
    assert again == world.read(first) or again["infcode"] == -1
    assert len(list(settlements.settlements())) == 1
    assert all_is_well()
