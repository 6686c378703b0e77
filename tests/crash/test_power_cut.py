"""The power goes at a random write: nothing acknowledged is lost, no entry is half there, nothing is corrupt. G2

The schema and the statements are the real ones, captured from `store.ledger.post` and replayed through a file system
whose unsynced writes vanish. So that the test is known to see a loss, the same runs on weaker settings must show one.
"""

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.crash.lossy_disk import Disk, LossyVFS, PowerCutError

FULL = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
SEEDS = 200 if FULL else 25
POSTS = 40
PAGES_A_CHECKPOINT = 60
"""Far fewer than SQLite's thousand, so that the power also goes in the middle of checkpoints."""


@dataclass(frozen=True)
class Captured:
    """The real schema, and for each post its key, its number of transfers and its statements."""

    schema: tuple[str, ...]
    posts: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Found:
    """What the disk held after the cut."""

    acknowledged: int
    lost: int
    half: int
    ghosts: int
    integrity: str


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Captured:
    """Post to the real books in a database file of their own, and keep every statement."""
    place = tmp_path_factory.mktemp("captured") / "books.sqlite3"
    run = subprocess.run(
        [sys.executable, Path(__file__).parent / "writer.py", "capture", str(POSTS)],
        env=os.environ | {"HUIBAO_DB": str(place)},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
    told = json.loads(run.stdout)
    return Captured(tuple(told["schema"]), tuple(told["posts"]))


def cut(captured: Captured, seed: int, synchronous: str, folder: Path) -> Found:
    """Replay the posts until the power goes; then look at what is left."""
    disk = Disk(seed, writes_until_cut=10**9)
    vfs = LossyVFS(disk, f"lossy-{seed}")
    db = apsw.Connection(str(folder / "books.sqlite3"), vfs=f"lossy-{seed}")
    acknowledged: list[str] = []
    try:
        # Without shared memory on this disk, WAL wants the file for itself; what is synced when stays the same.
        for setting in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
            db.execute(f"PRAGMA {setting}")
        for statement in captured.schema:
            db.execute(statement)
        for setting in (f"synchronous={synchronous}", f"wal_autocheckpoint={PAGES_A_CHECKPOINT}"):
            db.execute(f"PRAGMA {setting}")
        disk.left = disk.dice.randint(1, 1_400)
        for post in captured.posts:
            for sql, values in post["statements"]:
                db.execute(sql.replace("%s", "?").replace("%%", "%"), values).fetchall()
            db.execute("COMMIT")  # Django commits through the driver, which no wrapper of statements sees
            acknowledged.append(post["key"])
    except (PowerCutError, apsw.Error):
        assert disk.left <= 0, "only the power cut may stop the replay"
    disk.found_after_the_cut(folder)
    disk.left = 10**9
    db.close()
    vfs.unregister()
    return look(captured, acknowledged, folder / "books.sqlite3")


def look(captured: Captured, acknowledged: list[str], path: Path) -> Found:
    """Open what the disk held as any SQLite would."""
    expected = {post["key"]: post["transfers"] for post in captured.posts}
    try:
        after = sqlite3.connect(path)
        counts = dict(
            after.execute(
                "SELECT e.key, count(t.id) FROM entry e LEFT JOIN transfer t ON t.entry_id = e.number GROUP BY 1"
            )
        )
        integrity = str(after.execute("PRAGMA integrity_check").fetchone()[0])
        after.close()
    except sqlite3.DatabaseError as error:
        return Found(len(acknowledged), len(acknowledged), 0, 0, str(error))
    return Found(
        acknowledged=len(acknowledged),
        lost=len(set(acknowledged) - counts.keys()),
        half=sum(1 for key, moves in counts.items() if moves != expected[key]),
        ghosts=max(len(counts.keys() - set(acknowledged)) - 1, 0),
        integrity=integrity,
    )


def test_the_statements_replayed_are_those_of_the_real_post(captured: Captured) -> None:
    last = [sql.split()[0:3] for sql, _ in captured.posts[-1]["statements"]]
    assert last[0] == ["BEGIN", "IMMEDIATE"], "and the end is the driver's own COMMIT"
    assert ["INSERT", "INTO", '"entry"'] in last
    assert ["INSERT", "INTO", '"transfer"'] in last


def test_nothing_acknowledged_is_lost_when_the_power_goes(captured: Captured, tmp_path: Path) -> None:
    found = []
    for seed in range(SEEDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found.append(cut(captured, seed, "FULL", folder))
    assert [one for one in found if one.lost or one.half or one.ghosts or one.integrity != "ok"] == []
    assert sum(0 < one.acknowledged < POSTS for one in found) > SEEDS // 2, "the power goes in the middle of the work"


def test_the_weaker_setting_does_lose_what_it_acknowledged_so_the_test_can_see_it(
    captured: Captured, tmp_path: Path
) -> None:
    lost = 0
    for seed in range(SEEDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        lost += cut(captured, seed, "NORMAL", folder).lost > 0
    assert lost > SEEDS // 4
