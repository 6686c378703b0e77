"""One value of a message, read from what real senders write: text, number, "null", several shapes of dates."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from huibao.hospital.messages.tables import Field, FieldKind
from huibao.kernel.fen import MAX_FEN

CHINA: Final = ZoneInfo("Asia/Shanghai")

EMPTY: Final = frozenset({"", "null", "NULL", "None", "undefined"})
"""What senders write where they have nothing to say."""

MAX_NUMBER_CHARS: Final = 40
MAX_BYTES_A_FILE: Final = 4_000_000

DATE_SHAPES: Final = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d")
MOMENT_SHAPES: Final = (
    "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", *DATE_SHAPES
)  # fmt: skip
FRACTION: Final = re.compile(r"(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$")
USUAL: Final = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d)?", re.ASCII)
PLAIN: Final = re.compile(r"[-+]?\d+(\.\d*)?|[-+]?\.\d+", re.ASCII)
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters no text holds: control characters, half surrogates, code points that are none."""

Value = str | int | Decimal | date | datetime | bytes


class NotThat(ValueError):  # noqa: N818 - says what a value is not; never leaves the reader
    """The value is not of the kind the field is for; the text says what was expected."""


def is_empty(value: object) -> bool:
    """Whether a sender says nothing by it."""
    return value is None or (isinstance(value, str) and value.strip() in EMPTY)


def read_value(field: Field, value: object) -> Value:
    """The value as what the field is for; `NotThat` with what was expected."""
    match field.kind:
        case FieldKind.TEXT:
            return _text(field, value)
        case FieldKind.MONEY:
            return _fen(value)
        case FieldKind.NUMBER | FieldKind.WHOLE:
            return _number(field, value)
        case FieldKind.DATE:
            return _moment(value, "日期，如 2020-05-12").date()
        case FieldKind.MOMENT:
            return _moment(value, "日期时间，如 2020-05-12 08:30:00")
        case FieldKind.BYTES:
            return _bytes(value)


def _text(field: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NotThat("文本")
    text = str(value).strip()
    if CONTROL.search(text):
        raise NotThat("不含控制字符的文本")
    if field.chars and len(text) > field.chars:
        raise NotThat(f"不超过 {field.chars} 个字符的文本，读到 {len(text)} 个字符")
    return text


def _decimal(value: object, expected: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NotThat(expected)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NotThat(expected)
        text = f"{value:f}"
    else:
        text = str(value).strip().replace(",", "")
    if len(text) > MAX_NUMBER_CHARS or not PLAIN.fullmatch(text):
        raise NotThat(expected)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise NotThat(expected) from error


def _fen(value: object) -> int:
    expected = "以元为单位、最多两位小数的金额，如 1234.56"
    fen = _decimal(value, expected) * 100
    if fen != fen.to_integral_value() or abs(fen) > MAX_FEN:
        raise NotThat(expected)
    return int(fen)


def _number(field: Field, value: object) -> int | Decimal:
    digits = int(field.size.partition(",")[0] or 16)
    places = f"，小数最多 {field.decimals} 位" if field.decimals else "，不带小数"
    expected = f"不超过 {digits} 位的数字{places}"
    number = _decimal(value, expected)
    scaled = number.scaleb(field.decimals)
    if scaled != scaled.to_integral_value() or abs(scaled) >= Decimal(10) ** digits:
        raise NotThat(expected)
    return int(number) if field.kind is FieldKind.WHOLE else number


def _moment(value: object, expected: str) -> datetime:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise NotThat(expected)
    text = str(value).strip()
    if not text.isascii() or len(text) > MAX_NUMBER_CHARS:
        raise NotThat(expected)
    shorter = FRACTION.sub("", text) if ":" in text else text
    read = _usual(shorter) if USUAL.fullmatch(shorter) else _of_any_shape(shorter)
    if read is None or read.year < 1850:  # noqa: PLR2004 - nobody alive was born before; a year below is a slip
        raise NotThat(expected)
    return read.replace(tzinfo=CHINA)


def _usual(text: str) -> datetime | None:
    """A moment in the shape that nearly every sender writes, which is read many times faster than by trying shapes."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _of_any_shape(text: str) -> datetime | None:
    for shape in MOMENT_SHAPES:
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007 - the interface's times are China's; set by the caller
        except ValueError:
            continue
    return None


def _bytes(value: object) -> bytes:
    """A file in a message: an array of byte values (signed ones too, as Java writes them), or Base64."""
    if isinstance(value, list) and len(value) <= MAX_BYTES_A_FILE:
        if all(isinstance(one, int) and -128 <= one <= 255 for one in value):  # noqa: PLR2004 - the range of a byte
            return bytes(one % 256 for one in value)
    elif isinstance(value, str) and len(value) <= 2 * MAX_BYTES_A_FILE:
        import base64
        import binascii

        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotThat("字节数组或 Base64 文本") from error
    raise NotThat("字节数组或 Base64 文本")
