"""The expression language takes what it lists and nothing else, and never adds yuan to per cent."""

import pytest

from huibao.rules.dimension import step_kind
from huibao.rules.expression import FEN, FREE, NUMBER, TRUTH, ExpressionFault, Scope, parse
from huibao.rules.groups import condition_fault
from tests.rules.tiny_scheme import tiny

SCHEME = tiny()
BILL = Scope.of(SCHEME, SCHEME.benefits["bill"])
EVENT = Scope.of(SCHEME, SCHEME.benefits["event"])


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "(lambda: 1)()",
        "[x for x in y]",
        "a.b",
        "a ** 2",
        "a / b",
        "a // b",
        "a % b",
        "0.5",
        "True",
        "None",
        "f'{a}'",
        "a[0](1)",
        "min(*a)",
        "min(a, key=b)",
        "min(a)",
        "sum(a, b)",
        "a := 1",
        "1 +",
        "",
        "a\x00b",
        "(" * 250 + "a" + ")" * 250,
        "+".join(["a"] * 300),
        "a" * 3000,
        "-" * 500 + "a",
        "~a",
        "a is b",
        "{1: 2}",
        "await a",
    ],
)
def test_forms_outside_the_language_are_refused(text: str) -> None:
    with pytest.raises(ExpressionFault) as caught:
        parse(text)
    assert caught.value.zh
    assert caught.value.en


@pytest.mark.parametrize(
    "text, kind",
    [
        ("in_policy - reported_basic_medical", FEN),
        ("half_up(in_policy * target)", FEN),
        ("half_up(in_policy * target * target, 100000000)", FEN),
        ("ratio(in_policy, 3, 10)", FEN),
        ("in_policy > bill_total", TRUTH),
        ("0", FREE),
        ("1 if outpatient else 0", NUMBER),
        ("outpatient * in_policy", FEN),
        ("-in_policy", FEN),
        ("banded(in_policy, bands)", FEN),
        ("best_of_groups(half_up(in_policy * rate[group]))", FEN),
        ("deductible[hospital_level]", FEN),
        ("in_policy if in_poor and not outpatient else 0", FEN),
        ("max(bill_total, 1)", FEN),
        ("capped(in_policy, yearly_cap, paid) + capped(bill_total, bands_cap, critical_paid)", FEN),
    ],
)
def test_every_part_has_a_unit_of_its_own(text: str, kind: object) -> None:
    assert step_kind(parse(text), BILL) == kind


@pytest.mark.parametrize(
    "text, why",
    [
        ("in_policy + target", "units differ"),
        ("in_policy + 5", "units differ"),
        ("in_policy > 10000", "units differ"),
        ("in_policy if target else 0", "condition"),
        ("in_policy if 1 else 0", "condition"),
        ("half_up(in_policy)", "exactly 1 rate"),
        ("half_up(in_policy * target * target)", "exactly 1 rate"),
        ("half_up(in_policy * target, 100)", "divide by"),
        ("hospital_level + 1", "no part in sums"),
        ("in_policy if hospital_level > 'primary' else 0", "by ==, != or in"),
        ("in_policy if hospital_level == 'top' else 0", "no such value"),
        ("in_policy if hospital_level in 'primary' else 0", "write in"),
        ("in_policy if 'primary' == hospital_level else 0", "compared"),
        ("deductible", "needs its index"),
        ("deductible[0, 1]", "takes 1 indices"),
        ("deductible[in_policy]", "enum or a whole number"),
        ("rate[group]", "best_of_groups"),
        ("best_of_groups(in_policy)", "no table by group"),
        ("best_of_groups(best_of_groups(half_up(in_policy * rate[group])))", "nested"),
        ("bands", "needs its index"),
        ("banded(in_policy, yearly_cap)", "bracket param"),
        ("capped(in_policy, yearly_cap, bill_total)", "running sum"),
        ("max(capped(in_policy, yearly_cap, paid), 0)", "may only be"),
        ("in_policy - capped(in_policy, yearly_cap, paid)", "may only be"),
        ("capped(in_policy, yearly_cap, paid) + capped(in_policy, yearly_cap, paid)", "share a running sum"),
        ("capped(target, yearly_cap, paid)", "unit should be"),
        ("nonsense", "not an input"),
        ("supplement", "not an input"),
        ("in_nowhere", "not an input"),
        ("min", "not an input"),
        ("'primary'", "only be compared"),
        ("20000", "large numbers"),
        ("in_policy * 20000", "large numbers"),
        ("ratio(in_policy, 0, 0)", "needs numbers"),
    ],
)
def test_what_does_not_fit_is_told_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ExpressionFault) as caught:
        step_kind(parse(text), BILL)
    assert why in caught.value.en


def test_days_times_yuan_a_day_are_yuan() -> None:
    assert step_kind(parse("days * daily"), EVENT) == FEN


@pytest.mark.parametrize(
    "when",
    [
        "certificate",
        "certificate and disability_grade <= 2",
        "not (low_income or destitute)",
        "disability_category in ('mental', 'intellectual')",
        "poverty_relief != 'none'",
        "within(domicile, '430000') and 18 <= age < 60",
    ],
)
def test_conditions_of_groups_use_the_facts(when: str) -> None:
    assert condition_fault(when) is None


@pytest.mark.parametrize(
    "when",
    [
        "rich",
        "age",
        "age in (1, 2)",
        "poverty_relief == 'rich'",
        "poverty_relief < 'none'",
        "within(age, '430000')",
        "within(domicile, 'Hunan')",
        "open('x')",
        "certificate == 1",
        "age > domicile",
        "1",
        "",
        "age >",
        "certificate if athlete else low_income",
        "domicile == '430000'",
    ],
)
def test_conditions_that_are_none_are_refused(when: str) -> None:
    assert condition_fault(when) is not None
