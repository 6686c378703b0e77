"""Each clause of the two documents is found in its scheme: as a value, group, product, fund, target, or as a duty."""

from datetime import date

import pytest

from huibao.kernel.problem import Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.facts import FactsOnDay, PovertyRelief
from huibao.rules.groups import groups_of
from huibao.rules.program import Outcome
from huibao.rules.scheme import Bound, Scheme
from huibao.rules.shelf import checked, open_scheme
from huibao.rules.vocabulary import Line

SD = open_scheme("shandong/2020")
HN = open_scheme("hunan/2025")
CITY = open_scheme("shandong/2020/demo-city")
COUNTY = open_scheme("hunan/2025/demo-county")
DAY = date(2020, 5, 1)
FIRST = date(2020, 1, 1)
YUAN = 100


def value(scheme: Scheme, name: str) -> int | None:
    """The number of a param on the scheme's first day, fen, basis points or as its unit says."""
    numbers = scheme.params[name].at(scheme.period.first_on)
    return numbers[0] if numbers else None


def duty(scheme: Scheme, clause: str, system: str) -> str:
    """What the scheme hands to another system under a clause."""
    found = [entry for entry in scheme.duties if (entry.clause, entry.system) == (clause, system)]
    assert found, f"no duty {clause} for {system}"
    assert all(entry.says.zh and entry.says.en for entry in found)
    return found[0].says.en


def least(scheme: Scheme, name: str, amount: int, clause: str) -> None:
    """A param holds the least value a city or county may state."""
    param = scheme.params[name]
    assert (value(scheme, name), param.bound, param.clause) == (amount, Bound.AT_LEAST, clause)


def settle(scheme: Scheme, **inputs: int | bool | str) -> Outcome:
    """A one-stop settlement of a person out of poverty."""
    return compile_benefit(scheme, "one_stop", DAY).run({"in_poverty_relief": True, **inputs})


def undercut(param: str, stated: str) -> tuple[str, ...]:
    """Codes of the problems when a city states a value of its own."""
    text = f"""
scheme: shandong/2020/elsewhere
status: demonstration
title: {{zh: 某市, en: A city}}
authority: {{zh: 某市, en: A city}}
area: "370000"
period: 2020-01-01..2020-12-31
extends: shandong/2020
documents: {{X: {{title: 某市方案, issued_on: 2020-01-20}}}}
params: {{{param}: {{clause: X-1, values: {{2020-01-01: {stated}}}}}}}
"""
    try:
        checked(text, "elsewhere.yaml")
    except Refused as refused:
        return tuple(problem.code for problem in refused.problems)
    return ()


def test_hn_1_forty_per_cent_by_the_end_of_2025_and_seventy_by_the_end_of_2030() -> None:
    targets = {target.name: target for target in HN.targets}
    for name, share, due in (("severe_hardship_2025", 4_000, 2025), ("severe_hardship_2030", 7_000, 2030)):
        target = targets[name]
        assert value(HN, target.share) == share
        assert (target.due_on, target.denominator_on) == (date(due, 12, 31), date(due, 12, 31))
        assert (target.group, target.line, target.clause) == ("severe_hardship", Line.ACCIDENT, "HN-1")
        assert target.denominator_source


def test_hn_1_hardship_is_a_rule_a_county_may_replace_and_the_reading_is_written_down() -> None:
    assert HN.groups["severe_hardship"].open
    assert {note.name for note in HN.notes if note.clause == "HN-1"} >= {"hardship", "target_group_only"}


@pytest.mark.parametrize("hardship", ["subsistence_allowance", "destitute", "subsistence_marginal", "low_income"])
@pytest.mark.parametrize(("grade", "severe"), [(1, True), (2, True), (3, False), (4, False), (0, False)])
def test_hn_1_severe_in_hardship_is_grade_one_or_two_with_a_kind_of_hardship(
    hardship: str, grade: int, severe: bool
) -> None:
    facts = FactsOnDay(certificate=grade > 0, disability_grade=grade, **{hardship: True})  # type: ignore[arg-type] # a flag
    assert ("severe_hardship" in groups_of(HN, facts)) is severe


def test_hn_1_severe_without_hardship_is_a_certificate_holder_only() -> None:
    assert groups_of(HN, FactsOnDay(certificate=True, disability_grade=1)) == ("certificate_holders",)


def test_hn_1_accident_cover_is_the_base_and_other_lines_come_as_scheme_entries() -> None:
    assert HN.products_of(Line.ACCIDENT)
    assert {p.line for p in COUNTY.products.values()} >= {Line.CRITICAL_ILLNESS, Line.LONG_TERM_CARE}
    assert duty(HN, "HN-1", "S18")


def test_hn_2_1_the_person_close_relatives_and_donors_may_pay() -> None:
    assert set(HN.products["accident"].payers) == {"government_fund", "self", "close_relative", "donor"}
    assert {fund.source for fund in HN.funds.values()} >= {"self", "relative", "donation"}
    assert duty(HN, "HN-2.1", "S3")


def test_hn_2_2_four_groups_have_their_premium_paid_in_full() -> None:
    four = ("rehabilitation_children", "care_institution", "athletes", "severe_hardship")
    assert HN.products["accident"].groups == four
    assert value(HN, "priority_government_share") == 10_000
    assert HN.params["priority_government_share"].bound is Bound.FIXED
    assert duty(HN, "HN-2.2", "S9")


@pytest.mark.parametrize(
    ("facts", "group"),
    [
        (FactsOnDay(rehabilitation_institution=True, age=17), "rehabilitation_children"),
        (FactsOnDay(care_institution=True, age=40), "care_institution"),
        (FactsOnDay(athlete=True, age=25), "athletes"),
    ],
)
def test_hn_2_2_who_is_in_training_in_care_or_an_athlete_is_in_a_priority_group(facts: FactsOnDay, group: str) -> None:
    assert groups_of(HN, facts) == (group,)


def test_hn_2_2_an_adult_in_rehabilitation_is_not_in_the_childrens_group() -> None:
    assert groups_of(HN, FactsOnDay(rehabilitation_institution=True, age=18)) == ()


def test_hn_2_2_where_means_allow_all_certificate_holders_are_insured() -> None:
    assert "certificate_holders" in HN.products["accident_all_holders"].groups
    assert groups_of(HN, FactsOnDay(certificate=True, disability_grade=4)) == ("certificate_holders",)
    assert duty(HN, "HN-2.2", "S3")


def test_hn_2_3_barrier_free_enrolment_is_a_duty() -> None:
    assert duty(HN, "HN-2.3", "S19")
    assert duty(HN, "HN-2.3", "S4")


def test_hn_3_1_the_disability_employment_security_fund_may_pay_premiums() -> None:
    fund = HN.funds["disability_employment_security_fund"]
    assert (fund.clause, fund.source) == ("HN-3.1", "fiscal")
    assert Line.ACCIDENT in fund.lines
    assert duty(HN, "HN-3.1", "S9")


@pytest.mark.parametrize(
    ("clause", "system"),
    [
        ("HN-3.2", "S10"),
        ("HN-3.3", "S19"),
        ("HN-3.3", "S8"),
        ("HN-3.3", "S12"),
        ("HN-3.4", "S14"),
        ("HN-3.4", "S15"),
        ("HN-4.1", "S11"),
        ("HN-4.2", "S17"),
        ("HN-4.3", "S16"),
    ],
)
def test_hn_3_and_4_what_other_systems_keep_is_listed_as_their_duty(clause: str, system: str) -> None:
    assert duty(HN, clause, system)


def test_hn_4_1_the_citys_summary_reaches_the_province_in_february() -> None:
    assert "February" in next(entry.says.en for entry in HN.duties if entry.name == "february_report")
    assert duty(HN, "HN-4.1", "S15")


def test_hn_end_in_force_thirty_days_after_publication_for_five_years() -> None:
    document = HN.documents["HN"]
    assert document.issued_on == date(2025, 3, 10)
    assert document.in_force_on is not None
    assert document.issued_on is not None
    assert (document.in_force_on - document.issued_on).days == 30
    assert (HN.period.first_on, HN.period.last_on) == (date(2025, 4, 9), date(2030, 4, 8))
    assert (document.in_force_on, document.ends_on) == (HN.period.first_on, HN.period.last_on)
    assert duty(HN, "HN-end", "S1")


def test_hn_gives_no_sums_so_they_are_required() -> None:
    for name in ("accident_premium", "death_sum", "disability_sum", "accident_medical_sum"):
        assert HN.params[name].required
        assert value(HN, name) is None
        assert value(COUNTY, name) is not None


def test_sd_2_1_premium_may_come_from_budgets_and_donations() -> None:
    assert {fund.source for fund in SD.funds.values()} >= {"fiscal", "donation"}
    assert duty(SD, "SD-2.1", "S9")


def test_sd_2_3_local_lines_are_scheme_entries() -> None:
    lines = {product.line for product in CITY.products.values()}
    assert lines >= {Line.INDUSTRY_INCOME, Line.OUTPUT_VALUE, Line.MICROLOAN_GUARANTEE}
    assert duty(SD, "SD-2.3", "S18")


def test_sd_3_insured_are_people_enjoying_the_policy_and_people_under_instant_help() -> None:
    assert groups_of(SD, FactsOnDay(poverty_relief=PovertyRelief.ENJOYING)) == ("poverty_relief",)
    assert groups_of(SD, FactsOnDay(instant_help=True)) == ("instant_help",)
    assert groups_of(SD, FactsOnDay(poverty_relief=PovertyRelief.NOT_ENJOYING, marginal=True)) == ()
    assert groups_of(SD, FactsOnDay(poverty_relief=PovertyRelief.ENJOYING, alive=False)) == ()
    for product in SD.products.values():
        assert product.groups == ("poverty_relief", "instant_help")
    assert duty(SD, "SD-3", "S2")


def test_sd_4_the_period_is_the_year_2020() -> None:
    assert (SD.period.first_on, SD.period.last_on) == (date(2020, 1, 1), date(2020, 12, 31))
    assert duty(SD, "SD-4", "S1")


@pytest.mark.parametrize(
    ("param", "low", "same"),
    [
        ("medical_premium", "109.99 yuan", "110 yuan"),
        ("medical_yearly_cap", "299999.99 yuan", "300000 yuan"),
        ("target_rate", "89.99 %", "90 %"),
        ("accident_premium", "9.99 yuan", "10 yuan"),
        ("death_sum", "29999.99 yuan", "30000 yuan"),
        ("disability_sum", "29999.99 yuan", "30000 yuan"),
        ("accident_medical_sum", "4999.99 yuan", "5000 yuan"),
    ],
)
def test_sd_4_a_city_may_not_go_below_the_provinces_minimum(param: str, low: str, same: str) -> None:
    assert any(code.startswith("SCHEME-") for code in undercut(param, low))
    assert undercut(param, same) == ()


def test_sd_4_tail_instant_help_is_covered_from_the_day_of_recognition() -> None:
    group = SD.groups["instant_help"]
    assert (group.cover_from, group.recognised_by) == ("recognition", "instant_help")
    assert SD.groups["poverty_relief"].cover_from == "period_start"
    assert duty(SD, "SD-4", "S3")


def test_sd_4_1_premium_at_least_110_and_yearly_cap_at_least_300_000() -> None:
    least(SD, "medical_premium", 110 * YUAN, "SD-4.1")
    least(SD, "medical_yearly_cap", 300_000 * YUAN, "SD-4.1")
    assert SD.products["medical_supplementary"].premium == "medical_premium"


def test_sd_4_1_after_all_payers_about_90_per_cent_of_in_policy_cost_is_reached() -> None:
    least(SD, "target_rate", 9_000, "SD-4.1")
    outcome = settle(CITY, bill_total=1_000_000, in_policy=800_000, reported_basic_medical=500_000)
    assert sum(layer.fen for layer in outcome.layers) == 720_000
    assert outcome.bound["supplementary"] == "target"


def test_sd_4_1_nobody_ends_at_zero_self_payment() -> None:
    assert SD.params["self_pay_floor"].required
    assert SD.params["self_pay_floor"].minimum == 1
    outcome = settle(CITY, bill_total=30_000, in_policy=30_000, reported_basic_medical=18_000)
    assert outcome.self_pay_fen == value(CITY, "self_pay_floor") == 100 * YUAN
    assert outcome.bound["supplementary"] == "self_pay_floor"


def test_sd_4_1_nobody_contributes_zero_where_a_scheme_sets_a_floor() -> None:
    least(SD, "own_contribution_floor", 0, "SD-4.1")
    assert "no_zero_contribution" in {entry.name for entry in SD.duties if entry.param == "own_contribution_floor"}
    assert "nobody_at_zero" in {note.name for note in SD.notes}


def test_sd_4_1_chronic_outpatient_may_be_covered_and_need_not() -> None:
    least(SD, "chronic_outpatient_share", 0, "SD-4.1")
    bill = {"bill_total": 100_000, "in_policy": 100_000, "outpatient": True}
    assert settle(CITY, **bill).values["supplementary"] == 54_000
    program = compile_benefit(SD, "one_stop", DAY, settings={"self_pay_floor": "100 yuan"})
    assert program.run(bill).values["supplementary"] == 0


def test_sd_4_1_cost_outside_the_catalogue_is_controlled_and_not_in_the_base() -> None:
    assert duty(SD, "SD-4.1", "S13")
    outcome = settle(CITY, bill_total=1_000_000, in_policy=0)
    assert outcome.self_pay_fen == 1_000_000


def test_sd_4_2_premium_at_least_10_death_and_disability_30_000_medical_5_000() -> None:
    least(SD, "accident_premium", 10 * YUAN, "SD-4.2")
    least(SD, "death_sum", 30_000 * YUAN, "SD-4.2")
    least(SD, "disability_sum", 30_000 * YUAN, "SD-4.2")
    least(SD, "accident_medical_sum", 5_000 * YUAN, "SD-4.2")
    assert SD.products["accident"].premium == "accident_premium"


def test_sd_4_2_named_disasters_are_paid_first_by_the_disaster_insurance() -> None:
    assert duty(SD, "SD-4.2", "S6")
    outcome = compile_benefit(CITY, "accident", DAY).run({"died": True, "disaster_paid": 3_000_000})
    assert outcome.values["death"] == 2_000_000  # made-up sum of 50,000 less the 30,000 paid first


def test_sd_5_money_comes_as_a_block_cities_add_and_the_surplus_of_2019_is_carried() -> None:
    assert {fund.clause for fund in SD.funds.values()} == {"SD-5", "SD-2.1"}
    assert set(SD.funds) >= {"provincial_poverty_fund", "local_agricultural_fund", "surplus_2019"}
    assert SD.fund_rules.carry_over is not None
    assert SD.fund_rules.carry_over.allowed
    assert duty(SD, "SD-5", "S9")


def test_sd_5_and_7_4_premium_moves_between_lines_only_with_approval() -> None:
    rule = SD.fund_rules.moves_between_lines
    assert rule is not None
    assert (rule.allowed, rule.clause, rule.approval) == (True, "SD-5", "required")
    assert duty(SD, "SD-7.4", "S9")


def test_sd_5_operating_cost_has_a_ceiling_and_profit_and_loss_terms_the_contract_must_state() -> None:
    assert SD.fund_rules.operating_cost_ceiling == "operating_cost_ceiling"
    assert SD.params["operating_cost_ceiling"].required
    assert value(SD, "operating_cost_ceiling") is None
    assert SD.fund_rules.profit_and_loss_by_contract


@pytest.mark.parametrize(
    ("clause", "system"),
    [
        ("SD-2.2", "S2"),
        ("SD-2.4", "S13"),
        ("SD-6.1", "S10"),
        ("SD-6.2", "S11"),
        ("SD-6.2", "S20"),
        ("SD-6.3", "S3"),
        ("SD-6.3", "S4"),
        ("SD-6.3", "S8"),
        ("SD-6.4", "S12"),
        ("SD-6.4", "S8"),
        ("SD-6.4", "S7"),
        ("SD-7.2", "S7"),
        ("SD-7.2", "S15"),
        ("SD-7.3", "S4"),
        ("SD-7.3", "S17"),
        ("SD-7.4", "S14"),
        ("SD-7.4", "S9"),
    ],
)
def test_sd_6_and_7_what_other_systems_keep_is_listed_as_their_duty(clause: str, system: str) -> None:
    assert duty(SD, clause, system)


def test_sd_6_4_one_settlement_over_all_payers_in_their_order() -> None:
    layers = [layer.payer.value for layer in settle(CITY, bill_total=0, in_policy=0).layers]
    assert layers == [
        "basic_medical",
        "critical_illness",
        "medical_assistance",
        "hospital_reduction",
        "disaster",
        "other",
        "medical_supplementary",
    ]


def test_every_duty_names_a_system_and_speaks_both_languages() -> None:
    for scheme in (SD, HN):
        names = [entry.name for entry in scheme.duties]
        assert len(names) == len(set(names))
        for entry in scheme.duties:
            assert entry.says.zh, entry.name
            assert entry.says.en, entry.name


def test_who_may_not_be_insured_against_death_has_a_variant_without_it() -> None:
    for scheme in (SD, HN, CITY, COUNTY):
        product = scheme.products["accident"]
        (variant,) = product.variants
        assert (variant.name, variant.benefits) == ("without_death", ("accident_without_death",))
        inputs = {entry.name for entry in scheme.benefits["accident_without_death"].inputs}
        assert "died" not in inputs
        with_death = {entry.name for entry in scheme.benefits["accident"].inputs}
        assert with_death == {*inputs, "died"}
