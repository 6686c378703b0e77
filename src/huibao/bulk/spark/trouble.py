"""What goes wrong on a cluster, in our words: out of a worker's traceback comes the Problem it was about."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Final

from huibao.bulk.files import CANNOT_READ, NO_FILES
from huibao.bulk.stream import LACKS
from huibao.kernel.problem import Problem, Refused, Severity, define

MARK: Final = "HUIBAO-REFUSED "
"""Begins the line of a worker's error that carries its problems as JSON."""

FAILED = define(
    "SPARK-004",
    "集群作业失败：{why}",
    "请查看驱动日志中的完整信息；排除原因后原样重跑，未写完的结果不会留下。",
    "The job failed on the cluster: {why}",
    "See the driver's log; mend the cause and run it again as it was: no half-written result is left.",
)
EXISTS = define(
    "SPARK-005",
    "结果文件夹 {where} 已存在",
    "请换一个文件夹，或先移走旧结果；不会覆盖。",
    "The folder {where} exists",
    "Name another, or move the old results away; nothing is written over.",
)

LACKING: Final = re.compile(r"(?:ModuleNotFoundError: No module named '([\w.]+)'|\[PACKAGE_NOT_INSTALLED\] (\w+))")
NOT_PARQUET: Final = re.compile(
    r"is not a Parquet file|FAILED_READ_FILE|CANNOT_READ_FILE|ParquetDecodingException|UNABLE_TO_INFER_SCHEMA"
)
A_FILE: Final = re.compile(r"[\w./:+-]*/([\w.+-]+\.parquet)")
MAX_REASON: Final = 160


def marked(refused: Refused) -> str:
    """The problems as one line of plain ASCII: it passes through a worker, the JVM and back."""
    return MARK + json.dumps([problem.as_dict() for problem in refused.problems])


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what Spark raises into `Refused`; faults of our own go on as they are."""
    from pyspark.errors import PySparkException

    # The bridge to the JVM comes with Spark and ships no types; what Spark does not translate is raised by it.
    bridge: type[Exception] = import_module("py4j.protocol").Py4JError
    try:
        yield
    except (PySparkException, bridge) as error:
        raise Refused(problems_of(str(error))) from error


def problems_of(text: str) -> tuple[Problem, ...]:
    """What a failure on the cluster was about."""
    at = text.find(MARK)
    if at >= 0:
        held, _ = json.JSONDecoder().raw_decode(text[at + len(MARK) :])
        return tuple(Problem(**{**each, "severity": Severity(each["severity"])}) for each in held)
    lacking = LACKING.search(text)
    if lacking:
        return (LACKS(name=(lacking[1] or lacking[2]).split(".")[0].lower()),)
    found = A_FILE.search(text)
    where = found[1] if found else "—"
    if "PATH_NOT_FOUND" in text:
        return (NO_FILES(where=_quoted(text)),)
    if "PATH_ALREADY_EXISTS" in text:
        return (EXISTS(where=_quoted(text)),)
    if NOT_PARQUET.search(text):
        return (CANNOT_READ(where=where, why=_reason(text)),)
    return (FAILED(why=_reason(text)),)


def _quoted(text: str) -> str:
    """The path Spark names."""
    found = re.search(r"(?:file|hdfs|s3a?|obs|oss)?:?/[^\s\"'`]+", text)
    return found[0].rstrip(".,") if found else "—"


def _reason(text: str) -> str:
    """The first line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    return (lines[0] if lines else "—")[:MAX_REASON]
