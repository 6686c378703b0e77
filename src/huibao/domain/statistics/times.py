"""How long people waited for their money, in whole days: counts, median, longest. No average, which one case can bend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huibao.domain.claims.claim import Claim
from huibao.domain.claims.clocks import SPANS, ClockRule, clocks


@dataclass(frozen=True, slots=True)
class Waits:
    """Days from the first day to the last, both lists of one kind of case; all None where nothing was paid yet."""

    paid: int
    shortest_days: int | None
    median_days: int | None
    """The lower of the two middle ones where the count is even, so that it is a wait somebody had."""
    longest_days: int | None


def count_waits(spans: Iterable[tuple[date, date]]) -> Waits:
    """Count waits from (reported on, paid on) pairs; the last day is not before the first."""
    days = sorted((last - first).days for first, last in spans)
    if not days:
        return Waits(0, None, None, None)
    return Waits(len(days), days[0], days[(len(days) - 1) // 2], days[-1])


@dataclass(frozen=True, slots=True)
class ClockWait:
    """Claims on which one statutory clock stopped in one month after so many days. Pauses are not counted. C2."""

    clock: str
    month_on: date
    """First day of the month in which the clock stopped."""
    days: int
    """Days from the start of the clock to the day it stopped, days of pause left out, >= 0."""
    cases: int
    late: int
    """Of them, those past the last day the law, or a shorter contract, leaves."""


def count_clocks(claims: Iterable[tuple[Claim, Sequence[ClockRule]]], until: date) -> tuple[ClockWait, ...]:
    """Count the clocks that what they are for has stopped, up to a day; a withdrawal or reopening ends none. SD-6.4, C2."""
    found: dict[tuple[str, date, int], list[int]] = {}
    for claim, rules in claims:
        for one in clocks(claim, until, rules):
            if one.name not in SPANS or one.stopped_on is None or one.stopped_on > until:
                continue
            stops = SPANS[one.name].stops
            if any(event.on == one.stopped_on and event.verb in stops for event in claim.events):
                days = (one.stopped_on - one.started_on).days - one.paused_days
                at = found.setdefault((one.name.value, one.stopped_on.replace(day=1), max(days, 0)), [0, 0])
                at[0] += 1
                at[1] += one.ran_out
    return tuple(ClockWait(*key, *counts) for key, counts in sorted(found.items()))
