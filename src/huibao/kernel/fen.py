"""Money: whole fen, how it is read, rounded and written. No float ever touches it."""

import re
import unicodedata
from typing import NewType

Fen = NewType("Fen", int)
"""An amount in whole fen (1/100 yuan). Negative only for reversals and differences."""

MAX_FEN = 10**14
"""One trillion yuan (1 万亿元). Twice this times 10,000 basis points stays within int64, also in `half_up`."""

FEN_A_YUAN = 100
BP_ONE = 10_000
"""Basis points in one whole: 10,000 bp = 100 %."""

MAX_TEXT_CHARS = 64
"""Longer than any amount within MAX_FEN can be written."""

PLAIN = re.compile(r"(?P<sign>[-+]?)(?:[¥]\s*)?(?P<yuan>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<part>\d+))?\s*元?", re.ASCII)
EXPONENT = re.compile(r"[-+]?[\d.,]+[eE][-+]?\d+", re.ASCII)
PART_DIGITS = 2

CAPITALS = "零壹贰叁肆伍陆柒捌玖"
CAPITAL_PLACES = ("", "拾", "佰", "仟")
NUMERALS = "零一二三四五六七八九"
NUMERAL_PLACES = ("", "十", "百", "千")
SECTIONS = ("", "万", "亿", "万亿")
SECTION = 10_000


def half_up(numerator: int, denominator: int = BP_ONE) -> int:
    """Round numerator over denominator half up to a whole (−2.5 becomes −2). Denominator > 0.

    Floor division on signed ints, so scalar and array code agree. A reversal negates the posted amount; it
    never rounds again, since rounding a negated value may differ by one fen.
    """
    if denominator <= 0:
        msg = f"denominator must be positive, found {denominator}"
        raise ValueError(msg)
    return (2 * numerator + denominator) // (2 * denominator)


def yuan_text(fen: int) -> str:
    """Return yuan with two decimals and thousands commas: 123456 fen is "1,234.56"."""
    yuan, part = divmod(abs(fen), FEN_A_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{part:02d}"


def parse_yuan(text: object) -> Fen:
    """Read yuan written as decimal text: "1,234.56", "１２元", "-0.05". At most two decimals, |amount| <= MAX_FEN.

    Refused with ValueError, in Chinese and English: numbers that are not text (a float has already lost the
    exact amount), exponents, more than two decimals, misplaced commas, anything that is not a number.
    """
    if not isinstance(text, str):
        msg = f"金额须为文本，读到 {type(text).__name__} / an amount must be given as text, not {type(text).__name__}"
        raise ValueError(msg)  # noqa: TRY004 - one exception type for everything a sender can get wrong
    if len(text) > MAX_TEXT_CHARS:
        msg = f"金额文本超过 {MAX_TEXT_CHARS} 个字符 / an amount longer than {MAX_TEXT_CHARS} characters"
        raise ValueError(msg)
    folded = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    found = PLAIN.fullmatch(folded)
    if found is None:
        raise ValueError(_why_not_an_amount(text, folded))
    part = found["part"] or ""
    if len(part) > PART_DIGITS:
        msg = f"金额最多两位小数（到分），读到 {text!r} / at most two decimals (whole fen), found {text!r}"
        raise ValueError(msg)
    fen = int(found["yuan"].replace(",", "")) * FEN_A_YUAN + int(part.ljust(PART_DIGITS, "0"))
    if fen > MAX_FEN:
        msg = f"金额超出上限 {yuan_text(MAX_FEN)} 元，读到 {text!r} / amount above {yuan_text(MAX_FEN)} yuan"
        raise ValueError(msg)
    return Fen(-fen if found["sign"] == "-" else fen)


def _why_not_an_amount(text: str, folded: str) -> str:
    if not folded:
        return "金额为空 / the amount is empty"
    if EXPONENT.fullmatch(folded):
        return f"金额不能用科学计数法，读到 {text!r}；请写成普通小数 / no exponents in amounts, found {text!r}"
    return f"不是金额：{text!r}；应如 1,234.56 / not an amount: {text!r}; expected e.g. 1,234.56"


def in_capitals(fen: int) -> str:
    """Return the amount in financial capitals (大写), |fen| <= MAX_FEN: 12345 is "壹佰贰拾叁元肆角伍分".

    Follows the rules for payment instruments (支付结算办法 annex 1): 整 after whole yuan only; one 零 for a gap,
    and one between 元 and 角 when the yuan end in 0.
    """
    yuan, jiao, rest = _parts(fen)
    sign = "负" if fen < 0 else ""
    if not yuan and not jiao and not rest:
        return "零元整"
    whole = _spoken(yuan, CAPITALS, CAPITAL_PLACES) + "元" if yuan else ""
    if not jiao and not rest:
        return f"{sign}{whole}整"
    gap = "零" if yuan and (not jiao or yuan % 10 == 0) else ""
    tenths = f"{CAPITALS[jiao]}角" if jiao else ""
    return f"{sign}{whole}{gap}{tenths}{f'{CAPITALS[rest]}分' if rest else ''}"


def in_words(fen: int) -> str:
    """Return the amount as it is spoken, for screen readers, |fen| <= MAX_FEN: "一千二百三十四元五角六分"."""
    yuan, jiao, rest = _parts(fen)
    sign = "负" if fen < 0 else ""
    whole = f"{_shortened(_spoken(yuan, NUMERALS, NUMERAL_PLACES))}元" if yuan or not (jiao or rest) else ""
    gap = "零" if yuan and rest and not jiao else ""
    tenths = f"{NUMERALS[jiao]}角" if jiao else ""
    return f"{sign}{whole}{gap}{tenths}{f'{NUMERALS[rest]}分' if rest else ''}"


def _parts(fen: int) -> tuple[int, int, int]:
    if abs(fen) > MAX_FEN:
        msg = f"金额超出上限 {yuan_text(MAX_FEN)} 元 / amount above {yuan_text(MAX_FEN)} yuan"
        raise ValueError(msg)
    yuan, below = divmod(abs(fen), FEN_A_YUAN)
    jiao, rest = divmod(below, 10)
    return yuan, jiao, rest


def _spoken(number: int, digits: str, places: tuple[str, ...]) -> str:
    """Whole number >= 0 in Chinese: sections of four digits, one 零 wherever digits are skipped before more follow."""
    if number == 0:
        return digits[0]
    sections: list[int] = []
    while number:
        number, section = divmod(number, SECTION)
        sections.append(section)
    spoken = ""
    skipped = False
    for at in reversed(range(len(sections))):
        section = sections[at]
        if section == 0:
            skipped = bool(spoken)
            continue
        if spoken and (skipped or section < SECTION // 10):
            spoken += digits[0]
        skipped = False
        spoken += _section(section, digits, places) + SECTIONS[at]
    return spoken


def _section(section: int, digits: str, places: tuple[str, ...]) -> str:
    spoken = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = section // 10**place % 10
        if digit:
            spoken += (digits[0] if gap else "") + digits[digit] + places[place]
            gap = False
        else:
            gap = bool(spoken)
    return spoken


def _shortened(spoken: str) -> str:
    """In speech a leading 一十 is 十."""
    return spoken.removeprefix("一") if spoken.startswith("一十") else spoken
