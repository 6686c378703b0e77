"""Calendar days: periods with both ends included, values dated from a day on, and counting in years.

The corresponding day that a shorter month lacks is that month's last day (Civil Code art. 202).
"""

import calendar
import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from itertools import pairwise
from typing import Generic, Self, TypeVar

T = TypeVar("T")

MONTHS_A_YEAR = 12

PERIOD_TEXT = re.compile(r"\s*(\d{4}-\d{2}-\d{2})\s*(?:\.\.|/|至|~)\s*(\d{4}-\d{2}-\d{2})\s*")
YEAR_TEXT = re.compile(r"\s*(\d{4})\s*年?\s*")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days from `first_on` to `last_on`, both included; never empty."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last_on < self.first_on:
            msg = f"期间的最后一天 {self.last_on} 早于第一天 {self.first_on} / a period ends before it begins"
            raise ValueError(msg)

    @classmethod
    def of_year(cls, year: int) -> Self:
        """Return 1 January to 31 December of a calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2025-01-01..2025-12-31" (also "/", "~" or "至" between), or "2025" for the whole year."""
        if year := YEAR_TEXT.fullmatch(text):
            return cls.of_year(int(year[1]))
        if ends := PERIOD_TEXT.fullmatch(text):
            return cls(date.fromisoformat(ends[1]), date.fromisoformat(ends[2]))
        msg = f"期间应写作 2025-01-01..2025-12-31，读到 {text!r} / expected a period as FIRST..LAST"
        raise ValueError(msg)

    @property
    def days(self) -> int:
        """Number of days, both ends counted; at least 1."""
        return (self.last_on - self.first_on).days + 1

    def __contains__(self, day: date) -> bool:
        """Tell whether the day lies within, both ends included."""
        return self.first_on <= day <= self.last_on

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.first_on}..{self.last_on}"

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two share at least one day."""
        return self.first_on <= other.last_on and other.first_on <= self.last_on

    def overlap(self, other: "Period") -> "Period | None":
        """Return the days both have, or None."""
        return self.clip(other.first_on, other.last_on)

    def clip(self, first_on: date | None = None, last_on: date | None = None) -> "Period | None":
        """Return what is left between two bounds (None leaves that side open), or None when nothing is."""
        begins = self.first_on if first_on is None else max(self.first_on, first_on)
        ends = self.last_on if last_on is None else min(self.last_on, last_on)
        return Period(begins, ends) if begins <= ends else None

    def split_by_year(self) -> tuple["Period", ...]:
        """Return one period for each calendar year touched, in order; together exactly this period."""
        return tuple(
            Period(max(self.first_on, date(year, 1, 1)), min(self.last_on, date(year, 12, 31)))
            for year in range(self.first_on.year, self.last_on.year + 1)
        )


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value that changes on days: steps of (day from which it holds, value), strictly ascending by day."""

    steps: tuple[tuple[date, T], ...]

    def __post_init__(self) -> None:
        """Refuse steps that are out of order or share a day: which of them holds could not be told."""
        days = [from_on for from_on, _ in self.steps]
        if any(later <= earlier for earlier, later in pairwise(days)):
            msg = f"日期须逐条递增 / dated values must ascend by day: {[str(day) for day in days]}"
            raise ValueError(msg)

    def at(self, day: date) -> T | None:
        """Return the value in force on the day; None before the first step."""
        found = bisect_right([from_on for from_on, _ in self.steps], day)
        return self.steps[found - 1][1] if found else None


def add_days(day: date, days: int) -> date:
    """Return the day so many days later (earlier, when negative). ValueError outside years 1–9999."""
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        msg = f"{day} 加 {days} 天超出可表示的日期 / date out of range"
        raise ValueError(msg) from error


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on; a day the month lacks becomes its last day (Civil Code art. 202)."""
    year, month_0 = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    if not 1 <= year <= MAXYEAR:
        msg = f"{day} 加 {months} 个月超出可表示的日期 / date out of range"
        raise ValueError(msg)
    month = month_0 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """Return the same day so many years on; 29 February becomes the 28th in a common year."""
    return add_months(day, years * MONTHS_A_YEAR)


def age_on(birth: date, day: date) -> int:
    """Return full years of age (周岁), 0 or more; a year older on the birthday itself. ValueError before birth."""
    if day < birth:
        msg = f"{day} 早于出生日期 {birth} / the day lies before birth"
        raise ValueError(msg)
    years = day.year - birth.year
    return years if add_years(birth, years) <= day else years - 1
