"""Who belongs to a group follows from the facts of a day."""

import pytest

from huibao.rules.facts import DisabilityCategory, FactsOnDay, PovertyRelief, within
from huibao.rules.groups import groups_of, holds, reasons
from huibao.rules.reference import clocks, disability_table
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import INPUTS, Input, InputType, Line, Payer
from tests.rules.tiny_scheme import tiny

SEVERE = FactsOnDay(
    certificate=True, disability_category=DisabilityCategory.PHYSICAL, disability_grade=2, domicile="430102003", age=40
)


def test_a_person_may_be_in_several_groups() -> None:
    poor_too = FactsOnDay(certificate=True, disability_grade=1, domicile="430000", subsistence_allowance=True)
    assert groups_of(tiny(), poor_too) == ("poor", "severe")
    assert groups_of(tiny(), SEVERE) == ("severe",)
    assert groups_of(tiny(), FactsOnDay()) == ()


def test_the_dead_are_in_no_group() -> None:
    assert groups_of(tiny(), FactsOnDay(destitute=True, alive=False)) == ()


def test_a_group_is_told_with_its_condition_and_clause() -> None:
    (reason,) = reasons(tiny(), SEVERE)
    assert (reason.group, reason.clause) == ("severe", "T-1")
    assert "disability_grade" in reason.when


@pytest.mark.parametrize(
    "when, expected",
    [
        ("disability_grade <= 2", True),
        ("disability_grade < 2", False),
        ("disability_grade >= 2", True),
        ("disability_grade > 2", False),
        ("disability_grade == 2", True),
        ("disability_grade != 2", False),
        ("1 <= disability_grade <= 2", True),
        ("18 <= age < 40", False),
        ("disability_category == 'physical'", True),
        ("disability_category != 'physical'", False),
        ("disability_category in ('mental', 'physical')", True),
        ("disability_category not in ('mental', 'physical')", False),
        ("poverty_relief == 'enjoying'", False),
        ("not athlete and (low_income or certificate)", True),
        ("within(domicile, '430100')", True),
        ("within(domicile, '430200')", False),
    ],
)
def test_conditions_mean_what_they_say(when: str, expected: bool) -> None:
    assert holds(when, SEVERE) is expected


@pytest.mark.clause("SD-3")
def test_shandong_insures_those_who_enjoy_the_policy_and_those_under_instant_help() -> None:
    scheme = open_scheme("shandong/2020")
    assert groups_of(scheme, FactsOnDay(poverty_relief=PovertyRelief.ENJOYING)) == ("poverty_relief",)
    assert groups_of(scheme, FactsOnDay(poverty_relief=PovertyRelief.NOT_ENJOYING)) == ()
    assert groups_of(scheme, FactsOnDay(instant_help=True)) == ("instant_help",)


@pytest.mark.parametrize(
    "code, area, expected",
    [
        ("430102003001", "430102003000", True),
        ("430102003", "430000", True),
        ("430102", "430100", True),
        ("431002", "430000", True),
        ("370100", "430000", False),
        ("430202", "430100", False),
        ("430102011", "430102010", False),
        ("", "430000", False),
    ],
)
def test_an_area_holds_the_areas_below_it(code: str, area: str, expected: bool) -> None:
    assert within(code, area) is expected


def test_every_word_has_both_names_and_a_limit() -> None:
    assert all(entry.zh and entry.en and (entry.max > 0) for entry in INPUTS.values())
    assert all(line.zh and line.en for line in Line)
    assert all(payer.zh and payer.en for payer in Payer)
    assert Payer.MEDICAL_SUPPLEMENTARY.fund_code == "620100"
    assert Payer.PERSON.fund_code is None
    assert INPUTS["in_policy"] == Input(
        "in_policy", InputType.FEN, 10**10, "政策范围内费用", "In-policy cost", "inscp_scp_amt"
    )


class TestGradesOfJrt0083:
    @pytest.mark.parametrize("grade, share_bp", [(0, 0), (1, 10_000), (5, 6_000), (10, 1_000)])
    def test_each_grade_has_its_share(self, grade: int, share_bp: int) -> None:
        assert disability_table().share_bp(grade) == share_bp

    @pytest.mark.parametrize(
        "grades, applied",
        [((), 0), ((0,), 0), ((7,), 7), ((7, 9), 7), ((7, 7, 9), 6), ((7, 7, 7), 6), ((1, 1), 1), ((0, 8, 8), 7)],
    )
    def test_equal_worst_injuries_go_up_one_grade_at_most_to_the_first(
        self, grades: tuple[int, ...], applied: int
    ) -> None:
        assert disability_table().applied_grade(grades) == applied

    def test_there_is_no_eleventh_grade(self) -> None:
        with pytest.raises(ValueError, match="grade 11"):
            disability_table().applied_grade((11, 3))


def test_the_clocks_of_the_law_are_there() -> None:
    held = {clock.name: clock for clock in clocks()}
    assert {clock.clause for clock in held.values()} >= {"IL-22", "IL-23", "IL-24", "IL-25", "IL-26"}
    assert any(clock.days == 30 for clock in held.values())
    assert any(clock.years == 2 for clock in held.values())
