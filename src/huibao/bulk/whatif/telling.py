"""How an answer is told: names, amounts and the method in words, and what a section of the report is made of."""

from dataclasses import dataclass
from typing import Final

from huibao.bulk.whatif.figures import LEVEL_BP, Figures
from huibao.bulk.whatif.scenario import BASE
from huibao.kernel.problem import Lang
from huibao.rules.reference import division_table
from huibao.rules.scheme import Status

WAN_FEN: Final = 1_000_000
"""Ten thousand yuan, in which budgets are read."""
FEW, MANY = 10, 1_000
"""Sizes from which one decimal, and none, is enough on a picture."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report."""

    key: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]
    """Columns that hold figures."""
    pictures: tuple[str, ...] = ()
    """SVG texts."""
    brief: bool = True
    """Whether the terminal shows it too; the page shows all."""
    narrow: tuple[int, ...] = ()
    """Columns a terminal shows, where not all."""


@dataclass(frozen=True, slots=True)
class Teller:
    """An answer and the language to tell it in."""

    found: Figures
    lang: Lang

    def pick(self, zh: str, en: str) -> str:
        """The text of the language."""
        return en if self.lang == "en" else zh

    def name(self, scenario: str) -> str:
        """A scenario's name as shown, with ▲ where it breaks a clause."""
        if scenario == BASE:
            return self.pick("现行方案", "as it stands")
        one = next(each for each in self.found.answer.question.scenarios if each.name == scenario)
        return f"{one.title}{' ▲' if one.breaches else ''}"

    def style(self, scenario: str) -> str:
        """How a scenario is marked in pictures."""
        if scenario == BASE:
            return "base"
        one = next(each for each in self.found.answer.question.scenarios if each.name == scenario)
        return "breach" if one.breaches else "scenario"

    def area(self, code: str) -> str:
        """An area's name; its code where the table of divisions does not have it."""
        if code in {"", "-"}:
            return self.pick("地区不详", "area unknown")
        base = self.found.answer.question.base
        try:
            return division_table().name_on(code, base.scheme.period.first_on) or code
        except ValueError:  # a name, or a code of the sender's own: shown as it came
            return code

    def group(self, name: str) -> str:
        """A group's title; of a set of groups, all of them."""
        if name == "-":
            return self.pick("不属任何人群", "in no group")
        groups = self.found.answer.question.base.scheme.groups
        return " + ".join(groups[each].title.text(self.lang) for each in name.split("+"))

    def wan(self, fen: int) -> str:
        """An amount for a scale: ten thousands of yuan, or millions."""
        size = fen / (100 * WAN_FEN if self.lang == "en" else WAN_FEN)
        places = 2 if abs(size) < FEW else 1 if abs(size) < MANY else 0
        return f"{size:,.{places}f} {self.pick('万元', 'M yuan')}"

    def tick(self, fen: int) -> str:
        """The same on an axis, where there is little room."""
        return self.wan(fen).replace("万元", "万").replace(" yuan", "")

    def wan_span(self, low: int | None, high: int | None) -> str:
        """An interval of amounts, short."""
        if low is None or high is None:
            return "—"
        if self.lang == "en":
            return f"{low / 100_000_000:,.2f} … {high / 100_000_000:,.2f} M"
        return f"{low / WAN_FEN:,.1f} … {high / WAN_FEN:,.1f} 万"

    @property
    def interval(self) -> str:
        """Heading of a column of intervals."""
        return self.pick(f"{LEVEL_BP // 100}% 区间", f"{LEVEL_BP // 100} % interval")


def method_words(found: Figures, lang: Lang = "zh") -> str:
    """How the intervals came about, for people."""
    question, units = found.answer.question, found.answer.units
    if not question.resamples:
        return "没有计算区间。" if lang == "zh" else "No intervals were reckoned."
    zh = lang == "zh"
    if found.answer.bundled:
        how = (
            f"把人按地区和人群随机分成 {units:,} 组（每组都是整人），各组有放回地重抽"
            if zh
            else f"people are dealt at random, within area and groups, into {units:,} bundles, drawn with replacement"
        )
    else:
        how = (
            f"对 {units:,} 人逐人重抽（每人权重为均值 1 的泊松数）"
            if zh
            else f"each of {units:,} people is drawn anew with a Poisson weight of mean 1"
        )
    if zh:
        return (
            f"区间：自助法，{how}，共 {question.resamples} 次，种子 {question.seed}，取中间 {LEVEL_BP // 100}%；不重新结算。"
            "各方案用同一批抽样，差额的区间即差额本身的区间。只反映人员的偶然性，不含医疗价格、参保率和就医行为的变化。"
        )
    return (
        f"Intervals: bootstrap, {how}; {question.resamples} resamples, seed {question.seed}, middle {LEVEL_BP // 100} %; "
        "nothing is settled again. All scenarios share the same draws, so the interval of a difference is its own. They show "
        "chance among people only, not prices, take-up or behaviour."
    )


def is_made_up(found: Figures) -> bool:
    """Whether the scheme's numbers are demonstration data."""
    return found.answer.question.base.scheme.status is Status.DEMONSTRATION
