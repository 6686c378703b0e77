"""Reading one cell: text, days in all the ways senders write them, yes and no, categories, grades, phones."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from huibao.domain.roster.header import Cell
from huibao.rules.facts import DisabilityCategory

EXCEL_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel's serial numbers, from 1 March 1900 on (the day Excel invented before it does not matter here)."""
FIRST_SERIAL: Final = 3_000
LAST_SERIAL: Final = 73_050
"""1908 to 2099: a whole number in a date column outside this is not a day of anybody's life or papers."""

DAY_TEXT: Final = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*(?:[-/.年\\]\s*)?(?P<month>\d{1,2})\s*(?:[-/.月\\]\s*)?(?P<day>\d{1,2})\s*日?(?:\s+[\d:.]+)?"
)
COMPACT: Final = re.compile(r"(?:19|20)\d{6}")
SEPARATED: Final = re.compile(r"[-/.年\\]")

EMPTY: Final = frozenset({"", "无", "-", "--", "—", "/", "\\", "无。", "null", "NULL", "None", "nan", "#N/A", "暂无"})
YES: Final = frozenset(
    {"是", "有", "1", "√", "✓", "✔", "y", "Y", "yes", "Yes", "YES", "对", "享受", "TRUE", "True", "true", "☑"}
)
NO: Final = frozenset(
    {
        "否",
        "无",
        "0",
        "×",
        "✗",
        "n",
        "N",
        "no",
        "No",
        "NO",
        "不是",
        "未享受",
        "不享受",
        "",
        "FALSE",
        "False",
        "false",
        "☐",
    }
)

CATEGORIES: Final[tuple[DisabilityCategory, ...]] = (
    DisabilityCategory.VISUAL,
    DisabilityCategory.HEARING,
    DisabilityCategory.SPEECH,
    DisabilityCategory.PHYSICAL,
    DisabilityCategory.INTELLECTUAL,
    DisabilityCategory.MENTAL,
    DisabilityCategory.MULTIPLE,
)
"""In the order of the certificate's 19th digit, 1 to 7. The medical-insurance dictionary orders them otherwise."""
CATEGORY_WORDS: Final = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
CATEGORY_NAMES: Final = dict(zip(CATEGORIES, CATEGORY_WORDS, strict=True))
OLDER_WORDS: Final = {"盲": 0, "聋": 1, "语言": 2, "哑": 2, "智障": 4, "综合": 6}
GRADE_CHARS: Final = {char: at + 1 for chars in ("一二三四", "1234", "壹贰叁肆") for at, char in enumerate(chars)}
ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4}
"""As Ⅰ to Ⅳ read once width and compatibility forms are folded."""

PHONE_NOISE: Final = re.compile(r"[\s\-—–()（）+.]")
PHONE_SHAPE: Final = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}")


def text_of(cell: Cell) -> str:
    """Return a cell's text: trimmed, full-width letters, digits and punctuation folded; whole numbers without ".0"."""
    if isinstance(cell, str):
        return _folded(cell) if cell else ""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):  # not money: what a workbook stores
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell)


@lru_cache(maxsize=65536, typed=True)
def day_of(cell: Cell) -> date | None:
    """Return the day a cell means; None when it is empty. ValueError when it is something else.

    Read are true dates, Excel's serial numbers, and text such as 20200101, 2020.1.1, 2020-01-01, 2020年1月1日.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        raise ValueError(str(cell))  # noqa: TRY004 - one exception for everything that is no day
    text = text_of(cell)
    if text in EMPTY:
        return None
    if text.isdecimal() and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return EXCEL_EPOCH + timedelta(days=int(text))
    if COMPACT.fullmatch(text):
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    found = DAY_TEXT.fullmatch(text)
    if found is None or SEPARATED.search(text) is None:
        raise ValueError(text)
    return date(int(found["year"]), int(found["month"]), int(found["day"]))


def yes_or_no(text: str) -> bool | None:
    """Return whether a cell says yes; None when it says neither."""
    return True if text in YES else False if text in NO else None


@lru_cache(maxsize=4096)
def category_of(text: str) -> DisabilityCategory | None:
    """Return the disability category a cell names, in words or by its digit 1 to 7; None when it names none."""
    if len(text) == 1 and text in "1234567":
        return CATEGORIES[int(text) - 1]
    named = {at for at, word in enumerate(CATEGORY_WORDS) if word in text}
    named |= {at for word, at in OLDER_WORDS.items() if word in text}
    if len(named) > 1:
        return DisabilityCategory.MULTIPLE
    return CATEGORIES[named.pop()] if named else None


@lru_cache(maxsize=4096)
def grade_of(text: str) -> int | None:
    """Return the grade 1 to 4 a cell names (一级, 1, 二级肢体, Ⅲ); None when it names none or several."""
    if (roman := ROMAN.get(text.removesuffix("级"))) is not None:
        return roman
    named = {GRADE_CHARS[char] for char in text if char in GRADE_CHARS}
    return named.pop() if len(named) == 1 else None


@lru_cache(maxsize=65536)
def phone_of(text: str) -> str | None:
    """Return the first phone number in a cell, digits only; None when there is none that could be dialled."""
    for part in re.split(r"[、,，;；/|]+", text):
        number = PHONE_NOISE.sub("", part).removeprefix("86") if part else ""
        if PHONE_SHAPE.fullmatch(number):
            return number
    return None


@lru_cache(maxsize=65536)
def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'").strip()
