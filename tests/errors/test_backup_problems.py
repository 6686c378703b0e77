"""One example for each thing that can be wrong with a backup or a restore."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from huibao.app import backup as use
from huibao.config.database import database_settings
from huibao.kernel.problem import Refused
from huibao.store import copies
from tests.app.insured_county import Calendar

CLOCK = Calendar(date(2020, 6, 30))


@pytest.fixture
def place(tmp_path: Path, django_db_blocker: "pytest.FixtureRequest") -> Iterator[Path]:
    """A database file of the test's own by the name of default, with the tables in it."""
    own = connections["default"]
    path = tmp_path / "books.sqlite3"
    settings = connections.configure_settings({"default": database_settings(str(path))})["default"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined] # pytest-django's blocker
        connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
        call_command("migrate", verbosity=0, interactive=False)
        yield path
        connections["default"].close()
        connections["default"] = own


@pytest.fixture
def made(place: Path, tmp_path: Path) -> Path:
    """A backup, after which the database is gone: an empty one by the same name takes its place."""
    path = tmp_path / "books.backup"
    use.back_up(path, "sqlite", CLOCK)
    copies.empty_again()
    return path


def refused(path: Path, engine: str = "sqlite") -> str:
    with pytest.raises(Refused) as raised:
        use.restore(path, engine, "books")
    (problem,) = raised.value.problems
    return problem.code


def change(path: Path, **what: object) -> None:
    described = use.manifest_of(path)
    described.write_text(json.dumps(json.loads(described.read_text()) | what))


def test_backup_001_a_file_that_is_there_already(place: Path, tmp_path: Path) -> None:
    use.back_up(tmp_path / "books.backup", "sqlite", CLOCK)
    with pytest.raises(Refused, match="BACKUP-001"):
        use.back_up(tmp_path / "books.backup", "sqlite", CLOCK)


def test_backup_002_a_database_that_holds_something(place: Path, tmp_path: Path) -> None:
    use.back_up(tmp_path / "books.backup", "sqlite", CLOCK)
    assert refused(tmp_path / "books.backup") == "BACKUP-002"


def test_backup_003_no_description(made: Path) -> None:
    use.manifest_of(made).unlink()
    assert refused(made) == "BACKUP-003"


def test_backup_004_a_file_cut_short(made: Path) -> None:
    made.write_bytes(made.read_bytes()[:-100])
    assert refused(made) == "BACKUP-004"


def test_backup_005_another_engine(made: Path) -> None:
    assert refused(made, "postgresql") == "BACKUP-005"


def test_backup_006_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made: Path) -> None:
    monkeypatch.setattr(copies, "PACKED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="BACKUP-006"):
        copies._tool("pg_dump", [])


def test_backup_007_a_description_of_something_else(made: Path, place: Path) -> None:
    contents = json.loads(use.manifest_of(made).read_text())["contents"]
    change(made, contents=contents | {"rows": contents["rows"] | {"entry": 7}})
    assert refused(made) == "BACKUP-007"
    assert not place.exists(), "what was restored is taken away again"


def test_backup_008_made_by_a_newer_program(made: Path) -> None:
    contents = json.loads(use.manifest_of(made).read_text())["contents"]
    change(made, contents=contents | {"migration": "9999_later"})
    assert refused(made) == "BACKUP-008"
