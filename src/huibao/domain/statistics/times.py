"""How long people waited for their money, in whole days: counts, median, longest. No average, which one case can bend."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


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
