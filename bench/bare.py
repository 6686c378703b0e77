"""What the machine's PostgreSQL itself can do, measured in the same run: bare commits, and a bare settlement's worth of rows.

By pgbench, which comes with PostgreSQL: a client that costs next to nothing.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from scripts.postgres import Cluster

SECONDS, CLIENTS = 4, 16
TABLES: Final = """
CREATE TABLE held (id bigint PRIMARY KEY, n bigint); INSERT INTO held SELECT i, 0 FROM generate_series(1, 100000) i;
CREATE TABLE row1 (id bigserial PRIMARY KEY, n bigint); CREATE TABLE row2 (LIKE row1 INCLUDING ALL);
CREATE TABLE row3 (LIKE row1 INCLUDING ALL); CREATE TABLE row4 (LIKE row1 INCLUDING ALL);
CREATE TABLE row5 (LIKE row1 INCLUDING ALL);
"""
COMMIT: Final = "INSERT INTO row1 (n) VALUES (1);\n"
SIX: Final = r"""\set who random(1, 100000)
WITH h AS (SELECT id FROM held WHERE id = :who FOR UPDATE),
a AS (INSERT INTO row1 (n) SELECT id FROM h), b AS (INSERT INTO row2 (n) SELECT id FROM h),
c AS (INSERT INTO row3 (n) SELECT id FROM h), d AS (INSERT INTO row4 (n) SELECT id FROM h)
INSERT INTO row5 (n) SELECT id FROM h;
"""
"""One row held and five written, in one statement."""
RATE: Final = re.compile(r"tps = ([0-9.]+)")


@dataclass(frozen=True)
class Bare:
    """Transactions a second, durable."""

    commits: float
    six: float


def bare(cluster: Cluster) -> Bare:
    """Measure both in a database of their own."""
    name = urlsplit(cluster.new_database()).path.lstrip("/")
    cluster.run("psql", "-q", *cluster.address(), "-d", name, "-c", TABLES)
    return Bare(_rate(cluster, name, COMMIT), _rate(cluster, name, SIX))


def _rate(cluster: Cluster, name: str, script: str) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        Path(file.name).chmod(0o644)
        words = ("pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS))
        said = cluster.run(*words, *cluster.address(), "-f", file.name, name)
    found = RATE.search(said)
    if found is None:
        raise SystemExit(said)
    return float(found[1])
