"""Made-up people and rosters for tests: numbers with valid check digits, names invented, a real county's codes."""

from collections.abc import Mapping, Sequence
from datetime import date

from huibao.domain.roster.batch import KnownPerson, judge
from huibao.domain.roster.body import body_of
from huibao.domain.roster.header import Cell, find_header
from huibao.domain.roster.place import places_for
from huibao.domain.roster.row import read_row
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.roster.verdict import RowContext, RowResult
from huibao.kernel.certificate import DisabilityCategory, DisabilityGrade, certificate_number
from huibao.kernel.division import DivisionTable
from huibao.kernel.identity import check_digit
from huibao.rules.reference import division_table

COUNTY = "430423"
"""衡山县, whose townships the reference table holds."""
DAY = date(2025, 6, 30)

HOLDERS = ("姓名", "身份证号", "残疾证号", "残疾类别", "残疾等级", "区划代码")
DISABILITY = SourceId.DISABILITY_CERTIFICATE


def identity(birth: str = "19800101", order: int = 1, prefix: str = COUNTY) -> str:
    """A made-up 18-digit number; an odd order is male."""
    body = f"{prefix}{birth}{order:03d}"
    return body + check_digit(body)


def certificate(number: str, category: str = "physical", grade: int = 2, reissue: int = 0) -> str:
    return certificate_number(number, DisabilityCategory(category), DisabilityGrade(grade), reissue)


def holder(name: str = "王明", number: str | None = None, *, category: str = "physical", grade: int = 2) -> list[Cell]:
    """A faultless row under HOLDERS."""
    number = number or identity()
    words = DisabilityCategory(category).zh
    grades = DisabilityGrade(grade).zh
    return [name, number, certificate(number, category, grade), words, grades, COUNTY]


def judged(
    source: SourceId,
    header: Sequence[str],
    *rows: Sequence[Cell],
    taken_on: date = DAY,
    area: str = COUNTY,
    known: Mapping[str, KnownPerson] | None = None,
    table: DivisionTable | None = None,
) -> tuple[RowResult, ...]:
    """Judge rows under a header as one sheet of a roster."""
    sheet: list[list[Cell]] = [list(header), *(list(row) for row in rows)]
    layout = find_header(sheet)
    assert layout is not None
    mapping = layout.mapping
    context = RowContext(
        SOURCES[source], mapping, taken_on, area, places_for(table or division_table(), area, taken_on)
    )
    body = body_of("名册", sheet, layout, mapping)
    return judge([read_row(row, context) for row in body.rows], known or {})


def codes(row: RowResult) -> list[str]:
    return sorted({problem.code for problem in row.problems})
