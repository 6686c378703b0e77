"""The header is found below titles and over merged cells, and each column's meaning is guessed with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.roster.column import TITLES, Column
from huibao.domain.roster.header import (
    BY_CONTENT,
    CERTAIN,
    HANDED_BACK,
    LIKELY,
    Cell,
    find_header,
    is_header_again,
    meaning,
)
from huibao.domain.roster.mapping import chosen, lacking, remembered
from huibao.domain.roster.source import SOURCES, SourceId, guess_source
from huibao.domain.roster.words import WORDS
from tests.domain.roster.made_up import certificate, identity

SIMPLE: list[list[Cell]] = [["姓名", "性别", "身份证号"], ["王明", "男", identity()]]


def test_a_header_in_the_first_row() -> None:
    layout = find_header(SIMPLE)
    assert layout is not None
    assert (layout.first, layout.depth, layout.first_data) == (0, 1, 1)
    assert layout.mapping == {Column.NAME: 0, Column.SEX: 1, Column.IDENTITY: 2}


def test_a_workbook_that_comes_back_with_our_columns_has_the_header_it_had() -> None:
    before = find_header(SIMPLE)
    added: list[list[Cell]] = [[*SIMPLE[0], *HANDED_BACK], [*SIMPLE[1], "退回", "身份证号只有 6 位", "请补全"]]
    again: list[list[Cell]] = [[*added[0], *HANDED_BACK], [*added[1], "可用", "", ""]]
    spaced: list[list[Cell]] = [[*SIMPLE[0], "", *HANDED_BACK], [*SIMPLE[1], "", "可用", "", ""]]
    assert before is not None
    assert [find_header(rows) for rows in (added, again, spaced)] == [before] * 3
    # A sender's own column of that name is the sender's.
    theirs = find_header([[*SIMPLE[0], "原因"], [*SIMPLE[1], "在外务工"]])
    assert theirs is not None
    assert theirs.labels == ("姓名", "性别", "身份证号", "原因")


def test_two_header_rows_handed_back_are_the_two_they_were() -> None:
    rows: list[list[Cell]] = [["姓名", "户籍地址", ""], ["", "区", "街道"], ["王明", "甲区", "乙街道"]]
    back: list[list[Cell]] = [[*rows[0], "", "", ""], [*rows[1], *HANDED_BACK], [*rows[2], "可用", "", ""]]
    before, after = find_header(rows), find_header(back)
    assert before is not None
    assert after is not None
    assert after.fingerprint == before.fingerprint


def test_title_rows_above_the_header_are_passed_over() -> None:
    titles: list[list[Cell]] = [["某县 2025 年残疾人名册"], ["填报单位：某县残联", "", "填报日期：2025年6月30日"], []]
    layout = find_header(titles + SIMPLE)
    assert layout is not None
    assert (layout.first, layout.depth) == (3, 1)


def test_two_header_rows_with_merged_cells_tell_domicile_from_residence() -> None:
    rows: list[list[Cell]] = [
        ["序号", "姓名", "身份证号", "户籍地址", "", "", "现在地址", "", "", "手机"],
        ["", "", "", "区", "街道", "社区", "区", "街道", "社区", ""],
        ["1", "王明", identity(), "甲区", "乙街道", "丙社区", "丁区", "戊街道", "己社区", "13900001234"],
    ]
    merged = [((0, 3), (0, 5)), ((0, 6), (0, 8)), *(((0, at), (1, at)) for at in (0, 1, 2, 9))]
    layout = find_header(rows, merged)
    assert layout is not None
    assert (layout.first, layout.depth) == (0, 2)
    assert layout.mapping[Column.DOMICILE_COUNTY] == 3
    assert layout.mapping[Column.DOMICILE_VILLAGE] == 5
    assert layout.mapping[Column.RESIDENCE_COUNTY] == 6
    assert layout.mapping[Column.PHONE] == 9
    assert layout.guesses[4].label == "户籍地址/街道"


def test_a_csv_has_no_merged_cells_so_a_blank_header_inherits_from_its_left() -> None:
    rows: list[list[Cell]] = [
        ["姓名", "身份证号", "监护人", "", "户籍地址", ""],
        ["", "", "姓名", "电话", "乡镇", "村"],
        ["王明", identity(), "王强", "13900001234", "甲镇", "乙村"],
    ]
    layout = find_header(rows)
    assert layout is not None
    assert layout.depth == 2
    assert layout.mapping == {
        Column.NAME: 0,
        Column.IDENTITY: 1,
        Column.GUARDIAN: 2,
        Column.GUARDIAN_PHONE: 3,
        Column.DOMICILE_TOWN: 4,
        Column.DOMICILE_VILLAGE: 5,
    }


@pytest.mark.parametrize(
    "label, column, confidence",
    [
        ("姓名", Column.NAME, CERTAIN),
        ("姓 名", Column.NAME, CERTAIN),
        ("＊姓名（必填）", Column.NAME, CERTAIN),
        ("公民身份号码", Column.IDENTITY, CERTAIN),
        ("残疾人证号", Column.CERTIFICATE, CERTAIN),
        ("即时帮扶认定日期", Column.RECOGNISED_ON, CERTAIN),
        ("户编号", Column.HOUSEHOLD_NO, CERTAIN),
        ("是否低保", Column.SUBSISTENCE, CERTAIN),
        ("是否低保边缘家庭", Column.SUBSISTENCE_MARGINAL, CERTAIN),
        ("开户银行账号", Column.BANK_ACCOUNT, LIKELY),
        ("残疾人姓名（与身份证一致）", Column.NAME, CERTAIN),
        ("民族", None, 0),
        ("", None, 0),
    ],
)
def test_real_header_words_are_known(label: str, column: Column | None, confidence: int) -> None:
    found, sure, reason, reason_en = meaning((label,))
    assert (found, sure) == (column, confidence)
    assert reason
    assert reason_en


def test_values_tell_a_certificate_number_from_an_identity_number_under_the_same_word() -> None:
    number = identity()
    rows: list[list[Cell]] = [["姓名", "证件号码", "证件编号"], ["王明", certificate(number), number]]
    layout = find_header(rows)
    assert layout is not None
    assert layout.mapping[Column.CERTIFICATE] == 1
    assert layout.mapping[Column.IDENTITY] == 2
    assert layout.guesses[1].confidence == BY_CONTENT
    assert "残疾证号" in layout.guesses[1].reason


def test_of_two_columns_for_one_meaning_the_left_one_keeps_it_and_the_other_says_so() -> None:
    layout = find_header([["姓名", "身份证号", "手机", "宅电"], ["王明", identity(), "13900001234", ""]])
    assert layout is not None
    assert layout.mapping[Column.PHONE] == 2
    assert layout.guesses[3].column is None
    assert "第 3 列" in layout.guesses[3].reason


@pytest.mark.parametrize(
    "rows", [[], [[]], [["名册"]], [["名册", ""], ["王明", identity()]], [["甲", "乙", "丙"]] * 40]
)
def test_no_header_is_no_layout(rows: list[list[Cell]]) -> None:
    assert find_header(rows) is None


def test_a_header_printed_again_on_the_next_page_is_recognised() -> None:
    layout = find_header(SIMPLE)
    assert layout is not None
    assert is_header_again(SIMPLE[0], layout)
    assert not is_header_again(SIMPLE[1], layout)


def test_a_persons_wishes_go_over_the_guesses_by_header_text_or_column_letter() -> None:
    layout = find_header([["姓名", "身份证号", "曾用号"], ["王明", "1", identity()]])
    assert layout is not None
    wished, problems = chosen(layout, {"identity": "C", "姓名": "姓名"})
    assert problems == ()
    assert wished.mapping == {Column.NAME: 0, Column.IDENTITY: 2}


def test_a_confirmed_mapping_is_recalled_for_the_same_header() -> None:
    layout = find_header([["姓名", "身份证号", "曾用号"], ["王明", "1", identity()]])
    assert layout is not None
    known = remembered(layout, {"name": 0, "identity": 2})
    assert known.mapping == {Column.NAME: 0, Column.IDENTITY: 2}
    assert known.fingerprint == layout.fingerprint


@pytest.mark.parametrize("source", list(SOURCES))
def test_each_source_says_which_of_its_columns_are_missing(source: SourceId) -> None:
    layout = find_header([["性别", "出生日期"]])
    assert layout is not None
    (problem,) = lacking(SOURCES[source], layout, "名册.xlsx")
    assert "姓名" in problem.says
    assert "性别、出生日期" in problem.says


@pytest.mark.parametrize(
    "columns, title, source",
    [
        ({Column.CERTIFICATE, Column.GRADE}, "", SourceId.DISABILITY_CERTIFICATE),
        ({Column.SUBSISTENCE}, "", SourceId.LOW_INCOME),
        ({Column.RELIEF, Column.HOUSEHOLD_NO}, "", SourceId.POVERTY_RELIEF),
        ({Column.RECOGNISED_ON}, "即时帮扶名册", SourceId.INSTANT_HELP),
        ({Column.INSTITUTION}, "康复机构受训儿童", SourceId.REHABILITATION),
        ({Column.INSTITUTION}, "托养机构", SourceId.CARE),
        ({Column.SPORT}, "", SourceId.ATHLETES),
        ({Column.NAME}, "", None),
    ],
)
def test_the_kind_of_roster_is_suggested_by_columns_and_title(
    columns: set[Column], title: str, source: SourceId | None
) -> None:
    assert guess_source(frozenset(columns), title) is source


def test_every_column_has_a_name_and_words_and_no_word_means_two_things() -> None:
    assert set(TITLES) == set(Column) == set(WORDS)
    words = [word for held in WORDS.values() for word in held]
    assert sorted(words) == sorted(set(words))


@given(
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=6), st.integers(), st.booleans()), max_size=5), max_size=8)
)
def test_any_sheet_whatever_gives_a_layout_within_it_or_none(rows: list[list[Cell]]) -> None:
    layout = find_header(rows)
    assert layout is None or (layout.first >= 0 and layout.first_data <= len(rows))
