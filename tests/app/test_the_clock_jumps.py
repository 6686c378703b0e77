"""The server's clock jumps while people are signed in and claims are under way: nobody is shut out, no claim goes astray. G6"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from huibao.app import claims, funds
from huibao.app.access import Role
from huibao.app.accounts import sign_in
from huibao.app.audit import check_all
from huibao.app.claims import Report
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.claim import Cause, Channel, Reporter
from huibao.domain.claims.papers import ALWAYS
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from tests.app import insured_county as county
from tests.app import staff_world as staff
from tests.app.claims_world import APPROVER, CLERK, PAYER
from tests.app.staff_world import HERE, Hands

pytestmark = pytest.mark.django_db


def test_a_sitting_ends_when_the_clock_was_set_back_further_than_it_may_stay_idle() -> None:
    clock = Hands()
    li = staff.worker("li.wen", Role.COUNTY_CLERK, clock)
    full = sign_in.second_factor(staff.opened(staff.sign_in("li.wen", clock).token, clock), li.code(clock), HERE, clock)
    clock.on(minutes=-5)
    assert sign_in.sitting_of(full.token, clock) is not None
    clock.on(hours=-2)
    assert sign_in.sitting_of(full.token, clock) is None


def test_nobody_waits_for_a_clock_that_was_set_back_to_catch_up() -> None:
    clock = Hands()
    staff.worker("li.wen", Role.COUNTY_CLERK, clock)
    for _ in range(8):
        with pytest.raises(Refused):
            staff.sign_in("li.wen", clock, HERE, "not this one")
        clock.on(minutes=20)
    with pytest.raises(Refused):
        staff.sign_in("li.wen", clock, HERE, "not this one")
    clock.on(hours=-6)
    assert staff.sign_in("li.wen", clock).stage == "code"


def refusal_of(step: Callable[[], object]) -> Refused | None:
    """The refusal of a step, or None where it was done."""
    try:
        step()
    except Refused as refused:
        return refused
    return None


@pytest.mark.parametrize("by", [-30, -1, 1, 200])
def test_a_claim_goes_on_after_a_jump_or_says_why_not_and_pays_the_same(by: int) -> None:
    clock = county.insure(people=1)
    funds.pay_in(county.CONTRACT, Line.ACCIDENT, Fen(10_000_000), county.START, "pay-in-accident", clock)
    report = Report(
        identity=county.identity(1),
        happened_on=date(2020, 6, 1),
        cause=Cause.FALL,
        what="在家中跌倒",
        channel=Channel.HOTLINE,
        reporter=Reporter.RELATIVE,
        reporter_name="家人",
    )
    result = claims.report_claim(report, "report", clock)
    assert result.claim is not None
    number = result.claim.number
    clock.forward(by)
    found = Findings(amounts=(("accident_medical_cost", 605_000), ("accident_medical_in_policy", 605_000)))
    steps: tuple[Callable[[], object], ...] = (
        lambda: claims.receive_papers(number, ALWAYS, CLERK, "papers", clock, complete=True),
        lambda: claims.assess(number, found, CLERK, "assess", clock),
        lambda: claims.decide(number, APPROVER, "decide", clock),
        lambda: claims.pay(number, PAYER, "pay", clock),
    )
    for at, step in enumerate(steps):
        refused = refusal_of(step)
        if refused is not None:
            assert by < 0, refused.problems
            assert all(problem.says and problem.do for problem in refused.problems)
            clock.day = date(2020, 6, 30) + timedelta(days=at)  # the clock is set right
            step()
    # (6,050 − 50) × 80 % = 4,800 yuan.
    assert claims.show_claim(number, clock).claim.paid_fen == 480_000
    assert [one for one in check_all() if one.broken] == []
