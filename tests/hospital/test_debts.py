"""Treat first, pay later: what is owed stands in the books until it is paid, agreed in parts, or given up by approval. SD-6.4."""

from datetime import date

import pytest
from django.db import connection

from huibao.app.audit import check_all
from huibao.app.hospital.debts import agree, debts, remind, repay, write_off
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import guards
from huibao.store.models.hospital import StaySettlement
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.world import Hospital, bill


@pytest.mark.clause("SD-6.4")
def test_a_debt_is_paid_in_instalments_with_reminders_and_its_rest_given_up_by_approval(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    hospital.ask("2304", bill(stay, psn_no))
    clock = hospital.clock
    (owed,) = debts(clock.today())
    assert (owed.owed_fen, owed.overdue_fen, owed.since) == (1900_00, 1900_00, date(2020, 5, 12))

    agreed = agree(stay, [(date(2020, 7, 15), Fen(900_00)), (date(2020, 8, 15), Fen(1000_00))], clock)
    assert agreed.overdue_fen == 0
    assert remind(clock) == ()
    clock.forward(20)  # 20 July: the first part is overdue
    assert [one.overdue_fen for one in remind(clock)] == [900_00]
    assert remind(clock) == ()
    assert repay(stay, Fen(900_00), "pay-1", clock).overdue_fen == 0
    assert repay(stay, Fen(900_00), "pay-1", clock).owed_fen == 1000_00
    clock.forward(40)
    assert [one.overdue_fen for one in remind(clock)] == [1000_00]
    with pytest.raises(Refused):
        write_off(stay, "", "off-1", clock)
    assert write_off(stay, "卫健批〔2020〕7号", "off-1", clock).owed_fen == 0
    assert debts(clock.today()) == ()
    assert [one for one in check_all() if one.broken] == []


def test_more_than_is_owed_is_not_taken(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    hospital.ask("2304", bill(stay, psn_no))
    with pytest.raises(Refused, match="HOSP-059"):
        repay(stay, Fen(1900_01), "pay-1", hospital.clock)
    with pytest.raises(Refused, match="HOSP-059"):
        agree(stay, [(date(2020, 8, 1), Fen(100))], hospital.clock)


def test_a_settlement_whose_debt_was_repaid_in_part_is_not_undone(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    setl_id = hospital.ask("2304", bill(stay, psn_no))["setlinfo"]["setl_id"]
    repay(stay, Fen(1), "pay-1", hospital.clock)
    refused = hospital.send("2305", {"data": {"mdtrt_id": stay, "setl_id": setl_id, "psn_no": psn_no}})
    assert "HOSP-056" in refused["err_msg"]


def test_an_answer_that_does_not_close_and_a_debt_nobody_left_are_found_by_the_check(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    hospital.ask("2304", bill(stay, psn_no))
    guards.take_down(connection)
    row = StaySettlement.objects.get()
    row.money = {**row.money, "psn_part_amt": 1, "debt": 5}
    row.save()
    guards.put_up(connection)
    broken = [each for one in check_all() for each in one.broken if "settlement" in each.where or "debt" in each.where]
    assert sorted(each.where.split()[0] for each in broken) == ["debt", "settlement"]
