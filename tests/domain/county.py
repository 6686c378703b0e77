"""A small made-up scheme, contract and people for tests of plan, premium and cover. Nothing here is anybody's.

The scheme has the shape of SD-3 and SD-4: one group insured for the whole period, one from the day of
recognition; two lines with a least premium each (110 and 10 yuan).
"""

from collections.abc import Sequence
from datetime import date
from functools import cache

from huibao.domain.plan import Contract, check_contract, read_contract
from huibao.domain.roster.person import Fact, FactKind, FactSource, Person, PersonFacts
from huibao.kernel.identity import Sex, check_digit
from huibao.rules.loader import load
from huibao.rules.scheme import Scheme

COUNTY = "371302"
NEXT_COUNTY = "371311"
TOWN = "371302101"
SOURCE = FactSource(roster_id=1, sheet="名册", row_no=2, agency="test")
START, END = date(2020, 1, 1), date(2020, 12, 31)

SCHEME_TEXT = """
scheme: test/2020
status: demonstration
title: {zh: 测试方案, en: Test scheme}
authority: {zh: 测试, en: Test}
area: "370000"
period: 2020-01-01..2020-12-31
documents:
  SD: {title: 测试文件, number: 测试〔2020〕1号, issued_by: [测试], issued_on: 2020-01-14, in_force_on: 2020-01-14, ends_on: 2020-12-31}
groups:
  poverty_relief:
    title: {zh: 脱贫享受政策人口, en: Poverty relief}
    clause: SD-3
    when: poverty_relief == 'enjoying'
    cover_from: period_start
  instant_help:
    title: {zh: 即时帮扶人口, en: Instant help}
    clause: SD-4
    when: instant_help
    cover_from: recognition
    recognised_by: instant_help
params:
  medical_premium:
    title: {zh: 医疗保费, en: Medical premium}
    clause: SD-4.1
    bound: at_least
    values: {2020-01-01: 110 yuan}
  accident_premium:
    title: {zh: 意外保费, en: Accident premium}
    clause: SD-4.2
    bound: at_least
    values: {2020-01-01: 10 yuan}
  self_pay_floor: {title: {zh: 自付下限, en: Self-pay floor}, clause: SD-4.1, required: yuan, bound: at_least, min: 0.01 yuan}
  own_contribution_floor:
    title: {zh: 个人缴费下限, en: Own contribution}
    clause: SD-4.1
    bound: at_least
    values: {2020-01-01: 0 yuan}
  operating_cost_ceiling:
    title: {zh: 运营成本上限, en: Ceiling}
    clause: SD-5
    bound: at_most
    values: {2020-01-01: 5 %}
products:
  medical_supplementary:
    title: {zh: 医疗商业补充保险, en: Medical supplementary}
    line: medical_supplementary
    clause: SD-4.1
    groups: [poverty_relief, instant_help]
    premium: medical_premium
    benefits: [one_stop]
    payers: [government_fund, self]
    waiting: 0 days
    death_cover: false
  accident:
    title: {zh: 意外伤害保险, en: Accident}
    line: accident
    clause: SD-4.2
    groups: [poverty_relief, instant_help]
    premium: accident_premium
    benefits: [accident]
    payers: [government_fund, self, close_relative, donor]
    waiting: 0 days
    death_cover: true
    variants:
      without_death: {title: {zh: 不含身故, en: Without death cover}, benefits: [accident]}
benefits:
  one_stop:
    kind: bill
    title: {zh: 结算, en: Settlement}
    clause: SD-6.4
    inputs: [bill_total]
    steps:
      - {id: supplementary, title: {zh: 补充, en: Supplementary}, payer: medical_supplementary, clause: SD-4.1, expr: bill_total - self_pay_floor}
  accident:
    kind: event
    title: {zh: 意外, en: Accident}
    clause: SD-4.2
    inputs: [accident_medical_cost]
    steps:
      - {id: medical, title: {zh: 医疗, en: Medical}, payer: accident, clause: SD-4.2, expr: accident_medical_cost}
funds:
  provincial_fund: {title: {zh: 省级资金, en: Provincial fund}, clause: SD-5, lines: [medical_supplementary, accident], level: province, source: fiscal}
  medical_fund: {title: {zh: 医疗专项, en: Medical fund}, clause: SD-5, lines: [medical_supplementary], level: county, source: fiscal}
fund_rules:
  moves_between_lines: {allowed: true, clause: SD-5, approval: required}
  operating_cost_ceiling: operating_cost_ceiling
  profit_and_loss: by_contract
  carry_over: {allowed: true, clause: SD-5}
"""

CONTRACT_TEXT = """
contract: TEST-2020-1
scheme: test/2020
area: "371302"
insurer: 示范保险
status: demonstration
period: 2020-01-01..2020-12-31
chain_first_on: 2019-01-01
term_limit: 3 years
prorata: daily
leaving: {died: none, moved: unused, left_group: unused, withdrew: unused}
operating_cost_ceiling: 5 %
profit_and_loss:
  profit: [{from: 0 %, insurer: 100 %}, {from: 3 %, insurer: 0 %}]
  loss: [{from: 0 %, insurer: 100 %}, {from: 5 %, insurer: 50 %}]
preexisting_disability: deemed_paid
settings: {self_pay_floor: 100 yuan}
lines:
  medical_supplementary:
    product: medical_supplementary
    premium: 120 yuan
    payers:
      - {payer: self, amount: 10 yuan}
      - {payer: government_fund, id: provincial_fund, share: 70 %}
      - {payer: government_fund, id: medical_fund, share: 30 %}
  accident:
    product: accident
    premium: 10 yuan
    payers:
      - {payer: government_fund, id: provincial_fund, share: 100 %}
"""


@cache
def the_scheme(text: str = SCHEME_TEXT) -> Scheme:
    """The small scheme, or a text of the same shape."""

    def no_parent(name: str) -> Scheme:
        raise AssertionError(name)

    return load(text, "test", no_parent)


def the_contract(text: str = CONTRACT_TEXT) -> Contract:
    """The small contract, which its scheme accepts."""
    contract = read_contract(text, "contract.yaml")
    assert check_contract(contract, the_scheme()) == ()
    return contract


def changed(*changes: tuple[str, str], text: str = CONTRACT_TEXT) -> str:
    """The contract's text with pieces replaced; each piece must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def fact(
    kind: FactKind, value: str = "yes", from_on: date = START, to_on: date | None = None, entered_on: date = START
) -> Fact:
    """A dated fact."""
    return Fact(kind, value, from_on, to_on, SOURCE, entered_on)


def identity_of(number: int, birth_on: date) -> str:
    """A made-up identity number with a true check digit; only births before 2000 and numbers below 1,000."""
    body = f"{COUNTY}{birth_on:%Y%m%d}{number % 1000:03d}"
    return body + check_digit(body)


def somebody(
    number: int = 1,
    facts: Sequence[Fact] = (),
    *,
    born: date = date(1970, 5, 17),
    lives: str = TOWN,
    since: date = date(2019, 1, 1),
) -> PersonFacts:
    """A made-up person registered in a township."""
    person = Person(number, f"测试{number:04d}", identity_of(number, born), born, Sex.FEMALE)
    home = (fact(FactKind.DOMICILE, lives, since),) if lives else ()
    return PersonFacts(person, (*home, *facts))


def relieved(number: int = 1, *more: Fact, born: date = date(1970, 5, 17)) -> PersonFacts:
    """Somebody who enjoys poverty-relief policy since 2019."""
    return somebody(number, (fact(FactKind.POVERTY_RELIEF, "enjoying", date(2019, 6, 1)), *more), born=born)


def helped(number: int, on: date, *more: Fact) -> PersonFacts:
    """Somebody recognised for instant help on a day."""
    return somebody(number, (fact(FactKind.INSTANT_HELP, from_on=on), *more))
