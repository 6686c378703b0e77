"""A third province is a new file with its cases beside it: no code is touched."""

from pathlib import Path

import pytest

from huibao.kernel.problem import Refused
from huibao.rules.cases import run_cases
from huibao.rules.facts import DisabilityCategory, FactsOnDay
from huibao.rules.groups import groups_of
from huibao.rules.shelf import open_scheme

PROVINCE = """
scheme: elsewhere/2026
status: demonstration
title: {zh: 某省残疾人保险, en: Insurance of another province}
authority: {zh: 某省残联, en: Federation of another province}
area: "510000"
period: 2026-01-01..2026-12-31
documents:
  DOC: {title: 某省方案（虚构）, number: 虚构〔2026〕1号, issued_on: 2025-12-01}
groups:
  visual:
    title: {zh: 视力残疾人, en: People with a visual disability}
    clause: DOC-1
    when: certificate and disability_category == 'visual' and within(domicile, '510000')
params:
  premium: {title: {zh: 保费, en: Premium}, clause: DOC-2, bound: at_least, values: {2026-01-01: 25 yuan}}
  share: {title: {zh: 比例, en: Share}, clause: DOC-3, bound: at_least, values: {2026-01-01: 45 %, 2026-07-01: 55 %}}
  yearly_cap: {title: {zh: 年度上限, en: Yearly cap}, clause: DOC-3, bound: at_least, values: {2026-01-01: 1000 yuan}}
products:
  accident:
    title: {zh: 意外伤害保险, en: Accident insurance}
    line: accident
    clause: DOC-2
    groups: [visual]
    premium: premium
    benefits: [accident]
    payers: [government_fund, self]
benefits:
  accident:
    kind: event
    title: {zh: 意外医疗, en: Accident medical cost}
    clause: DOC-3
    inputs: [accident_medical_cost]
    accumulators:
      paid: {title: {zh: 本年已付, en: Paid this year}, unit: yuan, max: 100000 yuan}
    steps:
      - {id: medical, payer: accident, clause: DOC-3, expr: "capped(half_up(accident_medical_cost * share), yearly_cap, paid)"}
"""

CASES = """
scheme: elsewhere/2026
cases:
  - id: before-and-after-july
    title: {zh: 七月前后, en: Before and after July}
    events:
      - {on: 2026-06-30, benefit: accident, inputs: {accident_medical_cost: 1000 yuan}, expect: {medical: 450 yuan}}
      - {on: 2026-07-01, benefit: accident, inputs: {accident_medical_cost: 1000 yuan}, expect: {medical: 550 yuan}}
      - {on: 2026-08-01, benefit: accident, inputs: {accident_medical_cost: 1 yuan}, expect: {medical: 0 yuan}}
    workings: 1,000 x 45 % = 450; 1,000 x 55 % = 550; 450 + 550 is the cap of 1,000
"""


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """A scheme of a province nobody has programmed for, with its cases."""
    (tmp_path / "scheme.yaml").write_text(PROVINCE, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path / "scheme.yaml"


def test_it_works_from_its_file_alone(province: Path) -> None:
    report = run_cases(str(province))
    assert [result.name for result in report.passed] == ["before-and-after-july"]
    assert report.failed == ()


def test_its_groups_are_conditions_over_facts(province: Path) -> None:
    scheme = open_scheme(str(province))
    blind = FactsOnDay(certificate=True, disability_category=DisabilityCategory.VISUAL, domicile="510104")
    elsewhere = FactsOnDay(certificate=True, disability_category=DisabilityCategory.VISUAL, domicile="430102")
    assert groups_of(scheme, blind) == ("visual",)
    assert groups_of(scheme, elsewhere) == ()


def test_a_case_that_expects_another_amount_is_named_with_both_amounts(province: Path) -> None:
    cases = province.parent / "cases.yaml"
    cases.write_text(CASES.replace("medical: 550 yuan", "medical: 550.01 yuan"), encoding="utf-8")
    (failed,) = run_cases(str(province)).failed
    (difference,) = failed.differences
    assert (difference.name, difference.event) == ("medical", 2)
    assert "550.01" in difference.text("zh")
    assert "550.00" in difference.text("zh")


def test_a_mistake_in_it_is_refused_with_its_line(province: Path) -> None:
    province.write_text(PROVINCE.replace("clause: DOC-3, bound", "clause: OTHER-3, bound", 1), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        open_scheme(str(province))
    assert [(problem.code, problem.row) for problem in refused.value.problems] == [("SCHEME-012", 17)]
