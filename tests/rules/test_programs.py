"""Each construct of the language, with fen worked out by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.rules.compiler import compile_benefit
from huibao.rules.loader import load
from huibao.rules.outcome import Layer, Outcome
from huibao.rules.program import Program
from huibao.rules.vocabulary import Payer
from tests.rules.tiny_scheme import CHILD, open_parent, tiny

SCHEME = tiny()
DAY = date(2025, 5, 1)


def bill(least: str = "1 yuan") -> Program:
    return compile_benefit(SCHEME, "bill", DAY, None, {"least": least})


def event() -> Program:
    return compile_benefit(SCHEME, "event", DAY)


def test_layers_and_the_persons_share_make_up_the_bill() -> None:
    # In-policy 8,000, basic 3,000 leaves 5,000; critical: 5,000 × 50 % = 2,500.
    # No group: nothing by group. Target 95 % (known by now): 7,600 − 3,000 − 2,500 = 2,100.
    outcome = bill().run({"bill_total": 1_000_000, "in_policy": 800_000, "reported_basic_medical": 300_000})
    assert outcome.layers == (
        Layer(Payer.BASIC_MEDICAL, "basic", 300_000, reported=True),
        Layer(Payer.CRITICAL_ILLNESS, "critical", 250_000, reported=False),
        Layer(Payer.MEDICAL_SUPPLEMENTARY, "supplement", 0, reported=False),
        Layer(Payer.GOVERNMENT_BACKSTOP, "backstop", 210_000, reported=False),
    )
    assert outcome.self_pay_fen == 240_000
    assert outcome.total_fen == 1_000_000
    assert outcome.paid_fen == 460_000
    assert outcome.extras == ()


def test_the_group_that_gives_most_is_taken_and_named() -> None:
    # Left 8,000, critical 4,000, deductible of a secondary hospital 300: 3,700 × 70 % or × 80 %.
    inputs: dict[str, int | str | bool] = {"bill_total": 1_000_000, "in_policy": 800_000, "hospital_level": "secondary"}
    both = bill().run({**inputs, "in_poor": True, "in_severe": True})
    poor = bill().run({**inputs, "in_poor": True})
    none = bill().run(inputs)
    assert (both.values["grouped"], both.chosen_group) == (296_000, "severe")
    assert (poor.values["grouped"], poor.chosen_group) == (259_000, "poor")
    assert (none.values["grouped"], none.chosen_group) == (0, None)


def test_a_yearly_cap_holds_over_several_bills() -> None:
    inputs = {"bill_total": 1_000_000, "in_policy": 200_000, "in_severe": True}
    # Left 2,000, critical 1,000, deductible 100: 900 × 80 % = 720; the cap is 1,000.
    first = bill().run(inputs)
    second = bill().run(inputs, first.closing)
    third = bill().run(inputs, second.closing)
    assert [one.values["supplement"] for one in (first, second, third)] == [72_000, 28_000, 0]
    assert third.closing["paid"] == 100_000


def test_a_branch_that_does_not_count_leaves_the_running_sum_alone() -> None:
    outpatient = bill().run({"bill_total": 1_000_000, "in_policy": 200_000, "in_severe": True, "outpatient": True})
    assert outcome_paid(outpatient) == (0, 0)


def test_an_exception_that_applies_leaves_the_running_sum_alone() -> None:
    excluded = bill().run({"bill_total": 1_000_000, "in_policy": 200_000, "in_severe": True, "third_party_fault": True})
    assert outcome_paid(excluded) == (0, 0)
    assert excluded.bound["supplement"] == "third_party"


def outcome_paid(outcome: Outcome) -> tuple[int, int]:
    """What the supplement pays, and what its running sum says."""
    return outcome.values["supplement"], outcome.closing["paid"]


def test_a_total_by_bands_gives_the_same_for_one_bill_or_several() -> None:
    # 120,000 in all: 50,000 × 50 % + 50,000 × 60 % + 20,000 × 70 % = 25,000 + 30,000 + 14,000 = 69,000.
    whole = bill().run({"bill_total": 12_000_000, "in_policy": 12_000_000})
    assert whole.values["critical"] == 6_900_000
    closing: dict[str, int] = {}
    parts = []
    for _ in range(4):
        part = bill().run({"bill_total": 3_000_000, "in_policy": 3_000_000}, closing)
        parts.append(part.values["critical"])
        closing = part.closing
    # 30,000 each: 15,000; then 20,000 × 50 % + 10,000 × 60 % = 16,000; then 18,000; then 10,000 × 60 % + 20,000 × 70 %.
    assert parts == [1_500_000, 1_600_000, 1_800_000, 2_000_000]
    assert sum(parts) == whole.values["critical"]


def test_which_bound_held_is_said() -> None:
    # 95 % of 8,000 is 7,600; critical pays 50 % of 8,000 = 4,000; left to the target 3,600; to the floor 8,000 − 4,000 − 500.
    inputs = {"bill_total": 800_000, "in_policy": 800_000}
    target = bill("1 yuan").run(inputs)
    floor = bill("500 yuan").run(inputs)
    assert (target.values["backstop"], target.bound["backstop"]) == (360_000, "target")
    assert (floor.values["backstop"], floor.bound["backstop"]) == (350_000, "least")
    assert floor.self_pay_fen == 50_000


def test_an_event_pays_the_sum_of_its_parts() -> None:
    outcome = event().run({"worst_grade": 2, "days": 40, "score": 3, "cause": "fire", "accident_medical_cost": 600_000})
    # Grade 2: 30,000 × 50 %. 30 of 40 days at 50. 6,000 × 3 ÷ 10. 6,000 × 30 %, being above 5,000. 6,000 × 50 %.
    expected = {"disability": 1_500_000, "allowance": 150_000, "share": 180_000, "stepped": 180_000}
    assert {name: outcome.values[name] for name in expected} == expected
    assert outcome.values["banded_part"] == 300_000
    assert outcome.total_fen == 1_500_000 + 150_000 + 180_000 + 180_000 + 300_000
    assert outcome.self_pay_fen == 0


@pytest.mark.parametrize("grade, expected", [(0, 0), (1, 3_000_000), (2, 1_500_000), (3, 300_000), (10, 300_000)])
def test_grade_nought_is_none_and_reads_nought_in_a_table_of_grades(grade: int, expected: int) -> None:
    assert event().run({"worst_grade": grade}).values["disability"] == expected


@pytest.mark.parametrize(
    "cost, expected", [(0, 0), (499_999, 0), (500_000, 150_000), (500_001, 150_000), (500_002, 150_001)]
)
def test_the_rate_of_a_band_begins_at_its_lower_edge(cost: int, expected: int) -> None:
    # 5,000.00 × 30 % = 1,500.00; 5,000.01 × 30 % = 1,500.003; 5,000.02 × 30 % = 1,500.006, rounds up.
    assert event().run({"accident_medical_cost": cost}).values["stepped"] == expected


def test_half_a_fen_rounds_up() -> None:
    # 0.01 × 50 % = 0.005 yuan.
    assert event().run({"accident_medical_cost": 1}).values["banded_part"] == 1


def test_days_run_up_to_their_limit_over_the_year() -> None:
    first = event().run({"days": 12})
    second = event().run({"days": 25}, first.closing)
    assert [first.values["paid_days"], second.values["paid_days"]] == [12, 18]
    assert second.closing == {"days_paid": 30}


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.booleans(), st.booleans())
def test_the_replay_is_the_same_function(total: int, in_policy: int, poor: bool, severe: bool) -> None:
    program = bill()
    outcome = program.run(
        {"bill_total": total + in_policy, "in_policy": in_policy, "in_poor": poor, "in_severe": severe}
    )
    values, closing, _ = program.replay(outcome.given, outcome.before, program.P)
    assert (values, closing) == (outcome.raw, outcome.closing_values)


def test_inputs_a_benefit_does_not_ask_for_are_of_no_interest_unless_they_are_money_paid() -> None:
    outcome = bill().run({"bill_total": 100, "age": 60, "reported_donation": 0, "in_poor": True})
    assert outcome.inputs["in_poor"] == 1


def test_a_new_value_needs_no_new_function() -> None:
    dear, cheap = bill("500 yuan"), bill("1 yuan")
    assert dear.claim is cheap.claim
    assert dear.P != cheap.P


def test_a_program_knows_its_scheme_and_payers() -> None:
    program = bill()
    assert (program.scheme_id, program.benefit_id, program.scheme_hash) == ("test/tiny", "bill", SCHEME.hash)
    assert program.accumulators == ("paid", "base", "critical_paid")
    assert program.payers == (
        Payer.BASIC_MEDICAL,
        Payer.CRITICAL_ILLNESS,
        Payer.MEDICAL_SUPPLEMENTARY,
        Payer.GOVERNMENT_BACKSTOP,
    )


def test_outcomes_compare_by_their_numbers() -> None:
    first, again = bill().run({"bill_total": 100}), bill().run({"bill_total": 100})
    assert first == again
    assert hash(first) == hash(again)
    assert first != bill().run({"bill_total": 101})
    assert first != "an outcome"


def test_a_scheme_below_states_only_what_it_adds() -> None:
    child = tiny(text=CHILD)
    program = compile_benefit(child, "bill", DAY)
    assert program.P[program.offsets["least"]] == 5_000
    assert child.lineage == ("test/tiny", "test/tiny/child")
    assert child.params["least"].title.zh == "自付下限"
    assert child.hash != open_parent("test/tiny").hash


def test_the_hash_changes_with_the_content_and_not_with_the_layout() -> None:
    assert (
        tiny().hash
        == tiny("title: {zh: 试验方案, en: A trial scheme}", "title: {zh: 试验方案,   en: A trial scheme}  # note").hash
    )
    assert tiny().hash != tiny("{2025-01-01: 20 yuan}", "{2025-01-01: 20.01 yuan}").hash


def test_the_hash_of_a_scheme_below_changes_with_the_one_above() -> None:
    changed = tiny("{2025-01-01: 20 yuan}", "{2025-01-01: 20.01 yuan}")
    assert load(CHILD, "child.yaml", lambda _: changed).hash != tiny(text=CHILD).hash


class TestTwoDates:
    """A value has the day it is in force and the day it was known."""

    def target(self, on: date, known_on: date | None) -> int:
        program = compile_benefit(SCHEME, "bill", on, known_on, {"least": "1 yuan"})
        return program.P[program.offsets["target"]]

    def test_what_was_known_then_gives_the_amount_of_then(self) -> None:
        assert self.target(date(2025, 3, 1), date(2025, 3, 1)) == 9_000

    def test_a_retroactive_document_counts_from_the_day_it_was_known(self) -> None:
        assert self.target(date(2025, 3, 1), date(2025, 8, 31)) == 9_000
        assert self.target(date(2025, 3, 1), date(2025, 9, 1)) == 9_500
        assert self.target(date(2025, 3, 1), None) == 9_500

    def test_the_latest_day_of_force_wins(self) -> None:
        assert self.target(date(2025, 6, 30), date(2025, 6, 30)) == 9_000
        assert self.target(date(2025, 7, 1), date(2025, 7, 1)) == 9_200
        assert self.target(date(2025, 7, 1), None) == 9_200


def test_a_capped_step_says_whether_the_amount_or_the_rest_of_the_cap_bound_it() -> None:
    scheme = tiny("        exceptions:", "        bounds: [amount, rest]\n        exceptions:")
    program = compile_benefit(scheme, "bill", DAY, None, {"least": "1 yuan"})
    # Left 2,000, critical 1,000, deductible 100: 900 × 80 % = 720 of a cap of 1,000.
    inputs: dict[str, int | str | bool] = {"bill_total": 1_000_000, "in_policy": 200_000, "in_severe": True}
    assert program.run(inputs).bound["supplement"] == "amount"
    assert program.run(inputs, {"paid": 50_000}).bound["supplement"] == "rest"
