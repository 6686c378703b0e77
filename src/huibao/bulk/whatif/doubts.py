"""What a reader must know before believing the figures: claims left out, years mixed, people that cannot be right."""

from collections.abc import Iterator
from typing import Final

from huibao.bulk.kernel import BulkProgram
from huibao.bulk.whatif.engine import Answer
from huibao.bulk.whatif.population import Population
from huibao.kernel.fen import BP_ONE
from huibao.kernel.problem import Problem, Refused, Severity, define
from huibao.rules.scheme import Kind

MAX_TOLD: Final = 20
"""Areas told of one by one."""

NO_SELF_PAY = define(
    "WHATIF-015",
    "待遇 {benefit} 按事故给付，不含个人自付，不能数超过负担线的人",
    "请去掉 --burden-line，或选用账单类待遇。",
    "The benefit {benefit} pays for events and knows no self-payment, so nobody can be counted over a burden line",
    "Leave out --burden-line, or choose a benefit for bills.",
)
NEEDS_BOTH = define(
    "WHATIF-016",
    "算保本保费还缺 {missing}",
    "保费 = 费用 ÷ 参保人年数 ÷（1 − 运营成本比例）；两者文件都没有给出，须同时给出。",
    "A premium that breaks even still needs {missing}",
    "It is cost / insured / (1 - operating share); no document gives either, so give both.",
)
BAD_SHARE = define(
    "WHATIF-017",
    "运营成本比例 {found} 不能用：须为 0 % 至不足 100 %",
    "写作 5 %。",
    "The operating share {found} cannot be used: from 0 % to below 100 %",
    "Write it like 5 %.",
)
LEFT_OUT = define(
    "WHATIF-030",
    "{count} 笔案件不能结算，没有计入（{codes}）",
    "请用 huibao replay 查看是哪些行，改正后再算。",
    "{count} claims cannot be settled and do not count ({codes})",
    "See with huibao replay which rows they are, and reckon again once they are corrected.",
    Severity.DOUBTFUL,
)
OTHERS_LEFT_OUT = define(
    "WHATIF-031",
    "方案 {scenario} 退回 {count} 笔案件，现行方案退回 {base} 笔，两者不完全可比",
    "多半是累计额超出声明的上限，或各方支付超过总额；请核对新值。",
    "The scenario {scenario} refuses {count} claims, the scheme as it stands {base}: the two do not quite compare",
    "Most often a running sum passes its declared limit, or payers exceed the bill; check the new values.",
    Severity.DOUBTFUL,
)
SEVERAL_YEARS = define(
    "WHATIF-032",
    "案件跨 {years} 个保单年度，参保数须为同期人年数之和",
    "请核对 --insured 或人数文件；或用 --year 只取一年。",
    "The claims span {years} policy years: the insured must be person-years of the same years",
    "Check --insured or the file of people, or take one year.",
    Severity.DOUBTFUL,
)
FEWER_INSURED = define(
    "WHATIF-033",
    "{where} 参保 {insured} 人，却有 {people} 人有案件",
    "请核对人数：参保人年数不应少于有案件的人数。",
    "{where} has {insured} insured, yet {people} people have claims",
    "Check the count: there cannot be fewer insured than people with claims.",
    Severity.DOUBTFUL,
)


def refuse_asking(bulk: BulkProgram, line_fen: int | None, operating_bp: int | None, *, counted: bool) -> None:
    """Refuse what cannot be answered before any claim is read."""
    problems: list[Problem] = []
    if line_fen is not None and bulk.program.kind is Kind.EVENT:
        problems.append(NO_SELF_PAY(field="--burden-line", benefit=bulk.benefit_id))
    if operating_bp is not None and not 0 <= operating_bp < BP_ONE:
        problems.append(BAD_SHARE(field="--operating-share", found=f"{operating_bp // 100} %"))
    if counted != (operating_bp is not None):
        missing = "--operating-share" if counted else "--insured / --population / --contract"
        problems.append(NEEDS_BOTH(missing=missing))
    if problems:
        raise Refused(problems)


def doubts(answer: Answer, population: Population | None) -> Iterator[Problem]:
    """What is told beside the figures, once they are there."""
    base = answer.totals[0].refused
    left_out = {code: answer.put_aside.get(code, 0) + base.get(code, 0) for code in {*answer.put_aside, *base}}
    if left_out:
        codes = ", ".join(f"{code or '—'} {count}" for code, count in sorted(left_out.items()))
        yield LEFT_OUT(count=sum(left_out.values()), codes=codes)
    for name, total in zip(answer.names[1:], answer.totals[1:], strict=True):
        if sum(total.refused.values()) != sum(base.values()):
            count = sum(total.refused.values())
            yield OTHERS_LEFT_OUT(scenario=name, count=count, base=sum(base.values()))
    if population is None:
        return
    if len(answer.policy_years) > 1:
        yield SEVERAL_YEARS(years=len(answer.policy_years))
    yield from _too_few(answer, population)


def _too_few(answer: Answer, population: Population) -> Iterator[Problem]:
    if population.insured < answer.all_people:
        yield FEWER_INSURED(where="—", insured=population.insured, people=answer.all_people)
    if not population.by_area:
        return
    people: dict[str, int] = {}
    for (area, _), count in answer.people.items():
        people[area] = max(people.get(area, 0), count)
    told = 0
    for area, count in sorted(people.items()):
        insured = population.area(area).insured
        if insured < count and told < MAX_TOLD:
            told += 1
            yield FEWER_INSURED(where=area or "—", insured=insured, people=count)
