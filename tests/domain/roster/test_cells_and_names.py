"""Single cells: days, yes and no, categories, grades, phones; names and how alike they are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.roster.cells import category_of, day_of, grade_of, phone_of, text_of, yes_or_no
from huibao.domain.roster.hardship import kinds_of, relief_of
from huibao.domain.roster.header import Cell
from huibao.domain.roster.naming import TRADITIONAL, Likeness, is_private, likeness, tidy_name
from huibao.domain.roster.person import FactKind
from huibao.rules.facts import DisabilityCategory

NEW_YEAR = date(2020, 1, 1)


@pytest.mark.parametrize(
    "cell",
    [
        NEW_YEAR,
        datetime(2020, 1, 1, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        43831.0,
        "43831",
        "20200101",
        "2020.1.1",
        "2020.01.01",
        "2020-1-1",
        "2020/01/01",
        "2020年1月1日",
        "２０２０年１月１日",
        " 2020-01-01 00:00:00",
    ],
)
def test_a_day_is_read_in_every_way_of_writing_it(cell: Cell) -> None:
    """43,831 is Excel's serial number of 1 January 2020."""
    assert day_of(cell) == NEW_YEAR


@pytest.mark.parametrize("cell", ["", None, "无", "/", "—"])
def test_an_empty_day_is_none(cell: Cell) -> None:
    assert day_of(cell) is None


@pytest.mark.parametrize("cell", ["2020", "202001", "2020-02-30", "20201301", True, 1.5, "长期", 12, "1月1日"])
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        day_of(cell)


@given(st.dates(date(1910, 1, 1), date(2098, 12, 31)))
def test_any_day_written_out_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    written = [
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        str(serial),
    ]
    assert {day_of(text) for text in written} == {day}


@pytest.mark.parametrize(
    "cell, text", [(1.0, "1"), (1.5, "1.5"), (None, ""), (True, "是"), ("'４３０ ", "430"), (7, "7")]
)
def test_text_of_a_cell(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    "text, says", [("是", True), ("√", True), ("1", True), ("否", False), ("", False), ("低保", None)]
)
def test_yes_no_or_neither(text: str, says: bool | None) -> None:
    assert yes_or_no(text) is says


@pytest.mark.parametrize(
    "text, category",
    [
        ("视力", DisabilityCategory.VISUAL),
        ("听力残疾", DisabilityCategory.HEARING),
        ("言语", DisabilityCategory.SPEECH),
        ("4", DisabilityCategory.PHYSICAL),
        ("5", DisabilityCategory.INTELLECTUAL),
        ("6", DisabilityCategory.MENTAL),
        ("多重（肢体、智力）", DisabilityCategory.MULTIPLE),
        ("肢体、听力", DisabilityCategory.MULTIPLE),
        ("健全", None),
        ("8", None),
    ],
)
def test_categories_by_word_or_by_the_certificates_digit(text: str, category: DisabilityCategory | None) -> None:
    assert category_of(text) == category


@pytest.mark.parametrize(
    "text, grade",
    [("一级", 1), ("2", 2), ("三级肢体", 3), ("肆级", 4), ("II级", 2), ("IV", 4), ("五级", None), ("一级或二级", None)],
)
def test_grades_by_word_or_digit(text: str, grade: int | None) -> None:
    assert grade_of(text) == grade


@pytest.mark.parametrize(
    "text, phone",
    [
        ("139 0000 1234", "13900001234"),
        ("+8613900001234", "13900001234"),
        ("0734-5812345", "07345812345"),
        ("无；13900001234", "13900001234"),
        ("5812345", "5812345"),
        ("1234", None),
        ("", None),
    ],
)
def test_phones_are_reduced_to_digits_that_can_be_dialled(text: str, phone: str | None) -> None:
    assert phone_of(text) == phone


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("低保", {FactKind.SUBSISTENCE_ALLOWANCE: "yes"}),
        ("低保边缘家庭", {FactKind.SUBSISTENCE_MARGINAL: "yes"}),
        ("特困供养", {FactKind.DESTITUTE: "yes"}),
        ("低保、脱贫享受政策", {FactKind.SUBSISTENCE_ALLOWANCE: "yes", FactKind.POVERTY_RELIEF: "enjoying"}),
        ("脱贫不享受政策", {FactKind.POVERTY_RELIEF: "not_enjoying"}),
        ("脱贫不稳定户", {FactKind.UNSTABLE: "yes"}),
        ("边缘易致贫户", {FactKind.MARGINAL: "yes"}),
        ("突发严重困难户", {FactKind.SUDDEN_HARDSHIP: "yes"}),
        ("即时帮扶", {FactKind.INSTANT_HELP: "yes"}),
        ("低收入家庭", {FactKind.LOW_INCOME: "yes"}),
        ("非低保", {}),
        ("一般户", {}),
    ],
)
def test_hardship_words_name_their_facts(text: str, kinds: dict[FactKind, str]) -> None:
    assert dict(kinds_of(text)) == kinds


@pytest.mark.parametrize(
    "text, relief", [("是", "enjoying"), ("未享受", "not_enjoying"), ("脱贫享受政策", "enjoying"), ("否", None)]
)
def test_the_column_of_poverty_relief(text: str, relief: str | None) -> None:
    assert relief_of(text) == relief


@pytest.mark.parametrize(
    "one, other, alike",
    [
        ("张伟", "张伟", Likeness.SAME),
        ("張偉", "张伟", Likeness.VARIANT),
        ("王铭", "王明", Likeness.CLOSE),
        ("王", "李", Likeness.OTHER),
        ("王明", "王小明", Likeness.OTHER),
    ],
)
def test_how_alike_two_names_are(one: str, other: str, alike: Likeness) -> None:
    assert likeness(one, other) is alike
    assert likeness(other, one) is alike


def test_every_traditional_character_leads_to_another_one_and_stops_there() -> None:
    pairs = {chr(source): target for source, target in TRADITIONAL.items() if chr(source) != target}
    assert len(pairs) > 200
    assert all(len(str(target)) == 1 and target not in pairs for target in pairs.values())


def test_private_characters_of_both_areas_are_seen() -> None:
    assert is_private("\ue000")
    assert is_private("\U000f0000")
    assert not is_private("王")
    assert not is_private("𬱖")


@given(st.text(max_size=12))
def test_tidying_a_name_twice_changes_nothing_more(text: str) -> None:
    once = tidy_name(text).name
    assert tidy_name(once).name == once
