"""What PostgreSQL acknowledges must survive a power cut: each weaker setting is read back and refused by name."""

from collections.abc import Iterator

import pytest
from django.db.utils import ConnectionHandler

from huibao.config.database import database_settings
from huibao.store import durability
from huibao.store.address import without_password
from scripts.postgres import Cluster

pytestmark = pytest.mark.own_engine


@pytest.fixture
def opened(cluster: Cluster, monkeypatch: pytest.MonkeyPatch, django_db_blocker: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a PostgreSQL set up as we start it."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined] # pytest-django's blocker
        yield cluster.url()


def found(url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The settings that are too weak at an address."""
    handler = ConnectionHandler({"default": database_settings(url)})
    monkeypatch.setattr(durability, "connection", handler["default"])
    try:
        return tuple(one.name for one in durability.settings_found() if not one.strong)
    finally:
        handler.close_all()


def test_a_cluster_as_we_start_it_is_strong_enough(opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(opened, monkeypatch) == ()


def test_an_answer_that_does_not_wait_for_the_disk_is_refused(opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(f"{opened}&options=-c%20synchronous_commit%3Doff", monkeypatch) == ("synchronous_commit",)


def test_each_setting_of_the_cluster_is_looked_at() -> None:
    # fsync, full_page_writes and checksums belong to the cluster and cannot be weakened by a connection.
    wanted = durability.WANTED["postgresql"]
    assert set(wanted) == {"fsync", "full_page_writes", "synchronous_commit", "data_checksums"}
    assert all("off" not in strong for strong in wanted.values())


@pytest.mark.slow
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_cluster_that_does_not_reach_the_disk_is_refused(
    opened: str, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    from scripts.postgres import temporary

    with temporary(f"{setting}=off") as weak:
        assert found(weak.url(), monkeypatch) == (setting,)


def test_an_address_is_shown_without_its_password() -> None:
    shown = without_password("postgresql://clerk:secret@db.example/huibao?sslmode=require")
    assert shown == "postgresql://clerk@db.example/huibao"
    assert without_password("huibao.sqlite3") == "huibao.sqlite3"
