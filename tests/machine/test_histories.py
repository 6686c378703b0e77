"""G3: several writers and a reader at once, on each engine; every history has an explanation, and planted defects have none.

The test of the test: read-modify-write on the cap, posting outside the transaction, a missing unique key and an ignored
conflict are each found, by the name of what they do.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.postgres import Cluster
from tests.machine import defects
from tests.machine.history import NAME, Row, Seen, Told, faults

pytestmark = pytest.mark.own_engine
FULL = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
SECONDS = "20" if FULL else "2"


def contest(database: str, seconds: str, defect: str = "") -> tuple[list[str], int]:
    """Let everybody loose; the faults of the history, and how many settlements there are."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.machine.contest", seconds, defect],
        env=os.environ | {"HUIBAO_DB": database},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    told = [Told(**one) for one in found["told"]]
    seen = [Seen(**one | {"numbers": frozenset(one["numbers"])}) for one in found["seen"]]
    rows = [_row(*one) for one in found["rows"]]
    kept = {person: int(value) for person, value in found["kept"]}
    assert len(seen) > 3, "the reader looked on"
    return [*faults(told, rows, seen, kept), *found["broken"]], len(rows)


def _row(pk: int, number: str, person: int, *more: Any) -> Row:  # noqa: ANN401 - as the database answers
    opening, closing, paid, entry, moved = more
    sign = -1 if number.endswith("/reversal") else 1
    return Row(pk, number, person, _sum(opening), _sum(closing), int(paid), entry, sign * int(moved))


def _sum(sums: object) -> int:
    said = json.loads(sums) if isinstance(sums, str) else sums
    return int(said.get(NAME, 0)) if isinstance(said, dict) else 0


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "county.sqlite3")
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.new_database()


@pytest.mark.invariant("S2")
@pytest.mark.invariant("L4")
def test_whatever_several_writers_do_at_once_some_order_explains_it(database: str) -> None:
    found, settled = contest(database, SECONDS)
    assert found == []
    assert settled > 40, "enough happened to say something"


@pytest.mark.parametrize(
    "defect, shows",
    [
        (defects.READ_MODIFY_WRITE, "lost update"),
        (defects.POSTED_APART, "half seen"),
        (defects.NO_UNIQUE_KEY, "duplicate effect"),
        (defects.CONFLICT_IGNORED, "another's"),
    ],
)
def test_a_planted_defect_is_noticed(cluster: Cluster, defect: str, shows: str) -> None:
    found, _ = contest(cluster.new_database(), "1.5", defect)
    assert any(fault.startswith(shows) for fault in found), found[:5]


@pytest.mark.slow
def test_read_modify_write_is_noticed_on_one_file_too(tmp_path: Path) -> None:
    found, _ = contest(str(tmp_path / "county.sqlite3"), "3", defects.READ_MODIFY_WRITE)
    assert any(fault.startswith("lost update") for fault in found), found[:5]
