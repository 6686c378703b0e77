"""A small made-up scheme that uses every construct once; tests change a line of it and see what happens."""

from pathlib import PurePosixPath

from huibao.kernel.problem import Problem, Refused
from huibao.rules.checks import check
from huibao.rules.loader import load
from huibao.rules.scheme import Scheme

TINY = """\
scheme: test/tiny
status: demonstration
title: {zh: 试验方案, en: A trial scheme}
authority: {zh: 试验机构, en: A trial authority}
area: "430000"
period: 2025-01-01..2025-12-31
documents:
  T: {title: 试验文件, number: 试〔2025〕1号, issued_on: 2024-12-01}
  U: {title: 追溯文件, issued_on: 2025-09-01}
groups:
  poor: {title: {zh: 困难, en: Poor}, clause: T-1, when: subsistence_allowance or destitute}
  severe:
    title: {zh: 重度, en: Severe}
    clause: T-1
    when: certificate and 1 <= disability_grade <= 2 and within(domicile, '430000')
    cover_from: recognition
    recognised_by: disability
params:
  premium: {title: {zh: 保费, en: Premium}, clause: T-2, bound: at_least, values: {2025-01-01: 20 yuan}}
  deductible:
    title: {zh: 起付线, en: Deductible}
    clause: T-3
    bound: at_most
    index: [hospital_level]
    values: {2025-01-01: {primary: 100 yuan, secondary: 300 yuan, tertiary: 500 yuan}}
  rate:
    title: {zh: 比例, en: Rate}
    clause: T-3
    bound: at_least
    index: [group]
    values: {2025-01-01: {poor: 70 %, severe: 80 %}}
  bands:
    title: {zh: 分段, en: Bands}
    clause: T-4
    bound: at_least
    brackets: true
    values: {2025-01-01: [[0 yuan, 50 %], [50000 yuan, 60 %], [100000 yuan, 70 %]]}
  bands_cap: {title: {zh: 分段封顶, en: Cap}, clause: T-4, bound: at_least, values: {2025-01-01: 200000 yuan}}
  yearly_cap: {title: {zh: 年度封顶, en: Yearly cap}, clause: T-3, bound: at_least, values: {2025-01-01: 1000 yuan}}
  target:
    title: {zh: 目标, en: Target}
    clause: T-5
    bound: at_least
    values:
      - {from: 2025-01-01, value: 90 %}
      - {from: 2025-07-01, value: 92 %}
      - {from: 2025-01-01, known: 2025-09-01, value: 95 %}
  least: {title: {zh: 自付下限, en: Least self-payment}, clause: T-5, bound: at_least, required: yuan, min: 0.01 yuan}
  sums:
    title: {zh: 等级比例, en: Share by grade}
    clause: T-6
    bound: fixed
    index: [grade]
    values: {2025-01-01: {1: 100 %, 2: 50 %, 3: 10 %}}
  sum_insured: {title: {zh: 保额, en: Sum insured}, clause: T-6, bound: at_least, values: {2025-01-01: 30000 yuan}}
  daily: {title: {zh: 津贴, en: Allowance}, clause: T-7, bound: free, values: {2025-01-01: 50 yuan}}
  longest: {title: {zh: 最长天数, en: Most days}, clause: T-7, bound: free, values: {2025-01-01: 30 days}}
  small: {title: {zh: 小额, en: Small}, clause: T-9, bound: free, values: {2025-01-01: 100 yuan}}
  steps_paid: {title: {zh: 分档, en: Steps}, clause: T-8, bound: free, brackets: true, values: {2025-01-01: [[5000 yuan, 30 %]]}}
products:
  medical:
    title: {zh: 医疗, en: Medical}
    line: medical_supplementary
    clause: T-2
    groups: [poor, severe]
    premium: premium
    benefits: [bill]
    payers: [government_fund, self]
    waiting: 0 days
  accident:
    title: {zh: 意外, en: Accident}
    line: accident
    clause: T-2
    groups: [severe]
    benefits: [event]
    death_cover: true
    open: true
benefits:
  bill:
    kind: bill
    title: {zh: 账单, en: Bill}
    clause: T-3
    inputs: [bill_total, in_policy, reported_basic_medical, hospital_level, third_party_fault, outpatient]
    accumulators:
      paid: {title: {zh: 已付, en: Paid}, unit: yuan, max: 100000 yuan}
      base: {title: {zh: 累计费用, en: Cost so far}, unit: yuan, max: 1000000000 yuan}
      critical_paid: {title: {zh: 大病已付, en: Critical paid}, unit: yuan, max: 1000000 yuan}
    steps:
      - {id: basic, payer: basic_medical, reported: true, clause: T-3, expr: reported_basic_medical}
      - {id: left, title: {zh: 剩余, en: Left}, clause: T-3, expr: "max(in_policy - basic, 0)"}
      - id: critical
        payer: critical_illness
        clause: T-4
        expr: on_total(left, bands, bands_cap, base, critical_paid)
      - id: grouped
        title: {zh: 按群体, en: By group}
        clause: T-3
        expr: best_of_groups(half_up(max(left - critical - deductible[hospital_level], 0) * rate[group]))
      - id: supplement
        payer: medical_supplementary
        clause: T-3
        expr: "capped(grouped, yearly_cap, paid) if not outpatient else 0"
        exceptions:
          - {id: third_party, when: third_party_fault, expr: 0, clause: T-9, title: {zh: 第三方责任, en: Third party}}
          - {id: cheap, when: not third_party_fault and bill_total < small, expr: 0, clause: T-9}
      - id: backstop
        payer: government_backstop
        clause: T-5
        expr: max(min(half_up(in_policy * target) - basic - critical - supplement, bill_total - basic - critical - supplement - least), 0)
        bounds: [target, least]
  event:
    kind: event
    title: {zh: 意外, en: Accident}
    clause: T-6
    inputs: [worst_grade, days, {name: score, type: count, max: 10}, {name: cause, type: enum, values: [fall, fire]}, accident_medical_cost]
    accumulators:
      days_paid: {title: {zh: 已付天数, en: Days paid}, unit: days, max: 400 days}
    steps:
      - {id: disability, payer: accident, clause: T-6, expr: "half_up(sum_insured * sums[min(worst_grade, 3)])"}
      - {id: paid_days, clause: T-7, expr: "capped(days, longest, days_paid)"}
      - {id: allowance, payer: accident, clause: T-7, expr: "paid_days * daily if cause in ('fall', 'fire') else 0"}
      - {id: share, payer: accident, clause: T-8, expr: "ratio(accident_medical_cost, score, 10)"}
      - {id: stepped, payer: accident, clause: T-8, cliff: true, why: 文件如此, expr: "rate_of(accident_medical_cost, steps_paid)"}
      - {id: banded_part, payer: accident, clause: T-8, expr: "banded(accident_medical_cost, bands)"}
funds:
  fund: {title: {zh: 资金, en: Fund}, clause: T-2, lines: [accident], level: province, source: fiscal}
fund_rules:
  moves_between_lines: {allowed: true, clause: T-2, approval: required}
  profit_and_loss: by_contract
targets:
  severe_2025:
    {title: {zh: 目标, en: Target}, group: severe, line: accident, share: target, due_on: 2025-12-31, clause: T-5,
     denominator: {day: due_on, source: 名单}}
duties:
  - {id: report, system: S15, clause: T-5, says: {zh: 报告, en: Report}}
interpretation:
  - {id: reading, clause: T-5, says: {zh: 读法, en: A reading}}
"""

CHILD = """\
scheme: test/tiny/child
status: demonstration
title: {zh: 下级, en: Below}
authority: {zh: 下级机构, en: Authority below}
area: "430100"
period: 2025-01-01..2025-12-31
extends: test/tiny
documents:
  C: {title: 下级文件, issued_on: 2024-12-15}
params:
  least: {clause: C-1, values: {2025-01-01: 50 yuan}}
"""


def tiny(old: str = "", new: str = "", text: str = TINY) -> Scheme:
    """The scheme with one piece of its text replaced, loaded but not checked."""
    if old and text.count(old) != 1:
        msg = f"{old!r} stands {text.count(old)} times in the text"
        raise ValueError(msg)
    return load(text.replace(old, new), "tiny.yaml", open_parent)


def open_parent(scheme_id: str) -> Scheme:
    """The tiny scheme, for those that extend it."""
    if PurePosixPath(scheme_id) != PurePosixPath("test/tiny"):
        raise Refused(Problem("SCHEME-032", f"没有 {scheme_id}", "", where=scheme_id))
    return load(TINY, "tiny.yaml", open_parent)


def problems_of(old: str = "", new: str = "", text: str = TINY) -> tuple[Problem, ...]:
    """Everything that loading and checking the changed scheme finds."""
    try:
        return check(tiny(old, new, text))
    except Refused as refused:
        return refused.problems


def line_of(piece: str, text: str = TINY) -> int:
    """Line on which a piece of the text stands."""
    return text[: text.index(piece)].count("\n") + 1
