"""Writing an answer by its field tables: types, lengths and dictionary values always right, or it is a fault of ours.

An empty number is written as 0 and anything else that is empty as "", as the interface asks. Amounts leave as JSON numbers
with two decimals, made from fen without ever being a float.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from huibao.hospital.messages.tables import Field, FieldKind, Node, Way, dictionaries, node
from huibao.hospital.messages.values import CHINA
from huibao.kernel.fen import FEN_A_YUAN

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
    unknown = row.keys() - {field.code for field in table.fields}
    _must(not unknown, f"{table.name} has no field {sorted(unknown)}")
    return {field.code: _written(field, row.get(field.code)) for field in table.fields}


def _written(field: Field, value: object) -> Any:  # noqa: ANN401 - JSON values
    if value is None or value == "":
        if field.kind in {FieldKind.MONEY, FieldKind.NUMBER, FieldKind.WHOLE}:
            return 0
        _must(not field.required, f"{field.code} is required")
        return ""
    match field.kind:
        case FieldKind.TEXT:
            _must(isinstance(value, str), f"{field.code} is a text")
            text = str(value)
            _must(not field.chars or len(text) <= field.chars, f"{field.code} has {len(text)} characters")
            known = dictionaries().get(field.dictionary)
            _must(known is None or text in known, f"{field.code} is none of its dictionary")
            return text
        case FieldKind.MONEY:
            _must(isinstance(value, int), f"{field.code} is fen")
            return yuan_number(int(value)) if isinstance(value, int) else 0
        case FieldKind.NUMBER | FieldKind.WHOLE:
            _must(isinstance(value, int | Decimal), f"{field.code} is a number")
            return value
        case FieldKind.DATE:
            _must(isinstance(value, date), f"{field.code} is a date")
            return value.strftime("%Y-%m-%d") if isinstance(value, date) else ""
        case FieldKind.MOMENT:
            return moment_text(value)
        case FieldKind.BYTES:
            return ""


def yuan_number(fen: int) -> Decimal:
    """Fen as yuan with two decimals, exactly."""
    sign, (yuan, part) = "-" if fen < 0 else "", divmod(abs(fen), FEN_A_YUAN)
    return Decimal(f"{sign}{yuan}.{part:02d}")


def moment_text(value: object) -> str:
    """yyyy-MM-dd HH:mm:ss, in China's time."""
    _must(isinstance(value, datetime), "a moment is expected")
    return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else ""


def dumps(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON text in which a Decimal stands digit by digit; the library would only write it as a float or a text."""
    match value:
        case dict():
            return "{" + ",".join(f"{json.dumps(str(key))}:{dumps(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(dumps(each) for each in value) + "]"
        case Decimal():
            return f"{value:f}"
        case _:
            return json.dumps(value, ensure_ascii=False)
