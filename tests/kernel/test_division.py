"""A division has the name, parent and code of the day asked about."""

from datetime import date

import pytest

from huibao.kernel.division import Change, Division, DivisionTable, normal_code

BEFORE, AFTER = date(2017, 6, 1), date(2020, 6, 1)
END, START = date(2018, 12, 31), date(2018, 1, 1)

TABLE = DivisionTable.of(
    [
        Division("430000", "湖南省", ""),
        Division("430200", "株洲市", "430000"),
        Division("430221", "株洲县", "430200", None, END),
        Division("430212", "渌口区", "430200", START),
        Division("220000", "吉林省", ""),
        Division("220600", "白山市", "220000"),
        Division("220602", "八道江区", "220600", None, date(2010, 12, 31)),
        Division("220602", "浑江区", "220600", date(2011, 1, 1)),
        Division("220699", "某县", "220600", None, END),
        Division("220698", "又一县", "220600", None, END),
        Division("430212100000", "渌口镇", "430212"),
    ],
    [Change("430221", "430212"), Change("220699", ""), Change("220698", "220602"), Change("220698", "220699")],
)


def test_a_code_has_the_name_of_the_day() -> None:
    assert TABLE.name_on("220602", date(2010, 6, 1)) == "八道江区"
    assert TABLE.name_on("220602", date(2011, 1, 1)) == "浑江区"
    assert TABLE.name_on("430212", BEFORE) is None
    assert TABLE.full_name_on("430221", BEFORE) == "湖南省株洲市株洲县"
    assert TABLE.full_name_on("430221", AFTER) is None


def test_in_the_year_of_change_both_codes_are_in_use() -> None:
    assert TABLE.name_on("430221", date(2018, 6, 1)) == "株洲县"
    assert TABLE.name_on("430212", date(2018, 6, 1)) == "渌口区"


@pytest.mark.parametrize(
    "code, ancestor, day, answer",
    [
        ("430212", "430200", AFTER, True),
        ("430212", "430000", AFTER, True),
        ("430212", "430212", AFTER, True),
        ("430212", "220000", AFTER, False),
        ("430200", "430212", AFTER, False),
        ("430221", "430000", AFTER, False),
        ("430212100000", "430212", AFTER, True),
        ("430212100", "430000", AFTER, True),
        ("430212100203", "430212100", AFTER, True),
        ("430212101203", "430212100", AFTER, False),
        ("430212101203", "430212101000", AFTER, True),
        ("430212000000", "430000000000", AFTER, True),
        ("430221999", "430200", AFTER, False),
        ("999999", "999999", AFTER, False),
    ],
)
def test_a_division_lies_within_those_above_it_on_that_day(code: str, ancestor: str, day: date, answer: bool) -> None:
    assert TABLE.within(code, ancestor, day) is answer


def test_a_code_is_followed_to_what_it_became() -> None:
    assert TABLE.successor("430221", AFTER) == "430212"
    assert TABLE.successor("430221", BEFORE) == "430221"
    assert TABLE.successor("430212", BEFORE) is None


def test_a_code_without_one_heir_has_no_successor() -> None:
    assert TABLE.successor("220699", AFTER) is None
    assert TABLE.successor("220698", AFTER) is None
    assert TABLE.successor("999999", AFTER) is None


def test_changes_that_run_in_a_circle_are_not_followed_for_ever() -> None:
    table = DivisionTable.of(
        [Division("430001", "甲", "", None, END), Division("430002", "乙", "", None, END)],
        [Change("430001", "430002"), Change("430002", "430001")],
    )
    assert table.successor("430001", AFTER) is None


def test_counties_are_counted_below_any_level() -> None:
    assert [row.code for row in TABLE.counties("430000", AFTER)] == ["430212"]
    assert [row.code for row in TABLE.counties("430000", BEFORE)] == ["430221"]
    assert [row.code for row in TABLE.below("", AFTER)] == ["220000", "430000"]


def test_an_unknown_code_has_nothing_above_it() -> None:
    assert TABLE.ancestors("999999", AFTER) == ()
    assert TABLE.ancestors("430212100203", AFTER) == ("430212100000", "430212", "430200", "430000")


def test_two_rows_for_one_code_and_day_are_refused() -> None:
    with pytest.raises(ValueError, match="two rows for one day"):
        DivisionTable.of([Division("430000", "甲", "", None, END), Division("430000", "乙", "", END)])


@pytest.mark.parametrize("raw", ["430212", " 430212 ", 430212, "430212000000", "430212.0"])
def test_a_code_is_read_from_a_cell(raw: object) -> None:
    assert TABLE.read(raw, AFTER).value == "430212"
    assert TABLE.read(raw, AFTER).problems == ()


def test_an_outdated_code_is_asked_about_and_left_as_it_is() -> None:
    reading = TABLE.read("430221101", AFTER)
    assert reading.value == "430221101000"
    assert "430212" in reading.problems[0].says


@pytest.mark.parametrize("code", ["", "43", "43021", "4302121", "43021x", "４３０２１２"])
def test_other_shapes_are_no_codes(code: str) -> None:
    with pytest.raises(ValueError, match="6、9 或 12"):
        normal_code(code)
