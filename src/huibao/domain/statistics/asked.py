"""What a scheme wants counted: its target groups with their lines and goals, or everybody each product is for. HN-1."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from huibao.domain.statistics.coverage import Goal
from huibao.rules.facts import FactsOnDay
from huibao.rules.scheme import Scheme
from huibao.rules.vocabulary import Line

WORD = re.compile(r"[a-z_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure to count: people in any of the groups, and those of them insured for the line."""

    scheme_id: str
    groups: tuple[str, ...]
    line: Line

    @property
    def key(self) -> str:
        """The groups as one text: how a figure is kept and found."""
        return "+".join(self.groups)


def asked_of(scheme: Scheme) -> tuple[Asked, ...]:
    """Every group and line the scheme sets a target for or, where it sets none, everybody each product is for."""
    if scheme.targets:
        pairs = dict.fromkeys((target.group, target.line) for target in scheme.targets)
        return tuple(Asked(scheme.scheme_id, (group,), line) for group, line in pairs)
    lines = dict.fromkeys(product.line for product in scheme.products.values())
    return tuple(Asked(scheme.scheme_id, groups_of_line(scheme, line), line) for line in lines)


def groups_of_line(scheme: Scheme, line: Line) -> tuple[str, ...]:
    """Groups the products of a line are for, each once."""
    return tuple(dict.fromkeys(group for product in scheme.products_of(line) for group in product.groups))


def goals_of(scheme: Scheme, groups: tuple[str, ...], line: Line) -> tuple[tuple[Goal, ...], str]:
    """Goals set for one group and line, in the order of the scheme, and what the denominator is made of, in words."""
    targets = [one for one in scheme.targets if ((one.group,), one.line) == (groups, line)]
    goals = tuple(
        Goal(one.name, numbers[0], one.due_on, one.clause)
        for one in targets
        if (numbers := scheme.param_at(one.share, one.due_on)) is not None
    )
    return goals, targets[0].denominator_source if targets else f"已导入名册按方案 {scheme.scheme_id} 的人群条件"


def facts_asked(scheme: Scheme, asked: Iterable[Asked]) -> tuple[str, ...]:
    """Names of the facts that the conditions of these groups look at, `alive` first: all others make no difference."""
    wanted = {group for one in asked for group in one.groups}
    words = {word for group in sorted(wanted) for word in WORD.findall(scheme.groups[group].when)}
    return ("alive", *sorted(words.intersection(FactsOnDay.__annotations__) - {"alive"}))


def birthdays_matter(scheme: Scheme, asked: Iterable[Asked]) -> bool:
    """Tell whether somebody can come into a group, or leave it, by growing older."""
    return "age" in facts_asked(scheme, asked)
