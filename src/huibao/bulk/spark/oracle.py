"""The oracle in Spark SQL: a sample of people settled by generated queries, and held against what the loop gave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from huibao.bulk.kernel import BulkProgram
from huibao.bulk.oracle import NUMBERED, Asked, oracle_sql
from huibao.bulk.schema import CLAIM, DAY, PERSON
from huibao.bulk.spark.trouble import in_our_words
from huibao.bulk.tables import PROBLEM
from huibao.kernel.problem import Refused, define
from huibao.rules.dialect import SPARK

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MAX_ROUNDS: Final = 1_000
"""Claims of one person and year in a sample; each is a round of its own."""
SHARES: Final = 10_000
"""A share of people is counted in ten-thousandths."""
LEAST_SPARK: Final = (4, 1)
MAX_SHOWN: Final = 20

OLD_SPARK = define(
    "SPARK-020",
    "Spark {found} 不支持递归查询，核对用的 SQL 需要 {least} 或更高版本",
    "结算本身不受影响；核对可改在 DuckDB 中对抽样进行（见 docs/guides/scale-out.zh-CN.md）。",
    "Spark {found} has no recursive queries, which the checking SQL needs; they come with {least}",
    "Settling works all the same; check a sample in DuckDB instead (docs/guides/scale-out.md).",
)
TOO_MANY_ROUNDS = define(
    "SPARK-021",
    "抽样中有人一年 {found} 笔，超过核对上限 {limit}",
    "请核对人员号是否填错，或换一批人核对。",
    "Somebody in the sample has {found} claims in a year, more than {limit}",
    "Check whether the person column is filled rightly, or take other people.",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many claims were settled both ways, how many differ, and some of those."""

    claims: int
    differ: int
    some: tuple[Any, ...]


def some_people(frame: "DataFrame", share: int) -> "DataFrame":
    """All claims of about `share` of 10,000 people, the same ones each time."""
    return frame.where(f"pmod(hash({PERSON}), {SHARES}) < {share}")


def settle_by_sql(
    claims: "DataFrame",
    bulk: BulkProgram,
    *,
    opening: "DataFrame | None" = None,
    order_by: str | None = None,
    absent: tuple[str, ...] = (),
) -> "DataFrame":
    """The oracle's answer: `claim_id`, every step, the rest, the closing sums and the problem's code."""
    session = claims.sparkSession
    version = tuple(int(part) for part in session.version.split(".")[:2])
    if version < LEAST_SPARK:
        raise Refused(OLD_SPARK(found=session.version, least=".".join(str(part) for part in LEAST_SPARK)))
    claims.createOrReplaceTempView("huibao_claims")
    if opening is not None:
        opening.createOrReplaceTempView("huibao_opening")
    with in_our_words():
        asked = Asked(
            claims="huibao_claims",
            columns=tuple(claims.columns),
            days=_days(claims),
            opening="huibao_opening" if opening is not None else None,
            opening_columns=tuple(opening.columns) if opening is not None else (),
            order_by=order_by,
            absent=absent,
        )
        sql = oracle_sql(bulk, SPARK, asked)
        numbered = session.sql(sql.numbered).cache()
        numbered.createOrReplaceTempView(NUMBERED)
        rounds = numbered.agg({"n": "max"}).first()
        allow_rounds(claims, int(rounds[0]) if rounds is not None and rounds[0] is not None else 1)
        return session.sql(sql.settled)


@contextmanager
def forgotten(frame: "DataFrame") -> Iterator[None]:
    """Let go afterwards of what `settle_by_sql` keeps in the cluster's memory."""
    try:
        yield
    finally:
        frame.sparkSession.catalog.uncacheTable(NUMBERED)


def compare(settled: "DataFrame", oracle: "DataFrame", bulk: BulkProgram) -> Compared:
    """Hold the loop's results of these people against the oracle's, claim by claim."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody who writes Spark calls it

    names = [*bulk.source.outputs, PROBLEM]
    ours = settled.select(CLAIM, *(F.col(f"`{name}`").alias(f"ours_{at}") for at, name in enumerate(names)))
    theirs = oracle.select(CLAIM, *(F.col(f"`{name}`").alias(f"sql_{at}") for at, name in enumerate(names)))
    both = ours.join(theirs, CLAIM, "full_outer")
    equal = [F.col(f"ours_{at}").eqNullSafe(F.col(f"sql_{at}")) for at in range(len(names))]
    same = equal[0]
    for each in equal[1:]:
        same &= each
    with in_our_words():
        marked = both.withColumn("same", same).cache()
        held = marked.agg(F.count("*"), F.count_if(~F.col("same"))).first()
        some = marked.where("NOT same").orderBy(CLAIM).limit(MAX_SHOWN).collect()
        marked.unpersist()
    assert held is not None  # noqa: S101 - a total without groups has one row
    return Compared(int(held[0]), int(held[1]), tuple(row[CLAIM] for row in some))


def _days(claims: "DataFrame") -> tuple[date, date]:
    from pyspark.sql import functions as F  # noqa: N812 - as everybody who writes Spark calls it

    held = claims.agg(F.min(DAY), F.max(DAY)).first()
    none = date(1970, 1, 1)
    return (held[0] or none, held[1] or none) if held is not None else (none, none)


def allow_rounds(claims: "DataFrame", rounds: int) -> None:
    """Let the session go as many rounds as the busiest person of the sample needs."""
    if rounds > MAX_ROUNDS:
        raise Refused(TOO_MANY_ROUNDS(found=rounds, limit=MAX_ROUNDS))
    session = claims.sparkSession
    session.conf.set("spark.sql.cteRecursionLevelLimit", str(rounds + 10))
    session.conf.set("spark.sql.cteRecursionRowLimit", "-1")
