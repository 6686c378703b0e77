"""Writing an answer by its field tables: types, lengths and dictionary values always right, or it is a fault of ours.

An empty number is written as 0 and anything else that is empty as "", as the interface asks. Amounts leave as JSON numbers
with two decimals, made from fen without ever being a float.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from json.encoder import encode_basestring as quoted
from typing import Any, Final

from huibao.hospital.messages.tables import Field, FieldKind, Node, Way, dictionaries, node
from huibao.hospital.messages.values import CHINA

Row = Mapping[str, object]
"""Field → value as `values.Value`; each is held against its field when it is written."""


class Miswritten(AssertionError):  # noqa: N818 - said of an answer: it is miswritten
    """An answer of ours does not keep to its table. The door takes back what was done and says so."""


def _must(holds: bool, detail: str) -> None:
    if not holds:
        raise Miswritten(detail)


def write(infno: str, rows: Mapping[str, Row | Sequence[Row]]) -> dict[str, Any]:
    """The `output` of an answer: node → row or rows, every field of the table in its place."""
    made: dict[str, Any] = {}
    for name, value in rows.items():
        table = node(infno, Way.OUT, name)
        if isinstance(value, Mapping):
            made[name] = write_row(table, value)
        else:
            made[name] = [write_row(table, row) for row in value]
    return made


def write_row(table: Node, row: Row) -> dict[str, Any]:
    """One row with every field of its table."""
    columns = _columns(table)
    _must(row.keys() <= columns.keys(), f"{table.name} has no field {sorted(row.keys() - columns.keys())}")
    return {code: written(row.get(code)) for code, written in columns.items()}


@cache
def _columns(table: Node) -> Mapping[str, Callable[[object], Any]]:
    """How each field of a table is written."""
    return {field.code: _writer(field) for field in table.fields}


def _writer(field: Field) -> Callable[[object], Any]:
    """A function that writes a field's value, whose kind, length and dictionary are looked up once."""
    number = field.kind in {FieldKind.MONEY, FieldKind.NUMBER, FieldKind.WHOLE}
    kind = KINDS[field.kind](field)

    def written(value: object) -> Any:  # noqa: ANN401 - JSON values
        if value is None or value == "":
            _must(number or not field.required, f"{field.code} is required")
            return 0 if number else ""
        return kind(value)

    return written


def _text(field: Field) -> Callable[[object], str]:
    chars, known = field.chars, dictionaries().get(field.dictionary)

    def text(value: object) -> str:
        if not isinstance(value, str):
            raise Miswritten(f"{field.code} is a text")
        if chars and len(value) > chars:
            raise Miswritten(f"{field.code} has {len(value)} characters")
        if known is not None and value not in known:
            raise Miswritten(f"{field.code} is none of its dictionary")
        return str(value)

    return text


def _money(field: Field) -> Callable[[object], Decimal]:
    def money(value: object) -> Decimal:
        if not isinstance(value, int):
            raise Miswritten(f"{field.code} is fen")
        return yuan_number(value)

    return money


def _number(field: Field) -> Callable[[object], int | Decimal]:
    def number(value: object) -> int | Decimal:
        if not isinstance(value, int | Decimal):
            raise Miswritten(f"{field.code} is a number")
        return value

    return number


def _date(field: Field) -> Callable[[object], str]:
    def day(value: object) -> str:
        if not isinstance(value, date):
            raise Miswritten(f"{field.code} is a date")
        return value.strftime("%Y-%m-%d")

    return day


KINDS: Final[Mapping[FieldKind, Callable[[Field], Callable[[object], Any]]]] = {
    FieldKind.TEXT: _text,
    FieldKind.MONEY: _money,
    FieldKind.NUMBER: _number,
    FieldKind.WHOLE: _number,
    FieldKind.DATE: _date,
    FieldKind.MOMENT: lambda _: moment_text,
    FieldKind.BYTES: lambda _: lambda _: "",
}


def yuan_number(fen: int) -> Decimal:
    """Fen as yuan with two decimals, exactly."""
    return Decimal(fen).scaleb(-2)


def moment_text(value: object) -> str:
    """yyyy-MM-dd HH:mm:ss, in China's time."""
    _must(isinstance(value, datetime), "a moment is expected")
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else ""


def dumps(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON text in which a Decimal stands digit by digit; the library would only write it as a float or a text."""
    parts: list[str] = []
    _dump(value, parts.append)
    return "".join(parts)


def _dump(value: Any, put: Callable[[str], None]) -> None:  # noqa: ANN401 - any JSON value
    kind = type(value)
    if kind is str:
        put(quoted(value))
    elif kind is Decimal:
        put(f"{value:f}")
    elif kind is int:
        put(str(value))
    elif isinstance(value, Mapping):
        mark = "{"
        for key, each in value.items():
            of = type(each)
            if of is str:
                put(f"{mark}{quoted(key)}:{quoted(each)}")
            elif of is Decimal:
                put(f"{mark}{quoted(key)}:{each:f}")
            elif of is int:
                put(f"{mark}{quoted(key)}:{each}")
            else:
                put(f"{mark}{quoted(key)}:")
                _dump(each, put)
            mark = ","
        put("}" if mark == "," else "{}")
    elif isinstance(value, list | tuple):
        mark = "["
        for each in value:
            put(mark)
            _dump(each, put)
            mark = ","
        put("]" if mark == "," else "[]")
    else:
        put(json.dumps(value, ensure_ascii=False))
