"""Arrow in, Arrow out: a table of claims settled at once, row for row as the one-case path would (S7, B1).

What is wrong with the table as a whole is refused; what is wrong with a row is told in its `problem` column, and that
row moves nothing. The result has the rows of the table in the table's order, whatever order that is.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk import schema as columns
from huibao.bulk.kernel import BulkProgram, Int64s, Rows, has_numba, ready, run
from huibao.bulk.opening import BAD_OPENING_TABLE, SETTLED_TO, opening_of, row_years, years_of
from huibao.bulk.order import in_order, repeated
from huibao.bulk.schema import (
    AREA,
    CLAIM,
    DAY,
    PERSON,
    UNIT,
    YEAR,
    Marks,
    check_schema,
    input_column,
    key_column,
    unit_of_sum,
)
from huibao.kernel.problem import Problem, ProblemKind, Refused, Severity, define
from huibao.rules import bulk_source as text
from huibao.rules.compiler import NOT_YET_KNOWN, OUTSIDE_PERIOD
from huibao.rules.program import CONFLICT, FULL, OUT_OF_RANGE, OVER_BILL, UNUSED_REPORT
from huibao.rules.scheme import Scheme

__all__ = ["BAD_OPENING_TABLE", "SETTLED_TO", "Settled", "row_years", "settle_rows", "settle_table", "settled"]
"""With what an opening table is made of, for those who make one."""

PROBLEM, PROBLEM_FIELD, FOUND, LATE = "problem", "problem_field", "found", "late"
MAX_TOLD: Final = 1_000
"""Row problems put into words at once; the columns hold them all."""

NULL_VALUE = define(
    "BULK-010",
    "{field} 没有值",
    "没有发生的金额写 0，不要留空。",
    "{field} has no value",
    "Write 0 for an amount that did not arise; leave nothing empty.",
)
NO_KEY = define(
    "BULK-011",
    "{field} 缺失或为负数，无法确定是谁、哪一天的哪一笔",
    "请补上案件号、人员号和日期。",
    "{field} is missing or negative: whose claim it is, and of which day, cannot be told",
    "Give claim id, person id and day.",
)
DUPLICATE = define(
    "BULK-012",
    "案件号 {claim} 已在前面出现，本行不再结算",
    "同一案件只送一次；内容不同的请先查清哪一行是对的。",
    "Claim {claim} stands in an earlier row; this one is not settled",
    "Send a claim once; where the rows differ, find out which is right.",
)
UNKNOWN_CHOICE = define(
    "BULK-013",
    "{field} 的值不在可选值之内",
    "可选：{allowed}。",
    "The value of {field} is none of those declared",
    "Choose one of {allowed}.",
)
LATE_CLAIM = define(
    "BULK-014",
    "{day} 的案件晚到：此人更晚日期的案件已经结算",
    "已按现有累计额计算，原结算不改动；差异请人工核对。",
    "The claim of {day} comes late: later claims of this person are settled already",
    "It is reckoned on the sums as they stand and changes nothing settled; look at the difference.",
    Severity.DOUBTFUL,
)
CODES: Final[Mapping[int, str]] = {
    text.OUTSIDE: OUTSIDE_PERIOD.code,
    text.NOT_IN_FORCE: NOT_YET_KNOWN.code,
    text.CONFLICTS: CONFLICT.code,
    text.OVER: OVER_BILL.code,
    columns.NULL: NULL_VALUE.code,
    columns.NEGATIVE: OUT_OF_RANGE.code,
    columns.TOO_LARGE: OUT_OF_RANGE.code,
    columns.DUPLICATE: DUPLICATE.code,
    columns.UNUSED: UNUSED_REPORT.code,
    columns.NO_KEY: NO_KEY.code,
    columns.NO_CHOICE: UNKNOWN_CHOICE.code,
}


def code_of(fault: int) -> str | None:
    """Problem code of a row's fault; None for a row that is settled."""
    return FULL.code if fault >= text.FULL_FROM else CODES.get(fault)


def settle_table(  # noqa: PLR0913 - one call says everything there is to say about a table
    table: pa.Table,
    scheme: Scheme | str,
    benefit: str,
    *,
    settings: Mapping[str, str | int] | None = None,
    known_on: date | None = None,
    opening: pa.Table | None = None,
    outputs: tuple[str, ...] | None = None,
    absent: Collection[str] = (),
    order_by: str | None = None,
    compiled: bool | None = None,
) -> pa.Table:
    """Settle a table of claims of one benefit under a scheme as known on a day. Refused where the table does not fit.

    `outputs` names the columns wanted (steps, `self_pay` or `total`, `closing.NAME`); by default the layers we compute
    and the remainder. `absent` names inputs that count as 0. `order_by` names a column of whole numbers by which each
    person's claims of a year follow one another instead of the day. `opening` has `person_id`, `policy_year_on`, the
    running sums and perhaps `settled_to`; claims before that day are marked in the column `late`.
    """
    bulk = ready(scheme, benefit, known_on, settings, outputs)
    return settle_rows(table, bulk, opening=opening, absent=absent, order_by=order_by, compiled=compiled)


def settle_rows(
    table: pa.Table,
    bulk: BulkProgram,
    *,
    opening: pa.Table | None = None,
    absent: Collection[str] = (),
    order_by: str | None = None,
    compiled: bool | None = None,
) -> pa.Table:
    """The same with the program at hand, for one who settles many tables or has changed its numbers."""
    return settled(table, bulk, opening=opening, absent=absent, order_by=order_by, compiled=compiled).table


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled table, and the rows as they were settled: in the order of settling, with what each came to."""

    table: pa.Table
    rows: Rows
    results: Mapping[str, Int64s]


def settled(
    table: pa.Table,
    bulk: BulkProgram,
    *,
    opening: pa.Table | None = None,
    absent: Collection[str] = (),
    order_by: str | None = None,
    compiled: bool | None = None,
) -> Settled:
    """What `settle_rows` gives, with the rows it was reckoned from: for one who looks at them again."""
    check_table(table, bulk, absent)
    rows, marks, order = read_rows(table, bulk, absent=absent, order_by=order_by)
    late = None
    if opening is not None:
        held = opening_of(opening, bulk, rows)
        late = rows.day < held.settled_to[held.at] if held.settled_to is not None else None
        rows = Rows(rows.person, rows.day, rows.inputs, rows.faults, rows.found, rows.year, held.at, held.sums)
    results = run(bulk, rows, compiled=compiled)
    shown = results
    if order is not None:
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        shown = {name: column[back] for name, column in results.items()}
        late = late[back] if late is not None else None
        marks.faults, marks.found = rows.faults[back], rows.found[back]
    engine = "numba" if (has_numba() if compiled is None else compiled) else "scalar"
    return Settled(_result(table, bulk, shown, marks, late, engine), rows, results)


def check_table(table: pa.Table, bulk: BulkProgram, absent: Collection[str] = ()) -> None:
    """Refuse a table whose columns do not fit, that is empty, or that is too long."""
    problems = list(check_schema(table.schema, bulk, absent))
    if not table.num_rows:
        problems.append(columns.EMPTY())
    if table.num_rows > columns.MAX_ROWS:
        problems.append(columns.TOO_MANY(found=table.num_rows, limit=columns.MAX_ROWS))
    if problems:
        raise Refused(problems)


def read_rows(
    table: pa.Table, bulk: BulkProgram, *, absent: Collection[str] = (), order_by: str | None = None
) -> tuple[Rows, Marks, npt.NDArray[np.int64] | None]:
    """The columns as whole numbers in the order of settling; the marks, and the order (None: the table's own)."""
    count = table.num_rows
    entries = bulk.program.inputs
    dated = [name for name in (CLAIM, PERSON, DAY, YEAR) if name in table.column_names]
    names = list(dict.fromkeys([*dated, *(entry.name for entry in entries), *table.column_names]))
    marks = Marks(np.zeros(count, dtype=np.uint8), np.zeros(count, dtype=np.int64), names)
    person, day = key_column(table, PERSON, marks), key_column(table, DAY, marks)
    year = key_column(table, YEAR, marks) if YEAR in table.column_names else None
    claim = columns.whole(table.column(CLAIM))
    if claim.null_count:
        marks.mark(pc.is_null(claim).to_numpy(zero_copy_only=False), columns.NO_KEY, CLAIM)
    inputs = {entry.name: input_column(table, entry, marks, absent) for entry in entries}
    columns.mark_unused_reports(table, bulk, marks)
    sequence = key_column(table, order_by, marks) if order_by else day
    if order_by and year is None and count:
        # By day, years follow one another; by another order a claim of last year may come between two of this.
        year = years_of(bulk, day)
    order = in_order(person, year, sequence, claim)
    again = repeated(claim, order)
    if again is not None:
        marks.mark(again, columns.DUPLICATE, CLAIM)
    faults, found = marks.faults, marks.found
    if order is not None:
        person, day, faults, found = person[order], day[order], faults[order], found[order]
        year = year[order] if year is not None else None
        inputs = {name: column[order] for name, column in inputs.items()}
    return Rows(person, day, inputs, faults, found, year), marks, order


def _result(
    table: pa.Table,
    bulk: BulkProgram,
    results: Mapping[str, Int64s],
    marks: Marks,
    late: npt.NDArray[np.bool_] | None,
    engine: str,
) -> pa.Table:
    count = table.num_rows
    bad = marks.faults != 0
    any_bad = bool(bad.any())
    valid = pa.py_buffer(np.packbits(~bad, bitorder="little")) if any_bad else None
    fields, arrays = [], []
    for name in (CLAIM, PERSON, DAY, YEAR, AREA):
        if name in table.column_names:
            fields.append(table.schema.field(name))
            arrays.append(table.column(name))
    payers = {step: payer for payer, step, _, _ in (*bulk.program.layer_at, *bulk.program.extra_at)}
    for name, numbers in results.items():
        metadata = {UNIT: _unit(bulk, name)}
        if name in payers:
            metadata[b"payer"] = str(payers[name]).encode()
        fields.append(pa.field(name, pa.int64(), metadata=metadata))
        arrays.append(pa.Array.from_buffers(pa.int64(), count, [valid, pa.py_buffer(numbers)]))
    if late is not None:
        fields.append(pa.field(LATE, pa.bool_()))
        arrays.append(pa.array(late))
    fields += [
        pa.field(PROBLEM, pa.dictionary(pa.int8(), pa.string())),
        pa.field(PROBLEM_FIELD, pa.dictionary(pa.int16(), pa.string())),
        pa.field(FOUND, pa.int64()),
    ]
    arrays += _problem_columns(bulk, marks, bad, any_bad=any_bad)
    metadata = {
        b"scheme": bulk.scheme.scheme_id.encode(),
        b"scheme_hash": bulk.scheme.hash.encode(),
        b"benefit": bulk.benefit_id.encode(),
        b"known_on": (bulk.known_on.isoformat() if bulk.known_on else "").encode(),
        b"engine": engine.encode(),
    }
    return pa.table(arrays, schema=pa.schema(fields, metadata=metadata))


def _unit(bulk: BulkProgram, name: str) -> bytes:
    held = name.removeprefix("closing.")
    return next((unit_of_sum(entry.unit) for entry in bulk.program.opening if name != held == entry.name), b"fen")


def _problem_columns(bulk: BulkProgram, marks: Marks, bad: npt.NDArray[np.bool_], *, any_bad: bool) -> list[pa.Array]:
    codes = list(dict.fromkeys([*CODES.values(), FULL.code]))
    count = len(bad)
    if not any_bad:
        none = pa.py_buffer(np.zeros((count + 7) // 8, dtype=np.uint8))
        blank = pa.Array.from_buffers(pa.int8(), count, [none, pa.py_buffer(np.zeros(count, dtype=np.int8))])
        blank16 = pa.Array.from_buffers(pa.int16(), count, [none, pa.py_buffer(np.zeros(count, dtype=np.int16))])
        first = pa.DictionaryArray.from_arrays(blank, pa.array(codes))
        second = pa.DictionaryArray.from_arrays(blank16, pa.array(marks.names))
        return [first, second, pa.Array.from_buffers(pa.int64(), count, [none, pa.py_buffer(marks.found)])]
    place = np.zeros(256, dtype=np.int8)
    for fault, code in CODES.items():
        place[fault] = codes.index(code)
    place[text.FULL_FROM :] = codes.index(FULL.code)
    first = pa.DictionaryArray.from_arrays(pa.array(place[marks.faults], mask=~bad), pa.array(codes))
    at = marks.columns.copy() if marks.columns is not None else np.full(count, -1, dtype=np.int16)
    names = list(dict.fromkeys([*marks.names, *bulk.source.accumulators]))
    of_sum = marks.faults >= text.FULL_FROM
    sums = np.array([names.index(name) for name in bulk.source.accumulators] or [0], dtype=np.int16)
    at[of_sum] = sums[marks.faults[of_sum] - text.FULL_FROM]
    at[marks.faults == text.OUTSIDE] = names.index(DAY)
    second = pa.DictionaryArray.from_arrays(pa.array(at, mask=at < 0), pa.array(names))
    return [first, second, pa.array(marks.found, mask=~bad)]


def row_problems(table: pa.Table, result: pa.Table, bulk: BulkProgram, limit: int = MAX_TOLD) -> tuple[Problem, ...]:
    """The first rows' problems in words, late claims among them; `row` counts from 1 in the table."""
    return tuple(one for one, _ in zip(_told(table, result, bulk), range(limit), strict=False))


def _told(table: pa.Table, result: pa.Table, bulk: BulkProgram) -> Iterator[Problem]:
    wanted = pc.is_valid(result.column(PROBLEM))
    if LATE in result.column_names:
        wanted = pc.or_(wanted, result.column(LATE))
    for place in pc.indices_nonzero(wanted).to_pylist():
        code = result.column(PROBLEM)[place].as_py()
        name, found = result.column(PROBLEM_FIELD)[place].as_py(), result.column(FOUND)[place].as_py()
        where = str(table.column(CLAIM)[place].as_py())
        day = table.column(DAY)[place].as_py()
        if code is None:
            yield LATE_CLAIM(row=place + 1, where=where, field=DAY, day=day)
            continue
        kind, values = _words(bulk, code, name, found, table, place)
        yield kind(row=place + 1, where=where, field=name, **values)


def _words(
    bulk: BulkProgram, code: str, name: str, found: int | None, table: pa.Table, place: int
) -> tuple[ProblemKind, dict[str, object]]:
    """The kind of a row's problem and the values of its text."""
    day = table.column(DAY)[place].as_py()
    entry = next((entry for entry in bulk.program.inputs if entry.name == name), None)
    choices = entry.values if entry else ()
    title = entry.zh if entry else name
    most = next((held.max for held in bulk.program.opening if held.name == name), 0)
    scheme = bulk.scheme
    total = (table.column("bill_total")[place].as_py() or 0) if code == OVER_BILL.code else 0
    over = found or 0
    known: dict[str, tuple[ProblemKind, dict[str, object]]] = {
        OUTSIDE_PERIOD.code: (OUTSIDE_PERIOD, {"scheme": scheme.scheme_id, "day": day, "period": scheme.period}),
        NOT_YET_KNOWN.code: (NOT_YET_KNOWN, {"name": bulk.benefit_id, "on": day, "known": bulk.known_on or "—"}),
        CONFLICT.code: (CONFLICT, {}),
        OVER_BILL.code: (OVER_BILL, {"paid": total + over, "total": total, "over": over}),
        FULL.code: (FULL, {"name": name, "found": found, "most": most}),
        UNUSED_REPORT.code: (UNUSED_REPORT, {"name": name, "found": found}),
        DUPLICATE.code: (DUPLICATE, {"claim": table.column(CLAIM)[place].as_py()}),
        UNKNOWN_CHOICE.code: (UNKNOWN_CHOICE, {"allowed": ", ".join(choices)}),
        NULL_VALUE.code: (NULL_VALUE, {}),
        NO_KEY.code: (NO_KEY, {}),
    }
    if code == OUT_OF_RANGE.code and entry is not None:
        limit = len(choices) - 1 if choices else entry.max
        return OUT_OF_RANGE, {"name": title, "found": found, "least": 0, "most": limit}
    return known[code]
