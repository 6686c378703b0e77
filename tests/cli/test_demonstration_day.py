"""The demonstration stands in the year of its data on any day of any year."""

from datetime import date, timedelta

import pytest

from huibao.cli.serve import FIRST_DAY, LAST_DAY, STANDS_ON, _days_back


def test_while_its_contract_runs_the_clock_is_the_real_one() -> None:
    assert {_days_back(day) for day in (FIRST_DAY, STANDS_ON, LAST_DAY)} == {0}


@pytest.mark.parametrize("today", [date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29), date(2031, 7, 4)])
def test_on_other_days_it_stands_where_its_cases_have_a_past(today: date) -> None:
    assert today - timedelta(days=_days_back(today)) == STANDS_ON
