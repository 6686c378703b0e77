"""Faulty rows planted among made-up claims, and the truth about each: what settling must say of it.

Which rows is drawn by the claim's number, so the truth of a block can be told again without the block.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa

from huibao.app.synthetic.numbers import DRAW_BITS, TEN_THOUSAND, Draw, chance
from huibao.bulk import schema as declared
from huibao.bulk.kernel import BulkProgram, day_number
from huibao.bulk.schema import CLAIM, DAY
from huibao.bulk.synthetic.columns import Column, Columns
from huibao.bulk.tables import code_of
from huibao.rules import bulk_source
from huibao.rules.vocabulary import Input, InputType

TOO_MUCH: Final = 10**12
"""Above the limit of every amount."""
OVER_BY: Final = 100_00
AFTER: Final = timedelta(days=30)
BASIC, TOTAL = "reported_basic_medical", "bill_total"


@dataclass(slots=True)
class _Rows:
    """The columns of a table while faults are planted: values, and which of them are nothing."""

    values: dict[str, Column]
    empty: dict[str, Column]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of fault: what settling finds, and what it does to a row."""

    fault: int
    spoil: Callable[[_Rows, int], None]


def spoiled(table: pa.Table, bulk: BulkProgram, seed: int, per_10_000: int) -> tuple[pa.Table, pa.Table]:
    """Return the table with faults planted, and the truth: row (from 0), claim id as it was, problem code."""
    claim = table.column(CLAIM).to_numpy()
    kinds = _kinds(bulk)
    one = Columns.of(seed, claim)
    hit = chance(one, Draw.FAULT, per_10_000, TEN_THOUSAND)
    which = (one.draw(Draw.FAULT_KIND) * len(kinds)) >> DRAW_BITS
    names = [name for name in table.column_names if _numeric(table.schema.field(name).type)]
    rows = _Rows({name: _numbers(table.column(name)) for name in names}, {})
    places, codes = [], []
    for place in np.flatnonzero(hit).tolist():
        kind = kinds[which[place]]
        again = kind.fault == declared.DUPLICATE
        if again and (place == 0 or hit[place - 1] or not _same_person(table, place)):
            continue
        kind.spoil(rows, place)
        places.append(place)
        codes.append(code_of(kind.fault))
    made = table
    for name in names:
        field = table.schema.field(name).with_nullable(True)
        column = pa.array(rows.values[name], mask=rows.empty.get(name)).cast(field.type, safe=False)
        made = made.set_column(made.schema.get_field_index(name), field, column)
    truth = {
        "row": pa.array(places, pa.int64()),
        CLAIM: pa.array(claim[places], pa.int64()),
        "code": pa.array(codes, pa.string()),
    }
    return made, pa.table(truth)


def _numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_date32(kind))


def _numbers(column: pa.ChunkedArray) -> Column:
    array: Any = column.combine_chunks()
    array = array.view(pa.int32()) if pa.types.is_date32(array.type) else array
    found: Column = array.to_numpy(zero_copy_only=False).copy()
    return found


def _same_person(table: pa.Table, place: int) -> bool:
    person = table.column(declared.PERSON)
    return bool(person[place].as_py() == person[place - 1].as_py())


def _kinds(bulk: BulkProgram) -> list[_Kind]:
    """The faults this benefit's rows can have."""
    inputs = bulk.program.inputs
    kinds = [_Kind(bulk_source.OUTSIDE, _outside(bulk)), _Kind(declared.DUPLICATE, _duplicate)]
    whole = [entry for entry in inputs if entry.type not in {InputType.FLAG, InputType.ENUM}]
    if whole:
        first: Input = next((entry for entry in whole if entry.type is InputType.FEN), whole[0])
        most = TOO_MUCH if first.type is InputType.FEN else first.max + 1
        kinds += [
            _Kind(declared.NULL, _empty(first.name)),
            _Kind(declared.NEGATIVE, _put(first.name, -1)),
            _Kind(declared.TOO_LARGE, _put(first.name, most)),
        ]
    if {BASIC, TOTAL} <= {entry.name for entry in inputs}:
        kinds.append(_Kind(bulk_source.OVER, _over))
    return kinds


def _outside(bulk: BulkProgram) -> Callable[[_Rows, int], None]:
    day = day_number(bulk.scheme.period.last_on + AFTER)
    return _put(DAY, day)


def _put(name: str, value: int) -> Callable[[_Rows, int], None]:
    def put(rows: _Rows, place: int) -> None:
        rows.values[name][place] = value

    return put


def _empty(name: str) -> Callable[[_Rows, int], None]:
    def empty(rows: _Rows, place: int) -> None:
        rows.empty.setdefault(name, np.zeros(len(rows.values[name]), dtype=np.bool_))[place] = True

    return empty


def _duplicate(rows: _Rows, place: int) -> None:
    rows.values[CLAIM][place] = rows.values[CLAIM][place - 1]


def _over(rows: _Rows, place: int) -> None:
    rows.values[BASIC][place] = rows.values[TOTAL][place] + OVER_BY
