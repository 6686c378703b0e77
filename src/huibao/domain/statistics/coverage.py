"""Insured share of a target group, with the denominator, its day and its source, by township and as a whole. HN-1.

Whether a goal is met is decided on the counts themselves, never on a rounded share.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huibao.kernel.fen import BP_ONE, half_up
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define

UNKNOWN_TOWN = ""
"""Code under which people are counted whose township nobody knows; they are shown, not shared out."""

TWICE = define(
    "REPORT-001",
    "同一人在目标人群中出现两次：{person}。",
    "请先在名册中归并为一人，否则分母会多算。",
    "One person stands twice in the target group: {person}.",
    "Join the two records in the roster first, or the denominator is too large.",
)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the target group on the day: where registered, and whether a cover is in force."""

    person_id: int
    town: str
    """Township (9 digits), or "" when unknown."""
    insured: bool


@dataclass(frozen=True, slots=True)
class Goal:
    """A share that is to be reached by a day. HN-1."""

    name: str
    share_bp: int
    """0..10,000 bp."""
    due_on: date
    clause: str


@dataclass(frozen=True, slots=True)
class AreaCount:
    """People of the target group in one township or county, and how many of them are insured."""

    code: str
    people: int
    """Denominator, >= 0."""
    insured: int
    """Numerator, 0..people."""

    @property
    def share_bp(self) -> int | None:
        """Insured share, bp, half up; None where there is nobody to insure."""
        return share_bp(self.insured, self.people)


@dataclass(frozen=True, slots=True)
class TargetCoverage:
    """The coverage figure of a target group, with everything needed to read it and to count it again."""

    group: str
    line: str
    on: date
    """Day on which both denominator and numerator are counted."""
    source: str
    """What the denominator is made of, in words."""
    whole: AreaCount
    towns: tuple[AreaCount, ...]
    """By share, lowest first; unknown township last. They sum to the whole (A1)."""
    goals: tuple[Goal, ...]


def share_bp(part: int, whole: int) -> int | None:
    """Part over whole in basis points, half up; None where the whole is nobody. 0 <= part <= whole."""
    return half_up(part * BP_ONE, whole) if whole else None


def reached(count: AreaCount, goal: Goal) -> bool:
    """Whether the counts reach the goal, decided exactly: insured × 10,000 >= people × goal in bp. HN-1."""
    return count.insured * BP_ONE >= count.people * goal.share_bp


def missing(count: AreaCount, goal: Goal) -> int:
    """How many more people must be insured to reach the goal; 0 where it is reached. HN-1."""
    needed = -(-count.people * goal.share_bp // BP_ONE)
    return max(needed - count.insured, 0)


def count_coverage(
    area: str,
    group: str,
    line: str,
    on: date,
    source: str,
    members: Iterable[Member],
    goals: Sequence[Goal] = (),
    known_towns: Sequence[str] = (),
) -> TargetCoverage:
    """Count a target group by township and as a whole. S16, HN-1.

    `known_towns` are listed even where nobody of the group lives. Refused where a person comes twice.
    """
    people: dict[str, int] = dict.fromkeys(known_towns, 0)
    insured: dict[str, int] = dict.fromkeys(known_towns, 0)
    seen: set[int] = set()
    for member in members:
        if member.person_id in seen:
            raise Refused(TWICE(person=member.person_id))
        seen.add(member.person_id)
        people[member.town] = people.get(member.town, 0) + 1
        insured[member.town] = insured.get(member.town, 0) + int(member.insured)
    towns = [AreaCount(code, people[code], insured[code]) for code in people]
    whole = AreaCount(area, len(seen), sum(insured.values()))
    invariant(sum(town.people for town in towns) == whole.people, "A1", f"{area}: people of towns")
    invariant(all(0 <= town.insured <= town.people for town in (*towns, whole)), "A1", f"{area}: insured within people")
    return TargetCoverage(group, line, on, source, whole, sorted_counts(towns), tuple(goals))


def sorted_counts(counts: Iterable[AreaCount]) -> tuple[AreaCount, ...]:
    """Areas by share, lowest first; where it is unknown last."""
    return tuple(sorted(counts, key=_order))


def _order(count: AreaCount) -> tuple[bool, int, str]:
    share = count.share_bp
    return count.code == UNKNOWN_TOWN, BP_ONE + 1 if share is None else share, count.code
