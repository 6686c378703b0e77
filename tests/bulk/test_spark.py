"""Spark with a local master: the same rows, bit by bit, as in this process; and what an operator is told otherwise."""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from huibao.bulk.kernel import BulkProgram
from huibao.bulk.spark.command import command
from huibao.bulk.spark.frame import FILES, read_claims, settle_frame
from huibao.bulk.spark.oracle import compare, forgotten, settle_by_sql
from huibao.bulk.spark.session import must_have_java, open_session
from huibao.bulk.spark.trouble import in_our_words, marked, problems_of
from huibao.bulk.stream import plain
from huibao.bulk.tables import settle_rows
from huibao.kernel.problem import Refused
from tests.bulk.people import year_of
from tests.bulk.shipped import moving, shipped

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# One session serves them all, so they run in one process.
ALL = shipped() | moving()
CITY = "shandong/2020/demo-city one_stop"
QUICK = (CITY, "hunan/2025/demo-county accident", "moving bill")


@pytest.fixture(scope="module")
def spark() -> Iterator["SparkSession"]:
    try:
        must_have_java()
    except Refused as refused:
        if os.environ.get("CI"):
            raise  # there it is set up before the tests: its absence is a fault, not a reason to look away
        pytest.skip(refused.problems[0].text("en"))
    # A JVM that lives for half a minute gains nothing from optimising what it runs.
    quick_to_start = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    held = open_session(
        "local[2]", {"spark.sql.shuffle.partitions": "2", "spark.driver.extraJavaOptions": quick_to_start}
    )
    yield held
    held.stop()


def frame(spark: "SparkSession", table: pa.Table) -> "DataFrame":
    return spark.createDataFrame(plain(table))


def rows_of(table: pa.Table) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = plain(table).sort_by([("claim_id", "ascending")]).to_pylist()
    return rows


@pytest.mark.invariant("B1")
@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(each, marks=pytest.mark.slow) for each in ALL if each not in QUICK)]
)
def test_a_cluster_gives_what_this_process_gives_bit_by_bit(spark: "SparkSession", name: str) -> None:
    """Several people a partition and several batches a person; opening sums of some come along."""
    bulk = ALL[name]
    year = next(
        year for seed in range(9, 99) if (year := year_of(bulk, Random(seed), 600, people=90)).opening or seed > 90
    )
    opening = year.opening_table()
    opened = frame(spark, opening) if opening is not None else None
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "37")
    settled = settle_frame(frame(spark, year.table()), bulk, opening=opened, partitions=3, rows_at_once=50)
    result = settled.toArrow()
    spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    assert rows_of(result) == rows_of(settle_rows(year.table(), bulk, opening=opening))
    assert settled.schema["self_pay" if "self_pay" in settled.columns else "total"].metadata == {"unit": "fen"}


@pytest.mark.invariant("S7")
@pytest.mark.parametrize("name", [CITY, *(pytest.param(each, marks=pytest.mark.slow) for each in ALL if each != CITY)])
def test_generated_spark_sql_pays_what_the_loop_pays(spark: "SparkSession", name: str) -> None:
    bulk = ALL[name]
    year = year_of(bulk, Random(21), 16, people=12)
    claims, opening = frame(spark, year.table()), year.opening_table()
    opened = frame(spark, opening) if opening is not None else None
    settled = settle_frame(claims, bulk, opening=opened, partitions=1)
    by_sql = settle_by_sql(claims, bulk, opening=opened).cache()
    with forgotten(claims):
        found = compare(settled, by_sql, bulk)
        assert (found.claims, found.differ) == (16, 0)
        if name == CITY:
            off = bulk.with_numbers({"target_rate": [8_999]})
            found = compare(settle_frame(claims, off, opening=opened, partitions=1), by_sql, bulk)
            assert found.differ > 0
            assert len(found.some) == min(found.differ, 20)
    by_sql.unpersist()


def files_of(bulk: BulkProgram, folder: Path, *, split: bool = False) -> pa.Table:
    """Two Parquet files of whole people, each in ascending order; with `split` one person stands in both."""
    table = year_of(bulk, Random(8), 400, people=300).table()
    table = table.sort_by([("person_id", "ascending"), ("settles_on", "ascending"), ("claim_id", "ascending")])
    people = table["person_id"].to_pylist()
    often = next(person for person in people[150:] if people.count(person) > 1)
    at = people.index(often) + (1 if split else 0)
    for number, part in enumerate((table.slice(0, at), table.slice(at))):
        pq.write_table(part, folder / f"claims-{number}.parquet", row_group_size=30)
    return table


def test_files_of_whole_people_are_settled_where_they_lie(spark: "SparkSession", tmp_path: Path) -> None:
    bulk = ALL[CITY]
    table = files_of(bulk, tmp_path)
    settled = settle_frame(read_claims(spark, [str(tmp_path)], FILES), bulk, layout=FILES, rows_at_once=40)
    assert settled.rdd.getNumPartitions() == 2
    assert "Exchange" not in settled._jdf.queryExecution().toString()
    assert rows_of(settled.toArrow()) == rows_of(settle_rows(table, bulk))


def test_a_person_in_two_files_is_refused_before_anything_is_settled(spark: "SparkSession", tmp_path: Path) -> None:
    files_of(ALL[CITY], tmp_path, split=True)
    with pytest.raises(Refused) as refused:
        read_claims(spark, [str(tmp_path)], FILES)
    assert refused.value.problems[0].code == "BULK-032"


# --- the command ----------------------------------------------------------------------------------------------------------


def ask(claims: Path, out: Path, *more: str) -> Result:
    """The command in this process, with the session that is there."""
    given = ["--scheme", "shandong/2020/demo-city", "--benefit", "one_stop", "--out", str(out), "--lang", "en", *more]
    return CliRunner().invoke(command, [str(claims), *given])


def test_the_command_settles_files_and_checks_a_sample(spark: "SparkSession", tmp_path: Path) -> None:
    """Figures are those of the same table here; the sample is settled by SQL as well and does not differ."""
    bulk = ALL[CITY]
    (tmp_path / "in").mkdir()
    table = files_of(bulk, tmp_path / "in")
    answer = ask(tmp_path / "in", tmp_path / "out", "--json", "--oracle", "500")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    here = settle_rows(table, bulk)
    paid = sum(number for number in here["supplementary"].to_pylist() if number is not None)
    assert (told["claims"], told["fen"]["supplementary"]) == (400, paid)
    assert sum(told["refused"].values()) == 400 - here["problem"].null_count
    assert told["oracle"]["claims"] > 0
    assert told["oracle"]["differ"] == 0
    again = ask(tmp_path / "in", tmp_path / "out")
    assert (again.exit_code, "SPARK-005" in again.stderr) == (3, True)


def test_what_a_killed_job_left_is_made_anew_and_nothing_else_is_written_over(
    spark: "SparkSession", tmp_path: Path
) -> None:
    """A killed job leaves parts and no `_SUCCESS`; a folder with anything else in it is somebody's."""
    out, claims = tmp_path / "out", tmp_path / "claims.parquet"
    pq.write_table(year_of(ALL[CITY], Random(8), 40).table(), claims)
    (out / "_temporary").mkdir(parents=True)
    (out / "part-00000.parquet").write_bytes(b"half")
    assert ask(claims, out, "--trust-ids").exit_code == 0
    assert pq.read_table(out).num_rows == 40
    (out / "_SUCCESS").unlink()
    (out / "notes.txt").write_text("mine")
    assert ask(claims, out, "--trust-ids").exit_code == 3


def broken(table: pa.Table, how: str) -> pa.Table:
    match how:
        case "missing":
            return table.drop_columns(["in_policy"])
        case "yuan":
            amounts = pa.array([number / 100 for number in table["bill_total"].to_pylist()])
            return table.set_column(table.column_names.index("bill_total"), "bill_total", amounts)
        case "shared":
            return table.set_column(0, "claim_id", pa.array([7] * table.num_rows, pa.int64()))
        case _:
            return table.slice(0, 0)


@pytest.mark.parametrize(
    ("how", "code"), [("missing", "BULK-001"), ("yuan", "BULK-002"), ("shared", "BULK-035"), ("empty", "BULK-005")]
)
def test_files_that_do_not_fit_are_refused(spark: "SparkSession", tmp_path: Path, how: str, code: str) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(broken(year_of(ALL[CITY], Random(8), 40).table(), how), tmp_path / "in" / "claims.parquet")
    answer = ask(tmp_path / "in", tmp_path / "out")
    assert answer.exit_code == 3
    assert code in answer.stderr
    assert not (tmp_path / "out").exists()


def test_no_files_and_files_cut_short_are_refused(spark: "SparkSession", tmp_path: Path) -> None:
    answer = ask(tmp_path / "nothing", tmp_path / "out")
    assert (answer.exit_code, "BULK-031" in answer.stderr) == (3, True)
    files_of(ALL[CITY], tmp_path)
    whole = (tmp_path / "claims-1.parquet").read_bytes()
    (tmp_path / "claims-1.parquet").write_bytes(whole[: len(whole) // 2])
    answer = ask(tmp_path, tmp_path / "out")
    assert (answer.exit_code, "BULK-030" in answer.stderr) == (3, True), answer.output


# --- what fails far away, in our words ------------------------------------------------------------------------------------


def test_a_refusal_on_an_executor_arrives_as_it_was(spark: "SparkSession") -> None:
    """The same person and year twice in the opening sums is found where they are used, and told here."""
    bulk = ALL[CITY]
    twice = pa.table({"person_id": [0, 0], "policy_year_on": [date(2020, 1, 1)] * 2, "supplementary_paid": [1, 2]})
    claims = frame(spark, year_of(bulk, Random(3), 20, people=1).table())
    with pytest.raises(Refused) as refused, in_our_words():
        settle_frame(claims, bulk, opening=frame(spark, twice), partitions=1).collect()
    assert [problem.code for problem in refused.value.problems] == ["BULK-015"]


def test_columns_of_another_unit_are_refused_by_sparks_own_metadata(spark: "SparkSession") -> None:
    bulk = ALL[CITY]
    claims = frame(spark, year_of(bulk, Random(3), 5).table()).withMetadata("bill_total", {"unit": "yuan"})
    with pytest.raises(Refused) as refused:
        settle_frame(claims, bulk)
    assert [(problem.code, problem.field) for problem in refused.value.problems] == [("BULK-003", "bill_total")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  File worker.py, line 1920\nModuleNotFoundError: No module named 'pyarrow.lib'", "SPARK-003"),
        ("[PACKAGE_NOT_INSTALLED] Pandas >= 2.2.0 must be installed; however, it was not found.", "SPARK-003"),
        ("[PATH_NOT_FOUND] Path does not exist: hdfs:/prov/2026/claims. SQLSTATE: 42K03", "BULK-031"),
        ("[PATH_ALREADY_EXISTS] Path file:/out already exists.", "SPARK-005"),
        ("Job aborted due to stage failure: ExecutorLostFailure", "SPARK-004"),
    ],
)
def test_what_spark_says_is_told_in_our_words(text: str, code: str) -> None:
    assert [problem.code for problem in problems_of(text)] == [code]


def test_problems_pass_through_a_foreign_traceback_unharmed() -> None:
    (problem,) = problems_of("[PATH_NOT_FOUND] Path does not exist: hdfs:/prov/2026/claims.")
    text = f"An exception was thrown:\n  RuntimeError: {marked(Refused(problem))}\n\tat org.apache.spark …"
    assert problems_of(text) == (problem,)
