"""One example for each thing about the database itself that is refused, with the code a person would quote."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.db.utils import ConnectionHandler

from huibao.cli.faults import told
from huibao.config.database import database_settings
from huibao.kernel.problem import Refused
from huibao.store import durability, failing
from huibao.store.unit import unit_of_work

pytestmark = pytest.mark.django_db
PAGE = 4096


def test_store_001_a_setting_under_which_a_power_cut_loses_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = ConnectionHandler({"default": database_settings(str(tmp_path / "books.sqlite3"))})
    monkeypatch.setattr(durability, "connection", handler["default"])
    handler["default"].cursor().execute("PRAGMA synchronous=NORMAL")
    with pytest.raises(Refused) as raised:
        durability.refuse_weak_durability()
    handler.close_all()
    (problem,) = raised.value.problems
    assert problem.code == "STORE-001"
    assert problem.says == "数据库设置 synchronous 为 NORMAL，断电可能丢失已确认的账目。"
    assert "EXTRA / FULL" in problem.do


def test_store_002_a_database_whose_settings_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = ConnectionHandler({"default": {"ENGINE": "django.db.backends.dummy"}})
    monkeypatch.setattr(durability, "connection", handler["default"])
    (problem,) = durability.durability_problems()
    assert problem.code == "STORE-002"
    assert "unknown" in problem.says


def test_store_003_a_value_no_database_keeps() -> None:
    with pytest.raises(Refused) as raised, unit_of_work():
        raise DataError("value too long for type character varying(32)")
    (problem,) = raised.value.problems
    assert problem.code == "STORE-003"
    assert "character varying(32)" in problem.says


def test_store_003_tells_nothing_of_what_the_value_was() -> None:
    with pytest.raises(Refused) as raised, unit_of_work():
        raise DataError('invalid input syntax for type date: "张三 37032319600302"')
    assert "张三" not in raised.value.problems[0].says


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database or disk is full", "STORE-004"),
        ('could not extend file "base/5/16384": No space left on device', "STORE-004"),
        ("database disk image is malformed", "STORE-005"),
        ("invalid page in block 3 of relation base/5/16384", "STORE-005"),
        ("server closed the connection unexpectedly", "STORE-006"),
        ("the database system is in recovery mode", "STORE-006"),
    ],
)
def test_a_failing_database_is_told_by_what_is_to_be_done_about_it(said: str, code: str) -> None:
    problem = failing.problem_of(OperationalError(said))
    assert problem is not None
    assert problem.code == code
    cli = told(OperationalError(said))
    assert cli is not None
    assert (cli[0].code, cli[1]) == (code, 4)


def test_an_error_of_a_statement_is_none_of_the_database_s(monkeypatch: pytest.MonkeyPatch) -> None:
    assert failing.problem_of(IntegrityError("UNIQUE constraint failed")) is None
    assert failing.problem_of(ValueError("malformed")) is None


def test_store_005_a_file_whose_pages_do_not_fit_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "books.sqlite3"
    with closing(sqlite3.connect(path)) as book:
        book.executescript("CREATE TABLE shop (name TEXT UNIQUE); INSERT INTO shop VALUES ('x'), ('y')")
    content = bytearray(path.read_bytes())
    at = content.rindex(b"x", 0, len(content) // 2 + PAGE)
    content[at] = ord("z")
    path.write_bytes(bytes(content))
    handler = ConnectionHandler({"default": database_settings(str(path))})
    monkeypatch.setattr(failing, "connection", handler["default"])
    with pytest.raises(failing.SpoiltError) as raised:
        failing.look_through()
    handler.close_all()
    problem = failing.problem_of(raised.value)
    assert problem is not None
    assert problem.code == "STORE-005"
