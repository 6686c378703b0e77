"""Workbooks are read as they are: every kind of file, every encoding, formulas, dates, damage left visible."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from huibao.app.roster import check_file
from huibao.app.workbook import read_workbook
from huibao.domain.roster.column import Column
from huibao.domain.roster.source import SourceId
from huibao.domain.roster.verdict import Verdict
from tests.domain.roster.made_up import COUNTY, DAY, HOLDERS, codes, holder, identity

TEXT = "姓名,身份证号\n王明,430\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_in_any_usual_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes(TEXT.encode(encoding))
    read = read_workbook(path)
    assert read.kind == "csv"
    assert read.sheets[0].rows == [["姓名", "身份证号"], ["王明", "430"]]


def test_rare_characters_survive_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes("姓名,身份证号\n王𬱖·喆,1\n".encode("gb18030"))
    assert read_workbook(path).sheets[0].rows[1][0] == "王𬱖·喆"


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_a_csv_with_another_separator(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "名册.csv"
    path.write_text(TEXT.replace(",", mark), encoding="utf-8")
    assert read_workbook(path).sheets[0].rows[1] == ["王明", "430"]


def test_digits_protected_as_formula_text_in_a_csv_are_read(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text('姓名,身份证号\n王明,"=""430423198001010019"""\n', encoding="utf-8")
    assert read_workbook(path).sheets[0].rows[1][1] == "430423198001010019"


def test_an_xls_of_old_reads_like_an_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "名册.xls"
    made = xlwt.Workbook()
    sheet = made.add_sheet("名册")
    sheet.write_merge(0, 0, 0, 5, "残疾人名册")
    for at, (head, cell) in enumerate(zip(HOLDERS, holder(), strict=True)):
        sheet.write(1, at, head)
        sheet.write(2, at, cell)
    sheet.write(1, 6, "发证日期")
    sheet.write(2, 6, date(2020, 1, 1), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    made.add_sheet("旧表").visibility = 1
    made.save(str(path))
    check = check_file(path, None, taken_on=DAY)
    assert (check.workbook.kind, check.counts.ready, check.counts.rows_in) == ("xls", 1, 1)
    assert check.workbook.sheets[0].merged == (((0, 0), (0, 5)),)
    assert next(fact.from_on for fact in check.rows[0].facts if fact.kind == "disability") == date(2020, 1, 1)
    assert [note.code for note in check.notes] == ["BOOK-010"]


def test_dates_come_as_dates_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "日期.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.append(["甲", datetime(2020, 1, 1, 8, 0), 43831, 1.5, True, None])  # noqa: DTZ001 - worksheets know no zones
    made.save(path)
    assert read_workbook(path).sheets[0].rows == [["甲", date(2020, 1, 1), 43831.0, 1.5, True]] or read_workbook(
        path
    ).sheets[0].rows == [["甲", date(2020, 1, 1), 43831.0, 1.5, True, ""]]


def test_a_number_in_the_identity_column_stays_a_number_and_its_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "数字.xlsx"
    row = holder()
    row[1], row[2] = 430423198001010019, ""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.append(list(HOLDERS))
    page.append(list(row))
    made.save(path)
    check = check_file(path, SourceId.DISABILITY_CERTIFICATE, taken_on=DAY, area=COUNTY)
    assert check.rows[0].verdict is Verdict.REFUSED
    assert "IDENTITY-003" in codes(check.rows[0])


def formula_book(path: Path, value: str | None) -> Path:
    """A workbook whose second row computes the grade; `value` is the saved result, None for none."""
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("名册 & 附表")
        sheet.write_row(0, 0, HOLDERS)
        sheet.write_row(1, 0, holder())
        sheet.write_formula(1, 4, '="二"&"级"', None, "" if value is None else value)
    if value is None:  # spreadsheet programs save a result; programs that write xlsx often do not
        _strip_values(path)
    return path


def _strip_values(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</f><v></v>", b"</f>")
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)


def test_a_formula_with_its_saved_result_is_read(tmp_path: Path) -> None:
    check = check_file(formula_book(tmp_path / "公式.xlsx", "二级"), None, taken_on=DAY)
    assert check.rows[0].verdict is Verdict.READY


def test_a_formula_without_a_saved_result_refuses_its_row_and_names_the_column(tmp_path: Path) -> None:
    check = check_file(formula_book(tmp_path / "公式.xlsx", None), None, taken_on=DAY)
    (problem,) = check.rows[0].problems
    assert (problem.code, problem.field, check.rows[0].verdict) == ("ROSTER-035", "残疾等级", Verdict.REFUSED)


def test_several_sheets_each_with_its_own_header_are_one_roster(tmp_path: Path) -> None:
    path = tmp_path / "多表.xlsx"
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    first.title = "长江镇"
    first.append(["长江镇残疾人名册"])
    first.append(list(HOLDERS))
    first.append(list(holder()))
    second = made.create_sheet("新桥镇")
    second.append([*HOLDERS[1:], HOLDERS[0]])
    other = holder("李强", identity(order=3))
    second.append([*other[1:], other[0]])
    made.create_sheet("填表说明").append(["请按证件填写"])
    made.save(path)
    check = check_file(path, None, taken_on=DAY)
    assert [(each.name, each.rows) for each in check.sheets] == [("长江镇", 1), ("新桥镇", 1)]
    assert (check.counts.ready, check.counts.rows_in) == (2, 2)
    assert [note.code for note in check.notes] == ["BOOK-007"]
    assert check_file(path, None, taken_on=DAY, sheet="新桥镇").counts.rows_in == 1


def test_blank_lines_totals_signatures_and_repeated_headers_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "打印.csv"
    lines = [
        "残疾人名册",
        ",".join(HOLDERS),
        ",".join(str(cell) for cell in holder()),
        ",,,,,",
        ",".join(HOLDERS),
        ",".join(str(cell) for cell in holder("李强", identity(order=3))),
        "合计,2,,,,",
        "制表人：某某,,,,,",
    ]
    path.write_text("\n".join(lines), encoding="gb18030")
    check = check_file(path, None, taken_on=DAY)
    assert check.counts.rows_in == check.counts.ready == 2
    assert {skip.value: lines for skip, lines in check.sheets[0].skipped.items()} == {
        "blank": 1,
        "header_again": 1,
        "footer": 2,
    }


def test_the_county_is_told_from_the_rows_by_code_or_by_name(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    rows = ["姓名,身份证号,户籍地址,残疾类别,残疾等级", f"王明,{identity()},湖南省衡山县长江镇石子村,肢体,二级"]
    path.write_text("\n".join(rows), encoding="utf-8")
    check = check_file(path, None, taken_on=DAY)
    assert (check.area, check.area_name) == (COUNTY, "湖南省衡阳市衡山县")
    person = check.rows[0].person
    assert person is not None
    assert person.domicile == "430423104"
    assert Column.DOMICILE in check.sheets[0].layout.mapping
