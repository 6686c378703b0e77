"""Dated facts: what holds on a day, since when, and what a new roster begins and ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.roster import Fact, FactKind, FactSource, Person, certificates, facts_on, recognised_on
from huibao.domain.roster.header import Cell
from huibao.domain.roster.intake import NewFact, OpenFact, plan_facts
from huibao.domain.roster.source import SourceId
from huibao.domain.roster.verdict import FactDraft, RowResult, Standing, Verdict
from huibao.kernel.identity import Sex
from huibao.rules.facts import DisabilityCategory, PovertyRelief
from tests.domain.roster.made_up import COUNTY, DAY, DISABILITY, HOLDERS, certificate, holder, identity, judged

ME = Person(1, "王明", identity(), date(1980, 1, 1), Sex.MALE)
ROW = FactSource(1, "名册", 5, "残联")


def fact(
    kind: FactKind, value: str = "yes", begins: str = "2025-01-01", ends: str | None = None, detail: str = ""
) -> Fact:
    last = date.fromisoformat(ends) if ends else None
    return Fact(kind, value, date.fromisoformat(begins), last, ROW, date(2025, 1, 2), detail)


def test_facts_of_several_agencies_join_into_one_person_on_a_day() -> None:
    facts = (
        fact(FactKind.DISABILITY, "physical/2"),
        fact(FactKind.SUBSISTENCE_ALLOWANCE, ends="2025-03-31"),
        fact(FactKind.POVERTY_RELIEF, "enjoying"),
        fact(FactKind.INSTANT_HELP, begins="2025-05-01"),
        fact(FactKind.DOMICILE, "430423104"),
    )
    march = facts_on(ME, facts, date(2025, 3, 31))
    assert (march.disability_category, march.disability_grade) == (DisabilityCategory.PHYSICAL, 2)
    assert march.certificate
    assert march.subsistence_allowance
    assert march.poverty_relief is PovertyRelief.ENJOYING
    assert not march.instant_help
    assert (march.age, march.domicile, march.alive) == (45, "430423104", True)
    assert not facts_on(ME, facts, date(2025, 4, 1)).subsistence_allowance
    assert facts_on(ME, facts, date(2025, 5, 1)).instant_help


def test_before_any_fact_nothing_is_known() -> None:
    nothing = facts_on(ME, (fact(FactKind.DISABILITY, "physical/2"),), date(2024, 12, 31))
    assert not nothing.certificate
    assert nothing.disability_category is DisabilityCategory.NONE
    assert nothing.disability_grade == 0


def test_from_the_day_of_death_on_a_person_is_not_alive() -> None:
    dead = (fact(FactKind.DEATH, begins="2025-06-01"),)
    assert facts_on(ME, dead, date(2025, 5, 31)).alive
    assert not facts_on(ME, dead, date(2025, 6, 1)).alive


def test_of_two_certificates_the_later_counts_and_both_stay_in_the_history() -> None:
    old = fact(FactKind.DISABILITY, "physical/3", "2020-01-01", "2025-02-28", certificate(ME.identity, grade=3))
    new = fact(FactKind.DISABILITY, "physical/2", "2025-03-01", None, certificate(ME.identity, grade=2, reissue=1))
    assert facts_on(ME, (new, old), date(2025, 2, 28)).disability_grade == 3
    assert facts_on(ME, (new, old), date(2025, 3, 1)).disability_grade == 2
    assert certificates((new, old)) == (old, new)


@pytest.mark.clause("SD-4 tail")
def test_recognition_is_the_first_day_of_an_unbroken_chain() -> None:
    kind = FactKind.INSTANT_HELP
    facts = (
        fact(kind, begins="2020-02-01", ends="2020-03-31"),
        fact(kind, begins="2020-05-06", ends="2020-06-30"),
        fact(kind, begins="2020-07-01"),
    )
    assert recognised_on(facts, kind, date(2020, 8, 1)) == date(2020, 5, 6)
    assert recognised_on(facts, kind, date(2020, 3, 1)) == date(2020, 2, 1)
    assert recognised_on(facts, kind, date(2020, 4, 15)) is None


def row(*facts: FactDraft) -> RowResult:
    return RowResult("名册", 9, Verdict.READY, Standing.LISTED, None, facts, ())


def draft(kind: FactKind, value: str = "yes", begins: date = DAY, detail: str = "") -> FactDraft:
    return FactDraft(kind, value, begins, detail)


EARLIER = date(2024, 1, 1)
HELD = OpenFact(7, 1, FactKind.SUBSISTENCE_ALLOWANCE, "yes", "", EARLIER)


def test_a_fact_said_again_stands_as_it_was() -> None:
    plan = plan_facts([(1, row(draft(FactKind.SUBSISTENCE_ALLOWANCE)))], [HELD], [], (), DAY)
    assert plan.new == ()
    assert plan.ends == {}


def test_a_fact_no_longer_said_ends_the_day_before_the_new_roster() -> None:
    assert plan_facts([(1, row())], [HELD], [], (), DAY).ends == {7: DAY - timedelta(days=1)}
    assert plan_facts([], [HELD], [], (), DAY).ends == {7: DAY - timedelta(days=1)}


def test_whoever_cannot_be_told_keeps_what_is_recorded() -> None:
    assert plan_facts([], [HELD], [], {1}, DAY).ends == {}


def test_another_value_ends_the_old_fact_on_the_eve_of_the_new() -> None:
    held = OpenFact(8, 1, FactKind.DISABILITY, "physical/3", "A", EARLIER)
    issued = date(2025, 3, 10)
    plan = plan_facts([(1, row(draft(FactKind.DISABILITY, "physical/2", issued, "B")))], [held], [], (), DAY)
    assert plan.ends == {8: date(2025, 3, 9)}
    assert plan.new == (NewFact(1, FactKind.DISABILITY, "physical/2", "B", issued, None, "名册", 9),)


def test_a_value_that_changed_without_a_later_day_begins_with_the_roster() -> None:
    held = OpenFact(8, 1, FactKind.DISABILITY, "physical/3", "A", EARLIER)
    plan = plan_facts([(1, row(draft(FactKind.DISABILITY, "physical/2", date(2015, 1, 1), "B")))], [held], [], (), DAY)
    assert plan.ends == {8: DAY - timedelta(days=1)}
    assert plan.new[0].from_on == DAY


def test_leaving_a_list_does_not_end_what_is_about_the_person() -> None:
    home = OpenFact(3, 1, FactKind.DOMICILE, "430423104", "", EARLIER)
    assert plan_facts([], [], [home], (), DAY).ends == {}
    moved = plan_facts([(1, row(draft(FactKind.DOMICILE, "430423105")))], [], [home], (), DAY)
    assert moved.ends == {3: DAY - timedelta(days=1)}


def test_an_older_roster_of_another_agency_does_not_undo_a_later_domicile() -> None:
    home = OpenFact(3, 1, FactKind.DOMICILE, "430423104", "", DAY)
    plan = plan_facts([(1, row(draft(FactKind.DOMICILE, "430423105", EARLIER)))], [], [home], (), EARLIER)
    assert plan.ends == {}
    assert plan.new[0].to_on == DAY - timedelta(days=1)


def test_nobody_dies_twice() -> None:
    death = OpenFact(4, 1, FactKind.DEATH, "yes", "", EARLIER)
    plan = plan_facts([(1, row(draft(FactKind.DEATH)))], [], [death], (), DAY)
    assert (plan.new, plan.ends) == ((), {})


kinds = st.sampled_from([FactKind.SUBSISTENCE_ALLOWANCE, FactKind.DISABILITY, FactKind.ATHLETE])
values = st.sampled_from(["physical/1", "physical/2", "yes"])
opened = st.lists(st.tuples(st.integers(1, 4), kinds, values), max_size=8, unique_by=lambda each: (each[0], each[1]))
stated = st.lists(st.tuples(st.integers(1, 4), kinds, values), max_size=8, unique_by=lambda each: (each[0], each[1]))


@given(opened, stated)
def test_after_a_roster_exactly_what_it_says_is_open(
    held: list[tuple[int, FactKind, str]], said: list[tuple[int, FactKind, str]]
) -> None:
    facts = [OpenFact(at, person, kind, value, "", EARLIER) for at, (person, kind, value) in enumerate(held)]
    plan = plan_facts([(person, row(draft(kind, value))) for person, kind, value in said], facts, [], (), DAY)
    still = {(f.person_id, f.kind, f.value) for f in facts if f.id not in plan.ends}
    begun = {(new.person_id, new.kind, new.value) for new in plan.new}
    assert still | begun == set(said)
    assert still & begun == set()
    assert set(plan.ends.values()) <= {DAY - timedelta(days=1)}


def stated_by(source: SourceId, header: tuple[str, ...], *cells: Cell) -> dict[FactKind, FactDraft]:
    (result,) = judged(source, header, cells)
    assert result.verdict is Verdict.READY
    return {each.kind: each for each in result.facts}


def test_a_certificate_roster_states_the_disability_from_its_issue_with_its_number() -> None:
    (result,) = judged(DISABILITY, (*HOLDERS, "发证日期"), [*holder(), "2019年5月6日"])
    facts = {each.kind: each for each in result.facts}
    stated_number = certificate(identity())
    assert facts[FactKind.DISABILITY] == FactDraft(FactKind.DISABILITY, "physical/2", date(2019, 5, 6), stated_number)
    assert facts[FactKind.DOMICILE] == FactDraft(FactKind.DOMICILE, COUNTY, DAY)


def test_a_roster_without_certificate_numbers_goes_by_category_and_grade() -> None:
    (result,) = judged(DISABILITY, HOLDERS, ["王明", identity(), "", "听力", "三级", COUNTY])
    assert result.disability == "hearing/3"


def test_low_income_rosters_state_each_kind_from_its_recognition() -> None:
    facts = stated_by(
        SourceId.LOW_INCOME,
        ("姓名", "身份证号", "救助类别", "认定日期", "区划代码"),
        "王明",
        identity(),
        "低保、低收入",
        "2024.7.1",
        COUNTY,
    )
    assert facts[FactKind.SUBSISTENCE_ALLOWANCE].from_on == date(2024, 7, 1)
    assert FactKind.LOW_INCOME in facts


@pytest.mark.clause("SD-3")
def test_poverty_relief_rosters_tell_enjoying_from_not_enjoying() -> None:
    header = ("姓名", "身份证号", "脱贫属性", "区划代码")
    enjoying = stated_by(SourceId.POVERTY_RELIEF, header, "王明", identity(), "脱贫享受政策", COUNTY)
    without = stated_by(SourceId.POVERTY_RELIEF, header, "王明", identity(), "脱贫不享受政策", COUNTY)
    assert enjoying[FactKind.POVERTY_RELIEF].value == "enjoying"
    assert without[FactKind.POVERTY_RELIEF].value == "not_enjoying"


@pytest.mark.clause("SD-4 tail")
def test_instant_help_holds_from_the_day_of_recognition() -> None:
    header = ("姓名", "身份证号", "即时帮扶认定日期", "区划代码")
    facts = stated_by(SourceId.INSTANT_HELP, header, "王明", identity(), "2025-05-06", COUNTY)
    assert facts[FactKind.INSTANT_HELP].from_on == date(2025, 5, 6)


@pytest.mark.clause("HN-2.2")
@pytest.mark.parametrize(
    "source, kind, birth",
    [
        (SourceId.REHABILITATION, FactKind.REHABILITATION_INSTITUTION, "20180101"),
        (SourceId.CARE, FactKind.CARE_INSTITUTION, "19800101"),
        (SourceId.ATHLETES, FactKind.ATHLETE, "20010101"),
    ],
)
def test_institutions_and_teams_state_membership_from_admission(source: SourceId, kind: FactKind, birth: str) -> None:
    header = ("姓名", "身份证号", "机构名称", "入院日期", "区划代码")
    facts = stated_by(source, header, "王明", identity(birth), "阳光中心", "2023/3/1", COUNTY)
    assert facts[kind] == FactDraft(kind, "yes", date(2023, 3, 1), "阳光中心")


def test_guardian_and_legal_capacity_are_recorded_for_consent() -> None:
    header = ("姓名", "身份证号", "监护人", "监护人电话", "民事行为能力", "区划代码")
    facts = stated_by(SourceId.ATHLETES, header, "王明", identity(), "王强", "13900001234", "限制民事行为能力", COUNTY)
    assert facts[FactKind.GUARDIAN] == FactDraft(FactKind.GUARDIAN, "王强", DAY, "13900001234")
    assert facts[FactKind.LEGAL_CAPACITY].value == "limited"
