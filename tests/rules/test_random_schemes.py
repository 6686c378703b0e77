"""Random schemes and random bills hold S1 to S6.

A scheme is drawn as text, the way a person writes one: params, a chain of payers each with a rule of another form,
caps and floors. It goes through the same loader, checks and compiler as the shipped ones. Its amounts are
held against a second way of computing them, written here straight from the meaning of the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huibao.kernel.problem import Refused
from huibao.rules.checks import check
from huibao.rules.compiler import compile_benefit
from huibao.rules.explanation import explain_outcome
from huibao.rules.loader import load
from huibao.rules.outcome import Outcome
from huibao.rules.program import Program
from huibao.rules.scheme import Scheme

DAY = date(2025, 5, 1)
PAYERS = ("critical_illness", "medical_assistance", "hospital_reduction", "medical_supplementary", "poverty_prevention")
YEARLY = 10_000_000 * 100
"""No yearly sum of these tests comes near it."""

HEAD = """\
scheme: random/one
status: demonstration
title: {zh: 随机方案, en: A random scheme}
authority: {zh: 无, en: None}
area: "430000"
period: 2025-01-01..2025-12-31
documents: {R: {title: 随机文件}}
groups:
  one: {title: {zh: 甲, en: One}, clause: R-1, when: low_income}
  two: {title: {zh: 乙, en: Two}, clause: R-1, when: destitute}
"""

Numbers = Mapping[str, int]


@dataclass(frozen=True)
class Rule:
    """How one payer of a random scheme pays: the form of the rule and its numbers (fen and basis points)."""

    form: str
    deductible: int
    rates: tuple[int, int, int]
    edges: tuple[int, int]
    cap: int
    floor: int

    def params(self, at: int) -> str:
        """The params as a scheme file writes them."""
        first, second, third = (f"{rate / 100:.2f} %" for rate in self.rates)
        low, high = (yuan(edge) for edge in self.edges)
        head = "title: {zh: 数, en: Number}, clause: R-2, bound: free"
        lines = {
            f"d{at}": f"values: {{2025-01-01: {yuan(self.deductible)}}}",
            f"r{at}": f"values: {{2025-01-01: {first}}}",
            f"c{at}": f"values: {{2025-01-01: {yuan(self.cap)}}}",
            f"f{at}": f"values: {{2025-01-01: {yuan(self.floor)}}}",
            f"l{at}": f"index: [hospital_level], values: {{2025-01-01: {{primary: {first}, secondary: {second}, tertiary: {third}}}}}",
            f"g{at}": f"index: [group], values: {{2025-01-01: {{one: {first}, two: {second}}}}}",
            f"b{at}": f"brackets: true, values: {{2025-01-01: [[0 yuan, {first}], [{low}, {second}], [{high}, {third}]]}}",
        }
        return "".join(f"  {name}: {{{head}, {values}}}\n" for name, values in lines.items() if name in self.used(at))

    def used(self, at: int) -> tuple[str, ...]:
        """Params the form needs."""
        return {
            "share": (f"d{at}", f"r{at}", f"c{at}"),
            "level": (f"l{at}",),
            "group": (f"g{at}", f"c{at}"),
            "banded": (f"b{at}",),
            "yearly": (f"b{at}", f"c{at}"),
            "target": (f"r{at}", f"f{at}", f"c{at}"),
        }[self.form]

    def step(self, at: int) -> str:
        """The step as a scheme file writes it; every rule pays out of what is left."""
        expr = {
            "share": f"capped(half_up(max(left{at} - d{at}, 0) * r{at}), c{at}, paid{at})",
            "level": f"half_up(left{at} * l{at}[hospital_level])",
            "group": f"capped(best_of_groups(half_up(left{at} * g{at}[group])), c{at}, paid{at})",
            "banded": f"banded(left{at}, b{at})",
            "yearly": f"on_total(left{at}, b{at}, c{at}, base{at}, paid{at})",
            "target": f"max(min(half_up(in_policy * r{at}) - (in_policy - left{at}), left{at} - f{at}, c{at} - paid{at}), 0)",
        }[self.form]
        more = f", bounds: [target, floor, cap], adds_to: [paid{at}]" if self.form == "target" else ""
        return (
            f'      - {{id: left{at}, clause: R-3, expr: "{left_before(at)}"}}\n'
            f'      - {{id: step{at}, payer: {PAYERS[at]}, clause: R-3, expr: "{expr}"{more}}}\n'
        )

    def pays(self, at: int, left: int, bill: Numbers, sums: dict[str, int]) -> int:
        """The same in plain arithmetic, with exact fractions."""
        paid = sums[f"paid{at}"]
        if self.form == "share":
            due = max(min(share(max(left - self.deductible, 0), self.rates[0]), self.cap - paid), 0)
        elif self.form == "level":
            due = share(left, self.rates[bill["hospital_level"]])
        elif self.form == "group":
            rates = [rate for rate, name in zip(self.rates, ("in_one", "in_two"), strict=False) if bill[name]]
            due = max(min(max((share(left, rate) for rate in rates), default=0), self.cap - paid), 0)
        elif self.form == "banded":
            due = self.by_bands(left)
        elif self.form == "yearly":
            sums[f"base{at}"] += left
            due = max(min(self.by_bands(sums[f"base{at}"]), self.cap) - paid, 0)
        else:
            target = share(bill["in_policy"], self.rates[0]) - (bill["in_policy"] - left)
            due = max(min(target, left - self.floor, self.cap - paid), 0)
        if self.form not in {"level", "banded"}:
            sums[f"paid{at}"] += due
        return due

    def by_bands(self, amount: int) -> int:
        """Fen by fen in spirit: what lies within a band counts at its rate."""
        low, high = self.edges
        within = (min(amount, low), max(min(amount, high) - low, 0), max(amount - high, 0))
        return half_up(
            sum((Fraction(part * rate, 10_000) for part, rate in zip(within, self.rates, strict=True)), Fraction(0))
        )


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d} yuan"


def share(fen: int, rate_bp: int) -> int:
    return half_up(Fraction(fen * rate_bp, 10_000))


def half_up(exact: Fraction) -> int:
    return int((exact + Fraction(1, 2)).__floor__())


def left_before(at: int) -> str:
    return "in_policy" if at == 0 else f"max(left{at - 1} - step{at - 1}, 0)"


def scheme_text(rules: tuple[Rule, ...]) -> str:
    """A whole scheme file."""
    sums = "".join(
        f"      {name}{at}: {{title: {{zh: 累计, en: Sum}}, unit: yuan, max: 10000000 yuan}}\n"
        for at in range(len(rules))
        for name in ("paid", "base")
    )
    return (
        HEAD
        + "params:\n"
        + "".join(rule.params(at) for at, rule in enumerate(rules))
        + "benefits:\n  bill:\n    kind: bill\n    title: {zh: 账单, en: Bill}\n    clause: R-3\n"
        + "    inputs: [bill_total, in_policy, hospital_level]\n    accumulators:\n"
        + sums
        + "    steps:\n"
        + "".join(rule.step(at) for at, rule in enumerate(rules))
    )


@st.composite
def rules_of_a_payer(draw: st.DrawFn, *, forms: tuple[str, ...]) -> Rule:
    rates = sorted(draw(st.tuples(*[st.integers(0, 10_000)] * 3)))
    edges = sorted(draw(st.tuples(st.integers(1, 10_000_000), st.integers(1, 10_000_000))))
    assume(edges[0] < edges[1])
    return Rule(
        form=draw(st.sampled_from(forms)),
        deductible=draw(st.integers(0, 100_000)),
        rates=(rates[0], rates[1], rates[2]),
        edges=(edges[0], edges[1]),
        cap=draw(st.integers(0, 3_000_000)),
        floor=draw(st.integers(0, 50_000)),
    )


ALL_FORMS = ("share", "level", "group", "banded", "yearly", "target")


def schemes(forms: tuple[str, ...] = ALL_FORMS) -> st.SearchStrategy[tuple[Rule, ...]]:
    return st.lists(rules_of_a_payer(forms=forms), min_size=1, max_size=len(PAYERS)).map(tuple)


@st.composite
def bills(draw: st.DrawFn) -> dict[str, int]:
    """A bill, often with an amount right at or beside a round number, where rules turn."""
    in_policy = draw(
        st.one_of(
            st.integers(0, 30_000_000),
            st.integers(0, 300).map(lambda at: at * 100_000 + at % 3 - 1).filter(lambda v: v >= 0),
        )
    )
    return {
        "bill_total": in_policy + draw(st.integers(0, 1_000_000)),
        "in_policy": in_policy,
        "hospital_level": draw(st.integers(0, 2)),
        "in_one": draw(st.integers(0, 1)),
        "in_two": draw(st.integers(0, 1)),
    }


def program_of(rules: tuple[Rule, ...]) -> Program:
    return compile_benefit(scheme_of(rules), "bill", DAY)


def scheme_of(rules: tuple[Rule, ...]) -> Scheme:
    scheme = load(scheme_text(rules), "random.yaml", no_parent)
    assert check(scheme) == ()
    return scheme


def no_parent(scheme_id: str) -> Scheme:
    raise KeyError(scheme_id)


def run(program: Program, bill: Numbers, sums: Numbers | None = None) -> Outcome:
    return program.run(dict(bill), dict(sums or {}))


@given(schemes(), st.lists(bills(), min_size=1, max_size=4))
def test_a_year_of_bills_comes_out_as_the_words_say(rules: tuple[Rule, ...], year: list[dict[str, int]]) -> None:
    program = program_of(rules)
    sums = dict.fromkeys(program.accumulators, 0)
    opening: dict[str, int] = {}
    for bill in year:
        left, expected = bill["in_policy"], {}
        for at, rule in enumerate(rules):
            expected[f"step{at}"] = rule.pays(at, left, bill, sums)
            left -= expected[f"step{at}"]
        outcome = run(program, bill, opening)
        opening = outcome.closing
        assert {name: outcome.values[name] for name in expected} == expected
        assert opening == sums


@pytest.mark.invariant("S1")
@given(schemes(), bills())
def test_the_layers_and_the_persons_share_are_the_bill(rules: tuple[Rule, ...], bill: dict[str, int]) -> None:
    outcome = run(program_of(rules), bill)
    assert sum(layer.fen for layer in outcome.layers) + outcome.self_pay_fen == bill["bill_total"]


@pytest.mark.invariant("S2")
@given(schemes(), st.lists(bills(), min_size=1, max_size=5))
def test_no_payer_pays_less_than_nothing_more_than_the_cost_or_beyond_its_yearly_cap(
    rules: tuple[Rule, ...], year: list[dict[str, int]]
) -> None:
    program = program_of(rules)
    paid = dict.fromkeys((f"step{at}" for at in range(len(rules))), 0)
    sums: Numbers = {}
    for bill in year:
        outcome = run(program, bill, sums)
        sums = outcome.closing
        for layer in outcome.layers:
            assert 0 <= layer.fen <= bill["in_policy"]
            paid[layer.step] += layer.fen
        assert outcome.self_pay_fen >= bill["bill_total"] - bill["in_policy"]
    for at, rule in enumerate(rules):
        if rule.form in {"share", "group", "yearly", "target"}:
            assert paid[f"step{at}"] <= rule.cap


@pytest.mark.invariant("S3")
@given(schemes(), bills(), st.integers(1, 500_000))
def test_a_dearer_bill_never_leaves_less_reimbursement(
    rules: tuple[Rule, ...], bill: dict[str, int], dearer: int
) -> None:
    program = program_of(rules)
    more = {**bill, "bill_total": bill["bill_total"] + dearer, "in_policy": bill["in_policy"] + dearer}
    before, after = run(program, bill), run(program, more)
    assert sum(layer.fen for layer in after.layers) >= sum(layer.fen for layer in before.layers)


@pytest.mark.invariant("S3")
@given(rules_of_a_payer(forms=ALL_FORMS), bills(), st.integers(1, 500_000))
def test_one_payer_never_pays_less_of_a_dearer_bill(rule: Rule, bill: dict[str, int], dearer: int) -> None:
    program = program_of((rule,))
    more = {**bill, "bill_total": bill["bill_total"] + dearer, "in_policy": bill["in_policy"] + dearer}
    assert run(program, more).values["step0"] >= run(program, bill).values["step0"]


@pytest.mark.invariant("S4")
@given(schemes(), bills(), st.randoms(use_true_random=False))
def test_the_order_in_which_a_bill_is_told_does_not_matter(
    rules: tuple[Rule, ...], bill: dict[str, int], shuffle: Random
) -> None:
    names = list(bill)
    shuffle.shuffle(names)
    program = program_of(rules)
    assert run(program, {name: bill[name] for name in names}) == run(program, bill)


@pytest.mark.invariant("S5")
@given(schemes(), st.lists(bills(), min_size=2, max_size=4))
def test_a_bill_settled_and_taken_back_leaves_nothing_behind(
    rules: tuple[Rule, ...], year: list[dict[str, int]]
) -> None:
    program = program_of(rules)
    sums = dict.fromkeys(program.accumulators, 0)
    first = run(program, year[0], sums)
    # Taking back puts the running sums where they were: what came after then settles as if it had never been.
    taken_back = {name: first.closing[name] - (first.closing[name] - first.opening[name]) for name in sums}
    assert taken_back == sums
    without = [outcome.raw for outcome in settle(program, year[1:], sums)]
    after = [outcome.raw for outcome in settle(program, year[1:], taken_back)]
    assert after == without
    assert sum(layer.fen - layer.fen for layer in first.layers) == 0


def settle(program: Program, year: list[dict[str, int]], sums: Numbers) -> list[Outcome]:
    outcomes = []
    for bill in year:
        outcomes.append(run(program, bill, sums))
        sums = outcomes[-1].closing
    return outcomes


@pytest.mark.invariant("S6")
@given(schemes(), st.lists(bills(), min_size=1, max_size=4))
def test_a_year_run_again_gives_the_same_fen(rules: tuple[Rule, ...], year: list[dict[str, int]]) -> None:
    first = settle(program_of(rules), year, {})
    again = settle(program_of(rules), year, {})
    assert [outcome.raw for outcome in first] == [outcome.raw for outcome in again]
    for outcome in first:
        lines = explain_outcome(outcome)
        assert [line.fen for line in lines] == list(outcome.values.values())
        assert all(line.text() and line.text("en") for line in lines)


@given(schemes())
def test_nothing_that_a_checked_scheme_computes_leaves_64_bits(rules: tuple[Rule, ...]) -> None:
    program = program_of(rules)
    largest = tuple(entry.max for entry in program.inputs)
    fullest = tuple(entry.max for entry in program.opening)
    values, closing, captures = program.replay(largest, fullest, program.P)
    assert all(abs(value) < 2**63 for value in (*values, *closing, *captures))


def test_a_running_sum_beyond_its_limit_is_refused_and_not_wrapped() -> None:
    rule = Rule("yearly", 0, (0, 0, 0), (1, 2), 0, 0)
    with pytest.raises(Refused, match="RULE-013"):
        run(program_of((rule,)), {"bill_total": 1, "in_policy": 1, "in_one": 0}, {"base0": YEARLY})
