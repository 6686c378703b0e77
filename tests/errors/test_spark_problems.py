"""One example for each problem of settling on a cluster. What needs a running Spark is in tests/bulk/test_spark.py."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from huibao.bulk import stream
from huibao.bulk.kernel import ready
from huibao.bulk.spark import session
from huibao.bulk.spark.command import command
from huibao.bulk.spark.oracle import MAX_ROUNDS, allow_rounds, settle_by_sql
from huibao.bulk.spark.trouble import problems_of
from huibao.bulk.stream import settle_stream, shipment, whole_people
from huibao.kernel.problem import Problem, Refused

BULK = ready("shandong/2020/demo-city", "one_stop")


def refusal(error: pytest.ExceptionInfo[Refused]) -> Problem:
    (problem,) = error.value.problems
    return problem


def test_people_that_do_not_stand_together() -> None:
    batch = pa.RecordBatch.from_pydict({"person_id": pa.array([1, 9, 2], pa.int64())})
    with pytest.raises(Refused) as error:
        list(whole_people([batch]))
    assert refusal(error).code == "SPARK-001"
    assert "9" in refusal(error).says


def test_an_executor_of_another_version() -> None:
    with pytest.raises(Refused) as error:
        list(settle_stream([], replace(shipment(BULK), version="0.0.1")))
    assert refusal(error).code == "SPARK-002"


def test_an_executor_without_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = replace(shipment(BULK), engine="numba")
    monkeypatch.setattr(stream, "has_numba", lambda: False)
    with pytest.raises(Refused) as error:
        list(settle_stream([], sent))
    assert refusal(error).code == "SPARK-003"
    assert "numba" in refusal(error).says


def test_a_job_that_fails_on_the_cluster() -> None:
    (problem,) = problems_of("Job aborted due to stage failure: Task 3 in stage 2.0 failed 4 times\n\tat org.apache…")
    assert problem.code == "SPARK-004"
    assert "failed 4 times" in problem.says
    assert "at org" not in problem.says


def test_results_that_stand_already() -> None:
    (problem,) = problems_of("[PATH_ALREADY_EXISTS] Path hdfs://prov/out already exists. Set mode as overwrite.")
    assert (problem.code, problem.where) == ("SPARK-005", "hdfs://prov/out")


def test_spark_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None if name == "pyspark" else object())
    with pytest.raises(Refused) as error:
        session.open_session("local[1]")
    assert refusal(error).code == "SPARK-010"


def test_java_is_missing_or_too_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Refused) as error:
        session.must_have_java()
    assert refusal(error).code == "SPARK-011"
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n")
    old.chmod(0o755)
    with pytest.raises(Refused) as error:
        session.must_have_java()
    assert "1.8.0_402" in refusal(error).says


def test_a_cluster_too_old_for_the_checking_sql() -> None:
    """Settling runs on it; recursive queries came with Spark 4.1."""
    old: Any = SimpleNamespace(sparkSession=SimpleNamespace(version="3.5.4"))
    with pytest.raises(Refused) as error:
        settle_by_sql(old, BULK)
    assert refusal(error).code == "SPARK-020"
    assert "3.5.4" in refusal(error).says


def test_somebody_with_more_claims_than_the_check_has_rounds() -> None:
    with pytest.raises(Refused) as error:
        allow_rounds(SimpleNamespace(), MAX_ROUNDS + 1)  # type: ignore[arg-type] # refused before it is looked at
    assert refusal(error).code == "SPARK-021"


def test_a_setting_that_is_no_setting(tmp_path: Path) -> None:
    given = ["claims", "--scheme", "x", "--benefit", "y", "--out", str(tmp_path / "out"), "--set", "self_pay_floor"]
    answer = CliRunner().invoke(command, given)
    assert answer.exit_code == 3
    assert "SPARK-030" in answer.stderr
