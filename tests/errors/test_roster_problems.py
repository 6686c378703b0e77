"""One example for every problem a roster's rows may have, with how the row ends."""

from collections.abc import Sequence
from datetime import date

import pytest

from huibao.domain.roster import findings
from huibao.domain.roster.batch import KnownPerson
from huibao.domain.roster.body import body_of
from huibao.domain.roster.header import Cell, find_header
from huibao.domain.roster.place import places_for
from huibao.domain.roster.row import read_row
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.roster.verdict import RowContext, RowResult, Verdict
from huibao.kernel.division import Change, Division, DivisionTable
from huibao.kernel.problem import KINDS, ProblemKind
from huibao.rules.reference import division_table
from tests.domain.roster.made_up import COUNTY, DAY, DISABILITY, HOLDERS, certificate, holder, identity, judged

ME = identity()
OTHER = identity("19750315", 7)
CHILD_NOW_18 = identity("20070630", 2)
"""Eighteen on the very day of the roster."""


def with_columns(columns: Sequence[str], *cells: Cell, source: SourceId = DISABILITY) -> RowResult:
    """A faultless row with more columns."""
    (row,) = judged(source, (*HOLDERS, *columns), [*holder(), *cells])
    return row


def changed(at: str, cell: Cell) -> RowResult:
    """A faultless row with one cell replaced."""
    row = holder()
    row[HOLDERS.index(at)] = cell
    (result,) = judged(DISABILITY, HOLDERS, row)
    return result


def ends(row: RowResult, code: str, verdict: Verdict) -> bool:
    """The row has the finding, speaks both languages about it, and ends so."""
    (problem,) = [problem for problem in row.problems if problem.code == code]
    assert problem.do
    assert problem.do_en
    assert problem.says != problem.says_en
    assert problem.row is not None
    assert row.verdict is verdict
    return True


def test_a_faultless_row_is_ready_and_says_nothing() -> None:
    (row,) = judged(DISABILITY, HOLDERS, holder())
    assert (row.verdict, row.problems) == (Verdict.READY, ())


# --- the name ---


def test_a_row_without_a_name() -> None:
    assert ends(changed("姓名", ""), "ROSTER-010", Verdict.REFUSED)


@pytest.mark.parametrize(
    "typed, tidy",
    [
        ("王　明", "王明"),
        (" 王 明 ", "王明"),
        ("阿依•古丽", "阿依·古丽"),
        ("阿依．古丽", "阿依·古丽"),
        ("阿依・古丽", "阿依·古丽"),
        ("阿依.古丽", "阿依·古丽"),
    ],
)
def test_spaces_and_dots_of_all_kinds_are_tidied_visibly(typed: str, tidy: str) -> None:
    row = changed("姓名", typed)
    assert row.name == tidy
    if typed.strip() != tidy:
        assert ends(row, "ROSTER-011", Verdict.READY)
        assert tidy in row.problems[0].says


def test_a_private_use_character_in_a_name() -> None:
    row = changed("姓名", "王\ue844")
    assert ends(row, "ROSTER-012", Verdict.DOUBTFUL)
    assert "U+E844" in row.problems[0].says


@pytest.mark.parametrize("name", ["王?", "王□", "王*", "王�", "王3"])
def test_a_lost_character_in_a_name(name: str) -> None:
    assert ends(changed("姓名", name), "ROSTER-013", Verdict.DOUBTFUL)


@pytest.mark.parametrize(
    "written, recorded, code",
    [
        ("張偉", "张伟", "ROSTER-014"),
        ("王铭", "王明", "ROSTER-015"),
        ("李小红", "王明", "ROSTER-016"),
    ],
)
def test_a_name_other_than_the_recorded_one(written: str, recorded: str, code: str) -> None:
    known = {ME: KnownPerson(1, recorded)}
    (row,) = judged(DISABILITY, HOLDERS, holder(written), known=known)
    assert ends(row, code, Verdict.DOUBTFUL)
    assert recorded in row.problems[0].says


# --- numbers ---


def test_no_identity_number_but_a_certificate_that_embeds_it() -> None:
    row = changed("身份证号", "")
    assert ends(row, "ROSTER-029", Verdict.READY)
    assert row.person is not None
    assert row.person.identity == ME


@pytest.mark.parametrize(
    "day", [date(1980, 1, 2), "19800102", "1980.1.2", "1980年1月2日", "1980-01-02", "1980/1/2", 29222]
)
def test_a_birth_date_unlike_the_identity_number_in_any_way_of_writing(day: Cell) -> None:
    """Serial 29,222 is 2 January 1980: 25,569 (1 January 1970) + 3,652 (ten years with 1972 and 1976) + 1."""
    row = with_columns(("出生日期",), day)
    assert ends(row, "ROSTER-030", Verdict.DOUBTFUL)
    assert "1980-01-02" in row.problems[0].says


def test_a_sex_unlike_the_identity_number() -> None:
    assert ends(with_columns(("性别",), "女"), "ROSTER-031", Verdict.DOUBTFUL)


@pytest.mark.parametrize("cell", ["去年", "2020-13-01", "20200230", 5])
def test_a_date_that_is_none(cell: Cell) -> None:
    assert ends(with_columns(("发证日期",), cell), "ROSTER-033", Verdict.DOUBTFUL)


def test_a_date_after_the_rosters_day() -> None:
    assert ends(with_columns(("发证日期",), "2025-07-01"), "ROSTER-034", Verdict.DOUBTFUL)


def test_a_formula_whose_result_was_not_saved() -> None:
    sheet: list[list[Cell]] = [list(HOLDERS), [*holder()[:4], "", COUNTY]]
    layout = find_header(sheet)
    assert layout is not None
    context = RowContext(SOURCES[DISABILITY], layout.mapping, DAY, COUNTY, places_for(division_table(), COUNTY, DAY))
    (raw,) = body_of("名册", sheet, layout, layout.mapping, {1: frozenset({4})}).rows
    row = read_row(raw, context)
    assert ends(row, "ROSTER-035", Verdict.REFUSED)
    assert row.problems[0].field == "残疾等级"


def test_a_cell_longer_than_any_entry() -> None:
    assert ends(with_columns(("备注",), "长" * 501), "ROSTER-036", Verdict.REFUSED)


def test_a_certificate_that_embeds_another_identity_number() -> None:
    assert ends(changed("残疾证号", certificate(OTHER)), "ROSTER-041", Verdict.DOUBTFUL)


def test_a_grade_column_unlike_the_twentieth_digit() -> None:
    assert ends(changed("残疾等级", "一级"), "ROSTER-042", Verdict.DOUBTFUL)


def test_a_category_column_unlike_the_nineteenth_digit() -> None:
    assert ends(changed("残疾类别", "视力"), "ROSTER-043", Verdict.DOUBTFUL)


@pytest.mark.parametrize(
    "state, code, verdict",
    [
        ("冻结", "ROSTER-045", Verdict.DOUBTFUL),
        ("已注销", "ROSTER-046", Verdict.REFUSED),
        ("过期", "ROSTER-047", Verdict.DOUBTFUL),
    ],
)
def test_a_certificate_frozen_cancelled_or_expired(state: str, code: str, verdict: Verdict) -> None:
    assert ends(with_columns(("证件状态",), state), code, verdict)


def test_a_certificate_whose_last_day_has_passed() -> None:
    assert ends(with_columns(("有效期至",), "2025-06-29"), "ROSTER-047", Verdict.DOUBTFUL)
    assert with_columns(("有效期至",), "2025-06-30").verdict is Verdict.READY


def test_a_reissued_certificate_listed_as_a_second_person() -> None:
    again = holder()
    again[2] = certificate(ME, reissue=1)
    first, second = judged(DISABILITY, HOLDERS, holder(), again)
    assert ends(first, "ROSTER-048", Verdict.DUPLICATE)
    assert second.verdict is Verdict.READY


def test_neither_certificate_nor_category_and_grade() -> None:
    (row,) = judged(DISABILITY, HOLDERS, ["王明", ME, "", "", "二级", COUNTY])
    assert ends(row, "ROSTER-049", Verdict.REFUSED)


# --- standing and membership ---


@pytest.mark.parametrize("said", ["死亡", "已故", "病故"])
def test_a_dead_person_on_the_roster(said: str) -> None:
    assert ends(with_columns(("人员状态",), said), "ROSTER-050", Verdict.REFUSED)


def test_a_day_of_death_or_a_remark_that_says_nothing_else_also_tells() -> None:
    assert ends(with_columns(("死亡日期",), "2025-03-02"), "ROSTER-050", Verdict.REFUSED)
    assert ends(with_columns(("备注",), "2025年3月死亡"), "ROSTER-050", Verdict.REFUSED)
    assert with_columns(("备注",), "父亲死亡").verdict is Verdict.READY


def test_a_person_who_moved_away() -> None:
    assert ends(with_columns(("人员状态",), "户口迁出"), "ROSTER-051", Verdict.REFUSED)


INSTITUTION = ("姓名", "身份证号", "机构名称", "入院日期", "离院日期", "区划代码")


def test_a_child_who_is_eighteen_on_the_rosters_day() -> None:
    source = SourceId.REHABILITATION
    rows = [["李小", CHILD_NOW_18, "春苗康复中心", "2020-03-01", "", COUNTY]]
    (row,) = judged(source, INSTITUTION, *rows)
    assert ends(row, "ROSTER-052", Verdict.DOUBTFUL)
    (eve,) = judged(source, INSTITUTION, *rows, taken_on=date(2025, 6, 29))
    assert eve.verdict is Verdict.READY


RELIEF = ("姓名", "身份证号", "脱贫属性", "区划代码")


def test_a_kind_of_hardship_nobody_knows() -> None:
    (row,) = judged(SourceId.POVERTY_RELIEF, RELIEF, ["王明", ME, "一般户", COUNTY])
    assert ends(row, "ROSTER-053", Verdict.DOUBTFUL)


def test_a_needed_cell_left_empty() -> None:
    (row,) = judged(SourceId.CARE, INSTITUTION, ["王明", ME, "", "", "", COUNTY])
    assert ends(row, "ROSTER-054", Verdict.DOUBTFUL)


def test_a_person_who_has_left_the_institution() -> None:
    (row,) = judged(SourceId.CARE, INSTITUTION, ["王明", ME, "阳光托养中心", "2020-03-01", "2025-05-31", COUNTY])
    assert ends(row, "ROSTER-056", Verdict.REFUSED)


def test_a_row_whose_every_column_says_no() -> None:
    header = ("姓名", "身份证号", "是否低保", "是否特困", "区划代码")
    (row,) = judged(SourceId.LOW_INCOME, header, ["王明", ME, "否", "否", COUNTY])
    assert ends(row, "ROSTER-057", Verdict.REFUSED)


# --- between rows, and with the records ---


def test_the_same_row_twice() -> None:
    first, second = judged(DISABILITY, HOLDERS, holder(), holder())
    assert first.verdict is Verdict.READY
    assert ends(second, "ROSTER-060", Verdict.DUPLICATE)
    assert "第 2 行" in second.problems[0].says


def test_two_people_under_one_identity_number() -> None:
    first, second = judged(DISABILITY, HOLDERS, holder("王明"), holder("李小红"))
    assert ends(first, "ROSTER-061", Verdict.DOUBTFUL)
    assert ends(second, "ROSTER-061", Verdict.DOUBTFUL)


def test_one_person_under_two_identity_numbers() -> None:
    header = (*HOLDERS, "现住址")
    twin = identity("19800101", 3)
    first, second = judged(DISABILITY, header, [*holder(), "幸福路 8 号"], [*holder(number=twin), "幸福路 8 号"])
    assert ends(first, "ROSTER-062", Verdict.DOUBTFUL)
    assert ends(second, "ROSTER-062", Verdict.DOUBTFUL)


def test_a_person_whom_another_county_lists_too() -> None:
    known = {ME: KnownPerson(1, "王明", elsewhere="430424", elsewhere_since=date(2025, 1, 1))}
    (row,) = judged(DISABILITY, HOLDERS, holder(), known=known)
    assert ends(row, "ROSTER-063", Verdict.DOUBTFUL)
    assert "430424" in row.problems[0].says


def test_one_phone_for_forty_people_is_not_taken_as_anybodys_own() -> None:
    people = [[*holder(f"王{chr(0x4E00 + at)}", identity("19800101", at)), "13900001234"] for at in range(1, 41)]
    rows = judged(DISABILITY, (*HOLDERS, "联系电话"), *people)
    assert all(ends(row, "ROSTER-064", Verdict.READY) for row in rows)
    assert {row.person.phone for row in rows if row.person} == {""}


def test_nine_people_of_one_household_may_share_a_phone() -> None:
    people = [[*holder(f"王{chr(0x4E00 + at)}", identity("19800101", at)), "13900001234"] for at in range(1, 10)]
    rows = judged(DISABILITY, (*HOLDERS, "联系电话"), *people)
    assert {row.person.phone for row in rows if row.person} == {"13900001234"}


def test_a_person_recorded_as_dead_but_still_listed() -> None:
    known = {ME: KnownPerson(1, "王明", died_on=date(2024, 12, 1))}
    (row,) = judged(DISABILITY, HOLDERS, holder(), known=known)
    assert ends(row, "ROSTER-065", Verdict.DOUBTFUL)


def test_two_rows_of_one_person_that_say_otherwise() -> None:
    first, second = judged(DISABILITY, HOLDERS, holder(grade=2), holder(grade=1))
    assert first.verdict is Verdict.READY
    assert ends(second, "ROSTER-066", Verdict.DOUBTFUL)
    assert "physical/2" in second.problems[0].says
    assert "physical/1" in second.problems[0].says


# --- the domicile ---


def test_a_village_merged_into_another_is_carried_over_with_notice() -> None:
    table = DivisionTable.of(
        (
            Division("430000", "湖南省", ""),
            Division("430400", "衡阳市", "430000"),
            Division(COUNTY, "衡山县", "430400"),
            Division("430423104000", "长江镇", COUNTY),
            Division("430423104201", "石子村", "430423104000", to_on=date(2023, 12, 31)),
            Division("430423104202", "新塘村", "430423104000"),
        ),
        (Change("430423104201", "430423104202"),),
    )
    old = holder()
    old[5] = "430423104201"
    (row,) = judged(DISABILITY, HOLDERS, old, table=table)
    assert ends(row, "ROSTER-070", Verdict.READY)
    assert row.person is not None
    assert row.person.domicile == "430423104202"
    (before,) = judged(DISABILITY, HOLDERS, old, table=table, taken_on=date(2023, 6, 30))
    assert before.person is not None
    assert before.person.domicile == "430423104201"


def test_a_county_that_became_a_city_is_carried_over_with_notice() -> None:
    """祁阳县 431121 has been 祁阳市 431181 since 2021."""
    old = holder()
    old[5] = "431121"
    (row,) = judged(DISABILITY, HOLDERS, old, area="431181")
    assert ends(row, "ROSTER-070", Verdict.READY)
    assert row.person is not None
    assert row.person.domicile == "431181"


@pytest.mark.parametrize("code", ["999999", "4304231", "某县"])
def test_a_domicile_nobody_knows(code: str) -> None:
    assert ends(changed("区划代码", code), "ROSTER-071", Verdict.DOUBTFUL)


@pytest.mark.parametrize("area", [COUNTY, ""])
def test_a_county_nobody_knows_by_name(area: str) -> None:
    """Also on a roster that does not say whose it is: there is no county to take the name for."""
    row = [*holder()[:5], "无此县"]
    (found,) = judged(DISABILITY, (*HOLDERS[:5], "县区"), row, area=area)
    assert ends(found, "ROSTER-071", Verdict.DOUBTFUL)


def test_a_domicile_outside_the_rosters_county() -> None:
    assert ends(changed("区划代码", "430424"), "ROSTER-072", Verdict.DOUBTFUL)


def test_no_readable_domicile_is_recorded_under_the_rosters_county() -> None:
    row = changed("区划代码", "")
    assert ends(row, "ROSTER-073", Verdict.READY)
    assert row.person is not None
    assert row.person.domicile == COUNTY


def test_every_finding_is_registered_under_its_code() -> None:
    kinds = [kind for kind in vars(findings).values() if isinstance(kind, ProblemKind)]
    assert all(KINDS[kind.code] is kind for kind in kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)
