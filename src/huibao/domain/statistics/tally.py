"""Many days counted in one pass over a county's people: who belongs to a group, is insured, reported, and was paid. S16.

What is true of a person changes on few days; between them nothing is asked anew. Counting day by day with `count_coverage`
gives the same figures (A2).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from huibao.domain.roster import Fact, Person, facts_on
from huibao.domain.statistics.asked import Asked, birthdays_matter, facts_asked
from huibao.kernel.division import TOWN_DIGITS
from huibao.kernel.invariant import invariant
from huibao.kernel.period import add_days
from huibao.rules.facts import FactsOnDay
from huibao.rules.groups import groups_of
from huibao.rules.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Cover:
    """Days on which a person is insured for a line, both ends included, earlier ends taken into account."""

    line: str
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Happening:
    """A bill or claim of a line: the day it came in, and the day it was paid, None while it is not."""

    line: str
    reported_on: date
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Life:
    """What counting has to know of one person."""

    person: Person
    facts: tuple[Fact, ...]
    covers: tuple[Cover, ...] = ()
    happenings: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Persons of one part of a county on one day, each step within the one before. All >= 0. S16."""

    asked: Asked
    on: date
    part: str
    """Township (9 digits), or "" where it is not known."""
    people: int
    insured: int
    reported: int
    paid: int


State = tuple[str, int, int, int, int]
"""Part, and for each thing asked one bit: belongs, is insured, reported, was paid."""
Run = tuple[int, State]
"""A state and the number of the day from which it holds."""


def tallies(scheme: Scheme, asked: Sequence[Asked], days: Sequence[date], lives: Iterable[Life]) -> tuple[Tally, ...]:
    """Count a county's people on several days, in order, each day once. A2.

    Every part has a row for each day and thing asked on which anybody belongs to the group.
    """
    invariant(list(days) == sorted(set(days)) and bool(days), "A2", "days in order, each once")
    look = _Look(scheme, asked)
    same = Counter(tuple(_runs(life, days, look)) for life in lives)
    counts: dict[tuple[int, int, str], list[int]] = {}
    for runs, people in same.items():
        for (from_no, state), (to_no, _) in zip(runs, (*runs[1:], (len(days), None)), strict=True):
            for day_no in range(from_no, to_no):
                _add(counts, day_no, state, people, len(asked))
    return tuple(
        Tally(asked[which], days[day_no], part, *found) for (which, day_no, part), found in sorted(counts.items())
    )


def _add(counts: dict[tuple[int, int, str], list[int]], day_no: int, state: State, people: int, things: int) -> None:
    part, *bits = state
    for which in range(things):
        if bits[0] >> which & 1:
            found = counts.setdefault((which, day_no, part), [0, 0, 0, 0])
            for at, its in enumerate(bits):
                if not its >> which & 1:
                    break
                found[at] += people


class _Look:
    """Membership of people by the facts the groups look at; answers are remembered, for most people are alike."""

    def __init__(self, scheme: Scheme, asked: Sequence[Asked]) -> None:
        self.asked = asked
        self.every_day = birthdays_matter(scheme, asked)
        self._scheme = scheme
        names = facts_asked(scheme, asked)
        self._key: Any = attrgetter(*names, "alive")
        self._known: dict[Any, int] = {}

    def belongs(self, facts: FactsOnDay) -> int:
        """One bit for each thing asked."""
        key = self._key(facts)
        found = self._known.get(key)
        if found is None:
            groups = set(groups_of(self._scheme, facts))
            found = sum(1 << at for at, one in enumerate(self.asked) if groups.intersection(one.groups))
            self._known[key] = found
        return found


def _runs(life: Life, days: Sequence[date], look: _Look) -> Iterator[Run]:
    """The person's states over the days: one, and another where something changed."""
    changes = _changes(life)
    before: State | None = None
    for day_no, day in enumerate(days):
        changed = before is None or look.every_day or any(days[day_no - 1] < at <= day for at in changes)
        if changed:
            state = _state(life, day, look)
            if state != before:
                yield day_no, state
            before = state


def _changes(life: Life) -> list[date]:
    """Days on which something about the person becomes true, or no longer is."""
    found = [fact.from_on for fact in life.facts]
    found += [add_days(fact.to_on, 1) for fact in life.facts if fact.to_on is not None]
    for cover in life.covers:
        found += [cover.first_on, add_days(cover.last_on, 1)]
    for one in life.happenings:
        found += [one.reported_on] if one.paid_on is None else [one.reported_on, one.paid_on]
    return found


def _state(life: Life, day: date, look: _Look) -> State:
    facts = facts_on(life.person, life.facts, day)
    belongs = look.belongs(facts)
    part = facts.domicile[:TOWN_DIGITS] if len(facts.domicile) >= TOWN_DIGITS else ""
    if not belongs:
        return part, 0, 0, 0, 0
    covered = {cover.line for cover in life.covers if cover.first_on <= day <= cover.last_on}
    reported = {one.line for one in life.happenings if one.reported_on <= day}
    paid = {one.line for one in life.happenings if one.paid_on is not None and one.paid_on <= day}
    insured = belongs & _bits(look.asked, covered)
    told = insured & _bits(look.asked, reported)
    return part, belongs, insured, told, told & _bits(look.asked, paid)


def _bits(asked: Sequence[Asked], lines: set[str]) -> int:
    return sum(1 << at for at, one in enumerate(asked) if one.line.value in lines) if lines else 0


def by_day(found: Iterable[Tally]) -> Mapping[tuple[Asked, date], Tally]:
    """The same without regard to parts: one figure for each thing asked and day, under the part ""."""
    sums: dict[tuple[Asked, date], list[int]] = {}
    for one in found:
        at = sums.setdefault((one.asked, one.on), [0, 0, 0, 0])
        for place, value in enumerate((one.people, one.insured, one.reported, one.paid)):
            at[place] += value
    return {(asked, on): Tally(asked, on, "", *values) for (asked, on), values in sums.items()}
