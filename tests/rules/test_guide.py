"""The guide to the scheme language is true: its scheme loads, its cases hold, its expressions are taken."""

import re
from pathlib import Path

import pytest

from huibao.rules.cases import run_case_text
from huibao.rules.checks import check
from huibao.rules.dimension import kind_of
from huibao.rules.expression import FUNCTIONS, Scope, parse
from huibao.rules.facts import FactsOnDay
from huibao.rules.loader import load
from huibao.rules.scheme import Scheme
from tests.rules.tiny_scheme import open_parent, tiny

GUIDE = Path(__file__).parents[2].joinpath("docs/guides/scheme-language.md").read_text(encoding="utf-8")
SCHEME_TEXT, CASES_TEXT = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
EXPRESSIONS = [
    text
    for row in re.findall(r"^\| (`.*?`) \|", GUIDE.split("### 表达式")[1], re.MULTILINE)
    for text in re.findall(r"`([^`]+)`", row)
]
NAMES = {"cap": "yearly_cap"}
"""The guide speaks of a cap; the tiny scheme calls it so."""


def example() -> Scheme:
    scheme = load(SCHEME_TEXT, "guide.yaml", open_parent)
    assert check(scheme) == ()
    return scheme


def test_the_guides_scheme_and_cases_hold() -> None:
    report = run_case_text(example(), CASES_TEXT, "guide-cases.yaml")
    assert [result.differences for result in report.failed] == []
    assert [result.name for result in report.passed] == ["target-binds", "floor-not-given"]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_each_expression_of_the_guide_is_taken(text: str) -> None:
    scheme = tiny()
    scope = Scope.of(scheme, scheme.benefits["event" if "days" in text else "bill"])
    scope.steps["basic"] = kind_of(parse("reported_basic_medical"), scope) if "days" not in text else ""
    named = re.sub(r"\bcap\b", NAMES["cap"], text)
    assert kind_of(parse(named), scope)


def test_every_function_and_every_fact_is_in_the_guide() -> None:
    assert [name for name in FUNCTIONS if f"{name}(" not in GUIDE] == []
    assert [name for name in FactsOnDay.__annotations__ if f"`{name}`" not in GUIDE] == []
