"""A bill must add up before it is settled, and what does not is refused with the difference in figures."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.settlement.bill import Bill, FeeLine, bill_problems, in_standard_order, sum_of_lines

DAY = date(2020, 5, 12)


def a_bill(**inputs: int) -> Bill:
    return Bill("B1", date(2020, 5, 1), DAY, inputs)


def test_a_bill_whose_four_parts_make_the_total_is_fine() -> None:
    bill = a_bill(bill_total=100_00, out_of_catalogue=10_00, over_limit=5_00, first_self_pay=5_00, in_policy=80_00)
    assert bill_problems(bill) == ()


def test_parts_that_exceed_the_total_are_refused_with_the_difference() -> None:
    (problem,) = bill_problems(a_bill(bill_total=100_00, out_of_catalogue=30_00, in_policy=80_00))
    assert problem.code == "BILL-003"
    assert "10.00" in problem.says  # 30 + 80 - 100


def test_parts_that_fall_short_of_the_total_are_refused_with_the_difference() -> None:
    (problem,) = bill_problems(a_bill(bill_total=100_00, out_of_catalogue=15_00, in_policy=80_00))
    assert problem.code == "BILL-002"
    assert "5.00" in problem.says


def test_a_total_and_its_in_policy_part_alone_may_leave_the_rest_unnamed() -> None:
    assert bill_problems(a_bill(bill_total=100_00, in_policy=80_00)) == ()


def test_payers_that_report_more_than_the_bill_are_refused() -> None:
    inputs = {"bill_total": 100_00, "in_policy": 80_00, "reported_basic_medical": 70_00}
    (problem,) = bill_problems(a_bill(**inputs, reported_medical_assistance=31_00))
    assert problem.code == "BILL-004"
    assert "1.00" in problem.says


def test_a_published_bill_whose_figures_do_not_add_up_is_refused_with_the_difference_stated() -> None:
    stated = {"fund_pay_sumamt": 165_000_00, "psn_part_amt": 33_000_00}
    bill = Bill("P1", date(2023, 1, 1), date(2023, 12, 1), {"bill_total": 199_200_00}, stated=stated)
    (problem,) = bill_problems(bill)
    assert problem.code == "BILL-005"
    assert "1,200.00" in problem.says  # 199,200 - 165,000 - 33,000


def test_a_negative_amount_is_refused_by_name() -> None:
    problems = bill_problems(a_bill(bill_total=100_00, in_policy=-1))
    assert [(problem.code, problem.field) for problem in problems] == [("BILL-001", "in_policy")]


def test_a_stay_cannot_end_before_it_begins() -> None:
    (problem,) = bill_problems(Bill("B1", date(2020, 5, 13), DAY, {"bill_total": 1}))
    assert problem.code == "BILL-006"


def test_fee_lines_must_sum_to_the_bill() -> None:
    lines = (FeeLine("A", {"bill_total": 60_00}), FeeLine("B", {"bill_total": 39_99}))
    (problem,) = bill_problems(Bill("B1", DAY, DAY, {"bill_total": 100_00}, fee_lines=lines))
    assert problem.code == "BILL-007"
    assert "0.01" in problem.says


AMOUNTS = st.lists(st.integers(-(10**7), 10**7), max_size=30)


@pytest.mark.invariant("S4")
@given(AMOUNTS.flatmap(lambda amounts: st.tuples(st.just(amounts), st.permutations(amounts))))
def test_the_order_of_the_fee_lines_does_not_matter(orders: tuple[list[int], list[int]]) -> None:
    total = max(sum(orders[0]), 0)
    found = []
    for order in orders:
        lines = tuple(FeeLine(str(n), {"bill_total": fen}) for n, fen in enumerate(order))
        assert sum_of_lines(lines, "bill_total") == sum(orders[0])
        found.append(bill_problems(Bill("B1", DAY, DAY, {"bill_total": total}, fee_lines=lines)))
    assert found[0] == found[1]


def test_the_same_lines_in_another_order_are_the_same_bill() -> None:
    one = (FeeLine("A", {"bill_total": 60_00}), FeeLine("B", {"bill_total": 40_00}), FeeLine("A", {"bill_total": 1}))
    assert in_standard_order(one) == in_standard_order(one[::-1])
