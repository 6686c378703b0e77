"""The people of a made-up province as a table, and their numbers and names as columns of text."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huibao.app.synthetic.names import DOTTED, SURNAME_LIST, given_names, name_parts
from huibao.app.synthetic.people import HARDSHIP_WORDS, INSTITUTION_WORDS, RELIEF_WORDS
from huibao.app.synthetic.persons import Life
from huibao.bulk.kernel import day_number
from huibao.bulk.synthetic.claims import mark_of
from huibao.bulk.synthetic.columns import Column, Columns
from huibao.bulk.synthetic.province import (
    BLOCK,
    People,
    Province,
    ages_of,
    area_column,
    covered,
    in_groups,
    insured,
    people_of,
)
from huibao.kernel.certificate import LENGTH as CERTIFICATE_LENGTH
from huibao.kernel.identity import CHECK_DIGITS, LENGTH, WEIGHTS
from huibao.rules.facts import DisabilityCategory
from huibao.rules.scheme import Scheme

ZERO: Final = ord("0")
LEFT_WORDS: Final = ("died", "moved", "left_group", "")
IDENTITY_PARTS: Final = (("address", 6), ("birth_year", 4), ("birth_month", 2), ("birth_day", 2), ("order", 3))


def people_table(
    province: Province, first: int = 0, people: int | None = None, scheme: Scheme | None = None
) -> pa.Table:
    """Return so many people from a number on (by default all the rest), everything that is true of each.

    With a scheme: also `in_GROUP` for each of its groups, and `insured`, as of the first day of its period.
    """
    last = province.people if people is None else min(first + people, province.people)
    return pa.concat_tables(
        [_table(province, people_of(province, at, min(BLOCK, last - at)), scheme) for at in range(first, last, BLOCK)]
    )


def people_blocks(province: Province, scheme: Scheme | None = None) -> Iterator[pa.Table]:
    """Go through everybody a block at a time."""
    for at in range(0, province.people, BLOCK):
        yield _table(province, people_of(province, at, BLOCK), scheme)


def _table(province: Province, people: People, scheme: Scheme | None) -> pa.Table:
    life = people.life
    identity = identity_digits(life)
    first_on = day_number(date(province.year, 1, 1))
    begin, _ = covered(life)
    stays = life.gone_day >= DAYS_OF_YEAR
    columns: dict[str, pa.Array] = {
        "person_id": pa.array(people.number),
        "household_id": pa.array(life.household),
        "area": area_column(province, people.county),
        "name": names(people.own, life.woman),
        "identity": text_of(identity),
        "sex": words(("male", "female"), life.woman),
        "birth_on": pa.array(birth_days(life).astype(np.int32)).cast(pa.date32()),
        "disability_category": words(tuple(str(one) for one in DisabilityCategory), life.category),
        "disability_grade": pa.array(life.grade.astype(np.int8)),
        "certificate": certificates(life, identity),
        "hardship": words(HARDSHIP_WORDS, life.hardship),
        "relief": words(RELIEF_WORDS, life.relief),
        "instant_on": _day(first_on + life.instant_day, life.instant_day < 0),
        "institution": words(INSTITUTION_WORDS, life.institution),
        "athlete": pa.array(life.athlete != 0),
        "cover_from": _day(first_on + begin, np.zeros(len(people), dtype=np.bool_)),
        "left_on": _day(first_on + life.gone_day, stays),
        "left_why": words(LEFT_WORDS, life.gone),
    }
    if scheme is not None:
        first_day = np.full(len(people), day_number(scheme.period.first_on))
        groups = in_groups(scheme, people, ages_of(people, first_day))
        columns |= {f"in_{name}": pa.array(member != 0) for name, member in groups.items()}
        members = insured(scheme, groups)
        columns["insured"] = pa.array(np.ones(len(people), dtype=np.bool_) if members is None else members)
    return pa.table(columns).replace_schema_metadata(mark_of(province))


DAYS_OF_YEAR: Final = 365


def _day(day: Column, none: Column) -> pa.Array:
    return pa.array(day.astype(np.int32), mask=none).cast(pa.date32())


def birth_days(life: Life) -> Column:
    """Days since 1970 of the births."""
    months = (life.birth_year - 1970) * 12 + life.birth_month - 1
    found: Column = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + life.birth_day - 1
    return found


def words(choices: tuple[str, ...], at: Column) -> pa.Array:
    """A dictionary column of words, "" as nothing."""
    places = pa.array(at.astype(np.int8), mask=np.array([not choice for choice in choices])[at])
    return pa.DictionaryArray.from_arrays(places, pa.array(choices))


def identity_digits(life: Life) -> Column:
    """The identity numbers as bytes: one row a person, 18 characters."""
    digits = np.empty((len(life.order), LENGTH), dtype=np.int64)
    end = 0
    for name, width in IDENTITY_PARTS:
        left, end = getattr(life, name), end + width
        for at in range(end - 1, end - width - 1, -1):
            digits[:, at] = left % 10
            left = left // 10
    checks = digits[:, : LENGTH - 1] @ np.array(WEIGHTS, dtype=np.int64) % len(CHECK_DIGITS)
    digits[:, : LENGTH - 1] += ZERO
    digits[:, LENGTH - 1] = np.frombuffer(CHECK_DIGITS.encode(), dtype=np.uint8)[checks]
    found: Column = digits.astype(np.uint8)
    return found


def text_of(characters: Column, valid: Column | None = None) -> pa.Array:
    """Rows of ASCII bytes as a text column; without text where not valid."""
    count, width = characters.shape
    offsets = pa.py_buffer(np.arange(count + 1, dtype=np.int32) * width)
    bits = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(pa.string(), count, [bits, offsets, pa.py_buffer(np.ascontiguousarray(characters))])


def certificates(life: Life, identity: Column) -> pa.Array:
    """The certificate numbers: identity number, category and grade; nothing where there is no certificate."""
    characters = np.empty((len(identity), CERTIFICATE_LENGTH), dtype=np.uint8)
    characters[:, :LENGTH] = identity
    characters[:, LENGTH] = life.category + ZERO
    characters[:, LENGTH + 1] = life.grade + ZERO
    return text_of(characters, life.category > 0)


def names(numbers: Columns, woman: Column) -> pa.Array:
    """The names."""
    parts = name_parts(numbers, woman)
    plain = pc.binary_join_element_wise(
        _surnames().take(pa.array(parts.surname)), _givens().take(pa.array(parts.given)), ""
    )
    dotted = _dotted().take(pa.array(np.maximum(parts.dotted, 0)))
    return pc.if_else(pa.array(parts.dotted >= 0), dotted, plain)


@cache
def _surnames() -> pa.Array:
    return pa.array(SURNAME_LIST)


@cache
def _givens() -> pa.Array:
    return pa.array(given_names())


@cache
def _dotted() -> pa.Array:
    return pa.array(DOTTED)
