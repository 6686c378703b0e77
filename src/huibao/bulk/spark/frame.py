"""Claims in a DataFrame, settled: divided by person, each person's rows together, and handed on as Arrow batches.

Rows are never grouped by person, which costs a call a person; a partition holds many people in ascending order, and
`bulk.stream` holds the last one of each batch back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from huibao.bulk.files import NO_FILES
from huibao.bulk.kernel import BulkProgram
from huibao.bulk.opening import BAD_OPENING_TABLE
from huibao.bulk.parquet import REPEATED_OVER_PARTS, SPLIT_PERSON
from huibao.bulk.schema import AREA, CLAIM, DAY, EMPTY, PERSON, UNIT, YEAR, check_schema
from huibao.bulk.spark.trouble import in_our_words, marked
from huibao.bulk.stream import (
    OPENING_MARK,
    OPENING_PREFIX,
    ROWS_AT_ONCE,
    Shipment,
    result_schema,
    settle_stream,
    shipment,
)
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import INPUTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

SHUFFLE: Final = "shuffle"
"""Spark divides the rows by person and sorts each part: right for any data."""
FILES: Final = "files"
"""Each file holds whole people in ascending order, as Huibao writes them: nothing is moved."""
WHOLE_FILES: Final = str(1 << 40)
"""Bytes no file reaches: Spark then neither cuts a file nor puts two into one partition."""

Batches = Iterable[pa.RecordBatch]


def read_claims(session: "SparkSession", paths: Sequence[str], layout: str = SHUFFLE) -> "DataFrame":
    """The claims of Parquet files. For the layout `files` it is made sure that no person stands in two of them."""
    if not paths:
        raise Refused(NO_FILES(where="—"))
    with in_our_words():
        frame = session.read.parquet(*paths)
        if layout == FILES:
            session.conf.set("spark.sql.files.maxPartitionBytes", WHOLE_FILES)
            session.conf.set("spark.sql.files.openCostInBytes", WHOLE_FILES)
            if PERSON in frame.columns:
                _refuse_split_people(frame)
    return frame


def settle_frame(
    frame: "DataFrame",
    bulk: BulkProgram,
    *,
    opening: "DataFrame | None" = None,
    absent: tuple[str, ...] = (),
    order_by: str | None = None,
    layout: str = SHUFFLE,
    partitions: int | None = None,
    rows_at_once: int = ROWS_AT_ONCE,
) -> "DataFrame":
    """The frame of results: the rows `settle_table` gives, bit by bit, in no particular order. Computed when asked for.

    Refused at once where a column is missing, of another type or unit; what is wrong with a row stands in its
    `problem`. `opening` (person_id, policy_year_on, the running sums) needs the layout `shuffle`.
    """
    columns = arrow_schema(frame.schema)
    problems = check_schema(columns, bulk, absent)
    if problems:
        raise Refused(problems)
    kept = frame.select([frame[f"`{name}`"] for name in wanted_columns(bulk, frame.columns, order_by)])
    opened = tuple(opening.columns) if opening is not None else ()
    if opening is not None:
        kept = _with_opening(kept, opening, layout)
    if layout == SHUFFLE:
        ordered = [name for name in (PERSON, YEAR, order_by or DAY, CLAIM) if name in kept.columns]
        count = () if partitions is None else (partitions,)
        kept = kept.repartition(*count, PERSON).sortWithinPartitions(*ordered)
    sent = shipment(bulk, absent=absent, order_by=order_by, with_opening=opening is not None, rows_at_once=rows_at_once)
    return kept.mapInArrow(_settler(sent), spark_schema(result_schema(bulk, columns, opened)))


def identity_frame(frame: "DataFrame") -> "DataFrame":
    """The same rows through Python and back, nothing done to them: what Spark itself takes for the way."""

    def hand_back(batches: Batches) -> Iterator[pa.RecordBatch]:
        yield from batches

    return frame.mapInArrow(hand_back, frame.schema)


def probe(session: "SparkSession", bulk: BulkProgram) -> None:
    """Refuse before any claim is read where an executor lacks what it needs, or runs another Huibao."""
    sent = shipment(bulk)
    count = session.sparkContext.defaultParallelism

    def ask(batches: Batches) -> Iterator[pa.RecordBatch]:
        yield from _settler(sent)([])
        yield from batches

    with in_our_words():
        session.range(0, count, 1, count).mapInArrow(ask, "id long").count()


def refuse_shared_claims(frame: "DataFrame") -> None:
    """Refuse where a claim id belongs to more than one person: which of the two it is cannot be told."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody who writes Spark calls it

    with in_our_words():
        if frame.isEmpty():
            raise Refused(EMPTY())
        people = frame.groupBy(CLAIM).agg(F.min(PERSON).alias("first"), F.max(PERSON).alias("last"))
        shared = people.where("first < last")
        held = shared.agg(F.count(CLAIM), F.min(CLAIM)).first()
    if held is not None and held[0]:
        raise Refused(REPEATED_OVER_PARTS(field=CLAIM, claim=held[1], count=held[0]))


def wanted_columns(bulk: BulkProgram, names: Sequence[str], order_by: str | None) -> list[str]:
    """Columns worth carrying: keys, inputs, and money reported for which there may be no step."""
    inputs = {entry.name for entry in bulk.program.inputs}
    keys = {CLAIM, PERSON, DAY, YEAR, AREA, order_by}
    reported = {name for name in names if name.startswith("reported_") and name in INPUTS}
    return [name for name in names if name in keys | inputs | reported]


def arrow_schema(schema: "StructType") -> pa.Schema:
    """The columns as Arrow names them; a field's `unit` in Spark's metadata counts as that of Arrow's."""
    from pyspark.sql.pandas.types import to_arrow_type

    fields = []
    for field in schema.fields:
        unit = field.metadata.get(UNIT.decode())
        metadata = {UNIT: str(unit).encode()} if unit is not None else None
        fields.append(pa.field(field.name, to_arrow_type(field.dataType), metadata=metadata))
    return pa.schema(fields)


def spark_schema(schema: pa.Schema) -> "StructType":
    """Arrow's columns as Spark names them, units and payers kept."""
    from pyspark.sql.pandas.types import from_arrow_type
    from pyspark.sql.types import StructField, StructType

    fields = []
    for field in schema:
        held = {name.decode(): value.decode() for name, value in (field.metadata or {}).items()}
        known = {name: held[name] for name in (UNIT.decode(), "payer") if name in held}
        fields.append(StructField(field.name, from_arrow_type(field.type), nullable=True, metadata=known))
    return StructType(fields)


def _settler(sent: Shipment) -> Callable[[Batches], Iterator[pa.RecordBatch]]:
    def settle(batches: Batches) -> Iterator[pa.RecordBatch]:
        try:
            yield from settle_stream(batches, sent)
        except Refused as refused:
            raise RuntimeError(marked(refused)) from None

    return settle


def _with_opening(claims: "DataFrame", opening: "DataFrame", layout: str) -> "DataFrame":
    """Claims and opening sums in one frame, so that one move brings both of a person to one place."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody who writes Spark calls it

    if layout != SHUFFLE:
        why = "期初累计须用 --layout shuffle", "opening sums need the layout shuffle"
        raise Refused(BAD_OPENING_TABLE(why_zh=why[0], why_en=why[1]))
    for name in (PERSON, YEAR):
        if name not in opening.columns:
            raise Refused(BAD_OPENING_TABLE(field=name, why_zh=f"缺少 {name}", why_en=f"{name} is missing"))
    held = [F.col(name).alias(f"{OPENING_PREFIX}{name}") for name in opening.columns if name != PERSON]
    rows = opening.select(PERSON, F.lit(True).alias(OPENING_MARK), *held)
    return claims.withColumn(OPENING_MARK, F.lit(False)).unionByName(rows, allowMissingColumns=True)


def _refuse_split_people(frame: "DataFrame") -> None:
    """Refuse where a person stands in two files. Ranges that do not meet prove it; else people are counted."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody who writes Spark calls it

    located = frame.select(PERSON, F.input_file_name().alias("file"))
    ranges = located.groupBy("file").agg(F.min(PERSON), F.max(PERSON)).collect()
    known: list[Any] = sorted((row[1], row[2]) for row in ranges if row[1] is not None)
    apart = all(one[1] < other[0] for one, other in pairwise(known))
    if apart:
        return
    split = located.groupBy(PERSON).agg(F.min("file").alias("one"), F.max("file").alias("other")).where("one < other")
    first = split.orderBy(PERSON).first()
    if first is not None:
        names = [str(place).rsplit("/", 1)[-1] for place in (first[1], first[2])]
        raise Refused(SPLIT_PERSON(field=PERSON, person=first[0], first=names[0], second=names[1], count=split.count()))
