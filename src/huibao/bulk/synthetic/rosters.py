"""A province's roster as one csv of any length, as an agency would send it: the faults of life in it, and where.

Rows without a fault are made by columns; a row with one is made as a county's is, by the same functions.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huibao.app.synthetic.faults import LEAST_SHARING, PER, PLANTS, RATES, Fault, Row
from huibao.app.synthetic.numbers import Draw, chance, mixed
from huibao.app.synthetic.people import County, MadeUp, person_from
from huibao.app.synthetic.persons import IN_CARE, IN_REHABILITATION, NOT_ENJOYING, Life
from huibao.app.synthetic.rosters import KINDS, RosterKind
from huibao.app.synthetic.rows import row_of
from huibao.app.synthetic.workbooks import MADE_UP, MARK
from huibao.bulk.synthetic.cells import CELLS, Some, name_of_area, texts
from huibao.bulk.synthetic.columns import Column, Columns
from huibao.bulk.synthetic.province import BLOCK, People, Province, people_of

CANNOT_BE_HERE: Final = frozenset(
    {Fault.NAME_DIFFERS, Fault.TWO_COUNTIES, Fault.ONE_PERSON_TWO_NUMBERS, Fault.TOWN_MERGED, Fault.CHILD_GROWN_UP}
)
"""Faults that need another roster, a township or a second list: a province's single file shows none."""
CSV_ONLY_TEXT: Final = frozenset({Fault.AS_NUMBER})
"""A cell that is a number is a workbook's fault."""
LISTS: Final[dict[str, Callable[[Life], Column]]] = {
    "disability_certificate": lambda life: life.category > 0,
    "low_income": lambda life: life.hardship > 0,
    "poverty_relief": lambda life: life.relief <= NOT_ENJOYING,
    "instant_help": lambda life: life.instant_day >= 0,
    "rehabilitation": lambda life: life.institution == IN_REHABILITATION,
    "care": lambda life: life.institution == IN_CARE,
    "athletes": lambda life: life.athlete != 0,
}
"""Whom each agency lists: as `RosterKind.lists`, for columns."""
SHARED: Final = "1641"
"""Phones of guardians of many; no operator has 164."""
EOL: Final = "\r\n"


@dataclass(slots=True)
class WrittenRoster:
    """A roster that was written, and the truth about it."""

    path: Path
    source: str
    rows: int = 0
    planted: dict[Fault, list[int]] = field(default_factory=dict)
    """Fault → the numbers (from 1) of the rows of the file in which it was planted."""

    def plant(self, fault: Fault, row_no: int) -> None:
        """Remember a planted fault."""
        self.planted.setdefault(fault, []).append(row_no)


@dataclass(slots=True)
class _Sheet:
    """The file while it is written."""

    province: Province
    kind: RosterKind
    taken_on: date
    out: BinaryIO
    encoding: str
    told: WrittenRoster
    more: list[tuple[Row, Fault | None]] = field(default_factory=list)
    """Second rows of people, which follow at the end."""

    @property
    def first_row(self) -> int:
        """Number of the first row of people: after the mark, the title and the header."""
        return 3 + len(_headers(self.kind))

    def write(self, lines: list[str]) -> None:
        """Add lines."""
        self.out.write((EOL.join(lines) + EOL).encode(self.encoding))


def write_roster(
    path: Path,
    province: Province,
    source: str,
    taken_on: date,
    *,
    rows: int | None = None,
    clean: bool = False,
    encoding: str = "gb18030",
    progress: Callable[[int], None] | None = None,
) -> WrittenRoster:
    """Write a province's roster of a source as csv: everybody whom the agency lists on the day, or the first `rows`.

    `clean` plants no fault. `progress` is told how many people have been gone through since the last time.
    """
    told = WrittenRoster(path, source)
    with path.open("wb") as out:
        sheet = _Sheet(province, KINDS[source], taken_on, out, encoding, told)
        sheet.write(
            [MARK, f"{name_of_area(province.area, province.year)}{sheet.kind.title}{MADE_UP}", *_headers(sheet.kind)]
        )
        for people, listed in _listed(sheet, rows):
            lines = _lines(sheet, people, listed)
            if not clean:
                _plant(sheet, people, listed, lines)
            sheet.write(lines) if lines else None
            told.rows += len(lines)
            if progress:
                progress(len(people))
        _second_rows(sheet)
    return told


def _listed(sheet: _Sheet, rows: int | None) -> Iterator[tuple[People, Column]]:
    """The people block by block, with the places of those whom the agency lists on the day."""
    province, left = sheet.province, rows
    day = (sheet.taken_on - date(province.year, 1, 1)).days
    for first in range(0, province.people, BLOCK):
        people = people_of(province, first, BLOCK)
        life = people.life
        listed = np.flatnonzero(LISTS[sheet.kind.source](life) & (life.gone_day > day) & (life.instant_day <= day))
        if left is not None:
            listed = listed[:left]
            left -= len(listed)
        yield people, listed
        if left == 0:
            return


def _headers(kind: RosterKind) -> list[str]:
    tops = ",".join(top for _, top, _ in kind.columns)
    lows = ",".join(low for _, _, low in kind.columns)
    return [tops] if tops == lows else [tops, lows]


# --- rows by columns --------------------------------------------------------------------------------------------------
def _lines(sheet: _Sheet, people: People, listed: Column) -> list[str]:
    """The rows of the listed people as lines without a fault."""
    at = listed
    life = Life(*(getattr(people.life, name)[at] for name in Life.__slots__))
    number = people.number[at]
    own, house = Columns(people.own.seed, people.own.index[at]), Columns(people.house.seed, people.house.index[at])
    some = Some(sheet.province, number, own, house, life, people.county[at])
    serial = texts(np.arange(sheet.told.rows + 1, sheet.told.rows + 1 + len(at)))
    columns = [serial if about == "serial" else CELLS[about](some) for about, _, _ in sheet.kind.columns]
    count = len(at)
    full = [pa.array([one or ""] * count, pa.string()) if isinstance(one, str | None) else one for one in columns]
    joined = pc.binary_join_element_wise(*full, ",", null_handling="replace", null_replacement="")
    found: list[str] = joined.to_pylist()
    return found


# --- faults -----------------------------------------------------------------------------------------------------------
def _plant(sheet: _Sheet, people: People, listed: Column, lines: list[str]) -> None:
    """Plant each kind of fault at its rate, in rows that have none yet."""
    own = Columns(people.own.seed, people.own.index[listed])
    free = np.ones(len(listed), dtype=np.bool_)
    for fault in sheet.kind.faults:
        if fault in CANNOT_BE_HERE | CSV_ONLY_TEXT:
            continue
        hit = chance(own, Draw.ROW_FAULT + list(Fault).index(fault), RATES[fault], PER) & free
        for place in np.flatnonzero(hit):
            if _spoil(sheet, people, int(listed[place]), int(place), (fault, lines)):
                free[place] = False
    if sheet.kind.source in {"disability_certificate", "poverty_relief"} and len(listed) * RATES[
        Fault.SHARED_PHONE
    ] >= (LEAST_SHARING * PER):
        hit = chance(own, Draw.ROW_FAULT + list(Fault).index(Fault.SHARED_PHONE), RATES[Fault.SHARED_PHONE], PER) & free
        _share(sheet, people, listed, np.flatnonzero(hit), lines)


def _spoil(sheet: _Sheet, people: People, at: int, place: int, what: tuple[Fault, list[str]]) -> bool:
    """Plant a fault in one row, where it fits the person."""
    fault, lines = what
    county, person = _person(sheet.province, people, at)
    row = row_of(county, person)
    plant = PLANTS[fault]
    if not plant.fits(row, person):
        return False
    serial = sheet.told.rows + place + 1
    if plant.copies:
        if plant.both or plant.older:
            sheet.told.plant(fault, sheet.first_row + serial - 1)
        second = dict(row)
        plant.spoil(_dice(sheet.province, people.first + at, fault), second, person)
        sheet.more.append((second, None if plant.older else fault))
        return True
    plant.spoil(_dice(sheet.province, people.first + at, fault), row, person)
    row["serial"] = serial
    lines[place] = _text(sheet.kind, row)
    sheet.told.plant(fault, sheet.first_row + serial - 1)
    return True


def _share(sheet: _Sheet, people: People, listed: Column, places: Column, lines: list[str]) -> None:
    """Give one guardian's phone to each so many of the rows."""
    groups = max(len(places) // LEAST_SHARING, 1)
    for count, place in enumerate(places.tolist()):
        county, person = _person(sheet.province, people, int(listed[place]))
        row = row_of(county, person)
        serial = sheet.told.rows + place + 1
        row["serial"], row["phone"] = serial, f"{SHARED}{(people.first // BLOCK * 1000 + count % groups) % 10**7:07d}"
        lines[place] = _text(sheet.kind, row)
        sheet.told.plant(Fault.SHARED_PHONE, sheet.first_row + serial - 1)


def _person(province: Province, people: People, at: int) -> tuple[County, MadeUp]:
    """One of the people in words, as a county's roster would have it."""
    code = province.counties[int(people.county[at])]
    county = County(code, name_of_area(code, province.year), ())
    shares, seed, _, year = province.place
    return county, person_from(seed, county, people.first + at, int(people.life.household[at]), (shares, year))


def _dice(province: Province, person: int, fault: Fault) -> Random:
    return Random(mixed(mixed(province.seed) + person * len(Fault) + list(Fault).index(fault)))  # noqa: S311 - a seed, no secret


def _second_rows(sheet: _Sheet) -> None:
    """Write the second rows of people at the end of the list."""
    lines = []
    for row, fault in sheet.more:
        sheet.told.rows += 1
        row["serial"] = sheet.told.rows
        lines.append(_text(sheet.kind, row))
        if fault:
            sheet.told.plant(fault, sheet.first_row + sheet.told.rows - 1)
    if lines:
        sheet.write(lines)


def _text(kind: RosterKind, row: Row) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(
        ["" if (cell := row[about]) is None else cell for about, _, _ in kind.columns]
    )
    return out.getvalue()
