"""The rules over a stream of record batches: from Arrow to Arrow, with no engine in it.

A stream brings people in ascending order; a person may lie across two batches, or ten. So the last person of what has
come is held back and joined with what comes next, and every person is settled whole: the batches' edges change nothing
(B1). Whatever carries batches may run it, as Spark's `mapInArrow` does; what travels to where it runs is a `Shipment`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huibao import __version__
from huibao.bulk.kernel import BulkProgram, has_numba
from huibao.bulk.opening import SETTLED_TO
from huibao.bulk.parquet import MAX_ROWS_A_PERSON, TOO_MANY_ROWS
from huibao.bulk.schema import AREA, CLAIM, DAY, PERSON, UNIT, YEAR, whole
from huibao.bulk.tables import FOUND, LATE, PROBLEM, PROBLEM_FIELD, settle_rows
from huibao.kernel.problem import Refused, define
from huibao.rules.program import Program, compiled
from huibao.rules.quantity import Unit

ROWS_AT_ONCE: Final = 131_072
"""Rows gathered before they are settled: enough that the work outweighs the call, some 15 MB of columns."""
OPENING_MARK: Final = "_opening"
"""Flag of the rows that bring a person's opening sums along with the claims."""
OPENING_PREFIX: Final = "_open_"

NOT_TOGETHER = define(
    "SPARK-001",
    "人员 {person} 的数据排在 {before} 之后：同一人的案件没有按人员顺序排在一起",
    "请改用 --layout shuffle，由引擎按人员重新分区排序；或先按 person_id 排好每个文件。",
    "Rows of person {person} come after those of {before}: people do not stand in ascending order",
    "Use --layout shuffle, so that the engine divides and sorts by person, or sort each file by person_id first.",
)
OTHER_VERSION = define(
    "SPARK-002",
    "执行节点上的惠保版本是 {found}，提交端是 {expected}",
    "请把同一个环境包发到全部节点（spark-submit --archives）。",
    "The executor runs huibao {found}, the driver {expected}",
    "Ship one and the same environment to all nodes (spark-submit --archives).",
)

LACKS = define(
    "SPARK-003",
    "执行节点的 Python 环境中没有 {name}",
    "请把装有 huibao[bulk,spark] 的环境打包发到全部节点，并设定 spark.pyspark.python（见 docs/guides/scale-out.zh-CN.md）。",
    "The executor's Python lacks {name}",
    "Ship an environment with huibao[bulk,spark] to all nodes and set spark.pyspark.python (docs/guides/scale-out.md).",
)


@dataclass(frozen=True, slots=True)
class Shipment:
    """All that a far process needs to settle a stream: the program without its functions, and what was asked for."""

    bulk: BulkProgram
    key: str
    version: str
    engine: str
    """"numba" where the compiled loop is to serve; a far process without it says so instead of taking 50 times as long."""
    absent: tuple[str, ...] = ()
    order_by: str | None = None
    with_opening: bool = False
    rows_at_once: int = ROWS_AT_ONCE


def shipment(
    bulk: BulkProgram,
    *,
    absent: tuple[str, ...] = (),
    order_by: str | None = None,
    with_opening: bool = False,
    rows_at_once: int = ROWS_AT_ONCE,
) -> Shipment:
    """Pack a program. Its scheme travels along, so the far side needs no scheme files, and changed numbers hold there."""
    bare = tuple(_bare(program) if program else None for program in bulk.programs)
    packed = replace(bulk, programs=bare)
    what = [
        bulk.scheme.hash,
        bulk.benefit_id,
        bulk.source.hash,
        *map(str, bulk.days),
        *(str(each is None) for each in bare),
    ]
    key = hashlib.sha256(" ".join(what).encode() + bulk.matrix.tobytes()).hexdigest()
    return Shipment(
        packed, key, __version__, "numba" if has_numba() else "scalar", absent, order_by, with_opening, rows_at_once
    )


def settle_stream(batches: Iterable[pa.RecordBatch], sent: Shipment) -> Iterator[pa.RecordBatch]:
    """Settle batches whose people ascend; gives the rows of `settle_table` for them, words as plain text."""
    if sent.version != __version__:
        raise Refused(OTHER_VERSION(found=__version__, expected=sent.version))
    if sent.engine == "numba" and not has_numba():
        raise Refused(LACKS(name="numba"))
    bulk = _unpacked(sent)
    for table in whole_people(batches, sent.rows_at_once):
        claims, opening = _parted(table, bulk) if sent.with_opening else (table, None)
        if claims.num_rows:
            result = settle_rows(claims, bulk, opening=opening, absent=sent.absent, order_by=sent.order_by)
            yield from plain(result).to_batches()


def whole_people(batches: Iterable[pa.RecordBatch], rows_at_once: int = ROWS_AT_ONCE) -> Iterator[pa.Table]:
    """The same rows as tables that hold all rows of each of their people; refused where people do not ascend."""
    held: list[pa.RecordBatch] = []
    count, last = 0, -(2**63)
    for batch in batches:
        if not batch.num_rows:
            continue
        last = _ascending(batch, last)
        held.append(batch)
        count += batch.num_rows
        if count < rows_at_once:
            continue
        table = pa.Table.from_batches(held).combine_chunks()
        people = _people(table.column(PERSON))
        cut = int(np.searchsorted(people, people[-1], side="left"))
        if cut:
            yield table.slice(0, cut)
        elif count > MAX_ROWS_A_PERSON:
            raise Refused(TOO_MANY_ROWS(person=int(people[-1]), found=count, limit=MAX_ROWS_A_PERSON))
        held, count = table.slice(cut).to_batches(), count - cut
    if held:
        yield pa.Table.from_batches(held).combine_chunks()


def result_schema(bulk: BulkProgram, columns: pa.Schema, opening: tuple[str, ...] = ()) -> pa.Schema:
    """What `settle_stream` gives for claims of these columns; units and payers stand in the metadata."""
    payers = {step: payer for payer, step, _, _ in (*bulk.program.layer_at, *bulk.program.extra_at)}
    units = {held.name: held.unit for held in bulk.program.opening}
    fields = [_plain_field(columns.field(name)) for name in (CLAIM, PERSON, DAY, YEAR, AREA) if name in columns.names]
    for name in bulk.source.outputs:
        unit = units.get(name.removeprefix("closing."), Unit.FEN) if name.startswith("closing.") else Unit.FEN
        metadata = {UNIT: b"fen" if unit is Unit.FEN else unit.value.encode()}
        if name in payers:
            metadata[b"payer"] = str(payers[name]).encode()
        fields.append(pa.field(name, pa.int64(), metadata=metadata))
    if SETTLED_TO in opening:
        fields.append(pa.field(LATE, pa.bool_()))
    fields += [pa.field(PROBLEM, pa.string()), pa.field(PROBLEM_FIELD, pa.string()), pa.field(FOUND, pa.int64())]
    return pa.schema(fields)


def plain(table: pa.Table) -> pa.Table:
    """The table with words as plain text: engines hand dictionaries on in ways of their own."""
    fields = [_plain_field(field) for field in table.schema]
    return table.cast(pa.schema(fields))


def _plain_field(field: pa.Field) -> pa.Field:
    words = pa.types.is_dictionary(field.type) and pa.types.is_string(field.type.value_type)
    return field.with_type(pa.string()) if words else field


def _ascending(batch: pa.RecordBatch, last: int) -> int:
    """The last person of the batch; refused where one comes before another of a greater number."""
    if PERSON not in batch.schema.names:
        return last  # the check of the columns says so in words
    people = _people(batch.column(PERSON))
    falls = np.flatnonzero(people[1:] < people[:-1])
    if len(falls):
        at = int(falls[0])
        raise Refused(NOT_TOGETHER(person=int(people[at + 1]), before=int(people[at])))
    if int(people[0]) < last:
        raise Refused(NOT_TOGETHER(person=int(people[0]), before=last))
    return int(people[-1])


def _people(column: pa.Array | pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Person numbers; rows without one stand first, as every engine sorts them."""
    held = whole(column) if isinstance(column, pa.ChunkedArray) else column
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        held.cast(pa.int64()).fill_null(-(2**63)).to_numpy(zero_copy_only=False)
    )
    return numbers


def _parted(table: pa.Table, bulk: BulkProgram) -> tuple[pa.Table, pa.Table | None]:
    """The claims, and the table of opening sums that came with them."""
    marked = table.column(OPENING_MARK)
    names = [name for name in table.column_names if name.startswith(OPENING_PREFIX)]
    claims = table.filter(pc.invert(marked)).drop_columns([OPENING_MARK, *names])
    rows = table.filter(marked)
    held = {name.removeprefix(OPENING_PREFIX): rows.column(name) for name in names}
    opening = pa.table({PERSON: rows.column(PERSON), **held})
    if YEAR not in held:
        return claims, opening
    known = [YEAR, SETTLED_TO, *(entry.name for entry in bulk.program.opening)]
    return claims, opening.select([PERSON, *(name for name in known if name in held)])


def _bare(program: Program) -> Program:
    """The program without what cannot travel, and without the texts of its explanation."""
    return replace(program, claim=_nothing, replay=_nothing, templates=())


def _nothing(*_: object) -> NoReturn:
    raise NotImplementedError("unpack the shipment first")


_last: dict[str, BulkProgram] = {}
"""The program this process unpacked last: its tasks come in the hundreds and mostly ask for the same."""


def _unpacked(sent: Shipment) -> BulkProgram:
    if sent.key not in _last:
        _last.clear()
        _last[sent.key] = replace(
            sent.bulk, programs=tuple(_whole(each) if each else None for each in sent.bulk.programs)
        )
    return _last[sent.key]


def _whole(program: Program) -> Program:
    claim, again = compiled(program.source, "claim"), compiled(program.replay_source, "replay")
    return replace(program, claim=claim, replay=again)  # type: ignore[arg-type] # of the shape emission gives them
