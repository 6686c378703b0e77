"""What the database acknowledges must survive a power cut; a weaker setting is refused at the start."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from huibao.config.database import SQLITE_AT_CONNECT, database_settings
from huibao.kernel.problem import Refused
from huibao.store import durability

pytestmark = [pytest.mark.django_db, pytest.mark.own_engine]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionHandler]:
    """A database file opened with the settings we ship, as `durability` sees it."""
    shipped = database_settings(str(tmp_path / "books.sqlite3"))
    handler = ConnectionHandler({"default": shipped})
    monkeypatch.setattr(durability, "connection", handler["default"])
    yield handler
    handler.close_all()


def test_the_settings_we_ship_are_read_back_as_strong(opened: ConnectionHandler) -> None:
    durability.refuse_weak_durability()
    assert {one.name: one.found for one in durability.settings_found()} == {
        "journal_mode": "wal",
        "synchronous": "FULL",
    }
    assert "synchronous=FULL" in SQLITE_AT_CONNECT


@pytest.mark.parametrize("weaker", ["NORMAL", "OFF"])
def test_a_weaker_synchronous_setting_is_refused_by_name(opened: ConnectionHandler, weaker: str) -> None:
    opened["default"].cursor().execute(f"PRAGMA synchronous={weaker}")
    with pytest.raises(Refused, match="STORE-001") as refused:
        durability.refuse_weak_durability()
    assert f"synchronous 为 {weaker}" in refused.value.problems[0].says


def test_a_journal_that_is_not_the_write_ahead_log_is_refused(opened: ConnectionHandler) -> None:
    opened["default"].cursor().execute("PRAGMA journal_mode=DELETE")
    with pytest.raises(Refused, match="journal_mode"):
        durability.refuse_weak_durability()


def test_stronger_than_asked_is_accepted(opened: ConnectionHandler) -> None:
    opened["default"].cursor().execute("PRAGMA synchronous=EXTRA")
    assert durability.durability_problems() == ()


def test_a_file_in_another_journal_mode_is_brought_into_wal_when_opened(
    opened: ConnectionHandler, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "books.sqlite3") as other:
        other.execute("PRAGMA journal_mode=DELETE")
    other.close()
    assert durability.durability_problems() == ()
