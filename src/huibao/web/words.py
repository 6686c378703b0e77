"""Words for facts about a person, as a page shows them."""

from collections.abc import Mapping
from typing import Final

from huibao.domain.roster.person import Fact, FactKind
from huibao.kernel.identity import mask
from huibao.kernel.problem import Lang

KINDS: Final = {
    FactKind.DISABILITY: ("残疾人证", "disability certificate"),
    FactKind.SUBSISTENCE_ALLOWANCE: ("低保", "subsistence allowance"),
    FactKind.DESTITUTE: ("特困供养", "supported as destitute"),
    FactKind.SUBSISTENCE_MARGINAL: ("低保边缘", "margin of subsistence allowance"),
    FactKind.LOW_INCOME: ("低收入", "low income"),
    FactKind.POVERTY_RELIEF: ("脱贫享受政策", "poverty relief"),
    FactKind.INSTANT_HELP: ("即时帮扶", "instant help"),
    FactKind.UNSTABLE: ("脱贫不稳定", "unstable after poverty"),
    FactKind.MARGINAL: ("边缘易致贫", "margin of poverty"),
    FactKind.SUDDEN_HARDSHIP: ("突发严重困难", "sudden severe hardship"),
    FactKind.REHABILITATION_INSTITUTION: ("康复机构在训", "in training at a rehabilitation institution"),
    FactKind.CARE_INSTITUTION: ("托养机构", "in care at an institution"),
    FactKind.ATHLETE: ("残疾人运动员", "athlete with a disability"),
    FactKind.DOMICILE: ("户籍", "registered residence"),
    FactKind.DEATH: ("死亡", "death"),
    FactKind.LEGAL_CAPACITY: ("民事行为能力", "legal capacity"),
    FactKind.GUARDIAN: ("监护人", "guardian"),
}
GRADES: Final = {"1": "一级", "2": "二级", "3": "三级", "4": "四级"}
VALUES: Final = {
    "enjoying": ("享受", "enjoying"),
    "not_enjoying": ("不再享受", "no longer enjoying"),
    "full": ("完全", "full"),
    "limited": ("限制", "limited"),
    "none": ("无", "none"),
}


def fact_words(fact: Fact, place: str, lang: Lang, categories: Mapping[str, str], *, full: bool) -> tuple[str, str]:
    """Kind and value of a fact in words; numbers and other people's names stay masked unless shown in full."""
    at = 1 if lang == "en" else 0
    return KINDS[fact.kind][at], place or _value(fact, at, categories, full=full)


def _value(fact: Fact, at: int, categories: Mapping[str, str], *, full: bool) -> str:
    if fact.kind is FactKind.DISABILITY:
        category, _, grade = fact.value.partition("/")
        words = f"{category}, grade {grade}" if at else f"{categories[category]}{GRADES.get(grade, grade)}"
        number = fact.detail if full else mask(fact.detail)
        return f"{words} {number}".strip()
    if fact.kind is FactKind.GUARDIAN:
        return fact.value if full else f"{fact.value[:1]}*"
    if fact.value in VALUES:
        return VALUES[fact.value][at]
    return "" if fact.value == "yes" else fact.value
