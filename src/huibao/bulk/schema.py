"""What a table of claims must look like: names, types and units of its columns, and whole numbers read out of them.

Units stand in the metadata of each field (`unit`), because a column of yuan and one of fen look alike and differ by a
hundred. A table without that metadata is taken at its word; one that says another unit, or brings decimals or floats
where whole fen are due, is refused.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk.kernel import BulkProgram, Column
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.bulk_source import FOUND_BEFORE, WIDTHS
from huibao.rules.quantity import Unit
from huibao.rules.vocabulary import INPUTS, Input, InputType

CLAIM, PERSON, DAY, YEAR, AREA = "claim_id", "person_id", "settles_on", "policy_year_on", "area"
ORDER: Final = "settled_no"
"""Place of a claim in the order of record; with it claims run in that order, without it by day."""
RECORDED: Final = "recorded."
OPENING: Final = "opening."
UNIT: Final = b"unit"
MAX_ROWS: Final = 100_000_000
"""Rows of one table; a province's year is a twentieth of it."""

NULL, NEGATIVE, TOO_LARGE, DUPLICATE, UNUSED, NO_KEY, NO_CHOICE = range(FOUND_BEFORE, 12)
"""Faults of a row found before the run; the loop's own are in `rules.bulk_source`."""

MISSING = define(
    "BULK-001",
    "表缺少列 {field}（{title}），应为 {type}",
    "请补上该列；确实没有的输入，可在 absent 中写明按 0 计。",
    "The table lacks the column {field} ({title}), which should be {type}",
    "Add it; an input that never arises may be named in `absent` and counts as 0.",
)
WRONG_TYPE = define(
    "BULK-002",
    "列 {field} 的类型为 {found}，应为 {expected}",
    "金额以整数分给出，不接受小数；是否、日期和枚举按声明的类型给出。",
    "The column {field} is of type {found}, it should be {expected}",
    "Give amounts as whole fen, never as decimals or floats; flags, days and enums as declared.",
)
WRONG_UNIT = define(
    "BULK-003",
    "列 {field} 声明的单位是 {found}，应为 {expected}",
    "请换算后再送（1 元 = 100 分），并改正列的 unit 元数据。",
    "The column {field} says its unit is {found}, it should be {expected}",
    "Convert it (1 yuan = 100 fen) and correct the column's `unit` metadata.",
)
TWICE = define(
    "BULK-004",
    "表中有 {count} 列都叫 {field}",
    "每个列名只能出现一次。",
    "{count} columns of the table are called {field}",
    "A column's name may occur once only.",
)
EMPTY = define(
    "BULK-005",
    "表中没有一行数据",
    "请核对文件是否完整；没有理赔也应明确说明，而不是送空表。",
    "The table holds no row",
    "Check that the file is whole.",
)
TOO_MANY = define(
    "BULK-006",
    "表有 {found} 行，超过上限 {limit} 行",
    "请按人员分成若干文件。",
    "The table has {found} rows, more than {limit}",
    "Split it by person into several files.",
)


@dataclass(slots=True)
class Marks:
    """Faults of rows: a number for each row, and for the few that have one the column and the value found."""

    faults: npt.NDArray[np.uint8]
    found: npt.NDArray[np.int64]
    names: list[str]
    columns: npt.NDArray[np.int16] | None = field(default=None)

    def mark(self, where: npt.NDArray[np.bool_], fault: int, name: str, found: Column | None = None) -> None:
        """Mark rows that have no fault yet."""
        new = where & (self.faults == 0)
        if not new.any():
            return
        if self.columns is None:
            self.columns = np.full(len(self.faults), -1, dtype=np.int16)
        self.faults[new] = fault
        self.columns[new] = self.names.index(name)
        if found is not None:
            self.found[new] = found[new]


@lru_cache(maxsize=256)
def claim_schema(bulk: BulkProgram) -> pa.Schema:
    """The declared schema: keys, then every input of the benefit. `area` and `policy_year_on` may be added."""
    keys = [
        pa.field(CLAIM, pa.int64(), nullable=False, metadata={UNIT: b"id"}),
        pa.field(PERSON, pa.int64(), nullable=False, metadata={UNIT: b"id"}),
        pa.field(DAY, pa.date32(), nullable=False, metadata={UNIT: b"day"}),
    ]
    return pa.schema([*keys, *(_declared(entry) for entry in bulk.program.inputs)])


def _declared(entry: Input) -> pa.Field:
    return pa.field(entry.name, _type(entry), nullable=False, metadata={UNIT: entry.type.value.encode()})


def _type(entry: Input) -> pa.DataType:
    if entry.type is InputType.ENUM:
        return pa.dictionary(pa.int8(), pa.string())
    return pa.bool_() if entry.type is InputType.FLAG else pa.type_for_alias(WIDTHS[entry.type])


def check_schema(schema: pa.Schema, bulk: BulkProgram, absent: Collection[str] = ()) -> tuple[Problem, ...]:
    """What is wrong with the columns of a table: missing, twice, of another type, in another unit."""
    problems: list[Problem] = []
    titles = {entry.name: entry.zh for entry in bulk.program.inputs}
    kinds = {entry.name: entry for entry in bulk.program.inputs}
    for wanted in claim_schema(bulk):
        count = len(schema.get_all_field_indices(wanted.name))
        if count == 0 and wanted.name not in absent:
            problems.append(MISSING(field=wanted.name, title=titles.get(wanted.name, wanted.name), type=wanted.type))
        elif count > 1:
            problems.append(TWICE(field=wanted.name, count=count))
        elif count == 1:
            problems += _check_field(schema.field(wanted.name), wanted, kinds.get(wanted.name))
    for found in schema:
        if found.name not in kinds:
            problems += _check_beside(found, bulk)
    return tuple(problems)


def _check_field(found: pa.Field, wanted: pa.Field, entry: Input | None) -> Iterator[Problem]:
    yield from _check_unit(found, wanted.metadata[UNIT])
    if not _fits(found.type, wanted, entry):
        yield WRONG_TYPE(field=found.name, found=found.type, expected=wanted.type)


def _check_unit(found: pa.Field, expected: bytes) -> Iterator[Problem]:
    unit = (found.metadata or {}).get(UNIT)
    if unit is not None and unit != expected:
        yield WRONG_UNIT(field=found.name, found=unit.decode(errors="replace"), expected=expected.decode())


def _check_beside(found: pa.Field, bulk: BulkProgram) -> Iterator[Problem]:
    """Columns that may stand beside the inputs: where there, they are of a kind that can be reckoned with."""
    kind, name = found.type, found.name
    numbers = pa.types.is_integer(kind) and kind != pa.uint64()
    words = pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type)
    if name == YEAR and kind != pa.date32():
        yield WRONG_TYPE(field=name, found=kind, expected="date32[day]")
    elif name == AREA and not (numbers or words or pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        yield WRONG_TYPE(field=name, found=kind, expected="string")
    elif name == ORDER and not numbers:
        yield WRONG_TYPE(field=name, found=kind, expected="int64")
    elif name.startswith("in_") and name.removeprefix("in_") in bulk.scheme.groups:
        if not (numbers or pa.types.is_boolean(kind)):
            yield WRONG_TYPE(field=name, found=kind, expected="bool")
    elif name.startswith(OPENING):
        yield from _check_sum(found, bulk)
    elif name.startswith((RECORDED, "reported_")):
        yield from _check_unit(found, b"fen")


def unit_of_sum(unit: Unit) -> bytes:
    """The unit of a running sum as a column declares it: money is fen."""
    return b"fen" if unit is Unit.FEN else unit.value.encode()


def _check_sum(found: pa.Field, bulk: BulkProgram) -> Iterator[Problem]:
    held = found.name.removeprefix(OPENING)
    unit = next((entry.unit for entry in bulk.program.opening if entry.name == held), None)
    if unit is not None:
        yield from _check_unit(found, unit_of_sum(unit))
        if not pa.types.is_integer(found.type) or found.type == pa.uint64():
            yield WRONG_TYPE(field=found.name, found=found.type, expected="int64")


def _fits(found: pa.DataType, wanted: pa.Field, entry: Input | None) -> bool:
    texts = pa.types.is_string(found) or pa.types.is_large_string(found)
    if wanted.name == DAY:
        return bool(pa.types.is_date32(found))
    if wanted.name == CLAIM:
        return bool(pa.types.is_integer(found) or texts)
    if entry is not None and entry.type is InputType.ENUM:
        coded = pa.types.is_dictionary(found) and pa.types.is_string(found.value_type)
        return bool(texts or coded or pa.types.is_integer(found))
    if entry is not None and entry.type is InputType.FLAG:
        return bool(pa.types.is_boolean(found) or pa.types.is_integer(found))
    return bool(pa.types.is_integer(found)) and found != pa.uint64()


def whole(column: pa.ChunkedArray) -> pa.Array:
    """One array of a column; without copying where it is one already."""
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], column.type)])


def key_column(table: pa.Table, name: str, marks: Marks) -> Column:
    """A key as whole numbers; rows without one, or with a negative one, are marked."""
    array = whole(table.column(name))
    if name in {DAY, YEAR}:
        array = array.view(pa.int32())
    elif not pa.types.is_signed_integer(array.type):
        array = array.cast(pa.int64())
    missing = _missing(array)
    numbers: Column = (array.fill_null(0) if missing is not None else array).to_numpy(zero_copy_only=False)
    if missing is not None:
        marks.mark(missing, NO_KEY, name)
    if name == PERSON:
        numbers = numbers.astype(np.int64, copy=False)
        if len(numbers) and int(numbers.min()) < 0:
            marks.mark(numbers < 0, NO_KEY, name, numbers)
    return numbers


def input_column(table: pa.Table, entry: Input, marks: Marks, absent: Collection[str]) -> Column:
    """An input as whole numbers of the loop's width; rows with nulls, negatives or too much are marked and read 0."""
    width = np.dtype(WIDTHS[entry.type])
    if entry.name not in table.column_names and entry.name in absent:
        return np.zeros(len(marks.faults), dtype=width)
    array = whole(table.column(entry.name))
    missing = _missing(array)
    if missing is not None:
        marks.mark(missing, NULL, entry.name)
    if entry.type is InputType.ENUM and not pa.types.is_integer(array.type):
        return _choices(array, entry, marks, missing)
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    numbers: Column = (array.fill_null(0) if missing is not None else array).to_numpy(zero_copy_only=False)
    most = len(entry.values) - 1 if entry.type is InputType.ENUM else entry.max
    # Read as unsigned a negative number is beyond every limit: one look at the column finds both faults.
    if len(numbers) and int(numbers.view(f"u{numbers.dtype.itemsize}").max()) > most:
        marks.mark(numbers < 0, NEGATIVE, entry.name, numbers)
        marks.mark(numbers > most, TOO_LARGE, entry.name, numbers)
        numbers = np.where((numbers < 0) | (numbers > most), 0, numbers)
    return np.ascontiguousarray(numbers, dtype=width)


def _choices(array: pa.Array, entry: Input, marks: Marks, missing: npt.NDArray[np.bool_] | None) -> Column:
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    known = {value: at for at, value in enumerate(entry.values)}
    places = np.array([known.get(value, -1) for value in coded.dictionary.to_pylist()] or [0], dtype=np.int8)
    indices = coded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    chosen = places[indices]
    if missing is not None:
        chosen[missing] = 0
    unknown = chosen < 0
    if unknown.any():
        marks.mark(unknown, NO_CHOICE, entry.name)
        chosen[unknown] = 0
    return np.ascontiguousarray(chosen)


def mark_unused_reports(table: pa.Table, bulk: BulkProgram, marks: Marks) -> None:
    """Money somebody paid for which the benefit has no step is never passed over: the row is refused (RULE-014)."""
    used = set(bulk.source.inputs)
    for name in table.column_names:
        if name.startswith("reported_") and name in INPUTS and name not in used:
            array = whole(table.column(name))
            if not pa.types.is_integer(array.type):
                raise Refused(WRONG_TYPE(field=name, found=array.type, expected="int64"))
            numbers = array.fill_null(0).to_numpy(zero_copy_only=False)
            marks.mark(numbers != 0, UNUSED, name, numbers)


def _missing(array: pa.Array) -> npt.NDArray[np.bool_] | None:
    if not array.null_count:
        return None
    mask: Any = pc.is_null(array).to_numpy(zero_copy_only=False)
    result: npt.NDArray[np.bool_] = mask
    return result
