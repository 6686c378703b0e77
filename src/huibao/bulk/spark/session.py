"""A Spark session to run in: the one `spark-submit` set up, or a local one where there is no cluster."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huibao.kernel.problem import Refused, define

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_JAVA: Final = 17
NEEDED: Final = ("pyspark", "pandas", "pyarrow", "numpy")
ROWS_A_BATCH: Final = 65_536
"""Rows of an Arrow batch between the JVM and Python; Spark's own 10,000 spends more on calls than on claims."""

NEEDS_SPARK = define(
    "SPARK-010",
    "未安装 Spark 结算所需的 {name}",
    "请安装：pip install 'huibao[bulk,spark]'。",
    "{name}, which settling on Spark needs, is not installed",
    "Install it: pip install 'huibao[bulk,spark]'.",
)
NEEDS_JAVA = define(
    "SPARK-011",
    "Spark 需要 Java {least} 或更高版本，{found}",
    "请安装（Debian：apt-get install openjdk-17-jre-headless），或让 JAVA_HOME 指向它。",
    "Spark needs Java {least} or later; found: {found}",
    "Install it (Debian: apt-get install openjdk-17-jre-headless) or let JAVA_HOME name it.",
)

LOCAL: Final[Mapping[str, str]] = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""A local session opens no door to others and keeps to the size of one machine."""


def open_session(master: str | None = None, settings: Mapping[str, str] | None = None) -> "SparkSession":
    """The session that is there, or a new one. `master` None leaves it to `spark-submit`; refused without Java."""
    for name in NEEDED:
        if find_spec(name) is None:
            raise Refused(NEEDS_SPARK(name=name))
    from pyspark.sql import SparkSession

    standing = SparkSession.getActiveSession()
    if standing is not None:
        return standing
    local = master is not None and master.startswith("local")
    if "PYSPARK_GATEWAY_PORT" not in os.environ:  # spark-submit has started Java already
        must_have_java()
    if local:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.appName("huibao")
    if master is not None:
        builder = builder.master(master)
    for name, value in {**(LOCAL if local else {}), **(settings or {})}.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    batch = "spark.sql.execution.arrow.maxRecordsPerBatch"
    if session.conf.get(batch) == "10000":
        session.conf.set(batch, str(ROWS_A_BATCH))
    return session


def must_have_java() -> None:
    """Refuse where Java is missing or too old, before Spark fails in words of its own."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if found is None:
        raise Refused(NEEDS_JAVA(least=LEAST_JAVA, found="没有找到 java / there is no java"))
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - the java Spark itself would start # nosec B603
    version = re.search(r'version "(\d+)(?:\.(\d+))?', told)
    number = int(version[2] or 0) if version and version[1] == "1" else int(version[1]) if version else 0
    if number < LEAST_JAVA:
        raise Refused(NEEDS_JAVA(least=LEAST_JAVA, found=(told.splitlines() or ["—"])[0]))
