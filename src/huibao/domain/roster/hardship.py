"""The words by which agencies name hardship, and the facts they mean."""

from functools import lru_cache
from typing import Final

from huibao.domain.roster.column import Column
from huibao.domain.roster.person import YES, FactKind
from huibao.rules.facts import PovertyRelief

KIND_FACTS: Final = {
    Column.SUBSISTENCE: FactKind.SUBSISTENCE_ALLOWANCE,
    Column.DESTITUTE: FactKind.DESTITUTE,
    Column.SUBSISTENCE_MARGINAL: FactKind.SUBSISTENCE_MARGINAL,
    Column.LOW_INCOME: FactKind.LOW_INCOME,
}
"""Columns that answer yes or no."""

WORDS: Final[tuple[tuple[str, FactKind, str], ...]] = (
    ("脱贫不稳定", FactKind.UNSTABLE, YES),
    ("边缘易致贫", FactKind.MARGINAL, YES),
    ("突发严重困难", FactKind.SUDDEN_HARDSHIP, YES),
    ("即时帮扶", FactKind.INSTANT_HELP, YES),
    ("脱贫不享受政策", FactKind.POVERTY_RELIEF, PovertyRelief.NOT_ENJOYING.value),
    ("脱贫不享受", FactKind.POVERTY_RELIEF, PovertyRelief.NOT_ENJOYING.value),
    ("不享受政策", FactKind.POVERTY_RELIEF, PovertyRelief.NOT_ENJOYING.value),
    ("脱贫享受政策", FactKind.POVERTY_RELIEF, PovertyRelief.ENJOYING.value),
    ("享受政策", FactKind.POVERTY_RELIEF, PovertyRelief.ENJOYING.value),
    ("低保边缘", FactKind.SUBSISTENCE_MARGINAL, YES),
    ("最低生活保障边缘", FactKind.SUBSISTENCE_MARGINAL, YES),
    ("特困", FactKind.DESTITUTE, YES),
    ("五保", FactKind.DESTITUTE, YES),
    ("低保", FactKind.SUBSISTENCE_ALLOWANCE, YES),
    ("最低生活保障", FactKind.SUBSISTENCE_ALLOWANCE, YES),
    ("低收入", FactKind.LOW_INCOME, YES),
    ("突发", FactKind.SUDDEN_HARDSHIP, YES),
)
"""Longer words first: 低保边缘 is not 低保. Each found word is taken out before the next is looked for."""

NOT_THAT: Final = ("非低保", "不是低保", "非特困", "未脱贫", "无低保")


@lru_cache(maxsize=4096)
def kinds_of(text: str) -> tuple[tuple[FactKind, str], ...]:
    """Return the hardship kinds a cell names in words, e.g. 低保、脱贫不稳定户; none for other text."""
    found: dict[FactKind, str] = {}
    for word in NOT_THAT:
        text = text.replace(word, "")
    for word, kind, value in WORDS:
        if word in text:
            text = text.replace(word, "|")
            found.setdefault(kind, value)
    return tuple(found.items())


def relief_of(text: str) -> str | None:
    """Return the poverty-relief status a cell of that column says; a bare yes means the policy is enjoyed. SD-3."""
    if text in {"是", "享受", "1", "√"}:
        return PovertyRelief.ENJOYING.value
    if text in {"不享受", "未享受"}:
        return PovertyRelief.NOT_ENJOYING.value
    return dict(kinds_of(text)).get(FactKind.POVERTY_RELIEF)
