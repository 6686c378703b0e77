"""F5: Spark with a local master, against its own pass that hands every row to Python and back, in the same run.

Run with `make bench`, or `python -m bench.spark --quick` for a look. The same claims are also settled by the generated
SQL in DuckDB and, a part of them, in Spark; every way must come to the same fen in every row. Processor seconds are those
of this process, the JVM and Python's workers together.
"""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from bench.page import Goal, measure, quick_asked, table, write
from bench.province import BENEFIT, SCHEME, made_up_claims
from huibao.bulk.files import write_whole
from huibao.bulk.kernel import BulkProgram, ready
from huibao.bulk.oracle import settle_in_duckdb
from huibao.bulk.spark.frame import FILES, SHUFFLE, identity_frame, read_claims, settle_frame, wanted_columns
from huibao.bulk.spark.oracle import compare, forgotten, settle_by_sql
from huibao.bulk.spark.session import open_session
from huibao.bulk.tables import settle_rows
from huibao.kernel.problem import Refused

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

CLAIMS, QUICK_CLAIMS, FILES_OF_IT = 5_000_000, 20_000, 4
SQL_CLAIMS, SPARK_SQL_CLAIMS = 1_000_000, 10_000
ROUNDS: Final = 2
LIMIT: Final = 2.5
PROJECTED: Final = 500_000_000
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """The best of several rounds of one way, processor time of all processes taken together."""

    what: str
    claims: int
    seconds: float
    cpu_seconds: float


def processes() -> list[int]:
    """This process and all it started: the JVM, Python's daemon, its workers."""
    parents: dict[int, int] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with suppress(OSError):
                parents[int(place.name)] = int(_stat(place)[1])
    found = [os.getpid()]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one and child not in found]
    return found


def _stat(place: Path) -> list[str]:
    """Fields of a process's line behind its name, which may hold anything."""
    return place.joinpath("stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def spent_cpu() -> float:
    """Processor seconds of all of them, and of children that have ended."""
    total = 0
    for one in processes():
        with suppress(OSError):
            total += sum(int(ticks) for ticks in _stat(Path(f"/proc/{one}"))[11:15])
    return total / TICKS


def peak_together() -> float:
    """Largest resident sizes of all of them, MB, added up."""
    total = 0
    for one in processes():
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{one}/status").read_text(encoding="utf-8").splitlines()
            total += int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return total / 1024


def in_turn(ways: dict[str, Callable[[], object]], claims: int, rounds: int) -> list[Spent]:
    """One round of each way in turn, so that a busy moment meets them all; the first round of each only warms up."""
    held: dict[str, list[tuple[float, float]]] = {what: [] for what in ways}
    for _ in range(rounds + 1):
        for what, act in ways.items():
            cpu, wall = spent_cpu(), time.perf_counter()
            act()
            held[what].append((time.perf_counter() - wall, spent_cpu() - cpu))
    return [
        Spent(what, claims, min(each[0] for each in found[1:]), min(each[1] for each in found[1:]))
        for what, found in held.items()
    ]


def to_nowhere(frame: "DataFrame") -> None:
    """Compute all rows and drop them in the JVM: the way there and back without what writing costs."""
    frame.write.format("noop").mode("overwrite").save()


def write_claims(folder: Path, bulk: BulkProgram, claims: int) -> None:
    """Files of whole people in ascending order."""
    for at in range(FILES_OF_IT):
        count = claims // FILES_OF_IT
        held = made_up_claims(bulk, count, 1, at * claims)
        write_whole(folder / f"claims-{at}.parquet", held)


def spark_ways(session: "SparkSession", bulk: BulkProgram, folder: Path, rounds: int, claims: int) -> list[Spent]:
    """Spark's own pass and ours: files as they lie, then divided and sorted by Spark, then down to Parquet."""
    place = str(folder / "in")
    read = read_claims(session, [place], FILES)
    kept = read.select(wanted_columns(bulk, read.columns, None))
    sorted_by_spark = kept.repartition("person_id").sortWithinPartitions("person_id", "settles_on", "claim_id")
    target = str(folder / "out")
    return in_turn(
        {
            "Spark's own pass: rows to Python and back": lambda: to_nowhere(identity_frame(kept)),
            "**settled where the files lie**": lambda: to_nowhere(settle_frame(read, bulk, layout=FILES)),
            "Spark's own pass after dividing and sorting by person": lambda: to_nowhere(
                identity_frame(sorted_by_spark)
            ),
            "settled after dividing and sorting by person": lambda: to_nowhere(
                settle_frame(read, bulk, layout=SHUFFLE)
            ),
            "settled where the files lie, written to Parquet": lambda: (
                settle_frame(read, bulk, layout=FILES).write.mode("overwrite").parquet(target)
            ),
        },
        claims,
        rounds,
    )


def sql_ways(session: "SparkSession", bulk: BulkProgram, folder: Path, claims: pa.Table, *, quick: bool) -> list[Spent]:
    """The oracle in DuckDB and in Spark, each on as much as it does in reasonable time, held against our results."""
    duck = claims.slice(0, min(SQL_CLAIMS, claims.num_rows))
    cpu = spent_cpu()
    measured = measure(lambda: settle_in_duckdb(duck, bulk), 1)
    found = [Spent("generated SQL in DuckDB", duck.num_rows, measured.seconds, spent_cpu() - cpu)]
    answer, ours = settle_in_duckdb(duck, bulk), settle_rows(duck, bulk).sort_by("claim_id")
    for name in bulk.source.outputs:
        same(answer[name].to_pylist() == ours[name].to_pylist(), f"DuckDB: {name}")
    if quick:
        return found  # Spark plans each round of the recursion anew: most of a minute however few the claims are
    few = claims.slice(0, SPARK_SQL_CLAIMS)
    pq.write_table(few, folder / "few.parquet")
    frame = session.read.parquet(str(folder / "few.parquet"))
    session.conf.set("spark.sql.shuffle.partitions", "2")  # each round moves few rows; eight tasks for them only wait
    cpu, wall = spent_cpu(), time.perf_counter()
    by_sql = settle_by_sql(frame, bulk).cache()
    to_nowhere(by_sql)
    found.append(Spent("generated SQL in Spark", few.num_rows, time.perf_counter() - wall, spent_cpu() - cpu))
    with forgotten(frame):
        compared = compare(settle_frame(frame, bulk), by_sql, bulk)
    same(compared.differ == 0 and compared.claims == few.num_rows, f"Spark SQL: {compared}")
    return found


def same(fine: bool, what: str) -> None:
    """A way that pays otherwise is no baseline."""
    if not fine:
        raise SystemExit(f"the ways differ: {what}")


def main() -> None:
    """Print F5."""
    quick = quick_asked(__doc__)
    count = QUICK_CLAIMS if quick else CLAIMS
    bulk = ready(SCHEME, BENEFIT)
    try:
        session = open_session("local[2]", {"spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "8"})
    except Refused as refused:
        print("F5 is not measured: " + refused.problems[0].text("en"))
        return
    with tempfile.TemporaryDirectory(prefix="huibao-bench-") as scratch:
        folder = Path(scratch)
        (folder / "in").mkdir()
        write_claims(folder / "in", bulk, count)
        spent = spark_ways(session, bulk, folder, 1 if quick else ROUNDS, count)
        peak = peak_together()
        claims = pq.read_table(folder / "in")
        here = in_turn({"settle_table in one process, for comparison": lambda: settle_rows(claims, bulk)}, count, 2)
        written = pq.read_table(folder / "out").sort_by("claim_id")
        expected = settle_rows(claims, bulk).sort_by("claim_id")
        for name in bulk.source.outputs:
            same(written[name].equals(expected[name]), f"Parquet: {name}")
        spent += [*here, *sql_ways(session, bulk, folder, claims, quick=quick)]
    session.stop()
    keep(spent, peak, quick=quick)


def keep(spent: list[Spent], peak: float, *, quick: bool) -> None:
    """Write the section."""
    identity, ours, _, moved, written = spent[:5]
    ratio = ours.seconds / identity.seconds
    rows = [
        (
            each.what,
            f"{each.claims:,}",
            f"{each.seconds:.2f}",
            f"{each.cpu_seconds:.1f}",
            f"{each.cpu_seconds / each.claims * 1e6:.2f}",
            f"{each.seconds / each.claims / (identity.seconds / identity.claims):.2f}",
        )
        for each in spent
    ]
    hours = [
        cpu / ours.claims * PROJECTED / 3600
        for cpu in (written.cpu_seconds, written.cpu_seconds + moved.cpu_seconds - ours.cpu_seconds)
    ]
    lines = [
        f"{ours.claims:,} made-up claims of {SCHEME} {BENEFIT} in {FILES_OF_IT} Parquet files, Spark with `local[2]`.",
        "",
        *table(("way", "claims", "s", "cpu-s", "cpu-µs a claim", "time a claim, Spark's own pass = 1"), rows),
        "",
        "- All ways gave the same fen in every row they settled.",
        "- Spark's own pass brings all columns back, ours the keys and the results: it may come out below 1.",
        f"- Peak memory of driver, JVM and Python workers together: {peak:,.0f} MB.",
        (
            f"- Projection, not measured: {PROJECTED:,} claims × cpu-seconds a claim / 3,600 come to {hours[0]:.1f} core-hours"
            f" from files of whole people down to Parquet, {hours[1]:.1f} where Spark must divide and sort them as well."
        ),
    ]
    goal = Goal(
        what="Spark, the same fen",
        goal=f"≤ {LIMIT} × Spark's own pass",
        limit=f"own pass {identity.seconds:.2f} s",
        measured=f"{ours.seconds:.2f} s",
        ratio=f"{ratio:.2f}",
        holds=ratio <= LIMIT,
    )
    write("F5", "the same rules on Spark", lines, [goal], keep=not quick)


if __name__ == "__main__":
    main()
