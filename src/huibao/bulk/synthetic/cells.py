"""The cells of a province's roster as columns of text: what `app.synthetic.rows.row_of` says of one person, of many."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huibao.app.synthetic.numbers import Draw, Whole, between
from huibao.app.synthetic.people import (
    FIRST_ISSUED,
    GUARDIANS,
    HARDSHIP_WORDS,
    INSTITUTION_WORDS,
    NOBODYS,
    RELIEF_WORDS,
    day_parts,
)
from huibao.app.synthetic.persons import CHILD_BAND, Life
from huibao.app.synthetic.rows import (
    ADMITTED_ON,
    BIRTH_WAYS,
    HEAD,
    INSTITUTIONS,
    MEMBER,
    SPORTS,
    USUAL,
    VALID_YEARS,
)
from huibao.bulk.synthetic.columns import Column, Columns
from huibao.bulk.synthetic.people import birth_days, certificates, identity_digits, names, text_of
from huibao.bulk.synthetic.province import Province
from huibao.kernel.certificate import CATEGORY_ZH, DisabilityGrade
from huibao.rules.reference import division_table


@cache
def name_of_area(code: str, year: int) -> str:
    """Name of a division on the first day of a year."""
    return division_table().name_on(code, date(year, 1, 1)) or code


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """Listed people of a block."""

    province: Province
    number: Column
    own: Columns
    house: Columns
    life: Life
    county: Column


def texts(numbers: Column) -> pa.Array:
    """Whole numbers as text."""
    return pa.array(numbers).cast(pa.string())


def _take(choices: tuple[str, ...], at: Column) -> pa.Array:
    return pa.array(choices).take(pa.array(at))


def _dates(days: Column, none: Column | None = None) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=none).cast(pa.date32()).cast(pa.string())


def _born(some: Some) -> pa.Array:
    days = _dates(birth_days(some.life))
    digits = pc.replace_substring(days, "-", "")
    return pc.if_else(pa.array(some.life.order % BIRTH_WAYS == 0), digits, days)


def _paper_days(numbers: Columns, what: int, first_year: Whole, year: int) -> tuple[Column, Column]:
    """Year of a drawn day of a paper, and days from 1970 to its month and day in that year."""
    years, month, day = day_parts(numbers, what, first_year, year)
    return np.asarray(years), np.asarray(month * 100 + day)


def _issued(some: Some, later: int = 0) -> pa.Array:
    first = np.maximum(FIRST_ISSUED, some.life.birth_year + 1)
    years, rest = _paper_days(some.own, Draw.ISSUED, first, some.province.year)
    return _iso(years + later, rest, some.life.category == 0)


def _iso(years: Column, month_day: Column, none: Column) -> pa.Array:
    months = (years - 1970) * 12 + month_day // 100 - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + month_day % 100 - 1
    return _dates(days, none)


def _recognised(some: Some) -> pa.Array:
    year = some.province.year
    years, rest = _paper_days(some.house, Draw.HARDSHIP_ON, year - 4, year)
    return _iso(years, rest, some.life.hardship == 0)


def _phones(numbers: Column) -> pa.Array:
    return pc.binary_join_element_wise(NOBODYS, pc.utf8_lpad(texts(numbers), 7, "0"), "")


def _guardian(some: Some) -> tuple[Columns, pa.Array]:
    guarded = (some.life.band == CHILD_BAND) | (some.life.grade == 1)
    return Columns.of(some.province.seed, some.number + GUARDIANS), pa.array(guarded)


def _guardian_names(some: Some) -> pa.Array:
    guardian, guarded = _guardian(some)
    return pc.if_else(guarded, names(guardian, between(guardian, Draw.SEX, 0, 1)), "")


def _guardian_phones(some: Some) -> pa.Array:
    guardian, guarded = _guardian(some)
    return pc.if_else(guarded, _phones(between(guardian, Draw.PHONE, 0, 10**7 - 1)), "")


def _county_texts(some: Some, text: Callable[[str], str]) -> pa.Array:
    return _take(tuple(text(code) for code in some.province.counties), some.county)


def _institutions(some: Some) -> pa.Array:
    county = _county_texts(some, lambda code: name_of_area(code, some.province.year))
    kinds = tuple(INSTITUTIONS.get(word, "") for word in INSTITUTION_WORDS)
    return pc.binary_join_element_wise(county, _take(kinds, some.life.institution), "")


def _households(some: Some) -> pa.Array:
    household = pc.utf8_lpad(texts(some.life.household), 8, "0")
    return pc.binary_join_element_wise(_county_texts(some, str), household, "")


def _instant(some: Some) -> pa.Array:
    first = (date(some.province.year, 1, 1) - date(1970, 1, 1)).days
    return _dates(first + some.life.instant_day, some.life.instant_day < 0)


CELLS: Final[dict[str, Callable[[Some], Any]]] = {
    "name": lambda some: names(some.own, some.life.woman),
    "sex": lambda some: _take(("男", "女"), some.life.woman),
    "birth_on": _born,
    "identity": lambda some: text_of(identity_digits(some.life)),
    "certificate": lambda some: certificates(some.life, identity_digits(some.life)),
    "category": lambda some: _take(("", *(f"{zh}残疾" for zh in CATEGORY_ZH.values())), some.life.category),
    "grade": lambda some: _take(("", *(grade.zh for grade in DisabilityGrade)), some.life.grade),
    "division": lambda some: _county_texts(some, lambda code: f"{code}000000"),
    "county": lambda some: _county_texts(some, lambda code: name_of_area(code, some.province.year)),
    "town": lambda _: "",
    "village": lambda _: "",
    "home_town": lambda _: "",
    "home_village": lambda _: "",
    "phone": lambda some: _phones(some.life.phone),
    "guardian": _guardian_names,
    "guardian_phone": _guardian_phones,
    "issued_on": _issued,
    "certificate_to": lambda some: _issued(some, VALID_YEARS),
    "certificate_state": lambda _: USUAL,
    "standing": lambda _: USUAL,
    "hardship": lambda some: _take(HARDSHIP_WORDS, some.life.hardship),
    "recognised_on": _recognised,
    "household": _households,
    "relation": lambda some: _take((MEMBER, HEAD), (some.life.household == some.number) * 1),
    "relief": lambda some: _take(RELIEF_WORDS, some.life.relief),
    "instant_on": _instant,
    "institution": _institutions,
    "admitted_on": lambda _: str(ADMITTED_ON),
    "sport": lambda some: _take(SPORTS, some.life.order % len(SPORTS)),
}
"""What a cell is about → its column; the same as `row_of` says of one person."""
