"""Bills settled for insured people: layers, accumulators and books together, undone together, never twice.

The demonstration city's values: target 90 % of in-policy cost, self-payment at least 100 yuan, yearly cap 350,000 yuan.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from huibao.app.audit import check_all
from huibao.app.enrolment import leave
from huibao.app.settlement import add_payer, explain_settlement, replay, reverse_settlement, settle_bills
from huibao.domain.ledger import special
from huibao.domain.plan import EndReason
from huibao.domain.settlement.bill import Bill
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line, Payer
from huibao.store import ledger
from huibao.store import settlement as store
from huibao.store.models.settlement import Accumulator
from tests.app import insured_county as county

pytestmark = pytest.mark.django_db
POOL = special(county.CONTRACT, Line.MEDICAL_SUPPLEMENTARY)


def a_bill(number: str, total: int, in_policy: int, basic: int, person: int = 1, on: date = date(2020, 5, 12)) -> Bill:
    """A bill in yuan."""
    inputs = {"bill_total": total * 100, "in_policy": in_policy * 100, "reported_basic_medical": basic * 100}
    return Bill(number, date(2020, 5, 1), on, inputs, hospital="H1", person=county.identity(person))


def test_the_supplementary_layer_fills_to_ninety_per_cent_and_is_paid_from_the_special_account_sd_4_1() -> None:
    clock = county.insure()
    before = ledger.balance(POOL)
    (result,) = settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    assert result.status == "settled"
    assert result.settlement is not None
    # 9,000 × 90 % = 8,100; less 6,000 by basic insurance: 2,100. The person: 10,000 − 6,000 − 2,100 = 1,900.
    assert [layer.fen for layer in result.settlement.layers if layer.fen] == [600_000, 210_000]
    assert result.settlement.self_pay_fen == 190_000
    assert before - ledger.balance(POOL) == 210_000
    assert store.opening(result.settlement.person_id, "shandong/2020", date(2020, 1, 1)) == {
        "supplementary_paid": 210_000
    }


def test_nobody_ends_at_zero_self_payment_sd_4_1() -> None:
    clock = county.insure()
    (result,) = settle_bills([a_bill("B1", 500, 500, 380)], clock)
    # Target: 450 − 380 = 70; to the floor: 500 − 380 − 100 = 20. The floor binds.
    assert result.settlement is not None
    assert result.settlement.self_pay_fen == 10_000
    assert replay(result.settlement).bound["supplementary"] == "self_pay_floor"


def test_the_yearly_cap_holds_over_the_bills_of_a_year_sd_4_1() -> None:
    clock = county.insure()
    first, second = settle_bills([a_bill("B1", 400_000, 380_000, 0), a_bill("B2", 100_000, 90_000, 0)], clock)
    # 380,000 × 90 % = 342,000; of the cap of 350,000 there are 8,000 left for the second bill.
    assert first.settlement is not None
    assert second.settlement is not None
    assert [layer.fen for layer in first.settlement.layers if layer.fen] == [34_200_000]
    assert [layer.fen for layer in second.settlement.layers if layer.fen] == [800_000]
    assert replay(second.settlement).bound["supplementary"] == "yearly_cap"


def test_the_same_bill_sent_again_gives_the_first_answer_and_moves_no_money() -> None:
    clock = county.insure()
    (first,) = settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    pool = ledger.balance(POOL)
    (again,) = settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    assert again.status == "exists"
    assert again.settlement == first.settlement
    assert ledger.balance(POOL) == pool


def test_other_content_under_a_settled_number_is_refused() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    (other,) = settle_bills([a_bill("B1", 10_000, 9_000, 6_001)], clock)
    assert other.status == "refused"
    assert [problem.code for problem in other.problems] == ["SETTLE-003"]


def test_a_number_that_occurs_twice_in_a_batch_is_answered_twice_and_settled_once() -> None:
    clock = county.insure()
    one, other = a_bill("B1", 10_000, 9_000, 6_000), a_bill("B1", 10_000, 9_000, 5_000)
    assert [result.status for result in settle_bills([one, other, one], clock)] == ["settled", "refused", "exists"]


def test_one_refused_bill_does_not_hold_up_the_others_and_leaves_nothing_behind() -> None:
    clock = county.insure()
    wrong = a_bill("B1", 1_000, 2_000, 0)
    stranger = a_bill("B2", 1_000, 900, 0, person=77)
    results = settle_bills([wrong, stranger, a_bill("B3", 1_000, 900, 0)], clock)
    assert [result.status for result in results] == ["refused", "refused", "settled"]
    assert [problem.code for result in results for problem in result.problems] == ["BILL-003", "SETTLE-001"]
    assert [one.number for one in store.settlements()] == ["H1/B3"]


def test_who_has_no_cover_on_the_day_of_discharge_is_told_so() -> None:
    clock = county.insure()
    county.add_person(9)
    (result,) = settle_bills([a_bill("B1", 1_000, 900, 0, person=9)], clock)
    assert [problem.code for problem in result.problems] == ["SETTLE-002"]


def test_an_empty_special_account_refuses_the_bill_whole() -> None:
    clock = county.insure(pool_fen=0)
    (result,) = settle_bills([a_bill("B1", 10_000, 9_000, 0)], clock)
    assert result.status == "refused"
    assert store.by_number("H1/B1") is None
    assert not Accumulator.objects.exists()


def test_settling_and_reversing_leaves_nothing_behind_s5() -> None:
    clock = county.insure()
    pool = ledger.balance(POOL)
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    clock.forward(140)
    reversal = reverse_settlement("H1/B1", "录入有误", "undo-1", clock)
    assert reversal.self_pay_fen == -190_000
    assert ledger.balance(POOL) == pool
    assert [row.value for row in Accumulator.objects.all()] == [0]
    assert reverse_settlement("H1/B1", "录入有误", "undo-1", clock) == reversal
    with pytest.raises(Refused) as refused:
        reverse_settlement("H1/B1", "又一次", "undo-2", clock)
    assert [problem.code for problem in refused.value.problems] == ["SETTLE-006"]


def test_cover_does_not_end_before_a_bill_that_was_settled_under_it() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    who, day = county.identity(1), date(2020, 5, 11)
    with pytest.raises(Refused) as refused:
        leave(county.CONTRACT, who, day, EndReason.WITHDREW, "leave-1", clock)
    assert [problem.code for problem in refused.value.problems] == ["COVERAGE-018"]
    reverse_settlement("H1/B1", "录入有误", "undo-1", clock)
    assert leave(county.CONTRACT, who, day, EndReason.WITHDREW, "leave-1", clock).left == {"withdrew": 2}


def test_settlements_are_reversed_from_the_last_one_backwards() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 1_000, 900, 0), a_bill("B2", 1_000, 900, 0, on=date(2020, 6, 1))], clock)
    with pytest.raises(Refused) as refused:
        reverse_settlement("H1/B1", "录入有误", "undo-1", clock)
    assert [problem.code for problem in refused.value.problems] == ["SETTLE-007"]
    assert "H1/B2" in refused.value.problems[0].says


def test_a_second_assistance_that_comes_later_lowers_what_the_person_bears_p2() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    changed = add_payer("H1/B1", Payer.MEDICAL_ASSISTANCE, Fen(40_000), "later-1", clock)
    assert (changed.self_pay_fen, changed.left_fen) == (190_000, 150_000)
    assert add_payer("H1/B1", Payer.MEDICAL_ASSISTANCE, Fen(40_000), "later-1", clock) == changed
    for fen, key, code in ((40_001, "later-1", "SETTLE-009"), (150_001, "later-2", "BILL-030")):
        with pytest.raises(Refused) as refused:
            add_payer("H1/B1", Payer.MEDICAL_ASSISTANCE, Fen(fen), key, clock)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_a_reversed_bill_takes_no_later_payer_and_gives_back_those_it_had() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    add_payer("H1/B1", Payer.DONATION, Fen(90_000), "later-1", clock)
    reversal = reverse_settlement("H1/B1", "录入有误", "undo-1", clock)
    assert sum(layer.fen for layer in reversal.layers) + reversal.self_pay_fen == -1_000_000
    with pytest.raises(Refused):
        add_payer("H1/B1", Payer.DONATION, Fen(1), "later-2", clock)


def test_each_line_of_a_settlement_is_cited() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    _, lines = explain_settlement("H1/B1")
    (ours,) = [line for line in lines if line.payer is Payer.MEDICAL_SUPPLEMENTARY]
    assert ours.clause == "SD-4.1"
    assert "2,100.00" in ours.text("zh")


YUANS = st.integers(0, 2_000_000)


@pytest.mark.invariant("S1")
@pytest.mark.invariant("S2")
@pytest.mark.invariant("S5")
@pytest.mark.invariant("S6")
@example_settings(max_examples=8)
@given(st.lists(st.tuples(YUANS, YUANS, YUANS, st.booleans()), min_size=1, max_size=6))
def test_whatever_bills_come_the_invariants_hold_on_live_data(rows: list[tuple[int, int, int, bool]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        clock = county.insure(people=1, pool_fen=10**12)
        for number, (first, second, third, undo) in enumerate(rows):
            total, in_policy, basic = sorted((first, second, third), reverse=True)
            (result,) = settle_bills([a_bill(f"B{number}", total, in_policy, basic)], clock)
            assert result.status == "settled", result.problems
            if undo:
                reverse_settlement(f"H1/B{number}", "试", f"undo-{number}", clock)
        findings = check_all(frozenset({"S1", "S2", "S3", "S4", "S5", "S6", "L1", "L2", "L5", "L6"}))
        assert [finding for finding in findings if not finding.holds] == []
        transaction.set_rollback(True)
