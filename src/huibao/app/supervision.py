"""Figures as a supervisor reads them: funnels with small counts hidden, months side by side, days of the clocks. R4, S15."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from huibao.app.figures import CountyFigures, figures, months, waits
from huibao.domain.claims.clocks import IN_LAW, ClockName, ClockRule, statute
from huibao.domain.statistics import Asked, ClockWait, Tally, hidden, wilson_bp
from huibao.rules.facts import within
from huibao.rules.reference import StatutoryClock, clocks, division_table

CLOCKS: Final = (ClockName.PAY, ClockName.DECIDE)
"""Terms whose days are drawn: those every claim has."""
WIDE_BP: Final = 1_000
"""An interval this wide tells that people are few: ten points of a hundred."""
YEAR_OF_MONTHS: Final = 12
BUCKETS_OF_LAW: Final = 10
"""Bars up to the day the law allows, at most."""


@dataclass(frozen=True, slots=True)
class Steps:
    """A funnel: persons at each step; None where the number is not shown, or (told) not recorded yet."""

    code: str
    should: int
    insured: int
    told: int | None
    reported: int | None
    paid: int | None


@dataclass(frozen=True, slots=True)
class Funnels:
    """An area's funnel and those of its counties for one group and line."""

    asked: Asked
    whole: Steps
    parts: tuple[Steps, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Bar:
    """Claims that took so many days: from the first to the last of a bar, None: and more."""

    from_days: int
    to_days: int | None
    cases: int


@dataclass(frozen=True, slots=True)
class Days:
    """How long claims took by one clock, against the law's term."""

    rule: ClockRule
    law: StatutoryClock
    bars: tuple[Bar, ...]
    cases: int
    late: int
    """Of them past the term of the law or of a shorter contract."""
    lawful_bars: int
    """How many bars lie within the term of the law."""


def few(people: int, insured: int) -> tuple[tuple[int, int] | None, bool]:
    """The interval chance leaves open of a share, bp, and whether people are too few to compare it."""
    spread = wilson_bp(insured, people)
    return spread, spread is not None and spread[1] - spread[0] >= WIDE_BP


def asked_in(found: Sequence[CountyFigures]) -> tuple[Asked, ...]:
    """What was counted, in a fixed order."""
    every = {tally.asked for one in found for tally in one.tallies}
    return tuple(sorted(every, key=lambda one: (one.scheme_id, one.key, one.line)))


def funnels(area: str, on: date) -> tuple[Funnels, ...]:
    """Funnels of an area and its counties. What is hidden is decided for the whole province, the same for every reader."""
    found = figures(f"{area[:2]}0000", on)
    if not found:
        return ()
    parts = {one.code: one for one in found}
    above = _above(parts)
    made = []
    for asked in asked_in([one for one in found if within(one.code, area)]):
        sums = {code: _sum(one, asked) for code, one in parts.items()}
        cells = {code: (one.insured - one.reported, one.reported - one.paid, one.paid) for code, one in sums.items()}
        shut = hidden(cells, above)
        inside = [code for code in sums if within(code, area)]
        whole = _add([sums[code] for code in inside], asked, on)
        own = tuple(_steps(code, sums[code], shut) for code in sorted(inside))
        made.append(Funnels(asked, _steps(area, whole, shut), own, min(parts[code].on for code in inside)))
    return tuple(made)


def month_rows(area: str, on: date, asked: Asked) -> tuple[tuple[date, ...], Mapping[str, Mapping[date, Tally]]]:
    """Days that are kept, the last twelve ends of months and the last count, and each county's figures on them."""
    kept = {code: {one.on: one for one in each if one.asked == asked} for code, each in months(area, on).items()}
    days = sorted({day for each in kept.values() for day in each})[-(YEAR_OF_MONTHS + 1) :]
    return tuple(days), {code: each for code, each in kept.items() if each}


def days_of(area: str, clock: ClockName, from_on: date) -> Days:
    """How many days claims took from a month on, in bars, with the term of the law between two of them. C2."""
    rule = next(one for one in statute() if one.name is clock)
    found = [one for _, one in waits(area, clock.value, from_on)]
    wide = max(rule.days // BUCKETS_OF_LAW, 1)
    edges = list(range(0, rule.days + rule.days // 2 + 1, wide))
    bars = [Bar(0, 0, _cases(found, 0, 0))]
    bars += [Bar(at + 1, at + wide, _cases(found, at + 1, at + wide)) for at in edges[:-1]]
    bars.append(Bar(edges[-1] + 1, None, _cases(found, edges[-1] + 1, None)))
    cases, late = sum(one.cases for one in found), sum(one.late for one in found)
    law = next(one for one in clocks() if IN_LAW.get(one.name) is clock)
    return Days(rule, law, tuple(bars), cases, late, rule.days // wide + 1)


def _cases(found: Sequence[ClockWait], first: int, last: int | None) -> int:
    return sum(one.cases for one in found if first <= one.days and (last is None or one.days <= last))


def _above(parts: Mapping[str, CountyFigures]) -> dict[str, str]:
    above: dict[str, str] = {}
    table = division_table()
    for code, one in parts.items():
        chain = [code, *table.ancestors(code, one.on)]
        above |= {low: high for low, high in pairwise(chain) if high}
    return above


def _sum(one: CountyFigures, asked: Asked) -> Tally:
    return _add([tally for tally in one.tallies if tally.asked == asked], asked, one.on)


def _add(found: Sequence[Tally], asked: Asked, on: date) -> Tally:
    sums = (sum(getattr(one, name) for one in found) for name in ("people", "insured", "reported", "paid"))
    return Tally(asked, on, "", *sums)


def _steps(code: str, one: Tally, shut: frozenset[tuple[str, int]]) -> Steps:
    """Categories: insured without a case (0), with a case not paid (1), paid (2). Who reported is who is not of the first."""
    reported = None if (code, 0) in shut else one.reported
    return Steps(code, one.people, one.insured, None, reported, None if (code, 2) in shut else one.paid)
