"""Premium: the three pro-rata rules by hand, payers that sum to it (P1), floors (P2), refunds that are never negative."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.plan import Contract, ContractLine, EndReason, PayerKind, PlannedShare, ProRata, Refunds
from huibao.domain.premium import (
    Share,
    floor_due,
    months_begun,
    part_of_premium,
    premium_due,
    refund_due,
    refund_shares,
    shares,
    whole_shares,
)
from huibao.kernel.fen import BP_ONE, Fen
from huibao.kernel.period import Period
from tests.domain.county import END, START, the_contract

PUBLISHED_TABLE_BP = (1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 8500, 9000, 9500, 10_000)
"""A short-rate table seen in the market; here only to show the rule at work."""

YEAR_2020 = Period(START, END)


def under(rule: ProRata) -> Contract:
    table = PUBLISHED_TABLE_BP if rule is ProRata.MONTHLY_SHORT_RATE else ()
    return replace(the_contract(), prorata=rule, short_rate_bp=table)


def line_at(contract: Contract, premium_fen: int = 12_000) -> ContractLine:
    return replace(contract.lines[0], premium_fen=Fen(premium_fen))


def test_a_joiner_of_10_may_pays_by_days_under_the_daily_rule() -> None:
    # 10 May to 31 December 2020 are 22 + 30 + 31 + 31 + 30 + 31 + 30 + 31 = 236 days of 366.
    # 120.00 yuan x 236 / 366 = 77.377... yuan, half up 77.38.
    contract = under(ProRata.DAILY)
    assert premium_due(contract, line_at(contract), Period(date(2020, 5, 10), END)) == 7_738


def test_a_joiner_of_10_may_pays_eight_months_begun_under_the_short_rate_table() -> None:
    # 10 May to 31 December: seven whole months to 9 December, the eighth begun: 80 % of 120 yuan is 96.00.
    contract = under(ProRata.MONTHLY_SHORT_RATE)
    assert premium_due(contract, line_at(contract), Period(date(2020, 5, 10), END)) == 9_600


def test_a_joiner_pays_all_where_the_contract_takes_the_whole_premium() -> None:
    contract = under(ProRata.WHOLE_PREMIUM)
    assert premium_due(contract, line_at(contract), Period(date(2020, 12, 31), END)) == 12_000


@pytest.mark.parametrize("rule", ProRata)
def test_the_whole_period_costs_the_whole_premium_under_every_rule(rule: ProRata) -> None:
    contract = under(rule)
    assert premium_due(contract, line_at(contract), YEAR_2020) == 12_000


def test_months_count_as_begun_from_the_corresponding_day_on() -> None:
    assert months_begun(Period(date(2020, 1, 15), date(2020, 2, 14))) == 1
    assert months_begun(Period(date(2020, 1, 15), date(2020, 2, 15))) == 2
    assert months_begun(Period(date(2020, 1, 31), date(2020, 2, 28))) == 1
    assert months_begun(Period(date(2020, 1, 31), date(2020, 2, 29))) == 2
    assert months_begun(YEAR_2020) == 12


def test_fixed_amounts_come_first_and_the_rest_is_split_by_rates() -> None:
    # 120 yuan: the person 10 fixed; of the remaining 110, 70 % is 77 and 30 % is 33.
    assert whole_shares(12_000, the_contract().lines[0].payers) == (1_000, 7_700, 3_300)


def test_a_fen_that_cannot_be_split_goes_to_the_largest_remainder() -> None:
    # 0.05 yuan in three equal weights of a whole of 0.09 (3, 3, 3): 1.67 each; 2, 2, 1 to the earlier ones.
    payers = tuple(PlannedShare(PayerKind.DONOR, name, None, Fen(3)) for name in "abc")
    assert [share.fen for share in shares(5, 9, payers)] == [2, 2, 1]


def test_unused_days_go_back_less_what_the_days_covered_cost() -> None:
    # Covered 1 January to 30 June: 31 + 29 + 31 + 30 + 31 + 30 = 182 of 366 days cost 120 x 182 / 366 = 59.67;
    # 120.00 - 59.67 = 60.33 goes back.
    contract = under(ProRata.DAILY)
    kept = Period(START, date(2020, 6, 30))
    assert refund_due(contract, line_at(contract), EndReason.MOVED, kept, 12_000) == 6_033


def test_nothing_goes_back_for_a_reason_the_contract_gives_no_refund_for() -> None:
    contract = under(ProRata.DAILY)
    kept = Period(START, date(2020, 6, 30))
    assert contract.leaving[EndReason.DIED] is Refunds.NONE
    assert refund_due(contract, line_at(contract), EndReason.DIED, kept, 12_000) == 0


def test_cover_that_never_began_goes_back_whole_whatever_the_reason() -> None:
    contract = under(ProRata.WHOLE_PREMIUM)
    assert refund_due(contract, line_at(contract), EndReason.DIED, None, 12_000) == 12_000


def test_who_leaves_under_the_whole_premium_rule_gets_nothing_back() -> None:
    contract = under(ProRata.WHOLE_PREMIUM)
    kept = Period(START, START)
    assert refund_due(contract, line_at(contract), EndReason.MOVED, kept, 12_000) == 0


def test_refunds_follow_what_each_payer_paid() -> None:
    # 60.33 of 120.00 paid as 10, 77 and 33: 5.0275, 38.71175, 16.59075; down to 5.02, 38.71, 16.59 = 60.32,
    # the last fen to the largest remainder (0.75 of a fen, the person).
    paid = (
        Share(PayerKind.SELF, "", Fen(1_000)),
        Share(PayerKind.GOVERNMENT_FUND, "provincial_fund", Fen(7_700)),
        Share(PayerKind.GOVERNMENT_FUND, "medical_fund", Fen(3_300)),
    )
    assert [share.fen for share in refund_shares(6_033, paid)] == [503, 3_871, 1_659]


def test_the_floor_of_a_part_is_the_part_of_the_floor() -> None:
    # 110.00 x 236 / 366 = 70.93 yuan is the least for a joiner of 10 May; the contract's 77.38 is above it.
    assert floor_due(under(ProRata.DAILY), 11_000, Period(date(2020, 5, 10), END)) == 7_093


days_2020 = st.integers(0, 365).map(lambda day: START + timedelta(days=day))
covers = st.tuples(days_2020, days_2020).map(lambda ends: Period(min(ends), max(ends)))
plans = st.tuples(st.integers(0, 5_000), st.lists(st.integers(1, BP_ONE - 1), max_size=4, unique=True).map(sorted)).map(
    lambda drawn: (
        *([PlannedShare(PayerKind.SELF, "", None, Fen(drawn[0]))] if drawn[0] else []),
        *(
            PlannedShare(PayerKind.GOVERNMENT_FUND, f"fund_{at}", after - before)
            for at, (before, after) in enumerate(zip([0, *drawn[1]], [*drawn[1], BP_ONE], strict=True))
        ),
    )
)


@pytest.mark.invariant("P1")
@given(plans, st.integers(5_001, 1_000_000), st.sampled_from(ProRata), covers)
def test_payer_shares_sum_to_the_premium(
    payers: tuple[PlannedShare, ...], premium_fen: int, rule: ProRata, cover: Period
) -> None:
    contract = under(rule)
    line = replace(line_at(contract, premium_fen), payers=payers)
    due = premium_due(contract, line, cover)
    parts = shares(due, premium_fen, payers)
    assert sum(part.fen for part in parts) == due
    assert all(part.fen >= 0 for part in parts)
    assert [part.fen for part in shares(premium_fen, premium_fen, payers)] == list(whole_shares(premium_fen, payers))


@pytest.mark.invariant("P2")
@given(st.integers(0, 100_000), st.integers(0, 100_000), st.sampled_from(ProRata), covers)
def test_no_part_of_a_premium_above_the_floor_is_under_the_part_of_the_floor(
    floor_fen: int, above_fen: int, rule: ProRata, cover: Period
) -> None:
    contract = under(rule)
    premium = premium_due(contract, line_at(contract, floor_fen + above_fen), cover)
    assert premium >= floor_due(contract, floor_fen, cover)


@given(st.integers(0, 1_000_000), st.sampled_from(ProRata), covers, days_2020)
def test_more_days_never_cost_less_and_never_more_than_the_whole(
    whole_fen: int, rule: ProRata, cover: Period, last_on: date
) -> None:
    contract = under(rule)
    longer = Period(cover.first_on, max(cover.last_on, last_on))
    assert 0 <= part_of_premium(contract, whole_fen, cover) <= part_of_premium(contract, whole_fen, longer) <= whole_fen


@pytest.mark.invariant("P1")
@given(plans, st.integers(5_001, 1_000_000), st.sampled_from(ProRata), covers, days_2020, days_2020)
def test_refunds_and_their_corrections_never_give_anybody_more_than_was_paid(
    payers: tuple[PlannedShare, ...], premium_fen: int, rule: ProRata, cover: Period, one_on: date, two_on: date
) -> None:
    contract = under(rule)
    line = replace(line_at(contract, premium_fen), payers=payers)
    paid = shares(premium_due(contract, line, cover), premium_fen, payers)
    total = sum(part.fen for part in paid)
    returned: list[Share] = []
    for last_on in sorted({one_on, two_on}, reverse=True):
        kept = cover.clip(last_on=last_on)
        due = refund_due(contract, line, EndReason.MOVED, kept, total) - sum(part.fen for part in returned)
        assert due >= 0
        returned += refund_shares(due, paid, returned)
    for part in paid:
        back = sum(one.fen for one in returned if (one.payer_kind, one.payer) == (part.payer_kind, part.payer))
        assert 0 <= back <= part.fen
