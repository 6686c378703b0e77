"""Quantities as scheme files write them: the unit is part of the value, and the value is a whole number."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from huibao.kernel.fen import yuan_text
from huibao.rules.vocabulary import InputType

Lang = Literal["zh", "en"]


class Unit(StrEnum):
    """What a whole number counts. Amounts are fen, rates basis points, dates ordinal days."""

    FEN = "yuan"
    BP = "%"
    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    TIMES = "times"
    GRADE = "grade"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number with its unit: fen for yuan, basis points for per cent."""

    value: int
    unit: Unit


WORDS = {
    "yuan": Unit.FEN,
    "%": Unit.BP,
    "day": Unit.DAYS,
    "days": Unit.DAYS,
    "workday": Unit.WORKDAYS,
    "workdays": Unit.WORKDAYS,
    "month": Unit.MONTHS,
    "months": Unit.MONTHS,
    "year": Unit.YEARS,
    "years": Unit.YEARS,
    "hour": Unit.HOURS,
    "hours": Unit.HOURS,
    "time": Unit.TIMES,
    "times": Unit.TIMES,
    "grade": Unit.GRADE,
    "date": Unit.DATE,
}

TWO_DECIMALS = frozenset({Unit.FEN, Unit.BP})
"""Written with up to two decimals and kept in hundredths: yuan in fen, per cent in basis points."""

UNIT_MAX = {
    Unit.FEN: 10**12,
    Unit.BP: 1_000_000,
    Unit.DAYS: 100_000,
    Unit.WORKDAYS: 100_000,
    Unit.MONTHS: 10_000,
    Unit.YEARS: 1_000,
    Unit.HOURS: 1_000_000,
    Unit.TIMES: 1_000_000,
    Unit.GRADE: 100,
    Unit.DATE: date.max.toordinal(),
}
"""Largest value a scheme may state in each unit (10 billion yuan; 10,000 %); the int64 proof rests on it."""

LARGEST_TEXT = 40
NUMBER_THEN_UNIT = re.compile(
    r"(?P<whole>-?\d{1,3}(?:,\d{3})+|-?\d+)(?:\.(?P<part>\d+))?\s*(?P<unit>[A-Za-z]+|%)", re.ASCII
)
UNIT_THEN_NUMBER = re.compile(r"(?P<unit>grade)\s+(?P<whole>\d+)(?P<part>)", re.ASCII)
BARE_NUMBER = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

ZH_WORDS = {
    Unit.FEN: "元",
    Unit.BP: "%",
    Unit.DAYS: "天",
    Unit.WORKDAYS: "个工作日",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
    Unit.HOURS: "小时",
    Unit.TIMES: "次",
    Unit.GRADE: "级",
    Unit.DATE: "",
}


class NotAQuantity(ValueError):  # noqa: N818 - reads as what it says
    """Text that is no quantity; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        """Keep both languages."""
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


def parse_quantity(text: str) -> Quantity:
    """Read "110 yuan", "12.25 %", "30 days", "grade 3" or "2020-01-01". NotAQuantity says what is wrong.

    At most two decimals for yuan and per cent, none elsewhere; |value| within `UNIT_MAX` of the unit.
    """
    text = text.strip()
    if DAY.fullmatch(text):
        return Quantity(parse_day(text).toordinal(), Unit.DATE)
    found = NUMBER_THEN_UNIT.fullmatch(text) or UNIT_THEN_NUMBER.fullmatch(text)
    if len(text) > LARGEST_TEXT or found is None:
        if BARE_NUMBER.fullmatch(text):
            raise NotAQuantity("数字没有单位", "a number without a unit")
        raise NotAQuantity("不是数量", "not a quantity")
    unit = WORDS.get(found["unit"])
    if unit is None or unit is Unit.DATE:
        raise NotAQuantity(f"没有单位 {found['unit']}", f"there is no unit {found['unit']}")
    part = found["part"] or ""
    places = 2 if unit in TWO_DECIMALS else 0
    if len(part) > places:
        raise NotAQuantity(f"{unit.value} 最多 {places} 位小数", f"{unit.value} takes at most {places} decimals")
    whole = found["whole"].replace(",", "")
    size = int(whole.lstrip("-")) * 10**places + int(part.ljust(places, "0") or "0")
    if size > UNIT_MAX[unit]:
        raise NotAQuantity(f"超出上限 {amount_text(UNIT_MAX[unit], unit)}", "larger than any value a scheme may state")
    return Quantity(-size if whole.startswith("-") else size, unit)


def typed_quantity(text: str, bare: Unit | None = None) -> Quantity:
    """Read a quantity as people type it: "5,000元", "５０００ yuan", "95％", "30天", and "5000" where `bare` says of what.

    A per cent keeps its sign: a bare 0.05 might mean 5 %. A scheme file is stricter: there every number carries its
    unit in one spelling. Of any unit; NotAQuantity as above.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if bare is not None and bare is not Unit.BP and BARE_NUMBER.fullmatch(text):
        return parse_quantity(f"{text} {bare.value}")
    spoken = ((words, one) for one, words in ZH_WORDS.items() if words and words != one.value)
    for words, one in sorted(spoken, key=lambda pair: -len(pair[0])):
        if text.endswith(words):
            return parse_quantity(f"{text.removesuffix(words).strip()} {one.value}")
    return parse_quantity(text)


def parse_day(text: str) -> date:
    """Read a day written YYYY-MM-DD; NotAQuantity otherwise."""
    if not DAY.fullmatch(text.strip()):
        raise NotAQuantity("日期应写作 2020-01-31", "a day is written 2020-01-31")
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise NotAQuantity("日历上没有这一天", "there is no such day") from error


def amount_text(value: int, unit: Unit | None, lang: Lang = "zh") -> str:
    """Write a value as people read it: fen as "1,234.56 元", basis points as "90 %"; a bare count without unit."""
    if unit is None:
        return str(value)
    if unit is Unit.FEN:
        return f"{yuan_text(value)} {'元' if lang == 'zh' else 'yuan'}"
    if unit is Unit.BP:
        return percent_text(value)
    if unit is Unit.DATE:
        return date.fromordinal(value).isoformat()
    if unit is Unit.GRADE and lang == "en":
        return f"grade {value}"
    return f"{value} {ZH_WORDS[unit] if lang == 'zh' else unit.value}"


def percent_text(value_bp: int) -> str:
    """Basis points as per cent without idle zeros: 9000 is "90 %", 1225 is "12.25 %"."""
    whole, part = divmod(abs(value_bp), 100)
    decimals = f".{part:02d}".rstrip("0") if part else ""
    return f"{'-' if value_bp < 0 else ''}{whole}{decimals} %"


INPUT_UNITS: dict[InputType, Unit | None] = {
    InputType.FEN: Unit.FEN,
    InputType.BP: Unit.BP,
    InputType.DAYS: Unit.DAYS,
    InputType.COUNT: None,
    InputType.GRADE: Unit.GRADE,
    InputType.FLAG: None,
    InputType.ENUM: None,
}
"""Unit in which an input's value is written; None for bare counts, flags and enums."""
