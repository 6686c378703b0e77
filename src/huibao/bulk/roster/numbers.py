"""Identity numbers looked at as columns of digits: check digit, a real birth date, as the kernel says for one number."""

from datetime import date
from typing import Final

import numpy as np

from huibao.bulk.roster.keys import Flags, Whole, day_key
from huibao.kernel.identity import BODY, CHECK_DIGITS, FIRST_BIRTH_YEAR, LENGTH, WEIGHTS

MONTH_DAYS: Final = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
FEBRUARY: Final = 2


def look_at_numbers(shaped: list[str], taken_on: date) -> tuple[Whole, Whole, Flags]:
    """Of texts of 17 digits and a digit or X: their `identity_key`, birth as yyyymmdd, and whether all is right."""
    signs = np.array(bytearray("".join(shaped).encode("ascii")), dtype=np.uint8).reshape(-1, LENGTH)
    digits = signs[:, :BODY].astype(np.int64) - ord("0")
    check = np.frombuffer(CHECK_DIGITS.encode("ascii"), dtype=np.uint8)
    at = digits @ np.array(WEIGHTS) % len(CHECK_DIGITS)
    body = digits @ 10 ** np.arange(BODY - 1, -1, -1, dtype=np.int64)
    birth = body // 1_000 % 100_000_000
    right = (check[at] == signs[:, BODY]) & _real_days(birth) & (birth <= day_key(taken_on))
    return body * len(CHECK_DIGITS) + at, birth, right


def _real_days(days: Whole) -> Flags:
    """Which of the numbers yyyymmdd are days of the calendar in years anybody was born in."""
    year, month, day = days // 10_000, days // 100 % 100, days % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    in_year = (month >= 1) & (month < len(MONTH_DAYS))
    last = MONTH_DAYS[np.where(in_year, month, 0)] - ((month == FEBRUARY) & ~leap)
    return np.asarray((year >= FIRST_BIRTH_YEAR) & in_year & (day >= 1) & (day <= last), dtype=np.bool_)
