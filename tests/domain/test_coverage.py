"""Who enters, who leaves, who is refused; nobody is ever covered twice (V1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.coverage import (
    Coverage,
    CoverageEnd,
    EnrolmentPlan,
    Leaving,
    Why,
    by_payers,
    in_force_on,
    list_hash,
    overlapping,
    plan_enrolment,
    premium_bill,
    refund_bill,
)
from huibao.domain.plan import Contract, EndReason, PayerKind
from huibao.domain.roster.person import Fact, FactKind, PersonFacts
from huibao.kernel.fen import Fen
from huibao.kernel.period import Period
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from tests.domain.county import (
    END,
    NEXT_COUNTY,
    START,
    changed,
    fact,
    helped,
    relieved,
    somebody,
    the_contract,
    the_scheme,
)

MEDICAL, ACCIDENT = Line.MEDICAL_SUPPLEMENTARY, Line.ACCIDENT
ON = date(2020, 1, 10)
NEXT_DOOR = replace(the_contract(), number="NEXT-2020", area=NEXT_COUNTY, insurer="邻县保险")


def planned(
    *people: PersonFacts,
    on: date = ON,
    held: Sequence[Coverage] = (),
    contract: Contract | None = None,
) -> EnrolmentPlan:
    by_person: dict[int, list[Coverage]] = {}
    for one in held:
        by_person.setdefault(one.person_id, []).append(one)
    return plan_enrolment(people, contract or the_contract(), the_scheme(), by_person, on)


def recorded(plan: EnrolmentPlan, held: Sequence[Coverage] = ()) -> list[Coverage]:
    """Covers as the store would hold them after the plan: new rows numbered, ends added."""
    covers = list(held)
    for entering in plan.enter:
        covers.append(replace(entering.coverage, id=len(covers) + 1, enrolment_key="first"))
    for leaving in plan.leave:
        at = next(at for at, one in enumerate(covers) if one.id == leaving.coverage.id)
        covers[at] = ended(covers[at], leaving)
    return covers


def ended(cover: Coverage, leaving: Leaving) -> Coverage:
    end = CoverageEnd(leaving.last_on, leaving.reason, "later", leaving.refunds)
    return replace(cover, ends=(*cover.ends, end))


def periods(plan: EnrolmentPlan) -> set[tuple[Line, Period]]:
    return {(one.coverage.line, one.coverage.period) for one in plan.enter}


@pytest.mark.clause("SD-3")
def test_who_enjoys_poverty_relief_gets_the_whole_period_on_every_line() -> None:
    plan = planned(relieved())
    assert periods(plan) == {(MEDICAL, Period(START, END)), (ACCIDENT, Period(START, END))}
    assert {one.coverage.group for one in plan.enter} == {"poverty_relief"}
    assert {one.coverage.line: one.coverage.premium_fen for one in plan.enter} == {MEDICAL: 12_000, ACCIDENT: 1_000}


@pytest.mark.clause("SD-4")
def test_who_is_recognised_for_instant_help_is_covered_from_that_day_to_the_period_s_end() -> None:
    plan = planned(helped(1, date(2020, 5, 10)), on=date(2020, 6, 1))
    assert periods(plan) == {(line, Period(date(2020, 5, 10), END)) for line in (MEDICAL, ACCIDENT)}
    # 236 of 366 days, see test_premium: 77.38 of 120 yuan; 10 yuan x 236 / 366 = 6.448, half up 6.45.
    assert {one.coverage.line: one.coverage.premium_fen for one in plan.enter} == {MEDICAL: 7_738, ACCIDENT: 645}


def test_who_was_recognised_before_the_period_gets_the_whole_period() -> None:
    assert periods(planned(helped(1, date(2019, 11, 2)))) == {
        (line, Period(START, END)) for line in (MEDICAL, ACCIDENT)
    }


def test_of_several_groups_the_one_with_the_earliest_cover_counts_and_all_are_kept() -> None:
    plan = planned(relieved(1, fact(FactKind.INSTANT_HELP, from_on=date(2020, 5, 10))), on=date(2020, 6, 1))
    assert {one.coverage.period.first_on for one in plan.enter} == {START}
    assert plan.enter[0].coverage.groups == ("poverty_relief", "instant_help")


def test_before_the_period_begins_people_are_judged_on_its_first_day() -> None:
    assert len(planned(relieved(), on=date(2019, 12, 1)).enter) == 2


def test_after_the_period_nobody_is_enrolled() -> None:
    with pytest.raises(Refused, match="COVERAGE-005"):
        planned(relieved(), on=date(2021, 1, 1))


def test_who_is_covered_already_is_left_as_is() -> None:
    held = recorded(planned(relieved()))
    plan = planned(relieved(), held=held, on=date(2020, 3, 1))
    assert (len(plan.enter), len(plan.already), len(plan.leave), len(plan.refused)) == (0, 2, 0, 0)


def test_who_is_in_no_group_or_lives_elsewhere_or_nowhere_is_not_enrolled_and_nothing_is_wrong() -> None:
    elsewhere = somebody(2, (fact(FactKind.POVERTY_RELIEF, "enjoying"),), lives="371311001")
    nowhere = somebody(3, (fact(FactKind.POVERTY_RELIEF, "enjoying"),), lives="")
    plan = planned(somebody(1), elsewhere, nowhere)
    assert (plan.enter, plan.refused) == ((), ())
    assert {(one.person_id, one.why) for one in plan.not_eligible} == {
        (1, Why.NO_GROUP),
        (2, Why.ELSEWHERE),
        (3, Why.NO_RESIDENCE),
    }


def test_the_dead_are_refused_with_the_day_of_death() -> None:
    plan = planned(relieved(1, fact(FactKind.DEATH, from_on=date(2020, 1, 4))))
    assert plan.enter == ()
    assert {one.problem.code for one in plan.refused} == {"COVERAGE-001"}
    assert "2020-01-04" in plan.refused[0].problem.says


def test_a_second_cover_is_refused_and_the_earlier_one_named() -> None:
    held = recorded(
        planned(somebody(1, (fact(FactKind.POVERTY_RELIEF, "enjoying"),), lives=NEXT_COUNTY), contract=NEXT_DOOR)
    )
    moved = somebody(1, (fact(FactKind.POVERTY_RELIEF, "enjoying"),))
    plan = planned(moved, held=held, on=date(2020, 3, 1))
    assert plan.enter == ()
    says = plan.refused[0].problem.says
    assert plan.refused[0].problem.code == "COVERAGE-002"
    assert all(part in says for part in ("NEXT-2020", "邻县保险", NEXT_COUNTY, "2020-01-01..2020-12-31", MEDICAL.zh))


def test_who_moved_in_is_covered_from_the_day_after_the_earlier_county_s_cover_ended() -> None:
    there = (fact(FactKind.POVERTY_RELIEF, "enjoying", date(2019, 6, 1)),)
    held = recorded(planned(somebody(1, there, lives=NEXT_COUNTY), contract=NEXT_DOOR))
    homes = (
        fact(FactKind.DOMICILE, NEXT_COUNTY, date(2019, 1, 1), date(2020, 5, 31)),
        fact(FactKind.DOMICILE, "371302101", date(2020, 6, 1)),
    )
    moved = somebody(1, (*there, *homes), lives="")
    held = recorded(planned(moved, held=held, on=date(2020, 6, 15), contract=NEXT_DOOR), held)
    assert {one.last_on for one in held} == {date(2020, 5, 31)}
    plan = planned(moved, held=held, on=date(2020, 6, 15))
    assert {one.coverage.period for one in plan.enter} == {Period(date(2020, 6, 1), END)}


def test_who_moved_away_leaves_on_the_day_before_and_unused_premium_goes_back() -> None:
    held = recorded(planned(relieved()))
    gone = relieved(1, fact(FactKind.DOMICILE, NEXT_COUNTY, date(2020, 7, 1)))
    plan = planned(gone, held=held, on=date(2020, 7, 20))
    assert {(one.reason, one.last_on) for one in plan.leave} == {(EndReason.MOVED, date(2020, 6, 30))}
    medical = next(one for one in plan.leave if one.coverage.line is MEDICAL)
    # 60.33 yuan by days, split as 5.03, 38.71 and 16.59: see test_premium.
    assert [share.fen for share in medical.refunds] == [503, 3_871, 1_659]


def test_cover_of_the_dead_ends_on_the_day_of_death_and_by_this_contract_nothing_goes_back() -> None:
    held = recorded(planned(relieved()))
    plan = planned(relieved(1, fact(FactKind.DEATH, from_on=date(2020, 4, 2))), held=held, on=date(2020, 5, 1))
    assert {(one.reason, one.last_on) for one in plan.leave} == {(EndReason.DIED, date(2020, 4, 2))}
    assert sum(share.fen for one in plan.leave for share in one.refunds) == 0
    again = planned(
        relieved(1, fact(FactKind.DEATH, from_on=date(2020, 4, 2))), held=recorded(plan, held), on=date(2020, 6, 1)
    )
    assert (again.enter, again.leave, again.refused) == ((), (), ())


def test_a_second_batch_on_the_day_of_death_records_no_second_end() -> None:
    held = recorded(planned(relieved()))
    dead = relieved(1, fact(FactKind.DEATH, from_on=date(2020, 4, 2)))
    held = recorded(planned(dead, held=held, on=date(2020, 4, 2)), held)
    again = planned(dead, held=held, on=date(2020, 4, 2))
    assert (len(again.leave), len(again.already)) == (0, 2)


def test_who_left_every_group_leaves_on_the_last_day_of_membership() -> None:
    held = recorded(planned(helped(1, date(2020, 2, 1)), on=date(2020, 3, 1)))
    left = somebody(1, (fact(FactKind.INSTANT_HELP, from_on=date(2020, 2, 1), to_on=date(2020, 8, 31)),))
    plan = planned(left, held=held, on=date(2020, 10, 1))
    assert {(one.reason, one.last_on) for one in plan.leave} == {(EndReason.LEFT_GROUP, date(2020, 8, 31))}


def test_a_reason_the_contract_does_not_name_ends_nothing() -> None:
    contract = the_contract(changed(("left_group: unused, ", "")))
    held = recorded(planned(helped(1, date(2020, 2, 1)), on=date(2020, 3, 1), contract=contract))
    left = somebody(1, (fact(FactKind.INSTANT_HELP, from_on=date(2020, 2, 1), to_on=date(2020, 8, 31)),))
    plan = planned(left, held=held, on=date(2020, 10, 1), contract=contract)
    assert (len(plan.leave), len(plan.already)) == (0, 2)


def test_who_comes_back_to_a_group_is_covered_again_from_that_day() -> None:
    first = fact(FactKind.POVERTY_RELIEF, "enjoying", date(2019, 6, 1), date(2020, 4, 30))
    held = recorded(planned(somebody(1, (first,))))
    held = recorded(planned(somebody(1, (first,)), held=held, on=date(2020, 6, 1)), held)
    assert {one.last_on for one in held} == {date(2020, 4, 30)}
    back = somebody(1, (first, fact(FactKind.POVERTY_RELIEF, "enjoying", date(2020, 9, 1))))
    plan = planned(back, held=held, on=date(2020, 9, 10))
    assert {one.coverage.period for one in plan.enter} == {Period(date(2020, 9, 1), END)}


def test_a_batch_does_not_undo_what_somebody_decided() -> None:
    held = recorded(planned(relieved()))
    by_hand = [replace(one, ends=(CoverageEnd(date(2020, 3, 31), EndReason.WITHDREW, "k"),)) for one in held]
    plan = planned(relieved(), held=by_hand, on=date(2020, 5, 1))
    assert plan.enter == ()
    assert {one.why for one in plan.not_eligible} == {Why.ENDED_BY_HAND}


@pytest.mark.parametrize("born, code", [(date(2015, 1, 2), "COVERAGE-003"), (date(1939, 12, 31), "COVERAGE-004")])
def test_ages_outside_the_contract_s_limits_are_refused(born: date, code: str) -> None:
    text = changed(("    product: accident\n", "    product: accident\n    min_age: 5 years\n    max_age: 79 years\n"))
    plan = planned(relieved(1, born=born), contract=the_contract(text))
    assert [(one.line, one.problem.code) for one in plan.refused] == [("accident", code)]
    assert [one.coverage.line for one in plan.enter] == [MEDICAL]


@pytest.mark.clause("HN-2.1")
def test_who_lacks_capacity_is_insured_without_death_cover() -> None:
    child, ward, adult = (
        relieved(1, born=date(2010, 3, 1)),
        relieved(2, fact(FactKind.LEGAL_CAPACITY, "none")),
        relieved(3),
    )
    plan = planned(child, ward, adult)
    accident = {one.coverage.person_id: one for one in plan.enter if one.coverage.line is ACCIDENT}
    assert [accident[number].coverage.death_cover for number in (1, 2, 3)] == [False, False, True]
    assert accident[1].coverage.variant == accident[2].coverage.variant == "without_death"
    assert accident[3].coverage.variant == ""


def test_nobody_is_covered_before_birth() -> None:
    born = date(2020, 4, 4)
    plan = planned(relieved(1, born=born), on=date(2020, 5, 1))
    assert {one.coverage.period.first_on for one in plan.enter} == {born}


def test_the_bill_for_a_batch_says_what_each_payer_owes() -> None:
    held = recorded(planned(relieved(1), relieved(2), helped(3, date(2020, 5, 10)), on=date(2020, 6, 1)))
    bill = premium_bill("TEST-2020-1", "medical_supplementary", "first", held)
    # Two whole premiums (10, 77, 33 yuan) and 77.38 split in that proportion: 6.4483, 49.6522, 21.2795 yuan, down to
    # 6.44, 49.65, 21.27 = 77.36; two fen to the largest remainders (0.95 the medical fund, 0.83 the person).
    assert {(share.payer_kind, share.payer): share.fen for share in bill.by_payer} == {
        (PayerKind.GOVERNMENT_FUND, "medical_fund"): 2 * 3_300 + 2_128,
        (PayerKind.GOVERNMENT_FUND, "provincial_fund"): 2 * 7_700 + 4_965,
        (PayerKind.SELF, ""): 2 * 1_000 + 645,
    }
    assert (bill.people, bill.total_fen) == (3, 2 * 12_000 + 7_738)
    assert premium_bill("TEST-2020-1", "medical_supplementary", "other", held).total_fen == 0


def test_refunds_of_a_batch_are_billed_back_to_who_paid() -> None:
    held = recorded(planned(relieved()))
    gone = relieved(1, fact(FactKind.DOMICILE, NEXT_COUNTY, date(2020, 7, 1)))
    held = recorded(planned(gone, held=held, on=date(2020, 7, 20)), held)
    assert refund_bill("TEST-2020-1", "medical_supplementary", "later", held).total_fen == 6_033


def test_the_list_s_fingerprint_does_not_depend_on_the_order_and_does_on_a_fen() -> None:
    held = recorded(planned(relieved(1), relieved(2)))
    assert list_hash(held) == list_hash(reversed(held))
    assert list_hash(held) != list_hash([replace(held[0], premium_fen=Fen(11_999)), *held[1:]])


def test_sums_by_payer_leave_out_payers_of_nothing() -> None:
    held = recorded(planned(relieved(1)))
    none = [replace(share, fen=Fen(0)) for share in held[0].shares]
    assert by_payers(none) == ()


# --- V1 over whole lives ----------------------------------------------------------------------------------------------

days = st.integers(0, 400).map(lambda day: date(2019, 12, 1) + timedelta(days=day))
spans = st.tuples(days, st.one_of(st.none(), st.integers(0, 200)))
kinds_of_facts = st.sampled_from(
    [
        (FactKind.POVERTY_RELIEF, "enjoying"),
        (FactKind.INSTANT_HELP, "yes"),
        (FactKind.DOMICILE, "371302101"),
        (FactKind.DOMICILE, NEXT_COUNTY),
    ]
)


@st.composite
def lives(draw: st.DrawFn) -> PersonFacts:
    facts: list[Fact] = []
    for (kind, value), (from_on, length) in draw(st.lists(st.tuples(kinds_of_facts, spans), max_size=8)):
        to_on = None if length is None else from_on + timedelta(days=length)
        facts.append(fact(kind, value, from_on, to_on))
    if draw(st.booleans()):
        facts.append(fact(FactKind.DEATH, from_on=draw(days)))
    return somebody(1, facts, lives=draw(st.sampled_from(["371302101", NEXT_COUNTY, ""])))


@pytest.mark.invariant("V1")
@given(lives(), st.lists(st.tuples(st.booleans(), days), min_size=1, max_size=6))
def test_whatever_happens_nobody_is_covered_twice(life: PersonFacts, runs: list[tuple[bool, date]]) -> None:
    held: list[Coverage] = []
    for ours, on in sorted(runs, key=lambda run: run[1]):
        if on > END:
            continue
        contract = the_contract() if ours else NEXT_DOOR
        plan = planned(life, on=on, held=held, contract=contract)
        outcomes = len(plan.enter) + len(plan.already) + len(plan.refused) + len(plan.leave) + len(plan.not_eligible)
        assert outcomes == 2
        held = recorded(plan, held)
        for line in (MEDICAL, ACCIDENT):
            for day in (START, date(2020, 3, 1), date(2020, 6, 15), date(2020, 9, 9), END):
                on_day = [one for one in held if one.line is line and (held_days := one.in_force) and day in held_days]
                assert len(on_day) <= 1
                assert in_force_on(held, line, day) == (on_day[0] if on_day else None)
            covered = [one.in_force for one in held if one.line is line and one.in_force]
            assert all(len(overlapping(held, line, period)) == 1 for period in covered)
        for one in held:
            assert 0 <= one.refunded_fen <= one.premium_fen
            assert one.period.first_on >= START
            assert one.period.last_on == END
