"""Kept figures of a county: they say what counting says, tell when they are old, and are noticed when they are wrong."""

from datetime import date

import pytest

from huibao.app import figures
from huibao.app.statistics import coverage_report
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import tally
from huibao.store.audits.statistics import kept_figures_are_a_recount
from huibao.store.models.roster import Roster
from huibao.store.models.supervision import TallyRow
from tests.app.insured_county import COUNTY, add_person, insure
from tests.app.test_statistics_report import a_bill

pytestmark = pytest.mark.django_db

CITY, DAY = "370300", date(2020, 6, 30)


def shares(area: str, on: date = DAY) -> dict[str, tuple[int, int]]:
    """Line → insured and people, as the pages have them."""
    found = figures.boards(area, on).reports
    return {one.coverage.line: (one.coverage.whole.insured, one.coverage.whole.people) for one in found}


def as_reported(area: str, on: date = DAY) -> dict[str, tuple[int, int]]:
    """The same by the report that looks at everybody."""
    found = coverage_report(area, on)
    return {one.coverage.line: (one.coverage.whole.insured, one.coverage.whole.people) for one in found}


@pytest.mark.parametrize("area", [COUNTY, CITY])
def test_kept_or_counted_on_the_spot_the_figures_are_those_of_the_report(area: str) -> None:
    clock = insure(people=3)
    add_person(4)
    assert shares(area) == as_reported(area)
    assert shares(area)["accident"] == (3, 4)
    assert figures.boards(area, DAY).counted_at is None
    figures.count_county(COUNTY, clock)
    assert shares(area) == as_reported(area)
    assert figures.boards(area, DAY).counted_at == clock.now()


def test_townships_of_a_kept_county_are_listed_even_where_nobody_lives() -> None:
    clock = insure(people=3)
    live = figures.boards(COUNTY, DAY).reports
    figures.count_county(COUNTY, clock)
    kept = figures.boards(COUNTY, DAY).reports
    assert [one.coverage for one in kept] == [one.coverage for one in live]


def test_the_days_kept_are_today_and_the_ends_of_months_and_years() -> None:
    kept = figures.days_kept(date(2026, 3, 5))
    assert kept[-3:] == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 5))
    assert {date(2025, 12, 31), date(2024, 12, 31), date(2023, 12, 31), date(2025, 3, 31)} <= set(kept)
    assert len(kept) == 1 + 12 + 2  # the end of the last year is the end of a month as well


def test_where_an_area_is_large_the_last_kept_day_answers_and_says_that_more_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = insure(people=3)
    figures.count_county(COUNTY, clock)
    monkeypatch.setattr(figures, "SMALL", 2)
    clock.forward(3)
    later = figures.boards(COUNTY, clock.today())
    assert (later.on, later.old) == (DAY, ())
    zeros = dict.fromkeys(("rows_in", "ready", "doubtful", "refused", "duplicate", "taken_in"), 0)
    days = {"taken_on": clock.today(), "entered_on": clock.today()}
    Roster.objects.create(key="later", source="poverty_relief", agency="扶贫办", area=COUNTY, **days, **zeros)
    assert figures.boards(COUNTY, clock.today()).old == (COUNTY,)


def test_a_large_county_never_counted_says_so_and_is_named_in_its_city(monkeypatch: pytest.MonkeyPatch) -> None:
    insure(people=3)
    monkeypatch.setattr(figures, "SMALL", 2)
    with pytest.raises(Refused) as refused:
        figures.boards(COUNTY, DAY)
    assert refused.value.problems[0].code == "REPORT-006"


def test_a_case_moves_the_funnel_of_its_line() -> None:
    clock = insure(people=3)
    a_bill(clock)
    figures.count_county(COUNTY, clock)
    (medical,) = [
        one for one in tally.of_county(COUNTY, DAY) if one.asked.line is Line.MEDICAL_SUPPLEMENTARY and one.people
    ]
    assert (medical.people, medical.insured, medical.reported, medical.paid) == (3, 3, 1, 1)


def test_counting_twice_keeps_the_figures_once() -> None:
    clock = insure(people=2)
    assert figures.count_county(COUNTY, clock) == figures.count_county(COUNTY, clock)
    assert TallyRow.objects.count() == len(
        {(row.area, row.on, row.groups, row.line, row.part) for row in TallyRow.objects.all()}
    )


def test_a2_is_noticed_when_a_kept_figure_is_not_that_of_a_recount() -> None:
    clock = insure(people=3)
    figures.count_county(COUNTY, clock)
    assert list(kept_figures_are_a_recount()) == []
    row = TallyRow.objects.filter(insured=3, on=DAY).first()
    assert row is not None
    TallyRow.objects.filter(pk=row.pk).update(insured=2)
    assert {broken.says_en for broken in kept_figures_are_a_recount()} == {
        f"counted again 3/3/{row.reported}/{row.paid}",
        f"kept 3/2/{row.reported}/{row.paid}",
    }
