"""One example for each thing about the database itself that is refused, with the code a person would quote."""

from pathlib import Path

import pytest
from django.db import DataError
from django.db.utils import ConnectionHandler

from huibao.config.database import database_settings
from huibao.kernel.problem import Refused
from huibao.store import durability
from huibao.store.unit import unit_of_work

pytestmark = pytest.mark.django_db


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
