"""The sender's own workbook comes back: its formatting kept, reasons in words, colour beside them, a summary."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from huibao.app import roster_reply
from huibao.app.roster import RosterCheck, check_file
from huibao.app.roster_reply import COLOURS, hand_back
from huibao.domain.roster.verdict import Verdict
from tests.app.roster_world import write
from tests.domain.roster.made_up import DAY, HOLDERS, holder, identity

OTHER = identity("19900101", 4)


def roster(path: Path) -> Path:
    """Four rows, one for each verdict, in a sheet with the sender's own bold title and a wide column."""
    doubtful = holder("赵敏", OTHER)
    doubtful[4] = "一级"
    refused = ["钱多", "4.30E+17", "", "肢体", "二级", "430423"]
    write(path, HOLDERS, holder(), doubtful, refused, holder())
    book = openpyxl.load_workbook(path)
    sheet = book["名册"]
    sheet["A1"].font = Font(bold=True, size=18)
    sheet.column_dimensions["B"].width = 33
    sheet.merge_cells("A1:F1")
    book.save(path)
    return path


def sheet_of(path: Path, name: str = "名册") -> Worksheet:
    sheet = openpyxl.load_workbook(path)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def fill(sheet: Worksheet, cell: str) -> str:
    return str(sheet[cell].fill.start_color.rgb)[-6:]


@pytest.fixture
def check(tmp_path: Path) -> RosterCheck:
    return check_file(roster(tmp_path / "名册.xlsx"), None, taken_on=DAY)


def test_each_row_gets_its_verdict_reason_and_remedy_in_words(check: RosterCheck, tmp_path: Path) -> None:
    sheet = sheet_of(hand_back(check, tmp_path / "退回.xlsx"))
    assert [sheet.cell(2, at).value for at in (7, 8, 9)] == ["核对结论", "原因", "处理办法"]
    assert [sheet.cell(row, 7).value for row in (3, 4, 5, 6)] == ["可用", "待核", "退回", "重复"]
    assert "ROSTER-042" in str(sheet["H4"].value)
    assert "第 20 位" in str(sheet["H4"].value)
    assert "请按证件更正" in str(sheet["I4"].value)
    assert "科学计数法" in str(sheet["H5"].value)
    assert sheet["H3"].value in {None, ""}


def test_verdicts_and_the_cells_they_are_about_are_coloured(check: RosterCheck, tmp_path: Path) -> None:
    sheet = sheet_of(hand_back(check, tmp_path / "退回.xlsx"))
    assert fill(sheet, "G4") == COLOURS[Verdict.DOUBTFUL]
    assert fill(sheet, "E4") == COLOURS[Verdict.DOUBTFUL]
    assert fill(sheet, "B5") == COLOURS[Verdict.REFUSED]
    assert fill(sheet, "A4") != COLOURS[Verdict.DOUBTFUL]


def test_the_senders_formatting_and_cells_stay_and_the_original_is_untouched(
    check: RosterCheck, tmp_path: Path
) -> None:
    before = check.workbook.path.read_bytes()
    sheet = sheet_of(hand_back(check, tmp_path / "退回.xlsx"))
    assert sheet["A1"].font.size == 18
    assert sheet.column_dimensions["B"].width == 33
    assert "A1:F1" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert sheet["B3"].value == identity()
    assert check.workbook.path.read_bytes() == before


def test_a_summary_sheet_counts_the_rows_and_explains_each_finding(check: RosterCheck, tmp_path: Path) -> None:
    sheet = sheet_of(hand_back(check, tmp_path / "退回.xlsx"), "核对汇总")
    lines = {str(row[0].value): str(row[1].value) for row in sheet.iter_rows()}
    assert lines["合计"] == "1 + 1 + 1 + 1 = 4"
    assert lines["ROSTER-060"].startswith("1 行")


def test_a_handed_back_workbook_can_be_corrected_and_sent_again(check: RosterCheck, tmp_path: Path) -> None:
    again = check_file(hand_back(check, tmp_path / "退回.xlsx"), None, taken_on=DAY)
    assert again.counts == check.counts
    assert [row.verdict for row in again.rows] == [row.verdict for row in check.rows]


def test_a_csv_comes_back_as_xlsx_with_its_numbers_as_text(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    lines = [",".join(HOLDERS), ",".join(str(cell) for cell in holder()), '=1+1,"4.30E+17",,肢体,二级,430423']
    path.write_text("\n".join(lines), encoding="gb18030")
    sheet = sheet_of(hand_back(check_file(path, None, taken_on=DAY), tmp_path / "退回.xlsx"))
    assert sheet["B2"].value == identity()
    assert sheet["B2"].data_type == "s"
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert sheet["G3"].value == "退回"


def test_a_roster_too_long_to_write_into_comes_back_anew_with_the_same_cells(
    check: RosterCheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_place = sheet_of(hand_back(check, tmp_path / "a.xlsx"))
    monkeypatch.setattr(roster_reply, "MOST_IN_PLACE", 3)
    anew = sheet_of(hand_back(check, tmp_path / "b.xlsx"))
    same = [[cell.value or "" for cell in row] for row in in_place.iter_rows(max_col=9)]
    assert [[cell.value or "" for cell in row] for row in anew.iter_rows(max_col=9)] == same
