"""A province's roster says of every row what a county's does: columns and rows, stretch and whole, agree."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.app.roster import RosterCheck, check_file
from huibao.bulk.roster import PASSES, BulkCheck, check_roster, open_pages, read_findings
from huibao.bulk.roster.chunk import Judge, Stretch
from huibao.bulk.roster.clean import Looker
from huibao.domain.roster.header import Cell, find_header
from huibao.domain.roster.place import places_for
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.roster.verdict import RowContext
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from tests.bulk.rosters import HEADS, MessySheet, messy, messy_sheet, someone, write_csv, write_xlsx
from tests.domain.roster.made_up import COUNTY, identity

FULL = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
DAY = date(2025, 6, 30)
AREAS = st.sampled_from((None, COUNTY, "430000", "430400", "370100"))


def told(path: Path, source: SourceId | None, area: str | None, *, stretch: int) -> tuple[object, object]:
    """What the two ways say of a file, each as plain values."""
    try:
        whole: object = _plain(check_file(path, source, taken_on=DAY, area=area))
    except Refused as refused:
        whole = refused.problems
    with TemporaryDirectory() as folder:
        try:
            opened = open_pages(path)
            found = check_roster(opened, source, taken_on=DAY, folder=Path(folder), area=area, stretch=stretch)
            rows = [(row.sheet, row.row_no, row.verdict, row.problems) for row in read_findings(Path(folder))]
            return whole, (*_about(found), rows)
        except Refused as refused:
            return whole, refused.problems


def _plain(check: RosterCheck) -> tuple[object, ...]:
    rows = [(row.sheet, row.row_no, row.verdict, row.problems) for row in check.rows if row.problems]
    return (*_about(check), rows)


def _about(check: RosterCheck | BulkCheck) -> tuple[object, ...]:
    return check.source, check.area, check.area_name, check.counts, check.by_code, check.notes, check.sheets


@given(messy(), AREAS, st.integers(1, 60), st.booleans())
def test_a_messy_workbook_gets_the_same_verdicts_and_findings(
    roster: tuple[SourceId, tuple[MessySheet, ...]], area: str | None, stretch: int, guessed: bool
) -> None:
    source, sheets = roster
    with TemporaryDirectory() as scratch:
        path = write_xlsx(Path(scratch) / "名册.xlsx", sheets)
        whole, bulk = told(path, None if guessed else source, area, stretch=stretch)
    assert bulk == whole


@given(messy(sheets=1), AREAS, st.integers(1, 60), st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16")))
def test_a_messy_text_in_any_encoding_gets_the_same_verdicts_and_findings(
    roster: tuple[SourceId, tuple[MessySheet, ...]], area: str | None, stretch: int, encoding: str
) -> None:
    source, (sheet,) = roster
    with TemporaryDirectory() as scratch:
        path = write_csv(Path(scratch) / "名册.csv", sheet, encoding)
        whole, bulk = told(path, source, area, stretch=stretch)
    assert bulk == whole


def by_rows_and_by_columns(source: SourceId, lines: Sequence[Sequence[Cell]], area: str) -> tuple[pa.Table, pa.Table]:
    """What both ways keep of a sheet's lines as one stretch."""
    layout = find_header(lines)
    assert layout is not None
    context = RowContext(SOURCES[source], layout.mapping, DAY, area, places_for(division_table(), area, DAY))
    stretch = Stretch("名册", layout.first_data, lines[layout.first_data :], {})
    one, other = (Judge(context, layout, by_columns=how).judge(stretch) for how in (False, True))
    return one, other


@pytest.mark.parametrize("damage", [0.005, 0.05])
@pytest.mark.parametrize("source", [*HEADS])
def test_columns_and_rows_keep_the_same_of_every_stretch(source: SourceId, damage: float) -> None:
    """Verdicts, findings and the numbers by which rows are compared, to the byte; cells as Python has them."""
    for seed in range(60 if FULL else 3):
        sheet = messy_sheet(Random(seed), "名册", source, 600, damage)
        by_rows, by_columns = by_rows_and_by_columns(source, sheet.lines, COUNTY)
        assert by_columns.equals(by_rows, check_metadata=True)


def test_a_line_that_repeats_most_of_the_header_is_no_person_for_either() -> None:
    heads = ("序号", "姓名", "身份证号", "机构名称", "联系电话", "监护人", "备注", "区划代码")
    again = ("序号", "王明", identity(), "机构名称", "联系电话", "监护人", "备注", COUNTY)
    person = ("1", "王明", identity(), "阳光中心", "", "", "", COUNTY)
    by_rows, by_columns = by_rows_and_by_columns(SourceId.CARE, (heads, person, again), COUNTY)
    assert by_columns.equals(by_rows, check_metadata=True)
    assert by_columns["row"].to_pylist() == [2]


@pytest.mark.parametrize("source", [*HEADS])
def test_of_a_faultless_roster_every_row_is_proved_clean_by_its_columns(source: SourceId) -> None:
    """Otherwise the two ways would agree because columns decide nothing, and a province would take an hour."""
    random = Random(5)
    known = [replace(someone(random, ("王明", "李建国")), number=identity("20100307", at)) for at in range(1, 301)]
    sheet: list[list[Cell]] = [list(HEADS[source]), *([one.cell(head) for head in HEADS[source]] for one in known)]
    layout = find_header(sheet)
    assert layout is not None
    context = RowContext(SOURCES[source], layout.mapping, DAY, COUNTY, places_for(division_table(), COUNTY, DAY))
    assert Looker(context, layout).look(sheet[1:]).clean.all()


def test_progress_is_told_of_each_line_as_often_as_is_said(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "名册.csv", messy_sheet(Random(8), "", SourceId.CARE, 200, 0.01), "utf-8")
    opened = open_pages(path)
    told: list[int] = []
    found = check_roster(opened, SourceId.CARE, taken_on=DAY, folder=tmp_path / "out", stretch=30, advance=told.append)
    below_header = opened.lines - found.sheets[0].layout.first_data
    assert sum(told) == PASSES * below_header
    assert max(told) == 30, "never long without a word"
