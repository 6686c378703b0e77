"""Whole numbers by which rows of a roster are compared with one another, the same however the row was read."""

from datetime import date
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from huibao.domain.roster.verdict import RowResult
from huibao.kernel.division import TOWN_DIGITS
from huibao.kernel.identity import CHECK_DIGITS

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

NOBODY: Final = -1
"""Stands for the identity of a row of which it cannot be told whom it is about."""
CRC_BITS: Final = 32


def day_key(day: date) -> int:
    """A day as yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def identity_key(number: str) -> int:
    """An identity number of 18 characters as a whole number, different for different ones, below 2^60."""
    return int(number[:17]) * len(CHECK_DIGITS) + CHECK_DIGITS.index(number[17])


def same_key(name: str, birth: int, near: str) -> int:
    """By what two rows may be one person under two numbers: name, birth as yyyymmdd and place; 0 where one says nothing.

    Two people may come to share it by chance; it only chooses the rows to compare, so that costs time alone.
    """
    return birth << CRC_BITS | crc32(f"{name}\x1f{near}".encode()) if name and near else 0


def phone_key(phone: str) -> int:
    """A phone's digits as a whole number that keeps leading noughts; 0 for none."""
    return int(f"1{phone}") if phone else 0


def phone_of_key(key: int) -> str:
    """The phone of a `phone_key`."""
    return str(key)[1:]


def keys_of(row: RowResult) -> tuple[int, int, int]:
    """Identity, same person and phone of a row as `read_row` gives it."""
    person = row.person
    if person is None:
        return NOBODY, 0, 0
    near = person.domicile if len(person.domicile) > TOWN_DIGITS else person.address
    return (
        identity_key(person.identity),
        same_key(person.name, day_key(person.birth_on), near),
        phone_key(person.phone),
    )


def shared(keys: Whole) -> Flags:
    """Which of the keys stand more than once; those that say nothing (0 or less) do not count."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    same = (ordered[1:] == ordered[:-1]) & (ordered[1:] > 0)
    found = np.zeros(len(keys), dtype=np.bool_)
    found[order[1:]] |= same
    found[order[:-1]] |= same
    return found
