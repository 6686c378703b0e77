"""Days are counted with both ends; years end on the corresponding day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.kernel.period import Dated, Period, add_days, add_months, add_years, age_on

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
periods = st.builds(lambda a, b: Period(min(a, b), max(a, b)), days, days)


@given(periods)
def test_a_period_is_read_back_as_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods)
def test_the_years_of_a_period_make_it_up_exactly(period: Period) -> None:
    parts = period.split_by_year()
    assert sum(part.days for part in parts) == period.days
    assert (parts[0].first_on, parts[-1].last_on) == (period.first_on, period.last_on)
    assert all(part.first_on.year == part.last_on.year for part in parts)


@given(periods, periods, days)
def test_a_day_is_in_the_overlap_when_it_is_in_both(one: Period, other: Period, day: date) -> None:
    both = one.overlap(other)
    assert (both is not None) == one.overlaps(other) == other.overlaps(one)
    assert (both is not None and day in both) == (day in one and day in other)


@given(days, st.integers(0, 100))
def test_age_reached_on_the_corresponding_day(birth: date, years: int) -> None:
    birthday = add_years(birth, years)
    assert age_on(birth, birthday) == years
    if years:
        assert age_on(birth, birthday - timedelta(days=1)) == years - 1


@given(days, st.integers(-1200, 1200))
def test_months_go_forth_and_back_within_the_days_a_month_may_lack(day: date, months: int) -> None:
    assert 0 <= (day - add_months(add_months(day, months), -months)).days <= 3


def test_both_ends_of_a_period_count() -> None:
    year = Period.of_year(2025)
    assert year.days == 365
    assert date(2025, 12, 31) in year
    assert date(2026, 1, 1) not in year


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="早于"):
        Period(date(2025, 1, 2), date(2025, 1, 1))


@pytest.mark.parametrize("text", ["2025", "2025年", "2025-01-01至2025-12-31", "2025-01-01/2025-12-31"])
def test_the_ways_of_writing_a_year(text: str) -> None:
    assert Period.parse(text) == Period.of_year(2025)


@pytest.mark.parametrize(
    "text", ["", "2025-1-1..2025-12-31", "2025-02-30..2025-03-01", "明年", "2025-12-31..2025-01-01"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"期间|day is out of range|day"):
        Period.parse(text)


def test_clip_leaves_what_lies_between_the_bounds() -> None:
    year = Period.of_year(2025)
    assert year.clip(first_on=date(2025, 7, 1)) == Period(date(2025, 7, 1), date(2025, 12, 31))
    assert year.clip(last_on=date(2025, 7, 1)) == Period(date(2025, 1, 1), date(2025, 7, 1))
    assert year.clip(first_on=date(2026, 1, 1)) is None


def test_periods_are_sorted_by_their_first_day() -> None:
    assert min([Period.of_year(2026), Period.of_year(2025)]) == Period.of_year(2025)


def test_the_value_in_force_is_the_last_one_begun() -> None:
    floor_fen = Dated(((date(2020, 1, 1), 10_000), (date(2025, 7, 1), 12_000)))
    assert floor_fen.at(date(2019, 12, 31)) is None
    assert floor_fen.at(date(2020, 1, 1)) == floor_fen.at(date(2025, 6, 30)) == 10_000
    assert floor_fen.at(date(2025, 7, 1)) == 12_000


def test_two_values_from_the_same_day_are_refused() -> None:
    with pytest.raises(ValueError, match="递增"):
        Dated(((date(2020, 1, 1), 1), (date(2020, 1, 1), 2)))


def test_a_leap_day_ends_its_year_on_the_28th() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_days(date(2024, 2, 28), 2) == date(2024, 3, 1)


def test_days_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="out of range"):
        add_days(date(9999, 12, 31), 1)
    with pytest.raises(ValueError, match="out of range"):
        add_months(date(1, 1, 1), -1)


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before birth"):
        age_on(date(2025, 1, 2), date(2025, 1, 1))
