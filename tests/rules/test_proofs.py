"""What is proven of a scheme before it pays: no overflow, no two exceptions at once, no floor undercut."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.rules.expression import ExpressionFault, Scope, parse
from huibao.rules.floors import breach, check_floors
from huibao.rules.interval import INT64_MAX, ParamRange, param_range, start
from huibao.rules.quantity import Unit
from huibao.rules.scheme import Bound, DatedValue, Param, Title
from tests.rules.tiny_scheme import CHILD, TINY, problems_of, tiny

SCHEME = tiny()


def range_of(text: str, benefit: str = "bill") -> tuple[int, int]:
    held = SCHEME.benefits[benefit]
    ranges = {name: param_range(param) for name, param in SCHEME.params.items()}
    intervals = start(Scope.of(SCHEME, held), held.inputs, held.accumulators, ranges)
    return intervals.of(parse(text))


class TestNothingLeaves64Bits:
    @pytest.mark.parametrize(
        "text, low, high",
        [
            ("bill_total - in_policy", -(10**10), 10**10),
            ("max(bill_total - in_policy, 0)", 0, 10**10),
            ("min(bill_total, yearly_cap)", 0, 100_000),
            ("half_up(in_policy * target)", 0, 9_500_000_000),
            ("outpatient * in_policy", 0, 10**10),
            ("-in_policy", -(10**10), 0),
            ("in_policy if outpatient else -in_policy", -(10**10), 10**10),
            ("deductible[hospital_level]", 10_000, 50_000),
            ("capped(in_policy, yearly_cap, paid)", 0, 100_000),
            ("on_total(in_policy, bands, bands_cap, base, critical_paid)", 0, 20_000_000),
            ("ratio(in_policy, 1, 3)", 0, 3_333_333_333),
            ("ratio(-in_policy, 1, 3)", -3_333_333_333, 0),
            ("best_of_groups(half_up(in_policy * rate[group]))", 0, 8_000_000_000),
        ],
    )
    def test_smallest_and_largest_value_follow_from_the_inputs(self, text: str, low: int, high: int) -> None:
        assert range_of(text) == (low, high)

    @pytest.mark.parametrize(
        "text",
        [
            "half_up(in_policy * target * target * bill_total, 100000000)",
            "in_policy * bill_total",
            "ratio(in_policy, bill_total, yearly_cap)",
        ],
    )
    def test_what_could_overflow_on_the_way_is_refused(self, text: str) -> None:
        with pytest.raises(ExpressionFault, match="64"):
            range_of(text)

    def test_the_product_before_rounding_counts_not_only_the_result(self) -> None:
        # 10^10 fen × 3 × 10^8 doubled is 6 × 10^18; with 5 × 10^8 it is 10^19, beyond 9.2 × 10^18, though the result is small.
        assert range_of("ratio(in_policy, 10000 * 10000 * 3, 10000 * 10000)")[1] == 3 * 10**10
        with pytest.raises(ExpressionFault, match="64"):
            range_of("ratio(in_policy, 10000 * 10000 * 5, 10000 * 10000)")

    def test_a_divisor_that_may_be_nought_is_refused(self) -> None:
        with pytest.raises(ExpressionFault, match="divisor may be zero"):
            range_of("ratio(in_policy, paid, bill_total)")
        assert range_of("ratio(accident_medical_cost, score, max(days, 1))", "event") == (0, 10**11)

    def test_an_index_outside_of_its_table_is_refused(self) -> None:
        with pytest.raises(ExpressionFault, match="table has 1 to 3 only"):
            range_of("sums[worst_grade]", "event")
        assert range_of("sums[min(worst_grade, 3)]", "event") == (0, 10_000)

    @given(
        st.integers(0, 10**10),
        st.integers(0, 10**10),
        st.integers(0, 10**7),
        st.sampled_from(
            [
                "half_up(bill_total * target) - in_policy",
                "max(min(bill_total, in_policy), paid)",
                "banded(bill_total, bands) - paid",
                "bill_total - in_policy if outpatient else in_policy + paid",
            ]
        ),
    )
    def test_what_is_computed_lies_within_what_was_proven(
        self, total: int, in_policy: int, paid: int, text: str
    ) -> None:
        low, high = range_of(text)
        names = {"bill_total": total, "in_policy": in_policy, "paid": paid, "outpatient": total % 2}
        assert low <= by_hand(text, names) <= high


def by_hand(text: str, names: dict[str, int]) -> int:
    total, in_policy, paid = names["bill_total"], names["in_policy"], names["paid"]
    if text.startswith("half_up"):
        return (total * 9_500 + 5_000) // 10_000 - in_policy
    if text.startswith("max"):
        return max(min(total, in_policy), paid)
    if text.startswith("banded"):
        low, middle = min(total, 5_000_000), max(min(total, 10_000_000) - 5_000_000, 0)
        return (low * 5_000 + middle * 6_000 + max(total - 10_000_000, 0) * 7_000 + 5_000) // 10_000 - paid
    return total - in_policy if names["outpatient"] else in_policy + paid


def test_a_param_still_to_be_given_may_be_anything_its_limits_allow() -> None:
    assert param_range(SCHEME.params["least"]) == ParamRange((1, 10**10))
    assert param_range(SCHEME.params["bands"]) == ParamRange((0, 10_000_000), (5_000, 7_000))
    assert INT64_MAX == 9_223_372_036_854_775_807


class TestExceptions:
    def problems(self, when: str, other: str = "third_party_fault") -> list[str]:
        text = TINY.replace("when: third_party_fault,", f'when: "{other}",')
        found = problems_of("when: not third_party_fault and bill_total < small", f'when: "{when}"', text)
        return [problem.text("en") for problem in found if problem.code in {"SCHEME-054", "SCHEME-055"}]

    @pytest.mark.parametrize(
        "when, other",
        [
            ("not third_party_fault", "third_party_fault"),
            ("bill_total < small", "bill_total >= small"),
            ("hospital_level == 'primary'", "hospital_level in ('secondary', 'tertiary')"),
            ("bill_total - in_policy > paid", "not bill_total - in_policy > paid"),
            ("paid == 0", "paid > 0"),
            ("in_poor and not in_severe", "in_severe"),
        ],
    )
    def test_conditions_that_exclude_each_other_pass(self, when: str, other: str) -> None:
        assert self.problems(when, other) == []

    @pytest.mark.parametrize(
        "when, other, witness",
        [
            ("bill_total <= small", "bill_total >= small", "bill_total = 10000"),
            ("hospital_level != 'primary'", "hospital_level == 'tertiary'", "hospital_level = tertiary"),
            ("outpatient", "third_party_fault", "outpatient = 1"),
            ("bill_total - in_policy > paid", "bill_total > in_policy", "bill_total - in_policy > paid = 1"),
        ],
    )
    def test_an_overlap_is_told_with_an_example_of_it(self, when: str, other: str, witness: str) -> None:
        (found,) = self.problems(when, other)
        assert witness in found


class TestCliffs:
    CLIFF = "max(in_policy - basic, 0) if in_policy < small else 0"

    @pytest.mark.invariant("S3")
    def test_a_cliff_nobody_declared_is_found_with_both_bills(self) -> None:
        # Below 100.00 yuan critical illness and the backstop pay; at 100.00 the base falls to nothing, only the backstop is left.
        (found,) = problems_of("half_up(in_policy * target)", "half_up(left * target)", self.text())
        assert found.code == "SCHEME-056"
        assert "of a bill of 99.99 yuan 94.99 yuan are paid, of a dearer one of 100.00 yuan only 0.00" in found.text(
            "en"
        )

    def test_a_cliff_that_is_declared_passes(self) -> None:
        declared = self.text().replace(
            "title: {zh: 剩余, en: Left}", "title: {zh: 剩余, en: Left}, cliff: true, why: 文件如此"
        )
        assert problems_of("half_up(in_policy * target)", "half_up(left * target)", declared) == ()

    def text(self) -> str:
        return TINY.replace("max(in_policy - basic, 0)", self.CLIFF)


def a_param(bound: Bound, *, brackets: bool = False) -> Param:
    value = DatedValue(date(2025, 1, 1), date(2025, 1, 1), (0,))
    return Param(
        name="p",
        title=Title("参数", "Param"),
        clause="T-1",
        unit=Unit.FEN,
        bound=bound,
        index=(),
        keys=(),
        brackets=brackets,
        required=False,
        minimum=None,
        maximum=None,
        values=(value,),
        demonstration=False,
        scheme_id="test",
        line_no=1,
    )


class TestFloors:
    @pytest.mark.parametrize(
        "bound, above, here, keeps",
        [
            (Bound.AT_LEAST, 100, 100, True),
            (Bound.AT_LEAST, 100, 99, False),
            (Bound.AT_MOST, 100, 100, True),
            (Bound.AT_MOST, 100, 101, False),
            (Bound.FIXED, 100, 100, True),
            (Bound.FIXED, 100, 101, False),
            (Bound.FREE, 100, 1, True),
        ],
    )
    def test_a_scheme_below_keeps_to_what_the_one_above_allows(
        self, bound: Bound, above: int, here: int, keeps: bool
    ) -> None:
        assert (breach(a_param(bound), (above,), (here,)) is None) is keeps

    @pytest.mark.parametrize(
        "here, keeps",
        [
            ((0, 5_000_000, 5_000, 6_000), True),
            ((0, 5_000), False),
            ((0, 4_000_000, 5_000, 6_000), True),
            ((0, 6_000_000, 5_000, 6_000), False),
            ((1, 5_000_000, 5_000, 6_000), False),
            ((0, 5_000_000, 9_000_000, 5_000, 6_000, 5_999), False),
        ],
    )
    def test_brackets_are_compared_at_every_edge_either_has(self, here: tuple[int, ...], keeps: bool) -> None:
        above = (0, 5_000_000, 5_000, 6_000)
        assert (breach(a_param(Bound.AT_LEAST, brackets=True), above, here) is None) is keeps

    def test_every_element_of_a_table_is_compared(self) -> None:
        values = "{2025-01-01: {primary: 100 yuan, secondary: 300 yuan, tertiary: 500.01 yuan}}"
        (found,) = self.below(f"  deductible: {{clause: C-1, values: {values}}}\n")
        assert "[tertiary]" in found
        assert "500.01" in found
        assert "at most 500.00 yuan" in found
        assert "T-3" in found

    def test_every_day_of_the_period_is_compared(self) -> None:
        assert self.below("  premium: {clause: C-1, values: {2025-01-01: 25 yuan}}\n") == []
        (found,) = self.below("  premium: {clause: C-1, values: {2025-01-01: 25 yuan, 2025-10-01: 15 yuan}}\n")
        assert "2025-10-01" in found

    def test_a_rise_above_during_the_period_is_noticed_too(self) -> None:
        # Above, the target rises from 90 % to 92 % on 1 July; the scheme below stays at 91 %.
        (found,) = self.below("  target: {clause: C-1, values: {2025-01-01: 91 %}}\n")
        assert "SCHEME-030" in found

    def test_a_required_param_keeps_its_least_value(self) -> None:
        found = problems_of("50 yuan}", "0 yuan}", CHILD)
        assert {problem.code for problem in found} <= {"SCHEME-017", "SCHEME-030"}
        assert found

    def below(self, params: str) -> list[str]:
        scheme = tiny("params:\n", f"params:\n{params}", CHILD)
        return [problem.text("en") for problem in check_floors(scheme)]
