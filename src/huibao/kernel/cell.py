"""What spreadsheets and input methods do to long numbers, and how much of it can be undone without guessing.

A worksheet number keeps 15 significant digits, so an 18-digit number stored as a number has lost its end:
that is refused. Marks that carry no digit (apostrophe, spaces, full width, a look-alike of X) are taken off,
and each repair is named so that it can be shown.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_EXACT_DIGITS = 15
"""Significant digits a worksheet number keeps (IEEE 754 double as spreadsheets limit it)."""

MAX_CELL_CHARS = 64
"""Longer than any number with its damage; a cell beyond this holds prose, not a number."""

LOOKALIKES_OF_X = str.maketrans(dict.fromkeys("x×✕✖хХχΧ", "X"))
"""Multiplication signs, Cyrillic ha and Greek chi, all met in hand-typed rosters. Ⅹ and Ｘ fold by NFKC."""

QUOTES = "'`’‘\""
INVISIBLE = re.compile("[\\s\u00a0\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
HYPHENS = re.compile("[-‐‑–—]+")
EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}", re.ASCII)


class Damage(StrEnum):
    """Why nothing certain can be read from a cell."""

    EMPTY = "empty"
    NOT_A_NUMBER_CELL = "not_a_number_cell"
    DIGITS_LOST = "digits_lost"
    EXPONENT = "exponent"
    MASKED = "masked"
    TOO_LONG = "too_long"


class Repair(StrEnum):
    """What was taken off or folded; each value is the English name, `zh` the Chinese one."""

    APOSTROPHE = "leading apostrophe"
    SPACES = "spaces or invisible characters"
    HYPHENS = "hyphens"
    FULL_WIDTH = "full-width characters"
    POINT_ZERO = "trailing .0"
    LETTER_X = "a look-alike or small letter x"
    SMALL_LETTERS = "small letters"

    @property
    def zh(self) -> str:
        """The repair's Chinese name."""
        return REPAIR_ZH[self]


REPAIR_ZH = {
    Repair.APOSTROPHE: "前导撇号",
    Repair.SPACES: "空格或不可见字符",
    Repair.HYPHENS: "连字符",
    Repair.FULL_WIDTH: "全角字符",
    Repair.POINT_ZERO: "末尾的 .0",
    Repair.LETTER_X: "小写或形近的 X",
    Repair.SMALL_LETTERS: "小写字母",
}


@dataclass(frozen=True, slots=True)
class Tidied:
    """A cell as tidy text with the repairs made, or the damage that forbids reading it (then `text` is as found)."""

    text: str
    repairs: tuple[Repair, ...] = ()
    damage: Damage | None = None

    @property
    def repairs_zh(self) -> str:
        """The repairs as one Chinese phrase."""
        return "、".join(repair.zh for repair in self.repairs)

    @property
    def repairs_en(self) -> str:
        """The repairs as one English phrase."""
        return ", ".join(repair.value for repair in self.repairs)


def tidy_number(raw: object) -> Tidied:
    """Read a cell that should hold a long number written as text. Never guesses a digit."""
    match raw:
        case None:
            return Tidied("", damage=Damage.EMPTY)
        case str():
            return _tidy_text(raw)
        case bool():
            return Tidied(str(raw), damage=Damage.NOT_A_NUMBER_CELL)
        case int() if 0 <= raw < 10**MAX_EXACT_DIGITS:
            return Tidied(str(raw))
        case int() | float():
            return Tidied(str(raw)[:MAX_CELL_CHARS], damage=Damage.DIGITS_LOST)
        case _:
            return Tidied(str(raw)[:MAX_CELL_CHARS], damage=Damage.NOT_A_NUMBER_CELL)


def _tidy_text(raw: str) -> Tidied:
    if len(raw) > MAX_CELL_CHARS:
        return Tidied(raw[:MAX_CELL_CHARS], damage=Damage.TOO_LONG)
    repairs: list[Repair] = []

    def took(repair: Repair, before: str, after: str) -> str:
        if before != after:
            repairs.append(repair)
        return after

    text = raw if raw.isascii() else took(Repair.FULL_WIDTH, raw, "".join(_narrow(char) for char in raw))
    text = took(Repair.SPACES, text, INVISIBLE.sub("", text))
    text = took(Repair.APOSTROPHE, text, text.strip(QUOTES))
    if not text:
        return Tidied("", damage=Damage.EMPTY)
    if EXPONENT.fullmatch(text):
        return Tidied(text, damage=Damage.EXPONENT)
    if "*" in text:
        return Tidied(text, damage=Damage.MASKED)
    text = took(Repair.POINT_ZERO, text, re.sub(r"(?<=\d)\.0+$", "", text))
    text = took(Repair.HYPHENS, text, HYPHENS.sub("", text))
    text = took(Repair.LETTER_X, text, text.translate(LOOKALIKES_OF_X))
    text = took(Repair.SMALL_LETTERS, text, text.upper() if text.isascii() else text)
    return Tidied(text, tuple(repairs))


def _narrow(char: str) -> str:
    """Fold full-width forms and the Roman numeral Ⅹ; leave everything else, spaces included, as it is."""
    wide = "\uff01" <= char <= "\uff5e" or char in "Ⅹⅹ"
    return unicodedata.normalize("NFKC", char) if wide else char
