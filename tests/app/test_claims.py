"""Claims from the first call to the last fen, on the database, with the shipped schemes."""

from datetime import date

import pytest

from huibao.app import claims
from huibao.app.claims import Report
from huibao.app.enrolment import leave
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Cause, Channel, Claim, Reporter, State
from huibao.domain.claims.injuries import Injury
from huibao.domain.claims.papers import ALWAYS, Paper
from huibao.domain.plan import EndReason
from huibao.domain.roster.person import FactKind
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import ledger
from huibao.store import settlement as totals
from huibao.store.models.roster import Fact
from tests.app import claims_world as world
from tests.app.claims_world import APPROVER, CLERK, OTHER_APPROVER, PAYER, PERSON, TestClock, identity

pytestmark = pytest.mark.django_db

DAY = date(2020, 5, 1)
PARENTS = (Beneficiary("孙父", identity(11, "19550101"), "父"), Beneficiary("钱母", identity(12, "19560101"), "母"))


def a_report(cause: Cause = Cause.FALL, day: date = DAY, person: int = 0, **more: object) -> Report:
    return Report(
        identity=identity(person),
        happened_on=day,
        cause=cause,
        what="在家中楼梯跌倒",
        channel=Channel.HOTLINE,
        reporter=Reporter.RELATIVE,
        reporter_name="李家人",
        **more,  # type: ignore[arg-type] # each test gives the fields it is about
    )


def with_papers(clock: TestClock, cause: Cause = Cause.FALL, day: date = DAY, person: int = 0) -> Claim:
    clock.day = max(clock.day, day)
    result = claims.report_claim(a_report(cause, day, person), f"report-{day}-{person}", clock)
    assert result.claim is not None
    number = result.claim.number
    return claims.receive_papers(number, ALWAYS, CLERK, f"papers-{number}", clock, complete=True)


def decided(clock: TestClock, claim: Claim, findings: Findings, key: str = "1") -> Claim:
    claims.assess(claim.number, findings, CLERK, f"assess-{claim.number}-{key}", clock)
    return claims.decide(claim.number, APPROVER, f"decide-{claim.number}-{key}", clock)


def paid(clock: TestClock, claim: Claim, findings: Findings, key: str = "1") -> Claim:
    decided(clock, claim, findings, key)
    return claims.pay(claim.number, PAYER, f"pay-{claim.number}-{key}", clock)


def refused(excinfo: "pytest.ExceptionInfo[Refused]") -> set[str]:
    return {problem.code for problem in excinfo.value.problems}


MEDICAL = Findings(amounts=(("accident_medical_cost", 100_000), ("accident_medical_in_policy", 100_000)))
# Demonstration city: (1,000.00 − 50.00 deductible) × 80 % = 760.00
MEDICAL_FEN = 76_000


@pytest.mark.clause("SD-6.3")
def test_a_medical_claim_goes_from_the_call_to_the_payment_and_its_one_entry() -> None:
    clock = world.shandong()
    claim = paid(clock, with_papers(clock), MEDICAL)
    assert (claim.state, claim.paid_fen, claim.number) == (State.PAID, MEDICAL_FEN, "C2020-370782-000001")
    entry = ledger.entry_of(f"claim/{claim.number}/1")
    assert entry is not None
    transfers = [(transfer.fen, transfer.payee) for transfer in entry.entry.transfers]
    # The books never forget: they name the part, not the person.
    assert transfers == [(MEDICAL_FEN, f"{claim.number}/1#1")]


def test_yearly_totals_carry_over_from_one_accident_to_the_next() -> None:
    clock = world.shandong()
    # 9,000.00: (9,000 − 50) × 80 % = 7,160.00; the year's sum is 8,000.00, so a second one has 840.00 left.
    dear = Findings(amounts=(("accident_medical_cost", 900_000), ("accident_medical_in_policy", 900_000)))
    assert paid(clock, with_papers(clock), dear).paid_fen == 716_000
    second = paid(clock, with_papers(clock, day=date(2020, 8, 1)), dear)
    assert second.paid_fen == 84_000
    scope = totals.opening(second.facts.person_id, "shandong/2020", date(2020, 1, 1))
    assert scope["accident_medical_paid"] == 800_000


def test_what_changed_between_assessment_and_decision_is_assessed_again() -> None:
    clock = world.shandong()
    dear = Findings(amounts=(("accident_medical_cost", 900_000), ("accident_medical_in_policy", 900_000)))
    first, second = with_papers(clock), with_papers(clock, day=date(2020, 5, 2))
    claims.assess(first.number, dear, CLERK, "a1", clock)
    claims.assess(second.number, dear, CLERK, "a2", clock)
    claims.decide(first.number, APPROVER, "d1", clock)
    with pytest.raises(Refused) as stale:
        claims.decide(second.number, APPROVER, "d2", clock)
    assert refused(stale) == {"CLAIM-035"}


@pytest.mark.clause("SD-4.2")
def test_a_drowning_waits_for_the_disaster_insurance_then_the_rest_is_paid() -> None:
    clock = world.shandong()
    claim = with_papers(clock, Cause.DROWNING)
    claims.receive_papers(claim.number, [Paper.DEATH_CERTIFICATE], CLERK, "death", clock)
    died = Findings(died_on=DAY)
    with pytest.raises(Refused) as waits:
        claims.assess(claim.number, died, CLERK, "a0", clock)
    assert refused(waits) == {"CLAIM-019"}
    assert claims.suspend(claim.number, CLERK, "s", clock).state is State.WAITING_FIRST_PAYER
    claims.record_first_payer(claim.number, 2_000_000, "灾害险结案书", CLERK, "f", clock)
    claims.name_beneficiaries(claim.number, PARENTS, CLERK, "b", clock)
    done = paid(clock, claim, died)
    # Death sum 50,000.00 less 20,000.00 paid first (set off in full) = 30,000.00, half each.
    assert done.paid_fen == 3_000_000
    assert [(payout.payee, payout.fen) for payout in done.payments[0].payouts] == [
        ("孙父", 1_500_000),
        ("钱母", 1_500_000),
    ]


def test_nobody_is_paid_for_a_death_without_a_beneficiary_known_by_number() -> None:
    clock = world.shandong()
    claim = decided(clock, with_papers(clock), Findings(died_on=DAY))
    with pytest.raises(Refused) as nobody:
        claims.pay(claim.number, PAYER, "p1", clock)
    assert refused(nobody) == {"CLAIM-023"}
    claims.name_beneficiaries(claim.number, [Beneficiary("孙父")], CLERK, "b", clock)
    with pytest.raises(Refused) as nameless:
        claims.pay(claim.number, PAYER, "p2", clock)
    assert refused(nameless) == {"CLAIM-022"}
    assert ledger.entry_of(f"claim/{claim.number}/1") is None


def injury(code: str, grade: int) -> Injury:
    return Injury(code, 7, f"部位{code}", grade)


def test_a_disability_is_graded_after_180_days_or_when_treatment_ended() -> None:
    clock = world.shandong()
    claim = with_papers(clock)
    hurt = Findings(injuries=(injury("a", 8),))
    with pytest.raises(Refused) as early:
        claims.assess(claim.number, hurt, CLERK, "a1", clock)
    assert refused(early) == {"CLAIM-016"}
    clock.day = date(2020, 10, 27)  # 179 days after 1 May
    with pytest.raises(Refused):
        claims.assess(claim.number, hurt, CLERK, "a2", clock)
    clock.day = date(2020, 10, 28)
    assert claims.assess(claim.number, hurt, CLERK, "a3", clock).state is State.ASSESSED


def test_two_injuries_of_the_same_worst_grade_pay_one_grade_more() -> None:
    clock = world.shandong()
    claim = with_papers(clock)
    hurt = Findings(injuries=(injury("a", 8), injury("b", 8), injury("c", 10)), treatment_ended_on=DAY)
    # Grade 8 twice becomes 7: 40 % of 40,000.00 = 16,000.00.
    assert paid(clock, claim, hurt).paid_fen == 1_600_000


def test_a_later_accident_graded_together_pays_the_difference() -> None:
    clock = world.shandong()
    first = Findings(injuries=(injury("a", 8),), treatment_ended_on=DAY)
    assert paid(clock, with_papers(clock), first).paid_fen == 1_200_000  # grade 8: 30 % of 40,000.00
    later = date(2020, 7, 1)
    claim = with_papers(clock, day=later)
    second = Findings(injuries=(injury("b", 8),), treatment_ended_on=later, joined=True)
    # Together two of grade 8 make 7: 16,000.00, less 12,000.00 paid = 4,000.00.
    assert paid(clock, claim, second).paid_fen == 400_000


@pytest.mark.parametrize(("wording", "fen"), [("deemed_paid", 800_000), ("this_accident_only", 1_600_000)])
def test_a_disability_from_before_counts_by_the_contracts_wording(wording: str, fen: int) -> None:
    clock = world.shandong(wording=wording)
    claim = with_papers(clock)
    hurt = Findings(injuries=(injury("a", 7),), treatment_ended_on=DAY, pre_existing_grade=9)
    # Grade 7: 40 % of 40,000.00 = 16,000.00; a grade 9 from before is 20 % = 8,000.00.
    assert paid(clock, claim, hurt).paid_fen == fen


def test_an_advance_then_the_rest_make_the_sum_in_two_entries() -> None:
    clock = world.shandong()
    claim = with_papers(clock)
    claims.assess(claim.number, MEDICAL, CLERK, "a", clock)
    claims.agree_advance(claim.number, 50_000, "发票无争议部分", APPROVER, "g", clock)
    claims.advance(claim.number, PAYER, "v", clock)
    claims.decide(claim.number, APPROVER, "d", clock)
    done = claims.pay(claim.number, PAYER, "p", clock)
    assert [payment.fen for payment in done.payments] == [50_000, 26_000]
    assert [payment.entry_key for payment in done.payments] == [f"claim/{claim.number}/1", f"claim/{claim.number}/2"]


def test_an_advance_takes_its_part_of_the_yearly_cap_at_once() -> None:
    clock = world.shandong()
    dear = Findings(amounts=(("accident_medical_cost", 900_000), ("accident_medical_in_policy", 900_000)))
    first, second = with_papers(clock), with_papers(clock, day=date(2020, 5, 2))
    claims.assess(first.number, dear, CLERK, "a1", clock)  # 7,160.00
    claims.agree_advance(first.number, 500_000, "无争议", APPROVER, "g", clock)
    claims.assess(second.number, dear, CLERK, "a2", clock)
    claims.advance(first.number, PAYER, "v", clock)
    with pytest.raises(Refused) as stale:
        claims.decide(second.number, APPROVER, "d2", clock)
    assert refused(stale) == {"CLAIM-035"}
    # 8,000.00 a year less the 7,160.00 that the first claim holds.
    assert paid(clock, second, dear, "2").paid_fen == 84_000
    claims.decide(first.number, APPROVER, "d1", clock)
    assert claims.pay(first.number, PAYER, "p1", clock).paid_fen == 716_000
    scope = totals.opening(first.facts.person_id, "shandong/2020", date(2020, 1, 1))
    assert scope["accident_medical_paid"] == 800_000


def test_a_second_payment_is_refused_and_moves_nothing() -> None:
    clock = world.shandong()
    done = paid(clock, with_papers(clock), MEDICAL)
    with pytest.raises(Refused) as again:
        claims.pay(done.number, PAYER, "another-key", clock)
    assert refused(again) == {"CLAIM-011"}
    assert [record.entry.subject for record in ledger.entries(contract="CLAIMS-1")].count(f"{done.number}/1") == 1


def test_the_same_order_sent_twice_is_answered_as_the_first_time() -> None:
    clock = world.shandong()
    done = paid(clock, with_papers(clock), MEDICAL)
    again = claims.pay(done.number, PAYER, f"pay-{done.number}-1", clock)
    assert again.events == done.events
    with pytest.raises(Refused) as other:
        claims.refuse(done.number, "不赔", OTHER_APPROVER, f"pay-{done.number}-1", clock)
    assert refused(other) == {"CLAIM-028"}


def test_a_report_sent_twice_makes_one_claim() -> None:
    clock = world.shandong()
    clock.day = DAY
    first = claims.report_claim(a_report(), "k", clock)
    again = claims.report_claim(a_report(), "k", clock)
    assert (first.status, again.status) == ("reported", "exists")
    assert first.claim is not None
    assert again.claim is not None
    assert first.claim.number == again.claim.number


def test_one_bad_report_does_not_hold_up_the_others() -> None:
    clock = world.shandong()
    clock.day = DAY
    results = claims.report_claims([a_report(person=5), a_report(), a_report(person=1)], "batch", clock)
    assert [result.status for result in results] == ["refused", "reported", "reported"]
    assert [problem.code for problem in results[0].problems] == ["CLAIM-038"]


def test_the_same_accident_is_not_reported_twice_unless_it_is_another() -> None:
    clock = world.shandong()
    clock.day = DAY
    claims.report_claim(a_report(), "k1", clock)
    with pytest.raises(Refused) as twice:
        claims.report_claim(a_report(), "k2", clock)
    assert refused(twice) == {"CLAIM-030"}
    assert claims.report_claim(a_report(another_accident=True), "k3", clock).status == "reported"


def test_reopened_after_an_appeal_a_claim_pays_the_difference_and_counts_once() -> None:
    clock = world.shandong()
    first = paid(clock, with_papers(clock), MEDICAL)
    claims.appeal(first.number, "漏了一张发票", PERSON, "ap", clock)
    claims.reopen(first.number, "补充发票属实", OTHER_APPROVER, "re", clock)
    claims.receive_papers(first.number, [Paper.INVOICES], CLERK, "more", clock, complete=True)
    more = Findings(amounts=(("accident_medical_cost", 200_000), ("accident_medical_in_policy", 200_000)))
    claims.assess(first.number, more, CLERK, "a2", clock)
    claims.decide(first.number, OTHER_APPROVER, "d2", clock)
    done = claims.pay(first.number, PAYER, "p2", clock)
    # (2,000 − 50) × 80 % = 1,560.00; 760.00 paid before, 800.00 now.
    assert [payment.fen for payment in done.payments] == [76_000, 80_000]
    scope = totals.opening(done.facts.person_id, "shandong/2020", date(2020, 1, 1))
    assert scope["accident_medical_paid"] == 156_000


def test_a_claim_is_not_agreed_to_when_its_cover_turned_out_a_mistake() -> None:
    clock = world.shandong()
    claim = with_papers(clock)
    claims.assess(claim.number, MEDICAL, CLERK, "a", clock)
    leave("CLAIMS-1", identity(0), DAY, EndReason.MISTAKEN, "mistake", clock)
    with pytest.raises(Refused) as excinfo:
        claims.decide(claim.number, APPROVER, "d", clock)
    assert refused(excinfo) == {"CLAIM-006"}
    assert claims.refuse(claim.number, "参保有误，自始无保障", APPROVER, "r", clock).state is State.REFUSED


def test_cover_under_which_a_claim_was_paid_does_not_end_before_the_accident() -> None:
    clock = world.shandong()
    claim = paid(clock, with_papers(clock), MEDICAL)
    with pytest.raises(Refused) as excinfo:
        leave("CLAIMS-1", identity(0), DAY, EndReason.MISTAKEN, "mistake", clock)
    assert refused(excinfo) == {"COVERAGE-018"}
    assert claim.number in str(excinfo.value)


def test_no_money_in_the_special_account_means_no_payment_and_no_step() -> None:
    clock = world.shandong()
    claim = decided(clock, with_papers(clock), MEDICAL)
    from huibao.domain import postings

    left = Fen(100_000_000 - 50_000)
    ledger.post([postings.operating_cost("drain", "CLAIMS-1", Line.ACCIDENT, left, DAY)], clock.now())
    with pytest.raises(Refused):
        claims.pay(claim.number, PAYER, "p", clock)
    assert claims.show_claim(claim.number, clock).claim.state is State.DECIDED


def test_clocks_missing_papers_and_next_steps_are_shown() -> None:
    clock = world.shandong(claims="{decide: 7 days, report: 2 days}")
    clock.day = DAY
    late = a_report(on=date(2020, 5, 10))
    clock.day = date(2020, 5, 10)
    number = _number(claims.report_claim(late, "k", clock).claim)
    claims.ask_papers(number, [Paper.INVOICES], CLERK, "ask", clock)
    clock.day = date(2020, 5, 30)
    view = claims.show_claim(number, clock)
    assert [note.code for note in view.notes] == ["CLAIM-029"]
    assert view.missing == (Paper.INVOICES,)
    assert view.next_due is not None
    assert (view.next_due.due_on, view.next_due.paused_days) == (date(2020, 6, 6), 20)
    assert claims.ran_out(clock) == ()
    claims.receive_papers(number, [Paper.INVOICES], CLERK, "got", clock)
    clock.day = date(2020, 6, 7)
    assert [one.claim.number for one in claims.ran_out(clock)] == [number]
    assert [one.claim.number for one in claims.queue(clock)] == [number]


def _number(claim: Claim | None) -> str:
    assert claim is not None
    return claim.number


def test_an_assessment_is_explained_line_by_line_with_its_clause() -> None:
    clock = world.shandong()
    claim = decided(clock, with_papers(clock), MEDICAL)
    (explained,) = claims.explain_claim(claim.number)
    medical = next(line for line in explained.lines if line.step == "medical")
    assert (medical.fen, medical.clause) == (MEDICAL_FEN, "SD-4.2")


def test_a_death_after_a_disability_was_paid_pays_the_rest_of_the_death_sum() -> None:
    clock = world.shandong()
    first = paid(clock, with_papers(clock), Findings(injuries=(injury("a", 8),), treatment_ended_on=DAY))
    clock.day = date(2020, 6, 1)
    claims.reopen(first.number, "出院后因同一事故身故", OTHER_APPROVER, "re", clock)
    claims.receive_papers(first.number, [Paper.DEATH_CERTIFICATE], CLERK, "death", clock, complete=True)
    claims.name_beneficiaries(first.number, PARENTS, CLERK, "b", clock)
    claims.assess(first.number, Findings(died_on=date(2020, 5, 30)), CLERK, "a2", clock)
    claims.decide(first.number, OTHER_APPROVER, "d2", clock)
    done = claims.pay(first.number, PAYER, "p2", clock)
    # Grade 8: 30 % of 40,000.00 = 12,000.00 was paid; the death sum is 50,000.00, so 38,000.00 follow.
    assert [payment.fen for payment in done.payments] == [1_200_000, 3_800_000]


def test_a_disability_paid_the_year_before_still_counts_when_graded_together() -> None:
    clock = world.hunan()
    first, second = date(2025, 6, 1), date(2026, 6, 1)
    before = paid(clock, with_papers(clock, day=first), Findings(injuries=(injury("a", 8),), treatment_ended_on=first))
    assert before.paid_fen == 1_200_000  # grade 8: 30 % of 40,000.00
    after = with_papers(clock, day=second)
    hurt = Findings(injuries=(injury("b", 8),), treatment_ended_on=second, joined=True)
    # Two of grade 8 make 7: 16,000.00, less 12,000.00 paid in the policy year before.
    assert paid(clock, after, hurt).paid_fen == 400_000


@pytest.mark.clause("HN-1")
def test_a_stay_in_hospital_pays_cost_allowance_and_ambulance() -> None:
    clock = world.hunan()
    day = date(2025, 6, 1)
    stay = Findings(
        amounts=(
            ("accident_medical_cost", 300_000),
            ("accident_medical_in_policy", 200_000),
            ("reported_basic_medical", 100_000),
            ("days", 10),
            ("ambulance_cost", 60_000),
        )
    )
    # Cost 2,000 + half of 1,000 outside = 2,500; less 1,000 basic less 100 deductible = 1,400 × 85 % = 1,190.00.
    # Ten days: 300.00 flat for seven and three at 50.00 = 450.00. Ambulance: at most 500.00. Together 2,140.00.
    assert paid(clock, with_papers(clock, day=day), stay).paid_fen == 214_000


def test_nothing_is_paid_to_somebody_known_to_be_dead() -> None:
    clock = world.shandong()
    claim = decided(clock, with_papers(clock), MEDICAL)
    Fact.objects.create(
        person_id=claim.facts.person_id,
        kind=FactKind.DEATH.value,
        value="yes",
        from_on=DAY,
        source="test",
        agency="test",
        entered_on=DAY,
    )
    with pytest.raises(Refused) as dead:
        claims.pay(claim.number, PAYER, "p1", clock)
    assert refused(dead) == {"CLAIM-023"}
    claims.name_beneficiaries(claim.number, PARENTS[:1], CLERK, "heir", clock)
    assert claims.pay(claim.number, PAYER, "p2", clock).payments[0].payouts[0].payee == "孙父"


def test_a_withdrawn_claim_is_not_reopened_beside_another_for_the_same_accident() -> None:
    clock = world.shandong()
    clock.day = DAY
    first = _number(claims.report_claim(a_report(), "k1", clock).claim)
    claims.withdraw(first, "报错渠道", PERSON, "w", clock)
    claims.report_claim(a_report(), "k2", clock)
    with pytest.raises(Refused) as twice:
        claims.reopen(first, "又想办", APPROVER, "re", clock)
    assert refused(twice) == {"CLAIM-030"}


def test_a_number_with_a_small_x_or_full_width_digits_finds_the_person() -> None:
    clock = world.shandong()
    clock.day = DAY
    wide = identity(0).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    report = Report(wide, DAY, Cause.FALL, "跌倒", Channel.ONLINE, Reporter.CADRE, "村干部")
    assert claims.report_claim(report, "k", clock).status == "reported"
