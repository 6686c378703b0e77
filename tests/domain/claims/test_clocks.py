"""The clocks of a claim, against counting days one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.claims.claim import Claim, Decision, PapersAsked, PapersReceived, Payment, Reason, State, Verb
from huibao.domain.claims.clocks import ClockName, ClockState, check_terms, clocks, shortened, statute
from huibao.domain.claims.papers import ALWAYS, Paper
from tests.domain.claims.made_up import (
    APPROVER,
    CLERK,
    CLOCKS,
    FELL_ON,
    PAYER,
    REPORTER,
    a_claim,
    moved,
    reported,
    with_papers,
    worth,
)


def day(number: int) -> date:
    return FELL_ON + timedelta(days=number)


def the(claim: Claim, name: ClockName, today: date) -> ClockState:
    return next(clock for clock in clocks(claim, today, CLOCKS) if clock.name is name)


def count_by_days(started: int, days: int, until: int, waits: list[tuple[int, int]]) -> tuple[int, bool]:
    """Walk from day to day: a day inside a wait does not count. Gives the last day of the term and if it is over."""
    left, at = days, started
    while left:
        at += 1
        waiting = any(begins < at <= min(ends, until) for begins, ends in waits)
        left -= 0 if waiting else 1
    return at, until > at


@pytest.mark.invariant("C2")
@given(asked=st.integers(0, 50), wait=st.integers(0, 60), more=st.integers(0, 80), look=st.integers(0, 200))
def test_the_30_days_leave_out_the_wait_for_papers(asked: int, wait: int, more: int, look: int) -> None:
    claim = reported(a_claim())
    claim = moved(claim, Verb.ASK_PAPERS, CLERK, day(asked), PapersAsked(ALWAYS))
    arrived, decided = asked + wait, asked + wait + more
    until = min(look, decided)
    if look >= arrived:
        claim = moved(claim, Verb.RECEIVE_PAPERS, CLERK, day(arrived), PapersReceived(ALWAYS))
        claim = moved(claim, Verb.COMPLETE_PAPERS, CLERK, day(arrived))
    if look >= decided:
        claim = moved(claim, Verb.ASSESS, CLERK, day(decided), worth(5000))
        claim = moved(claim, Verb.DECIDE, APPROVER, day(decided), Decision(5000))
    until = max(until, asked)  # the request itself is in the record
    clock = the(claim, ClockName.DECIDE, day(max(look, asked)))
    due, over = count_by_days(0, 30, until, [(asked, arrived)])
    assert (clock.due_on, clock.ran_out) == (day(due), over)


@pytest.mark.clause("E2")
def test_decided_on_the_29th_day_is_in_time_as_in_lanzhou_2022() -> None:
    # The published case: fell on 04-14, paid on 05-13: 29 days, within the 30 of art. 23.
    claim = with_papers(a_claim(), FELL_ON)
    claim = moved(claim, Verb.ASSESS, CLERK, date(2020, 5, 12), worth(10_000_000))
    claim = moved(claim, Verb.DECIDE, APPROVER, date(2020, 5, 12), Decision(10_000_000))
    claim = moved(claim, Verb.PAY, PAYER, date(2020, 5, 13), Payment(10_000_000, (), "claim/1"))
    assert not any(clock.ran_out for clock in clocks(claim, date(2021, 1, 1), CLOCKS))
    assert the(claim, ClockName.DECIDE, date(2021, 1, 1)).due_on == date(2020, 5, 14)
    assert the(claim, ClockName.PAY, date(2021, 1, 1)).due_on == date(2020, 5, 22)


def test_the_thirtieth_day_is_in_time_and_the_31st_is_not() -> None:
    claim = reported(a_claim())
    assert not the(claim, ClockName.DECIDE, day(30)).ran_out
    assert the(claim, ClockName.DECIDE, day(31)).ran_out


@pytest.mark.invariant("C2")
def test_a_clock_that_ran_out_stays_in_the_list_whatever_is_done_later() -> None:
    claim = with_papers(a_claim(), day(1))
    claim = moved(claim, Verb.ASSESS, CLERK, day(40), worth(5000))
    claim = moved(claim, Verb.DECIDE, APPROVER, day(40), Decision(5000))
    claim = moved(claim, Verb.PAY, PAYER, day(41), Payment(5000, (), "claim/1"))
    claim = moved(claim, Verb.REOPEN, APPROVER, day(60), Reason("新证据"))
    assert [clock.round for clock in clocks(claim, day(61), CLOCKS) if clock.ran_out] == [1]


def test_a_request_after_the_time_is_over_cannot_bring_it_back() -> None:
    claim = moved(reported(a_claim()), Verb.ASK_PAPERS, CLERK, day(35), PapersAsked((Paper.INVOICES,)))
    clock = the(claim, ClockName.DECIDE, day(50))
    assert (clock.due_on, clock.paused_days, clock.ran_out) == (day(30), 0, True)


def test_a_refusal_is_sent_within_three_days() -> None:
    claim = moved(reported(a_claim()), Verb.REFUSE, APPROVER, day(5), Reason("出险原因不在保障范围内"))
    assert the(claim, ClockName.SEND_REFUSAL, day(8)).ran_out is False
    assert the(claim, ClockName.SEND_REFUSAL, day(9)).ran_out is True
    claim = moved(claim, Verb.SEND_REFUSAL, CLERK, day(8))
    assert the(claim, ClockName.SEND_REFUSAL, day(90)).ran_out is False


def test_after_60_days_with_papers_the_undisputed_sum_is_due() -> None:
    claim = with_papers(a_claim(), day(10))
    assert the(claim, ClockName.ADVANCE, day(70)).ran_out is False
    assert the(claim, ClockName.ADVANCE, day(71)).ran_out is True


def test_a_withdrawal_stops_every_clock() -> None:
    claim = moved(with_papers(a_claim(), day(1)), Verb.WITHDRAW, REPORTER, day(2), Reason("另案处理"))
    assert claim.state is State.WITHDRAWN
    assert [clock.name for clock in clocks(claim, day(900), CLOCKS) if clock.running or clock.ran_out] == []


def test_the_limitation_period_runs_from_the_day_it_was_known() -> None:
    claim = reported(a_claim(known_on=day(10)), day(20))
    assert the(claim, ClockName.LIMITATION, day(20)).due_on == date(2022, 4, 24)


@given(st.integers(-5, 60))
def test_a_contract_may_shorten_a_term_and_never_lengthen_it(days: int) -> None:
    refused = check_terms(CLOCKS, {"decide": days}) != ()
    assert refused == (not 1 <= days <= 30)
    if not refused:
        assert next(rule.days for rule in shortened(CLOCKS, {"decide": days}) if rule.name is ClockName.DECIDE) == days


def test_a_contract_cannot_touch_the_limitation_period() -> None:
    assert [problem.code for problem in check_terms(CLOCKS, {"limitation": 30})] == ["CLAIM-026"]
    assert shortened(CLOCKS, {"limitation": 30}) == CLOCKS


def test_the_terms_are_those_of_the_law() -> None:
    assert [(rule.name, rule.days, rule.years, rule.may_shorten) for rule in statute()] == [
        (rule.name, rule.days, rule.years, rule.may_shorten) for rule in CLOCKS
    ]
    assert "保险法第23条" in statute()[0].article
