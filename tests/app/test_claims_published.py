"""The published accidents, as far as they are complete: their way through the table of moves, with their own schemes."""

from datetime import date

import pytest

from huibao.app import claims
from huibao.app.claims import Report
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Cause, Channel, Claim, Reporter
from huibao.domain.claims.clocks import ClockName
from huibao.domain.claims.papers import ALWAYS, Paper
from huibao.kernel.problem import Refused
from tests.app import claims_world as world
from tests.app.claims_world import APPROVER, CLERK, PAYER, TestClock, identity

pytestmark = pytest.mark.django_db

DONOR = "{payer: donor, id: made-up, share: 100 %}"
CERTIFICATE = [("disability", "intellectual/2", "")]
PARENTS = (Beneficiary("孙父", identity(11, "19550101"), "父"), Beneficiary("钱母", identity(12, "19560101"), "母"))


def reported(clock: TestClock, happened_on: date, cause: Cause, on: date, complete: bool = True) -> Claim:
    clock.day = on
    report = Report(identity(0), happened_on, cause, "见报道", Channel.OUTLET, Reporter.CADRE, "村干部")
    result = claims.report_claim(report, "report", clock)
    assert result.claim is not None
    papers = [*ALWAYS, Paper.DEATH_CERTIFICATE, Paper.BENEFICIARY_IDENTITY]
    return claims.receive_papers(result.claim.number, papers, CLERK, "papers", clock, complete=complete)


@pytest.mark.clause("E2")
def test_lanzhou_2022_both_parents_are_paid_within_thirty_days() -> None:
    text = world.contract_text("programmes/lanzhou-2016", "2022-01-01..2022-12-31", "620102", "10 yuan", DONOR)
    clock = world.insure(text, CERTIFICATE, date(2022, 1, 1), area="620102")
    claim = reported(clock, date(2022, 4, 14), Cause.FALL, date(2022, 4, 14))
    claims.name_beneficiaries(claim.number, PARENTS, CLERK, "b", clock)
    clock.day = date(2022, 5, 13)
    claims.assess(claim.number, Findings(died_on=date(2022, 4, 14)), CLERK, "a", clock)
    claims.decide(claim.number, APPROVER, "d", clock)
    done = claims.pay(claim.number, PAYER, "p", clock)
    # Published: 100,000 yuan paid to the parents on 05-13, the 29th day.
    assert [(payout.payee, payout.fen) for payout in done.payments[0].payouts] == [
        ("孙父", 5_000_000),
        ("钱母", 5_000_000),
    ]
    view = claims.show_claim(claim.number, clock)
    assert view.ran_out == ()
    assert next(c.due_on for c in view.clocks if c.name is ClockName.DECIDE) == date(2022, 5, 14)


@pytest.mark.clause("E3")
def test_ruian_2018_a_death_by_stroke_two_days_after_cover_began_is_paid() -> None:
    text = world.contract_text(
        "programmes/ruian-2018", "2018-03-24..2019-03-23", "330381", "27 yuan", DONOR, "{medical_rate: 100 %}"
    )
    clock = world.insure(text, CERTIFICATE, date(2018, 3, 24), area="330381")
    claim = reported(clock, date(2018, 3, 26), Cause.ILLNESS, date(2018, 3, 28))
    claims.name_beneficiaries(claim.number, PARENTS[:1], CLERK, "b", clock)
    clock.day = date(2018, 4, 10)
    claims.assess(claim.number, Findings(died_on=date(2018, 3, 26)), CLERK, "a", clock)
    claims.decide(claim.number, APPROVER, "d", clock)
    # Published: 2,000 yuan for death by illness, paid by 04-10, no waiting period.
    assert claims.pay(claim.number, PAYER, "p", clock).paid_fen == 200_000


@pytest.mark.clause("E3")
def test_ruian_2018_the_day_before_cover_began_is_not_covered() -> None:
    text = world.contract_text(
        "programmes/ruian-2018", "2018-03-24..2019-03-23", "330381", "27 yuan", DONOR, "{medical_rate: 100 %}"
    )
    clock = world.insure(text, CERTIFICATE, date(2018, 3, 24), area="330381")
    with pytest.raises(Refused) as early:
        reported(clock, date(2018, 3, 23), Cause.ILLNESS, date(2018, 3, 28))
    assert [problem.code for problem in early.value.problems] == ["CLAIM-007"]


@pytest.mark.clause("E4")
def test_shangcheng_2018_as_shandong_2020_would_the_disaster_insurance_may_leave_nothing() -> None:
    clock = world.shandong()
    claim = reported(clock, date(2020, 7, 1), Cause.DROWNING, date(2020, 7, 2))
    assert claims.suspend(claim.number, CLERK, "s", clock).state.value == "waiting_first_payer"
    # The disaster insurance pays 70,000, the published sum; the death sum here is 50,000: nothing is left to pay.
    claims.record_first_payer(claim.number, 7_000_000, "灾害险结案书", CLERK, "f", clock)
    claims.assess(claim.number, Findings(died_on=date(2020, 7, 1)), CLERK, "a", clock)
    with pytest.raises(Refused) as nothing:
        claims.decide(claim.number, APPROVER, "d", clock)
    assert [problem.code for problem in nothing.value.problems] == ["CLAIM-024"]
    done = claims.refuse(claim.number, "灾害民生综合保险已足额赔付（SD-4.2）", APPROVER, "r", clock)
    assert done.paid_fen == 0


@pytest.mark.clause("E7")
@pytest.mark.parametrize(
    ("cost_fen", "third_party", "paid_fen"),
    [
        (658_900, False, 658_900),  # the published payment; deductible and rate are not published and set to leave it
        (4_000_000, False, 2_500_000),  # the published cap of a year
        (658_900, True, 0),  # the published exclusion
    ],
)
def test_chengbu_2014_pays_within_its_cap_and_not_for_a_third_partys_fault(
    cost_fen: int, third_party: bool, paid_fen: int
) -> None:
    settings = "{deductible: 0 yuan, rate: 100 %}"
    text = world.contract_text(
        "programmes/chengbu-2014",
        "2014-01-01..2014-12-31",
        "430529",
        "30 yuan",
        DONOR,
        settings,
        claims="{report: 2 days}",
    )
    clock = world.insure(text, CERTIFICATE, date(2014, 1, 1), area="430529")
    claim = reported(clock, date(2014, 6, 1), Cause.TRANSPORT, date(2014, 6, 9))
    # Reported eight days after: the contract says 48 hours; it is noted, and paid all the same.
    assert [note.code for note in claims.show_claim(claim.number, clock).notes] == ["CLAIM-029"]
    found = Findings(amounts=(("accident_medical_cost", cost_fen), ("third_party_fault", third_party)))
    assessed = claims.assess(claim.number, found, CLERK, "a", clock).assessment
    assert assessed is not None
    assert assessed.system_fen == paid_fen
    if paid_fen:
        claims.name_beneficiaries(claim.number, PARENTS[:1], CLERK, "b", clock)
        claims.decide(claim.number, APPROVER, "d", clock)
        assert claims.pay(claim.number, PAYER, "p", clock).paid_fen == paid_fen
