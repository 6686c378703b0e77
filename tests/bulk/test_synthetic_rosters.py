"""A province's roster: the rows a county's would have, its faults where they are said to be, and found."""

import csv
from datetime import date
from pathlib import Path

import pytest

from huibao.app.roster import check_file
from huibao.app.synthetic import EXPECTED, RATES, County, Fault
from huibao.app.synthetic.people import MadeUp, people_from
from huibao.app.synthetic.rosters import KINDS
from huibao.app.synthetic.rows import row_of
from huibao.app.synthetic.workbooks import MARK
from huibao.bulk.synthetic import Province, WrittenRoster, people_table, write_roster
from huibao.bulk.synthetic.cells import name_of_area
from huibao.domain.roster.source import SourceId

PEOPLE = 9_000
PLACES = {"430000": 2025, "370000": 2020}
SOURCES = {
    "430000": ("disability_certificate", "low_income", "rehabilitation", "care", "athletes"),
    "370000": ("poverty_relief", "instant_help"),
}
EACH = [(area, source) for area, sources in SOURCES.items() for source in sources]
NOT_HERE = {
    Fault.AS_NUMBER,
    Fault.NAME_DIFFERS,
    Fault.TWO_COUNTIES,
    Fault.ONE_PERSON_TWO_NUMBERS,
    Fault.TOWN_MERGED,
    Fault.CHILD_GROWN_UP,
}
"""They need a workbook, another roster, a village, a township or a second list."""


def province(area: str) -> Province:
    return Province(PEOPLE, 3, area, year=PLACES[area])


def taken_on(area: str) -> date:
    return date(PLACES[area], 5, 1)


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="gb18030", newline="") as file:
        return list(csv.reader(file))


def in_a_county(area: str) -> list[tuple[County, MadeUp]]:
    """The province's people one by one, each in a county of the table."""
    place = province(area)
    codes = people_table(place)["area"].to_pylist()
    shares, seed, _, year = place.place
    people = people_from(seed, County(area, "", ()), PEOPLE, shares, year)
    return [(County(code, name_of_area(code, year), ()), one) for code, one in zip(codes, people, strict=True)]


@pytest.mark.parametrize(("area", "source"), EACH)
def test_a_clean_row_is_the_one_a_county_would_send(area: str, source: str, tmp_path: Path) -> None:
    kind, day = KINDS[source], taken_on(area)
    told = write_roster(tmp_path / "roster.csv", province(area), source, day, clean=True)
    there = lines(tmp_path / "roster.csv")
    assert there[0] == [MARK]
    assert "虚构" in there[0][0]
    wanted: list[list[str]] = []
    for county, one in in_a_county(area):
        gone = one.left_on is not None and one.left_on <= day
        not_yet = one.instant_on is not None and one.instant_on > day
        if kind.lists(one) and not gone and not not_yet:
            row = {**row_of(county, one), "serial": len(wanted) + 1}
            wanted.append(["" if row[about] is None else str(row[about]) for about, _, _ in kind.columns])
    assert there[-told.rows :] == wanted
    assert told.rows == len(wanted) > 0
    assert told.planted == {}


@pytest.fixture(scope="module", params=EACH, ids=lambda each: each[1])
def sent(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, WrittenRoster]:
    """Each roster of a province, with its faults."""
    area, source = request.param
    path = tmp_path_factory.mktemp("rosters") / f"{source}.csv"
    return area, path, write_roster(path, province(area), source, taken_on(area))


def test_every_planted_fault_is_found_and_other_rows_are_ready_without_a_word(
    sent: tuple[str, Path, WrittenRoster],
) -> None:
    area, path, told = sent
    check = check_file(path, SourceId(told.source), taken_on=taken_on(area), area=area)
    assert check.counts.rows_in == told.rows
    said = {row.row_no: (row.verdict.value, {problem.code for problem in row.problems}) for row in check.rows}
    for fault, rows in told.planted.items():
        for row in rows:
            assert said[row][0] == EXPECTED[fault].verdict, (fault, row)
            assert said[row][1] & EXPECTED[fault].codes, (fault, row)
    planted = {row for rows in told.planted.values() for row in rows}
    assert {row for row, (_, codes) in said.items() if codes} == planted


def test_the_large_rosters_have_every_fault_that_can_be_there_at_about_its_rate(tmp_path: Path) -> None:
    told = write_roster(
        tmp_path / "roster.csv", Province(60_000, 5, "430000", year=2025), "disability_certificate", date(2025, 5, 1)
    )
    assert told.planted.keys() == {*KINDS["disability_certificate"].faults, Fault.SHARED_PHONE} - NOT_HERE
    # 60,000 rows at 40 in 10,000: 240 expected, standard deviation 15
    assert len(told.planted[Fault.DIED]) == pytest.approx(RATES[Fault.DIED] * 6, abs=60)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    day = date(2020, 5, 1)
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        write_roster(tmp_path / name, Province(3_000, seed), "poverty_relief", day)
    one, two, three = ((tmp_path / name).read_bytes() for name in ("one", "two", "three"))
    assert one == two != three


def test_a_later_roster_lacks_who_left_and_holds_who_was_recognised(tmp_path: Path) -> None:
    place = Province(40_000, 1)
    days = (date(2020, 2, 1), date(2020, 10, 1))
    seen = []
    for day in days:
        path = tmp_path / str(day)
        told = write_roster(path, place, "instant_help", day, clean=True)
        seen.append({row[2] for row in lines(path)[-told.rows :]})
    people = people_table(place).to_pylist()
    left = {row["identity"] for row in people if row["left_on"] and row["left_on"] <= days[1]}
    recognised = {row["identity"]: row["instant_on"] for row in people if row["instant_on"]}
    assert seen[0] - seen[1] <= left
    assert seen[1] - seen[0] == {one for one, day in recognised.items() if days[0] < day <= days[1] and one not in left}


def test_so_many_rows_as_asked_for_and_utf8_where_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    told = write_roster(
        path, Province(200_000), "poverty_relief", date(2020, 5, 1), rows=70_000, clean=True, encoding="utf-8"
    )
    assert told.rows == 70_000
    assert path.read_text("utf-8").count("\n") == 3 + 70_000
