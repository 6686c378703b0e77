"""One row of a roster: from cells to a verdict, a person, dated facts and findings. Pure and lean: a city sends 140,000.

The order is: who is it (name, identity number, certificate), is he or she still there (dead, moved, cancelled),
where registered, what the row states. Each step adds its findings; the gravest decides the verdict.
"""

from dataclasses import replace
from typing import Final

from huibao.domain.roster import findings as f
from huibao.domain.roster.cells import EMPTY, phone_of, text_of
from huibao.domain.roster.column import Column, title
from huibao.domain.roster.desk import Desk
from huibao.domain.roster.header import Cell
from huibao.domain.roster.naming import tidy_name
from huibao.domain.roster.place import find_place
from huibao.domain.roster.standing import death, standing_of
from huibao.domain.roster.statement import facts_of
from huibao.domain.roster.verdict import FactDraft, PersonDraft, RawRow, RowContext, RowResult, Standing, verdict_of
from huibao.kernel.certificate import (
    BY_DIGIT,
    CATEGORY_AT,
    GRADE_AT,
    GRADE_DIGITS,
    LENGTH,
    Certificate,
    DisabilityGrade,
    read_certificate,
)
from huibao.kernel.identity import birth_on, is_valid, read_identity, sex_of
from huibao.kernel.problem import Severity
from huibao.rules.facts import within

MAX_CELL_CHARS: Final = 500
"""No cell of a roster holds more; a longer one is a pasted letter."""
MAX_NAME_CHARS: Final = 64
MAX_ADDRESS_CHARS: Final = 200


def read_row(raw: RawRow, context: RowContext) -> RowResult:
    """Judge one row by itself; what other rows and the records say of it is `batch`'s part."""
    desk = Desk(raw, context)
    _check_cells(desk)
    name = _name(desk)
    identity, certificate = _numbers(desk)
    standing = standing_of(desk)
    if identity is None:
        return _result(desk, standing=Standing.UNKNOWN, person=None, facts=(), name=name, certificate=certificate)
    person = _person(desk, name, identity)
    if standing is Standing.LISTED:
        facts, standing = facts_of(desk, person, certificate)
    else:
        facts = death(desk) if standing is Standing.DECEASED else ()
    return _result(desk, standing=standing, person=person, facts=facts, name=name, certificate=certificate)


def _result(
    desk: Desk,
    *,
    standing: Standing,
    person: PersonDraft | None,
    facts: tuple[FactDraft, ...],
    name: str,
    certificate: Certificate | None,
) -> RowResult:
    problems = tuple(desk.problems)
    verdict = verdict_of(problems)
    raw = desk.raw
    return RowResult(raw.sheet, raw.row_no, verdict, standing, person, facts, problems, name, certificate)


def _check_cells(desk: Desk) -> None:
    for at in desk.raw.unsaved:
        for column, index in desk.mapping.items():
            if index == at:
                desk.find(f.NO_VALUE, column, column=title(column), column_en=title(column, "en"))
    for cell in desk.cells:
        if type(cell) is str and len(cell) > MAX_CELL_CHARS:
            column = next((c for c, at in desk.mapping.items() if desk.cell(c) is cell), Column.REMARK)
            names = {"column": title(column), "column_en": title(column, "en")}
            desk.find(f.TOO_LONG, column, **names, chars=len(cell), limit=MAX_CELL_CHARS)


def _name(desk: Desk) -> str:
    cell = desk.cell(Column.NAME)
    if cell is None or cell == "":
        desk.find(f.NO_NAME, Column.NAME)
        return ""
    tidied = tidy_name(cell if isinstance(cell, str) else str(cell))
    if tidied.private:
        desk.find(f.NAME_PRIVATE, Column.NAME, chars=tidied.private)
    if tidied.broken:
        desk.find(f.NAME_BROKEN, Column.NAME, found=cell)
    if tidied.repaired:
        desk.find(f.NAME_TIDIED, Column.NAME, found=cell, name=tidied.name)
    if not tidied.name:
        desk.find(f.NO_NAME, Column.NAME)
    return tidied.name[:MAX_NAME_CHARS]


def _numbers(desk: Desk) -> tuple[str | None, Certificate | None]:
    """Identity number and certificate. A good pair, the usual case, is taken without the reading of damage."""
    identity_cell, certificate_cell = desk.cell(Column.IDENTITY), desk.cell(Column.CERTIFICATE)
    good = type(identity_cell) is str and is_valid(identity_cell) and birth_on(identity_cell) <= desk.context.taken_on
    plain = _plain_certificate(identity_cell, certificate_cell) if good else None
    if plain is not None:
        return str(identity_cell), plain
    certificate = _certificate(desk, certificate_cell) if text_of(certificate_cell) not in EMPTY else None
    if good:
        identity: str | None = str(identity_cell)
    elif text_of(identity_cell) in EMPTY and certificate is not None:
        identity = certificate.identity
        desk.find(f.IDENTITY_FROM_CERTIFICATE, Column.IDENTITY, identity=identity)
    else:
        where = desk.raw.sheet or None
        reading = read_identity(identity_cell, today=desk.context.taken_on, row=desk.raw.row_no, where=where)
        desk.problems.extend(reading.problems)
        identity = reading.value
    if identity and certificate and certificate.identity != identity:
        desk.find(f.CERTIFICATE_OTHER, Column.CERTIFICATE, embedded=certificate.identity, identity=identity)
    return identity, certificate


def _plain_certificate(identity: Cell, cell: Cell) -> Certificate | None:
    """A first certificate written faultlessly after a faultless identity number; None leaves it to the full reading."""
    if type(cell) is not str or len(cell) != LENGTH or cell[:CATEGORY_AT] != identity:
        return None
    category, grade = BY_DIGIT.get(cell[CATEGORY_AT]), cell[GRADE_AT]
    if category is None or grade not in GRADE_DIGITS:
        return None
    return Certificate(cell, cell[:CATEGORY_AT], category, DisabilityGrade(int(grade)))


def _certificate(desk: Desk, cell: Cell) -> Certificate | None:
    """A certificate that cannot be read makes the row doubtful, not refused: the person may be insured otherwise."""
    reading = read_certificate(cell, row=desk.raw.row_no, where=desk.raw.sheet or None)
    for problem in reading.problems:
        lighter = problem.severity is Severity.REFUSED
        desk.problems.append(replace(problem, severity=Severity.DOUBTFUL) if lighter else problem)
    return reading.value


def _person(desk: Desk, name: str, identity: str) -> PersonDraft:
    born = birth_on(identity)
    sex = sex_of(identity)
    stated = desk.cell(Column.BIRTH_ON)
    if stated is not None and stated != "":
        day = desk.day(Column.BIRTH_ON)
        if day is not None and day != born:
            desk.find(f.BIRTH_DIFFERS, Column.BIRTH_ON, found=day, birth_on=born)
    said = desk.text(Column.SEX)
    if said and said[0] in "男女" and said[0] != sex.zh:
        desk.find(f.SEX_DIFFERS, Column.SEX, found=said, sex=sex.zh)
    return PersonDraft(
        name=name,
        identity=identity,
        birth_on=born,
        sex=sex,
        domicile=domicile_of(desk),
        phone=phone_of(desk.text(Column.PHONE)) or "",
        address=_address(desk)[:MAX_ADDRESS_CHARS],
        bank_account=desk.text(Column.BANK_ACCOUNT).replace(" ", "")[:MAX_NAME_CHARS],
    )


def _address(desk: Desk) -> str:
    """Where the person can be found: the present address before the registered one, whole or in columns."""
    columns = (
        (Column.RESIDENCE,),
        (Column.DOMICILE,),
        (Column.RESIDENCE_COUNTY, Column.RESIDENCE_TOWN, Column.RESIDENCE_VILLAGE),
        (Column.DOMICILE_COUNTY, Column.DOMICILE_TOWN, Column.DOMICILE_VILLAGE),
    )
    return next((text for some in columns if (text := "".join(desk.text(column) for column in some))), "")


def domicile_of(desk: Desk) -> str:
    """Division code of the domicile: from the code column, else from the place names, else the roster's area."""
    context = desk.context
    names = (
        desk.text(Column.DOMICILE_COUNTY),
        desk.text(Column.DOMICILE_TOWN),
        desk.text(Column.DOMICILE_VILLAGE),
        desk.text(Column.DOMICILE),
    )
    found = find_place(context.places, desk.text(Column.DIVISION_CODE), names, context.area, context.taken_on)
    if found.renamed_from:
        names_of = {"found": found.renamed_from, "code": found.code, "name": found.name}
        desk.find(f.DIVISION_RENAMED, Column.DIVISION_CODE, **names_of, on=context.taken_on)
    if found.unknown:
        desk.find(f.DIVISION_UNKNOWN, Column.DIVISION_CODE, found=found.unknown)
    if not found.code:
        if not found.unknown:
            desk.find(f.DOMICILE_ASSUMED, Column.DOMICILE, area=context.area)
        return context.area
    if context.area and not within(found.code, context.area):
        desk.find(f.OUTSIDE, Column.DOMICILE, found=found.name or found.code, area=context.area)
    return found.code
