"""One example for every problem a scheme file, a setting, an input or a file of worked cases may have."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from huibao.kernel.problem import KINDS, Problem, Refused
from huibao.rules import cases, shelf, tree
from huibao.rules.checks import check
from huibao.rules.compiler import compile_benefit
from huibao.rules.loader import load
from huibao.rules.program import Program
from huibao.rules.shelf import add_shelf
from tests.rules.tiny_scheme import CHILD, TINY, line_of, open_parent, problems_of, tiny

SETTINGS = {"least": "1 yuan"}

IN_THE_FILE = {
    "SCHEME-001": ("title: {zh: 试验方案, en: A trial scheme}", "title: {zh: 试验方案, en: [}"),
    "SCHEME-002": ('area: "430000"', 'area: "430000"\narea: "430100"'),
    "SCHEME-003": ('area: "430000"', 'area: "430000"\ngroup: {}'),
    "SCHEME-004": ('area: "430000"\n', ""),
    "SCHEME-005": ("en: Fund}, clause: T-2, lines: [accident]", "en: Fund}, clause: T-2, lines: accident"),
    "SCHEME-006": ("values: {2025-01-01: 20 yuan}", "values: {2025-01-01: 20.5}"),
    "SCHEME-007": ("values: {2025-01-01: 20 yuan}", "values: {2025-02-30: 20 yuan}"),
    "SCHEME-008": ("title: {zh: 试验方案, en: A trial scheme}", "title: &t {zh: 试验方案, en: A trial scheme}"),
    "SCHEME-010": ("line: accident\n    clause: T-2", "line: accidents\n    clause: T-2"),
    "SCHEME-011": ("primary: 100 yuan", "primary: 100 %"),
    "SCHEME-012": ("en: Premium}, clause: T-2", "en: Premium}, clause: X-2"),
    "SCHEME-013": ("  premium: {title", "  Premium-1: {title"),
    "SCHEME-014": ("primary: 100 yuan, secondary", "first: 100 yuan, secondary"),
    "SCHEME-015": ("[50000 yuan, 60 %], [100000 yuan, 70 %]", "[50000 yuan, 60 %], [40000 yuan, 70 %]"),
    "SCHEME-016": ("bound: at_least, required: yuan, min: 0.01 yuan}", "bound: at_least, min: 0.01 yuan}"),
    "SCHEME-017": ("required: yuan, min: 0.01 yuan}", "min: 5 yuan, values: {2025-01-01: 1 yuan}}"),
    "SCHEME-018": ("inputs: [bill_total, in_policy,", "inputs: [bill_total, bill_total, in_policy,"),
    "SCHEME-023": ("scheme: test/tiny", "scheme: Test Tiny"),
    "SCHEME-024": ("system: S15", "system: S21"),
    "SCHEME-040": ("max(in_policy - basic, 0)", "max(in_policy - target, 0)"),
    "SCHEME-041": ("max(in_policy - basic, 0)", "max(half_up(in_policy * target * target, 100000000) - basic, 0) * 10000 * 10000"),
    "SCHEME-042": ("max(min(half_up(in_policy * target)", "min(min(half_up(in_policy * target)"),
    "SCHEME-043": ('expr: "ratio(accident_medical_cost, score, 10)"', "expr: worst_grade"),
    "SCHEME-044": ("  small: {title", "  idle: {title: {zh: 闲, en: Idle}, clause: T-9, bound: free, values: {2025-01-01: 1 yuan}}\n  small: {title"),
    "SCHEME-045": ("groups: [poor, severe]", "groups: [poor, strong]"),
    "SCHEME-046": ("{id: left,", "{id: target,"),
    "SCHEME-047": ("bounds: [target, least]", "bounds: [target, least, cap]"),
    "SCHEME-048": ("        exceptions:", "        adds_to: [paid]\n        exceptions:"),
    "SCHEME-049": ("inputs: [bill_total, in_policy,", "inputs: [in_policy,"),
    "SCHEME-050": ("cliff: true, why: 文件如此, ", ""),
    "SCHEME-051": ("{id: reading, clause: T-5", "{id: reading, clause: T-77"),
    "SCHEME-052": ("en: Premium}, clause: T-2, bound: at_least, values: {2025-01-01", "en: Premium}, clause: T-2, bound: at_least, values: {2025-03-01"),
    "SCHEME-053": ("when: subsistence_allowance or destitute", "when: subsistence_allowance or poor"),
    "SCHEME-056": ("half_up(in_policy * target)", "half_up((in_policy if in_policy < small else 0) * target)"),
    "SCHEME-054": ("when: not third_party_fault and bill_total < small", "when: bill_total < small"),
}  # fmt: skip
"""Code → the piece of the sound scheme, and what stands there instead."""

IN_THE_CHILD = {
    "SCHEME-020": ("extends: test/tiny", "extends: test/none"),
    "SCHEME-021": ("params:\n  least", "products:\n  medical: {title: {zh: 医, en: M}, line: accident, clause: C-1, groups: []}\nparams:\n  least"),
    "SCHEME-022": ("period: 2025-01-01..2025-12-31", "period: 2025-01-01..2026-12-31"),
    "SCHEME-030": ("  least: {clause", "  premium: {clause: C-1, values: {2025-01-01: 19.99 yuan}}\n  least: {clause"),
    "SCHEME-031": ("  least: {clause: C-1,", "  least: {clause: C-1, bound: free,"),
}  # fmt: skip
"""The same for the scheme below."""


def bill(**settings: str) -> Program:
    return compile_benefit(tiny(), "bill", date(2025, 5, 1), None, {**SETTINGS, **settings})


def refused(call: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.problems


WHEN_RUN: dict[str, Callable[[], object]] = {
    "RULE-001": lambda: compile_benefit(tiny(), "bill", date(2025, 5, 1)),
    "RULE-002": lambda: bill(unheard_of="1 yuan"),
    "RULE-003": lambda: bill(least="0 yuan"),
    "RULE-004": lambda: compile_benefit(tiny(), "bill", date(2026, 1, 1), None, SETTINGS),
    "RULE-005": lambda: compile_benefit(tiny(), "ball", date(2025, 5, 1), None, SETTINGS),
    "RULE-006": lambda: bill().run({"bill_totals": 1}),
    "RULE-007": lambda: bill().run({"bill_total": "1000"}),
    "RULE-008": lambda: bill().run({"bill_total": -1}),
    "RULE-010": lambda: bill().run({"bill_total": 100, "reported_basic_medical": 101}),
    "RULE-012": lambda: bill().run({"bill_total": 100}, {"paid": 10_000_001}),
    "RULE-013": lambda: bill().run({"bill_total": 10**9, "in_policy": 10**9}, {"base": 10**11}),
    "RULE-014": lambda: bill().run({"bill_total": 100, "reported_donation": 50}),
    "RULE-016": lambda: bill(least="1"),
    "RULE-017": lambda: compile_benefit(tiny(), "bill", date(2025, 5, 1), date(2024, 11, 30), SETTINGS),
    "RULE-018": lambda: compile_benefit(tiny(), "event", date(2025, 5, 1), None, {"sum_insured": 10**15}),
}


def case_file(old: str = "", new: str = "") -> str:
    text = (
        "scheme: test/tiny\ncases:\n  - id: one\n    set: {least: 1 yuan}\n    events:\n"
        "      - {on: 2025-05-01, benefit: bill, inputs: {bill_total: 100 yuan}, expect: {self_pay: 100 yuan}}\n"
    )
    return text.replace(old, new) if old else text


def run_cases(old: str, new: str) -> object:
    return cases.run_case_text(tiny(), case_file(old, new), "cases.yaml")


IN_THE_CASES: dict[str, Callable[[], object]] = {
    "CASE-001": lambda: run_cases("bill_total: 100 yuan", "bill_total: 100 euro"),
    "CASE-002": lambda: run_cases("self_pay:", "self_play:"),
    "CASE-003": lambda: cases.run_cases(tiny(), "no/such/scheme"),
    "CASE-004": lambda: run_cases("test/tiny", "test/other"),
}


@pytest.mark.parametrize("code", IN_THE_FILE)
def test_a_fault_in_the_file_is_told_with_its_line_and_remedy(code: str) -> None:
    old, new = IN_THE_FILE[code]
    found = next(problem for problem in problems_of(old, new) if problem.code == code)
    assert found.where == "tiny.yaml"
    assert found.do
    assert found.text("en") != found.text()
    assert found.row is not None


@pytest.mark.parametrize("code", IN_THE_CHILD)
def test_a_scheme_that_breaks_with_the_one_above_is_told_where(code: str) -> None:
    old, new = IN_THE_CHILD[code]
    found = next(problem for problem in problems_of(old, new, CHILD) if problem.code == code)
    assert found.row == line_of(new.split("\n", 1)[0].split(":")[0], CHILD.replace(old, new)) or code == "SCHEME-021"
    assert found.do


@pytest.mark.parametrize("code", [*WHEN_RUN, *IN_THE_CASES])
def test_what_cannot_be_run_is_refused_with_its_reason(code: str) -> None:
    problems = refused({**WHEN_RUN, **IN_THE_CASES}[code])
    assert code in {problem.code for problem in problems}
    assert all(problem.do and problem.text("en") != problem.text() for problem in problems)


def test_a_file_too_large_for_a_scheme_is_refused_unread() -> None:
    _, (found,) = tree.read_tree("a" * (tree.MAX_FILE_CHARS + 1), "big.yaml")
    assert found.code == "SCHEME-009"


def test_more_steps_than_a_benefit_may_have_are_refused() -> None:
    many = "".join(f"      - {{id: s{at}, clause: T-3, expr: 0}}\n" for at in range(101))
    found = problems_of("      - {id: left,", f"{many}      - {{id: left,")
    assert [problem.code for problem in found] == ["SCHEME-019"]


def test_a_scheme_that_is_not_there_is_refused_with_those_that_are() -> None:
    (found,) = refused(lambda: shelf.open_scheme("shandong/1920"))
    assert found.code == "SCHEME-032"
    assert "shandong/2020" in found.text()


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(TINY.encode("gb18030"))
    (found,) = refused(lambda: shelf.open_scheme(str(path)))
    assert found.code == "SCHEME-033"


def test_a_shipped_scheme_says_the_id_of_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "test" / "other"
    folder.mkdir(parents=True)
    (folder / "scheme.yaml").write_text(TINY, encoding="utf-8")
    monkeypatch.setattr(shelf, "shelf_root", lambda: tmp_path)
    (found,) = refused(lambda: shelf.open_scheme("test/other"))
    assert found.code == "SCHEME-034"


def test_conditions_with_too_many_regions_are_refused_and_not_guessed() -> None:
    flags = [f"flag_{at}" for at in range(17)]
    inputs = ", ".join(f"{{name: {flag}, type: flag}}" for flag in flags)
    text = TINY.replace("inputs: [bill_total,", f"inputs: [{inputs}, bill_total,").replace(
        "when: not third_party_fault and bill_total < small", f"when: {' and '.join(flags)}"
    )
    found = problems_of(text=text)
    assert "SCHEME-055" in {problem.code for problem in found}


def test_two_exceptions_at_once_are_stopped_at_run_time_too() -> None:
    unchecked = tiny("when: not third_party_fault and bill_total < small", "when: bill_total < small")
    program = compile_benefit(unchecked, "bill", date(2025, 5, 1), None, SETTINGS)
    (found,) = refused(lambda: program.run({"bill_total": 5_000, "third_party_fault": True}))
    assert found.code == "RULE-011"


def test_a_sender_who_must_say_everything_is_told_what_is_missing() -> None:
    missing = bill().require({"bill_total": 100, "in_policy": 100})
    assert {problem.code for problem in missing} == {"RULE-015"}
    assert [problem.field for problem in missing] == [
        "reported_basic_medical",
        "hospital_level",
        "third_party_fault",
        "outpatient",
    ]


def test_a_folder_of_schemes_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        add_shelf(tmp_path / "none")
    assert [problem.code for problem in refused.value.problems] == ["SCHEME-057"]


def test_every_code_of_the_scheme_language_has_its_example() -> None:
    shown = {*IN_THE_FILE, *IN_THE_CHILD, *WHEN_RUN, *IN_THE_CASES}
    alone = {
        "SCHEME-009",
        "SCHEME-019",
        "SCHEME-032",
        "SCHEME-033",
        "SCHEME-034",
        "SCHEME-055",
        "SCHEME-057",
        "RULE-011",
        "RULE-015",
    }
    defined = {code for code in KINDS if code.split("-")[0] in {"SCHEME", "RULE", "CASE"}}
    assert shown | alone == defined


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    text = TINY.replace('area: "430000"', 'area: "430000"\nregion: x').replace("20 yuan}", "20}").replace("S15", "S99")
    found = problems_of(text=text)
    assert [problem.code for problem in found] == ["SCHEME-003", "SCHEME-006", "SCHEME-024"]
    assert [problem.row for problem in found] == sorted(problem.row or 0 for problem in found)
    assert "did you mean" not in found[1].text()


def test_a_fault_of_the_scheme_above_is_told_in_its_own_file() -> None:
    text = TINY.replace("max(in_policy - basic, 0)", "max(in_policy - target, 0)")
    child = load(CHILD, "child.yaml", lambda _: load(text, "above.yaml", open_parent))
    (found,) = (problem for problem in check(child) if problem.code == "SCHEME-040")
    assert (found.where, found.row) == ("above.yaml", line_of("      - {id: left,"))


def test_an_unknown_key_is_answered_with_the_one_that_was_meant() -> None:
    found = problems_of("groups:\n  poor", "grups:\n  poor")
    assert "did you mean groups?" in found[0].text()
