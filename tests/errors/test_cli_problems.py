"""One example for each thing that goes wrong outside a use case: the clerk is told what to do, and sees no traceback."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError

from huibao.cli.faults import told
from huibao.kernel.invariant import Broken


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in {"HUIBAO_DB", "DJANGO_SETTINGS_MODULE"}}
    return subprocess.run(
        [sys.executable, "-m", "huibao.cli.main", *words], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def test_a_database_that_is_none_is_told_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text("姓名,身份证号\n" * 100, encoding="utf-8")
    before = path.read_bytes()
    done = run("--db", str(path), "check", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)
    assert "CLI-003" in done.stderr
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run("--db", str(tmp_path / "none" / "books.sqlite3"), "claim", "queue", cwd=tmp_path)
    assert (done.returncode, "CLI-003" in done.stderr, "Traceback" in done.stderr) == (4, True, False)


def test_a_new_database_is_said_to_be_new(tmp_path: Path) -> None:
    words = ("--db", "books.sqlite3", "claim", "queue")
    assert "新建数据库 books.sqlite3" in run(*words, cwd=tmp_path).stderr
    assert "新建数据库" not in run(*words, cwd=tmp_path).stderr


def test_a_locked_database_is_told_as_such() -> None:
    found = told(OperationalError("database is locked"))
    assert found is not None
    assert (found[0].code, found[1]) == ("CLI-002", 4)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    done = run("settle", "--scheme", "shandong/2020/demo-city", str(tmp_path / "bill.json"), cwd=tmp_path)
    assert done.returncode == 2
    found = told(FileNotFoundError(2, "No such file or directory", "/none/chart.svg"))
    assert found is not None
    assert (found[0].code, found[1]) == ("CLI-001", 3)
    assert "/none/chart.svg" in found[0].says


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (Broken("S5", "B1: back at 3"), "S5 B1: back at 3"),
        (IntegrityError("UNIQUE 110101199003070019"), "IntegrityError"),
    ],
)
def test_a_fault_of_our_own_tells_its_kind_and_place_and_nobody_s_data(error: Exception, says: str) -> None:
    found = told(error)
    assert found is not None
    assert (found[0].code, found[1]) == ("CLI-004", 5)
    assert says in found[0].says
    assert "110101" not in found[0].text()


def test_a_broken_pipe_and_a_maintainer_see_the_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(BrokenPipeError()) is None
    monkeypatch.setenv("HUIBAO_TRACEBACK", "1")
    assert told(sqlite3.Error("x")) is None
