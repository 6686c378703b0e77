"""The migrations that seal, on databases full of rows of before: nothing is lost, changed or left readable, there and back."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.postgres import Cluster
from tests.sealed.test_keys_are_changed import played
from tests.sealed.upgrading import BEFORE_ANY, BEFORE_TEXTS

ROOT = Path(__file__).resolve().parents[2]
SEALED_LATER = ("words to a colleague", "a file's name", "the bank's words", "a finding")
SEALED_FIRST = ("phone", "address", "diagnosis", "another diagnosis", "place", "identity", "patient")


def there_and_back(database: str) -> dict[str, Any]:
    """What `upgrading.py` saw."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sealed.upgrading"],
        env=os.environ | {"HUIBAO_DB": database, "DJANGO_SETTINGS_MODULE": "huibao.config.settings"},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def check_all_is_well(database: str, folder: Path) -> None:
    """Play the path, go back and forth, and look at what was seen."""
    marks = played(database, folder)
    said = there_and_back(database)
    texts, anything = said[BEFORE_TEXTS], said[BEFORE_ANY]
    # Back there it stood in plain: so the way forward sealed rows, not empty tables.
    assert [name for name in SEALED_LATER if marks[name] not in texts["plain"]] == []
    assert [name for name in SEALED_FIRST if marks[name] in texts["plain"]] == []
    assert [name for name in SEALED_FIRST if marks[name] not in anything["plain"]] == []
    assert (texts["differs"], anything["differs"]) == ([], [])
    assert (texts["guards missing"], anything["guards missing"], said["guards missing"]) == ([], [], [])
    assert (said["found"], said["broken"], said["audit"]) == (True, [], [])


def test_a_full_sqlite_database_goes_back_and_forth(tmp_path: Path) -> None:
    check_all_is_well(str(tmp_path / "book.sqlite3"), tmp_path)


def test_a_full_postgresql_database_goes_back_and_forth(tmp_path: Path, cluster: Cluster) -> None:
    check_all_is_well(cluster.new_database(), tmp_path)
