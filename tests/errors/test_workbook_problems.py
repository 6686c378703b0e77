"""One example for every reason a file of a roster cannot be read; nothing is half read."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from huibao.app import workbook, workbook_package
from huibao.app.roster import check_file
from huibao.app.roster_reply import hand_back
from huibao.app.workbook import read_workbook
from huibao.app.workbook_refusals import MAX_FILE_BYTES
from huibao.domain.roster.source import SourceId
from huibao.kernel.problem import Problem, Refused
from tests.domain.roster.made_up import DAY, HOLDERS, holder


def refused(path: Path, sheet: str | None = None) -> Problem:
    with pytest.raises(Refused) as caught:
        read_workbook(path, sheet)
    (problem,) = caught.value.problems
    assert problem.do
    assert problem.do_en
    return problem


def book(path: Path, rows: Sequence[list[Any]] = ([*HOLDERS], [*holder()]), sheet: str = "名册") -> Path:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    made.save(path)
    return path


def test_a_file_of_300_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as sparse:
        sparse.truncate(300 * 1024 * 1024)
    problem = refused(path)
    assert problem.code == "BOOK-001"
    assert "300 MB" in problem.says
    assert f"{MAX_FILE_BYTES // 1024 // 1024} MB" in problem.says


def test_a_truncated_xlsx(tmp_path: Path) -> None:
    path = book(tmp_path / "截断.xlsx")
    path.write_bytes(path.read_bytes()[:2000])
    assert refused(path).code == "BOOK-002"


def test_a_truncated_xls(tmp_path: Path) -> None:
    made = xlwt.Workbook()
    made.add_sheet("名册").write(0, 0, "姓名")
    path = tmp_path / "截断.xls"
    made.save(str(path))
    path.write_bytes(path.read_bytes()[:1500])
    assert refused(path).code == "BOOK-002"


def test_an_xlsx_with_a_spoilt_part(tmp_path: Path) -> None:
    path = book(tmp_path / "坏.xlsx")
    data = bytearray(path.read_bytes())
    at = data.find(b"xl/worksheets/sheet1.xml") + 40
    data[at : at + 30] = b"\xff" * 30
    path.write_bytes(bytes(data))
    assert refused(path).code == "BOOK-002"


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    path = book(tmp_path / "加密.xlsx")
    locked = io.BytesIO()
    with path.open("rb") as plain:
        OOXMLFile(plain).encrypt("made-up", locked)
    path.write_bytes(locked.getvalue())
    assert refused(path).code == "BOOK-003"


@pytest.mark.parametrize(
    "name, data",
    [
        ("网页.xls", b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table></html>"),
        ("说明.pdf", b"%PDF-1.4 not a roster"),
        ("图片.csv", b"\x00\x01\x02\x00"),
    ],
)
def test_what_is_no_workbook_at_all(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert refused(path).code == "BOOK-004"


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "资料.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "资料")
    assert refused(path).code == "BOOK-004"


def test_a_csv_in_an_encoding_that_is_neither_utf_8_nor_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "乱码.csv"
    path.write_bytes(b"name,id\n\xff\xff\xff,1\n")
    problem = refused(path)
    assert problem.code == "BOOK-005"
    assert "9" in problem.says


def test_an_empty_workbook_and_an_empty_csv(tmp_path: Path) -> None:
    assert refused(book(tmp_path / "空.xlsx", [])).code == "BOOK-006"
    path = tmp_path / "空.csv"
    path.write_bytes(b"")
    assert refused(path).code == "BOOK-006"


def test_a_sheet_without_a_header(tmp_path: Path) -> None:
    path = book(tmp_path / "无表头.xlsx", [["甲", "乙"], ["丙", "丁"]])
    with pytest.raises(Refused) as caught:
        check_file(path, None, taken_on=DAY)
    assert [problem.code for problem in caught.value.problems] == ["BOOK-007"]


def test_more_rows_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    rows: list[list[Any]] = [["姓名"], ["甲"], ["乙"], ["丙"]]
    assert refused(book(tmp_path / "多.xlsx", rows)).code == "BOOK-008"
    path = tmp_path / "多.csv"
    path.write_text("姓名\n甲\n乙\n丙\n", encoding="utf-8")
    assert refused(path).code == "BOOK-008"


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    problem = refused(book(tmp_path / "名册.xlsx"), "第二页")
    assert problem.code == "BOOK-009"
    assert "名册" in problem.says


def test_a_hidden_sheet_is_left_out_and_said_so(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.append(list(HOLDERS))
    hidden = made.create_sheet("旧名册")
    hidden.append(["姓名"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "名册.xlsx"
    made.save(path)
    read = read_workbook(path)
    assert [note.code for note in read.notes] == ["BOOK-010"]
    assert [sheet.name for sheet in read.sheets] == ["Sheet"]
    assert read_workbook(path, "旧名册").sheets[0].rows == [["姓名"]]


def test_more_columns_than_any_roster_has(tmp_path: Path) -> None:
    wide = [f"列{at}" for at in range(301)]
    assert refused(book(tmp_path / "宽.xlsx", [list(wide)])).code == "BOOK-011"
    path = tmp_path / "宽.csv"
    path.write_text(",".join(wide), encoding="utf-8")
    assert refused(path).code == "BOOK-011"


def test_a_stray_cell_at_the_far_end_of_the_sheet(tmp_path: Path) -> None:
    for cell, code in (("XFD2", "BOOK-011"), ("A1048576", "BOOK-008")):
        made = openpyxl.Workbook()
        page = made.active
        assert page is not None
        page.append(list(HOLDERS))
        page[cell] = "x"
        path = tmp_path / f"{cell}.xlsx"
        made.save(path)
        assert refused(path).code == code


@pytest.mark.parametrize("at", [1424, 1548])
def test_an_xls_so_broken_that_its_reader_dies_takes_nobody_with_it(tmp_path: Path, at: int) -> None:
    """One byte changed: at the first place the reader panics, at the second it asks for all memory and aborts."""
    made = xlwt.Workbook()
    sheet = made.add_sheet("表")
    for row in range(30):
        sheet.write(row, 0, "姓名")
        sheet.write(row, 1, row)
    path = tmp_path / "坏.xls"
    made.save(str(path))
    data = bytearray(path.read_bytes())
    data[at] = 0xFF
    path.write_bytes(bytes(data))
    assert refused(path).code == "BOOK-002"


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "没有.xlsx").code == "BOOK-012"
    assert refused(tmp_path).code == "BOOK-012"


def test_a_small_file_that_unpacks_to_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_package, "MAX_UNPACKED_BYTES", 1024 * 1024)
    path = tmp_path / "炸弹.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", " " * (2 * 1024 * 1024))
    assert path.stat().st_size < 10_000
    assert refused(path).code == "BOOK-013"


def test_a_handed_back_workbook_that_cannot_be_written(tmp_path: Path) -> None:
    check = check_file(book(tmp_path / "名册.xlsx"), SourceId.DISABILITY_CERTIFICATE, taken_on=DAY)
    with pytest.raises(Refused) as caught:
        hand_back(check, tmp_path / "没有的文件夹" / "退回.xlsx")
    assert [problem.code for problem in caught.value.problems] == ["BOOK-014"]


def test_a_csv_that_is_handed_back_to_where_nothing_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "名册[1].csv"
    path.write_text(f"{','.join(HOLDERS)}\n{','.join(map(str, holder()))}\n", encoding="utf-8")
    check = check_file(path, SourceId.DISABILITY_CERTIFICATE, taken_on=DAY)
    with pytest.raises(Refused) as caught:
        hand_back(check, tmp_path / "没有的文件夹" / "退回.xlsx")
    assert [problem.code for problem in caught.value.problems] == ["BOOK-014"]
    hand_back(check, tmp_path / "退回.xlsx")
    assert openpyxl.load_workbook(tmp_path / "退回.xlsx").sheetnames == ["名册_1_", "核对汇总"]
