"""Where a claim stands, for a queue: the same on any later day as its clocks say then. C2."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.claims.claim import Claim, Decision, PapersAsked, PapersReceived, Payment, Reason, Verb
from huibao.domain.claims.clocks import ClockName, clocks
from huibao.domain.claims.papers import ALWAYS
from huibao.domain.claims.standing import Standing, standing
from huibao.domain.claims.words import State
from tests.domain.claims.made_up import (
    APPROVER,
    CLERK,
    CLOCKS,
    FELL_ON,
    PAYER,
    a_claim,
    moved,
    reported,
    with_papers,
    worth,
)


def day(number: int) -> date:
    """So many days after the accident."""
    return FELL_ON + timedelta(days=number)


def test_a_report_stands_under_the_30_days_to_decide() -> None:
    # Reported on 04-14; 30 days from the day after end on 05-14.
    wanted = Standing(State.REPORTED, 1, "", ClockName.DECIDE, date(2020, 5, 14))
    assert standing(reported(a_claim()), CLOCKS) == wanted


def test_while_papers_are_waited_for_the_days_left_are_kept() -> None:
    # Asked for on day 12: 18 of the 30 days are left, however long the wait is.
    claim = moved(reported(a_claim()), Verb.ASK_PAPERS, CLERK, day(12), PapersAsked(ALWAYS))
    assert standing(claim, CLOCKS) == Standing(State.PAPERS_ASKED, 2, "", ClockName.DECIDE, None, 18)


def test_a_decided_claim_is_paid_in_10_days_and_a_paid_one_has_no_clock() -> None:
    claim = moved(with_papers(a_claim(), day(3)), Verb.ASSESS, CLERK, day(4), worth(5000))
    claim = moved(claim, Verb.DECIDE, APPROVER, day(5), Decision(5000))
    assert standing(claim, CLOCKS) == Standing(State.DECIDED, 5, "", ClockName.PAY, day(15))
    claim = moved(claim, Verb.PAY, PAYER, day(6), Payment(5000, (), "claim/1"))
    assert standing(claim, CLOCKS) == Standing(State.PAID, 6, "")


def walked(steps: list[int]) -> list[Claim]:
    """A claim through its whole way, each step so many days after the one before."""
    on = iter(day(sum(steps[: at + 1])) for at in range(len(steps)))
    claims = [reported(a_claim())]
    for verb, by, detail in (
        (Verb.ASK_PAPERS, CLERK, PapersAsked(ALWAYS)),
        (Verb.RECEIVE_PAPERS, CLERK, PapersReceived(ALWAYS)),
        (Verb.COMPLETE_PAPERS, CLERK, None),
        (Verb.ASSESS, CLERK, worth(5000)),
        (Verb.REFUSE, APPROVER, Reason("不在保障范围")),
        (Verb.SEND_REFUSAL, CLERK, None),
    ):
        claims.append(moved(claims[-1], verb, by, next(on), detail))
    return claims


@pytest.mark.invariant("C2")
@given(st.lists(st.integers(0, 40), min_size=6, max_size=6), st.integers(0, 100))
def test_on_any_later_day_the_clocks_say_the_same(steps: list[int], later: int) -> None:
    for claim in walked(steps):
        now = standing(claim, CLOCKS)
        today = claim.events[-1].on + timedelta(days=later)
        running = [clock for clock in clocks(claim, today, CLOCKS) if clock.running]
        if now.due_on is not None:
            assert now.due_on == min(clock.due_on for clock in running if not clock.paused)
        elif now.clock is not None:
            assert now.left_days == min((clock.due_on - today).days for clock in running)
        else:
            assert running == []
