"""Money from the province's budget to the insurer's books, clause by clause. Amounts in fen, worked out in funds_world."""

from datetime import date
from functools import partial

import pytest

from huibao.app import funds
from huibao.app.contract import add_contract
from huibao.app.enrolment import leave
from huibao.domain import ledger
from huibao.domain.ledger import SourceKind
from huibao.domain.ledger.admission import Status
from huibao.domain.plan import EndReason
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import ledger as books
from tests.app.funds_world import (
    ACCIDENT,
    CLOCK,
    CONTRACT,
    COUNTY,
    FIRST_HALF,
    LOCAL_FUND,
    MEDICAL,
    NEXT,
    NEXT_TEXT,
    PROVINCE_FUND,
    START,
    WITH_MOVES,
    enrolled,
    funded,
    insured,
    receive,
    set_aside,
)
from tests.domain.county import relieved

pytestmark = pytest.mark.django_db

MID_YEAR = date(2020, 7, 1)
AFTER = date(2020, 7, 5)
SPECIAL_MEDICAL, SPECIAL_ACCIDENT = ledger.special(CONTRACT, MEDICAL), ledger.special(CONTRACT, ACCIDENT)


@pytest.mark.clause("SD-5")
def test_provincial_money_goes_down_as_a_block_and_is_set_aside_for_a_line() -> None:
    enrolled()
    funded()
    set_aside(PROVINCE_FUND, MEDICAL, 77_000, "s1")
    assert books.balance(ledger.fund("370000", PROVINCE_FUND)) == 3_000_000
    assert books.balance(ledger.fund("371300", PROVINCE_FUND)) == 1_000_000
    assert books.balance(ledger.fund(COUNTY, PROVINCE_FUND)) == 923_000
    assert books.balance(ledger.allocation(CONTRACT, PROVINCE_FUND, MEDICAL)) == 77_000


@pytest.mark.clause("SD-7.4")
def test_each_payer_s_part_of_the_premium_enters_the_special_account_of_its_line_alone() -> None:
    insured()
    assert books.balance(SPECIAL_MEDICAL) == 120_000
    assert books.balance(SPECIAL_ACCIDENT) == 10_000
    assert books.balance(ledger.outside(SourceKind.SELF)) == -10_000
    assert books.balance(ledger.allocation(CONTRACT, LOCAL_FUND, MEDICAL)) == 0


def test_premium_that_was_paid_is_not_paid_again() -> None:
    insured()
    again = funds.pay_premium(CONTRACT, MEDICAL, START, "premium-medical_supplementary", CLOCK)
    assert [one.posted.status for one in again] == [Status.EXISTS]
    with pytest.raises(Refused, match="FUND-009"):
        funds.pay_premium(CONTRACT, MEDICAL, START, "another voucher", CLOCK)
    with pytest.raises(Refused, match="LEDGER-010"):
        funds.pay_premium(CONTRACT, ACCIDENT, START, "premium-medical_supplementary", CLOCK)
    assert books.balance(SPECIAL_MEDICAL) == 120_000


def test_premium_is_not_paid_in_part_when_one_fund_holds_too_little() -> None:
    enrolled()
    funded()
    set_aside(PROVINCE_FUND, MEDICAL, 77_000, "s1")
    set_aside(LOCAL_FUND, MEDICAL, 32_999, "s2")
    with pytest.raises(Refused, match="LEDGER-011"):
        funds.pay_premium(CONTRACT, MEDICAL, START, "p", CLOCK)
    assert books.balance(SPECIAL_MEDICAL) == 0
    assert books.balance(ledger.allocation(CONTRACT, PROVINCE_FUND, MEDICAL)) == 77_000


def test_what_a_leaver_s_unused_days_are_worth_goes_back_to_who_had_paid() -> None:
    insured()
    leave(CONTRACT, relieved(1).person.identity, MID_YEAR, EndReason.WITHDREW, "leave-1", CLOCK)
    (booked,) = funds.refund_premium(CONTRACT, MEDICAL, MID_YEAR, "r1", CLOCK)
    back = {move.target.kind: 0 for move in booked.entry.transfers}
    for move in booked.entry.transfers:
        back[move.target.kind] += move.fen
    assert set(back) == {ledger.AccountKind.ALLOCATION, ledger.AccountKind.REFUND}
    assert 0 < booked.fen < 12_000
    assert books.balance(SPECIAL_MEDICAL) == 120_000 - booked.fen
    assert [one.posted.status for one in funds.refund_premium(CONTRACT, MEDICAL, MID_YEAR, "r1", CLOCK)] == [
        Status.EXISTS
    ]


def test_premium_that_was_never_paid_is_not_given_back_out_of_other_people_s_money() -> None:
    enrolled()
    leave(CONTRACT, relieved(1).person.identity, MID_YEAR, EndReason.WITHDREW, "leave-1", CLOCK)
    funds.pay_in(CONTRACT, MEDICAL, Fen(500_000), START, "own-money", CLOCK)
    with pytest.raises(Refused, match="FUND-009"):
        funds.refund_premium(CONTRACT, MEDICAL, MID_YEAR, "r1", CLOCK)
    assert books.balance(SPECIAL_MEDICAL) == 500_000
    funded()
    set_aside(PROVINCE_FUND, MEDICAL, 77_000, "s1")
    set_aside(LOCAL_FUND, MEDICAL, 33_000, "s2")
    funds.pay_premium(CONTRACT, MEDICAL, START, "p1", CLOCK)
    (booked,) = funds.refund_premium(CONTRACT, MEDICAL, MID_YEAR, "r1", CLOCK)
    assert 0 < booked.fen < 12_000


def test_a_premium_s_voucher_does_not_stand_for_a_refund() -> None:
    insured()
    leave(CONTRACT, relieved(1).person.identity, MID_YEAR, EndReason.WITHDREW, "leave-1", CLOCK)
    with pytest.raises(Refused, match="LEDGER-010"):
        funds.refund_premium(CONTRACT, MEDICAL, MID_YEAR, "premium-medical_supplementary", CLOCK)


@pytest.mark.clause("SD-5")
def test_operating_cost_stays_under_the_contract_s_ceiling() -> None:
    insured()
    # 5 % of the 120,000 fen of medical premium is 6,000 fen.
    funds.operating(CONTRACT, MEDICAL, Fen(4_000), MID_YEAR, "网点", "o1", CLOCK)
    with pytest.raises(Refused, match="FUND-005") as refused:
        funds.operating(CONTRACT, MEDICAL, Fen(2_001), MID_YEAR, "网点", "o2", CLOCK)
    assert "最多可列支 20.00 元" in refused.value.problems[0].do
    funds.operating(CONTRACT, MEDICAL, Fen(2_000), MID_YEAR, "网点", "o2", CLOCK)
    assert funds.operating(CONTRACT, MEDICAL, Fen(2_000), MID_YEAR, "网点", "o2", CLOCK).posted.status is Status.EXISTS
    assert books.balance(ledger.operating(CONTRACT, MEDICAL)) == 6_000


def test_operating_cost_that_was_reversed_may_be_spent_again() -> None:
    insured()
    funds.operating(CONTRACT, MEDICAL, Fen(6_000), MID_YEAR, "网点", "o1", CLOCK)
    books.reverse("o1", "undo-o1", MID_YEAR, "误", CLOCK.now())
    funds.operating(CONTRACT, MEDICAL, Fen(6_000), MID_YEAR, "网点", "o2", CLOCK)
    assert books.balance(ledger.operating(CONTRACT, MEDICAL)) == 6_000


@pytest.mark.clause("SD-5")
@pytest.mark.clause("SD-7.4")
def test_premium_moves_between_lines_only_approved_within_the_limit_and_is_seen_in_both_lines_books() -> None:
    insured()
    move = partial(funds.transfer, CONTRACT, MEDICAL, ACCIDENT)
    with pytest.raises(Refused, match="LEDGER-005"):
        move(Fen(1), MID_YEAR, "", "m1", CLOCK)
    # 10 % of 120,000 fen is 12,000 fen.
    with pytest.raises(Refused, match="FUND-007"):
        move(Fen(12_001), MID_YEAR, "批〔2020〕1号", "m1", CLOCK)
    move(Fen(12_000), MID_YEAR, "批〔2020〕1号", "m1", CLOCK)
    with pytest.raises(Refused, match="FUND-007"):
        move(Fen(1), MID_YEAR, "批〔2020〕2号", "m2", CLOCK)
    assert (books.balance(SPECIAL_MEDICAL), books.balance(SPECIAL_ACCIDENT)) == (108_000, 22_000)
    for account in (SPECIAL_MEDICAL, SPECIAL_ACCIDENT):
        (record,) = [one for one in books.entries(account=account) if one.entry.cause is ledger.Cause.LINE_MOVED]
        assert (record.entry.approval, record.entry.clause) == ("批〔2020〕1号", "SD-5")


def test_a_contract_that_states_no_limit_allows_no_move() -> None:
    enrolled(WITH_MOVES.replace("line_move_limit: 10 %", ""))
    with pytest.raises(Refused, match="FUND-006"):
        funds.transfer(CONTRACT, MEDICAL, ACCIDENT, Fen(1), MID_YEAR, "批〔2020〕1号", "m1", CLOCK)


@pytest.mark.clause("SD-5")
def test_an_ended_contract_s_surplus_subsidises_the_next_one_s_premium_of_the_same_line() -> None:
    insured(FIRST_HALF)
    add_contract(NEXT_TEXT, "contract.yaml", CLOCK)
    booked = funds.carry(CONTRACT, NEXT, MEDICAL, AFTER, "批〔2020〕9号", "c1", CLOCK)
    assert booked.fen == 120_000
    assert books.balance(ledger.surplus(NEXT, MEDICAL)) == 120_000
    assert books.balance(SPECIAL_MEDICAL) == 0
    again = funds.carry(CONTRACT, NEXT, MEDICAL, AFTER, "批〔2020〕9号", "c1", CLOCK)
    assert again.posted.status is Status.EXISTS


@pytest.mark.clause("HN-2.1")
def test_a_donor_s_gift_goes_into_its_own_fund_and_stays_traceable() -> None:
    gift = funds.receive(
        COUNTY, "donations", Fen(50_000), SourceKind.DONOR, START, "gift", CLOCK, giver="D-001", clause="HN-2.1"
    )
    assert gift.entry.transfers[0].source.code == "source:donor/D-001"
    assert books.balance(ledger.fund(COUNTY, "donations")) == 50_000


@pytest.mark.clause("SD-7.4")
def test_the_insurer_s_own_money_covers_claims_that_the_special_account_cannot() -> None:
    insured()
    funds.pay_in(CONTRACT, ACCIDENT, Fen(3_000_000), MID_YEAR, "in", CLOCK)
    assert books.balance(SPECIAL_ACCIDENT) == 3_010_000
    assert books.balance(ledger.outside(SourceKind.INSURER, "示范财产保险")) == -3_000_000


@pytest.mark.clause("HN-3.1")
def test_each_payer_s_money_is_traced_to_the_person_years_it_bought() -> None:
    insured()
    found = {(one.line, one.payer): one for one in funds.trace(CONTRACT)}
    assert {who: one.paid_fen for who, one in found.items()} == {
        (ACCIDENT, PROVINCE_FUND): 10_000,
        (MEDICAL, PROVINCE_FUND): 77_000,
        (MEDICAL, LOCAL_FUND): 33_000,
        (MEDICAL, ""): 10_000,
    }
    # 366 days for each of ten people; a line's days are all accounted for, split as its premium is.
    assert found[ACCIDENT, PROVINCE_FUND].person_days == 3_660
    assert sum(one.person_days for (line, _), one in found.items() if line is MEDICAL) == 3_660
    # 366 × 77/120 = 234.85, 366 × 33/120 = 100.65, 366 × 10/120 = 30.5: largest remainders give 235, 101, 30.
    assert found[MEDICAL, PROVINCE_FUND].person_days == 2_350
    assert found[MEDICAL, LOCAL_FUND].person_days == 1_010
    assert found[MEDICAL, ""].person_days == 300


def test_money_set_aside_and_not_needed_goes_back_into_its_fund() -> None:
    enrolled()
    funded()
    set_aside(PROVINCE_FUND, MEDICAL, 90_000, "s1")
    funds.return_allocation(COUNTY, PROVINCE_FUND, CONTRACT, MEDICAL, Fen(13_000), MID_YEAR, "back", CLOCK)
    assert books.balance(ledger.fund(COUNTY, PROVINCE_FUND)) == 923_000


def test_the_same_voucher_is_entered_once_and_with_another_amount_refused() -> None:
    assert receive("v1", COUNTY, LOCAL_FUND, 100).posted.status is Status.CREATED
    assert receive("v1", COUNTY, LOCAL_FUND, 100).posted.status is Status.EXISTS
    with pytest.raises(Refused, match="LEDGER-010"):
        receive("v1", COUNTY, LOCAL_FUND, 101)
