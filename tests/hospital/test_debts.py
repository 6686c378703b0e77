"""Treat first, pay later: what is owed stands in the books until it is paid, agreed in parts, or given up by approval. SD-6.4."""

from datetime import date

import pytest
from django.db import connection

from huibao.app.audit import check_all
from huibao.app.hospital.debts import agree, debts, remind, repay, write_off
from huibao.app.hospital.later import add_payer
from huibao.app.hospital.regions import regions
from huibao.app.settlement import add_payer as add_to_settlement
from huibao.domain.ledger import AccountKind, care_given, repaid, written_off
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import Broken
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Payer
from huibao.store import guards, ledger
from huibao.store.models.hospital import StaySettlement
from huibao.store.models.settlement import Settlement
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.test_reconciliation import compared, totals
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


def owes(hospital: Hospital) -> int:
    """What everybody together still owes, fen."""
    return sum(one.owed_fen for one in debts(hospital.clock.today()))


def settled(hospital: Hospital) -> dict[str, str]:
    """A stay that left 1,900 yuan to be paid later."""
    psn_no, stay = admitted(hospital)
    setl_id = hospital.ask("2304", bill(stay, psn_no))["setlinfo"]["setl_id"]
    return {"mdtrt_id": stay, "setl_id": setl_id, "psn_no": psn_no}


def charity(hospital: Hospital, fen: int, key: str = "charity-1") -> None:
    """A charity takes over a part of the only settlement."""
    (number,) = Settlement.objects.filter(reverses__isnull=True, reversal__isnull=True).values_list("number", flat=True)
    add_payer(number, Payer.DONATION, Fen(fen), key, hospital.clock, regions(None))


def test_a_payer_that_comes_later_lowers_the_debt_and_the_hospital_reads_of_it(hospital: Hospital) -> None:
    here = settled(hospital)
    charity(hospital, 500_00)
    charity(hospital, 500_00)  # the same key counts once
    assert owes(hospital) == 1400_00
    charity(hospital, 100_00, "charity-2")
    assert owes(hospital) == 1300_00
    shown = hospital.ask("5203", {"data": here})["setlinfo"]
    assert (shown["psn_pay"], shown["fund_pay_sumamt"]) == (1300, 8700)
    # 8,100.00 as answered, 600.00 since: one settlement, two additions to it.
    even = hospital.ask("3201", totals("1", "10000.00", "8700.00"))["stmtinfo"]
    assert (even["stmt_rslt"], even["stmt_rslt_dscr"]) == ("0", "")
    mine = [here["setl_id"], here["mdtrt_id"], here["psn_no"], "10000.00", "8100.00", "0", "0"]
    result = compared(hospital, [mine])
    assert result.pop(here["setl_id"])[4] == "0"
    why = f"结算 {here['setl_id']} 的支付方后到补记：请按此调整该结算的基金支付"
    assert [(row[6], row[8]) for row in result.values()] == [(why, "500.00"), (why, "100.00")]
    assert [one for one in check_all() if one.broken] == []


def test_who_has_paid_already_gets_back_what_a_later_payer_bears(hospital: Hospital) -> None:
    here = settled(hospital)
    repay(here["mdtrt_id"], Fen(1700_00), "pay-1", hospital.clock)
    charity(hospital, 500_00)
    # 200.00 were still owed; 300.00 of what was paid go back.
    assert owes(hospital) == 0
    assert ledger.balance(repaid(hospital.code)) == 1400_00
    assert ledger.balance(care_given(hospital.code)) == -1400_00
    refused = hospital.send("2305", {"data": here})
    assert "HOSP-056" in refused["err_msg"]  # the 1,400.00 that were paid are looked at first
    assert [one for one in check_all() if one.broken] == []


def test_what_was_given_up_need_not_be_where_a_later_payer_bears_it(hospital: Hospital) -> None:
    here = settled(hospital)
    write_off(here["mdtrt_id"], "卫健批〔2020〕7号", "off-1", hospital.clock)
    charity(hospital, 500_00)
    assert (owes(hospital), ledger.balance(written_off(hospital.code))) == (0, 1400_00)
    assert [one for one in check_all() if one.broken] == []


@pytest.mark.invariant("S5")
def test_a_settlement_with_a_later_payer_is_undone_whole(hospital: Hospital) -> None:
    here = settled(hospital)
    before = ledger.balances()
    charity(hospital, 500_00)
    back = hospital.ask("2305", {"data": here})["setlinfo"]
    assert (back["fund_pay_sumamt"], back["psn_cash_pay"]) == (-8600, -1400)
    assert owes(hospital) == 0
    assert sum(fen for ref, fen in before.items() if ref.kind is AccountKind.DEBT) == 1900_00
    assert hospital.ask("3201", totals("2", "0", "0"))["stmtinfo"]["stmt_rslt"] == "0"
    assert [one for one in check_all() if one.broken] == []


def test_a_later_payer_is_not_added_beside_the_debt_that_hangs_on_it(hospital: Hospital) -> None:
    settled(hospital)
    (number,) = Settlement.objects.values_list("number", flat=True)
    with pytest.raises(Broken, match="L6"):
        add_to_settlement(number, Payer.DONATION, Fen(1), "charity-1", hospital.clock)
