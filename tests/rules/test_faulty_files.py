"""Whatever is done to a scheme file, it is read or refused with reasons; it never ends in a crash."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huibao.kernel.problem import Refused
from huibao.rules.cases import run_case_text
from huibao.rules.checks import check
from huibao.rules.expression import ExpressionFault, parse
from huibao.rules.groups import condition_fault
from huibao.rules.loader import load
from tests.rules.tiny_scheme import CHILD, TINY, open_parent, tiny

WORDS = (
    *("", ":", "- ", "{", "}", "[", "]", "yuan", "%", "0", "-1", "99999999999 yuan", "true", "null", "~", '"', "'"),
    *("\t", "&a ", "*a", "<<: ", "!!python/object:os.system ", "in_policy", "target", "group", "bill_total", "基本"),
    *("\x00", "\ufeff", "2025-13-01", "1e9", "|", "# "),
)


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """The text with a few pieces cut out and others put in, mostly where a value stands."""
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(text) - 1))
        end = min(begin + draw(st.integers(0, 30)), len(text))
        text = text[:begin] + draw(st.sampled_from(WORDS)) + text[end:]
    return text


@settings(max_examples=300)
@given(st.one_of(damaged(TINY), damaged(CHILD)))
@example("")
@example("[]")
@example("scheme")
@example("&a [*a]")
@example("{" * 2000)
@example("- " * 5000)
@example("a: " * 50)
@example("? [x]\n: y")
@example("!!binary x: y")
@example("--- a\n--- b")
def test_a_damaged_file_is_read_or_refused_with_reasons(text: str) -> None:
    try:
        problems = check(load(text, "damaged.yaml", open_parent))
    except Refused as refused:
        problems = refused.problems
    assert all(problem.says and problem.do and problem.where for problem in problems)


CASES = """\
scheme: test/tiny
cases:
  - id: one
    set: {least: 1 yuan}
    groups: [poor]
    opening: {paid: 0 yuan}
    tolerance: {self_pay: 1 yuan, why: rounded}
    events:
      - on: 2025-05-01
        benefit: bill
        inputs: {bill_total: 100 yuan, in_policy: 80 yuan, hospital_level: primary, outpatient: true}
        expect: {self_pay: 100 yuan, bound.backstop: target, closing.paid: 0 yuan, group: poor}
"""


@settings(max_examples=150)
@given(damaged(CASES))
def test_a_damaged_file_of_cases_is_run_or_refused_with_reasons(text: str) -> None:
    try:
        report = run_case_text(tiny(), text, "cases.yaml")
    except Refused:
        return
    assert len(report.passed) + len(report.failed) == len(report.results)


@given(st.text(max_size=60))
@example("min()")
@example("a[b][c]")
@example("(yield)")
@example("x if y")
def test_any_text_is_an_expression_or_told_why_not(text: str) -> None:
    with suppress(ExpressionFault):
        parse(text)
    fault = condition_fault(text)
    assert fault is None or (fault.zh and fault.en)


def test_a_small_file_that_would_unfold_to_gigabytes_is_refused_before_it_does() -> None:
    laughs = 'a: &a ["x","x"]\n' + "".join(
        f"{name}: &{name} [*{last},*{last}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(Refused, match="SCHEME-008"):
        load(laughs, "laughs.yaml", open_parent)


def test_nothing_in_a_file_can_name_python_objects() -> None:
    with pytest.raises(Refused):
        load("!!python/object/apply:os.system ['true']", "evil.yaml", open_parent)
