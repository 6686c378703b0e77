"""A worker killed in the middle: its work is taken over by the next one, and ends once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.own_engine


def run(act: str, database: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.crash.slow_work", act]
    return subprocess.run(
        command, env=os.environ | {"HUIBAO_DB": str(database)}, capture_output=True, text=True, timeout=300, check=True
    )


def test_a_worker_killed_in_the_middle_loses_its_work_to_the_next(tmp_path: Path) -> None:
    database = tmp_path / "huibao.sqlite3"
    number = int(run("ask", database).stdout)
    command = [sys.executable, "-m", "tests.crash.slow_work", "hang"]
    environment = os.environ | {"HUIBAO_DB": str(database)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as hung:
        assert hung.stdout is not None
        assert hung.stdout.readline() == "begun\n"
        hung.kill()
    assert run("finish", database).stdout == "1\n"
    asked = [
        sys.executable,
        "-c",
        f"""
import json
from huibao.cli.database import open_database
open_database()
from huibao.store import work
found = work.by_id({number})
print(json.dumps([found.state, dict(found.result), found.tries]))
""",
    ]
    said = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(said.stdout) == ["done", {"who": "finished"}, 2]
