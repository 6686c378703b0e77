"""The table of divisions that comes with the software, against changes that were announced."""

from datetime import date

import pytest

from huibao.rules.reference import division_table

TABLE = division_table()
TODAY = date(2026, 11, 1)


@pytest.mark.parametrize("province, counties", [("430000", 122), ("370000", 136)])
def test_the_two_provinces_have_their_counties(province: str, counties: int) -> None:
    assert len(TABLE.counties(province, TODAY)) == counties


def test_there_are_34_provinces() -> None:
    assert len(TABLE.below("", TODAY)) == 34


@pytest.mark.parametrize(
    "old, old_name, new, new_name, year",
    [
        ("371202", "莱城区", "370116", "莱芜区", 2018),
        ("430221", "株洲县", "430212", "渌口区", 2018),
        ("430521", "邵东县", "430582", "邵东市", 2019),
        ("370684", "蓬莱市", "370614", "蓬莱区", 2020),
        ("370634", "长岛县", "370614", "蓬莱区", 2020),
        ("431121", "祁阳县", "431181", "祁阳市", 2021),
    ],
)
def test_announced_changes_are_in_the_table(old: str, old_name: str, new: str, new_name: str, year: int) -> None:
    assert TABLE.name_on(old, date(year, 12, 31)) == old_name
    assert TABLE.name_on(old, date(year + 1, 1, 1)) is None
    assert TABLE.name_on(new, date(year - 1, 12, 31)) is None
    assert TABLE.name_on(new, TODAY) == new_name
    assert TABLE.successor(old, TODAY) == new
    assert TABLE.successor(old, date(year - 1, 6, 1)) == old


def test_a_city_that_was_divided_has_no_single_successor() -> None:
    assert TABLE.name_on("371200", date(2017, 1, 1)) == "莱芜市"
    assert TABLE.successor("371200", TODAY) is None


@pytest.mark.parametrize("year", range(2010, 2027))
def test_every_division_has_a_parent_of_the_same_day(year: int) -> None:
    day = date(year, 7, 1)
    rows = [row for code in TABLE.divisions if (row := TABLE.at(code, day)) and row.parent]
    assert len(rows) > 3_000
    assert [row for row in rows if TABLE.at(row.parent, day) is None] == []


def test_every_code_that_ended_leads_to_one_in_use_or_says_it_does_not() -> None:
    ended = [code for code in TABLE.divisions if TABLE.successor(code, TODAY) is None]
    assert sorted(ended) == ["140202", "140402", "140411", "341400", "370802", "371200"]


def test_the_demonstration_counties_have_their_towns() -> None:
    assert TABLE.full_name_on("430423104000", TODAY) == "湖南省衡阳市衡山县长江镇"
    assert TABLE.full_name_on("370323002000", TODAY) == "山东省淄博市沂源县南麻街道"
    assert len(TABLE.below("430423", TODAY)) == 12
    assert len(TABLE.below("370323", TODAY)) == 12
