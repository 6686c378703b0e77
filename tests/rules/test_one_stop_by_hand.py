"""The demonstration city's one-stop settlement against the same clause written by hand, at every edge where it turns."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.rules.compiler import compile_benefit
from huibao.rules.shelf import open_scheme

PROGRAM = compile_benefit(open_scheme("shandong/2020/demo-city"), "one_stop", date(2020, 5, 1))
ACCIDENT = compile_benefit(open_scheme("shandong/2020/demo-city"), "accident", date(2020, 5, 1))

TARGET, FLOOR, CAP = Fraction(90, 100), 100_00, 350_000_00
"""90 % of SD-4.1; the city's made-up floor of 100 yuan and cap of 350,000."""
OUTPATIENT = Fraction(60, 100)

EDGES = (0, 1, FLOOR, FLOOR + 1, 10 * FLOOR, CAP - 1, CAP, CAP + 1, 5, 15, 111_111, 8_000_00, 400_000_00)
amounts = st.one_of(st.sampled_from(EDGES), st.integers(0, 500_000_00))


def half_up(exact: Fraction) -> int:
    return (exact + Fraction(1, 2)).__floor__()


@pytest.mark.clause("SD-4.1")
@given(
    amounts,
    amounts,
    st.lists(st.integers(0, 100), min_size=4, max_size=4),
    st.sampled_from((0, 1, CAP - 1, CAP)),
    st.booleans(),
)
def test_sd_4_1_fills_to_ninety_per_cent_within_the_cap_and_above_the_floor(
    in_policy: int, outside: int, parts: list[int], paid: int, outpatient: bool
) -> None:
    total = in_policy + outside
    shares = [total * part // 400 for part in parts]
    names = ("basic_medical", "critical_illness", "medical_assistance", "hospital_reduction")
    reported = {f"reported_{name}": share for name, share in zip(names, shares, strict=True)}
    base = half_up(in_policy * OUTPATIENT) if outpatient else in_policy
    room = min(half_up(base * TARGET) - sum(shares), total - sum(shares) - FLOOR, CAP - paid)
    expected = max(room, 0)
    outcome = PROGRAM.run(
        {"bill_total": total, "in_policy": in_policy, "outpatient": outpatient, **reported},
        {"supplementary_paid": paid},
    )
    assert outcome.values["supplementary"] == expected
    assert outcome.self_pay_fen == total - sum(shares) - expected
    assert outcome.closing["supplementary_paid"] == paid + expected
    if expected:
        assert outcome.self_pay_fen >= FLOOR


SHARES = (0, 100, 90, 80, 70, 60, 50, 40, 30, 20, 10)
DEATH, DISABILITY, MEDICAL, DEDUCTIBLE = 50_000_00, 40_000_00, 8_000_00, 50_00
"""The city's made-up sums; it counts no cost outside the policy and no disability from before."""


@pytest.mark.clause("SD-4.2")
@given(
    st.integers(0, 10),
    st.integers(1, 3),
    st.integers(0, 20_000_00),
    st.integers(0, 10_000_00),
    st.integers(0, 60_000_00),
    st.booleans(),
    st.integers(0, DISABILITY),
)
def test_sd_4_2_pays_medical_cost_and_the_grade_or_death_after_the_disaster_insurance(
    worst: int, count: int, cost: int, basic: int, disaster: int, died: bool, disability_paid: int
) -> None:
    left = max(cost - basic, 0)
    on_medical = min(disaster, left)
    medical = min(half_up(max(left - on_medical - DEDUCTIBLE, 0) * Fraction(80, 100)), MEDICAL)
    on_lump = disaster - on_medical
    grade = max(worst - 1, 1) if worst and count >= 2 else worst
    graded = 0 if died else DISABILITY * SHARES[grade] // 100
    disability = max(min(graded - on_lump, DISABILITY - disability_paid), 0)
    death = max(DEATH - disability_paid - disability - on_lump, 0) if died else 0
    outcome = ACCIDENT.run(
        {
            "worst_grade": worst,
            "worst_count": count,
            "accident_medical_cost": cost,
            "accident_medical_in_policy": cost,
            "reported_basic_medical": basic,
            "disaster_paid": disaster,
            "died": died,
        },
        {"disability_paid": disability_paid},
    )
    found = (outcome.values["medical"], outcome.values["disability"], outcome.values["death"])
    assert found == (medical, disability, death)
    assert outcome.total_fen == medical + disability + death
