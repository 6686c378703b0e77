"""Grading of injuries by JR/T 0083-2013: 8 classes, 10 grades, 1 the most severe; and several injuries of one accident.

Each injury is graded by itself. The worst grade counts; where two or more share it, it goes up one grade, at most
to grade 1. One part and nature may not be graded by two items, nor one item twice. Those who already had a
disability: see `Wording` of the contract and `before` in `assessment`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from huibao.domain.claims import problems
from huibao.kernel.problem import Problem
from huibao.rules.vocabulary import WORST_GRADE

CLASSES = 8
"""Classes of body function and structure in the standard."""
MAX_INJURIES = 50
"""Items graded after one accident; the standard has 281 in all."""
MAX_CODE_CHARS = 32


@dataclass(frozen=True, slots=True)
class Injury:
    """One item of the standard: its code, class 1..8, the part and nature it grades, and the grade 1..10."""

    code: str
    body_class: int
    part: str
    grade: int


@dataclass(frozen=True, slots=True)
class Grading:
    """Injuries taken together: the worst single grade (0 none), how many share it, and the grade that counts."""

    worst: int
    count: int
    grade: int


def check_injuries(injuries: Sequence[Injury]) -> tuple[Problem, ...]:
    """Return what is wrong with the items: outside the standard, or one part and nature counted twice."""
    if len(injuries) > MAX_INJURIES:
        return (problems.TOO_MANY(what="伤残条目", limit=MAX_INJURIES, found=len(injuries)),)
    found = [problem for injury in injuries for problem in _one(injury)]
    found += [
        problems.COUNTED_TWICE(first=one.code, second=two.code, part=one.part or one.code, field="injuries")
        for one, two in combinations(injuries, 2)
        if _same(one, two)
    ]
    return tuple(found)


def combine(injuries: Sequence[Injury]) -> Grading:
    """Return the grade that counts for the injuries of one accident: 0 for none, else 1..10."""
    if not injuries:
        return Grading(0, 0, 0)
    worst = min(injury.grade for injury in injuries)
    count = sum(injury.grade == worst for injury in injuries)
    return Grading(worst, count, max(worst - 1, 1) if count > 1 else worst)


def _one(injury: Injury) -> tuple[Problem, ...]:
    wanted: tuple[tuple[str, bool, str, object], ...] = (
        ("条目编码 code", 1 <= len(injury.code.strip()) <= MAX_CODE_CHARS, "1–32 字符", injury.code),
        ("类别 class", 1 <= injury.body_class <= CLASSES, "1–8", injury.body_class),
        ("部位与性质 part", bool(injury.part.strip()), "非空 not empty", injury.part),
        ("等级 grade", 1 <= injury.grade <= WORST_GRADE, "1–10", injury.grade),
    )
    return tuple(
        problems.NOT_AN_INJURY(code=injury.code, what=what, expected=expected, found=found, field="injuries")
        for what, fits, expected, found in wanted
        if not fits
    )


def _same(one: Injury, two: Injury) -> bool:
    """The same item, or the same part and nature within one class."""
    part = one.part.strip() == two.part.strip() and one.body_class == two.body_class
    return one.code.strip() == two.code.strip() or part
