"""The disk is full: each road in says so and nothing is half done; with room again the same act succeeds. G6

On a small file system of its own, which only root may make; `tests/hospital/test_a_failing_database.py` needs no root.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.postgres import Cluster, temporary

FULL = "STORE-004"
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a small file system; CI is root")
BALLAST = "ballast"
ENTRIES = 40


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own, of that size."""
    with tempfile.TemporaryDirectory(prefix="huibao-disk-") as folder:
        made = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "none", folder]
        if subprocess.run(made, check=False, capture_output=True).returncode:
            pytest.skip("this machine lets nobody mount")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path, *, leave: int = 0) -> None:
    """Leave so many bytes of room."""
    free = os.statvfs(disk)
    with (disk / BALLAST).open("wb") as ballast:
        ballast.write(bytes(max(free.f_bavail * free.f_frsize - leave, 0)))


def make_room(disk: Path) -> None:
    (disk / BALLAST).unlink()


def writer(address: str, act: str) -> "subprocess.CompletedProcess[str]":
    """A program of its own that posts until it cannot, then tells by which problem; or one that looks at the books."""
    command = [sys.executable, "-m", "tests.crash.filler", act]
    return subprocess.run(
        command, env=os.environ | {"HUIBAO_DB": address}, capture_output=True, text=True, check=False, timeout=300
    )


def told(done: "subprocess.CompletedProcess[str]") -> list[str]:
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.stdout.split()


@pytest.mark.own_engine
@NEEDS_ROOT
def test_sqlite_on_a_full_disk_keeps_what_it_confirmed_and_goes_on_with_room() -> None:
    with small_disk(12) as disk:
        database = str(disk / "books.sqlite3")
        *_, before = told(writer(database, f"post:{ENTRIES}"))
        fill(disk, leave=256 << 10)
        *_, keys, problem = told(writer(database, "post:1000000"))
        assert problem == FULL
        make_room(disk)
        assert told(writer(database, "look")) == [keys, "holds"]
        *_, after = told(writer(database, f"post:{ENTRIES}"))
    assert int(before) == ENTRIES
    assert int(after) == int(keys) + ENTRIES


@pytest.fixture
def server() -> Iterator[Cluster]:
    with temporary() as started:
        yield started


@pytest.mark.own_engine
@NEEDS_ROOT
def test_postgresql_on_a_full_disk_keeps_what_it_confirmed_and_goes_on_with_room(server: Cluster) -> None:
    with small_disk(40) as disk:
        place = disk / "space"
        place.mkdir()
        server.own(place)
        server.ask(f"CREATE TABLESPACE small LOCATION '{place}'")
        server.ask("CREATE DATABASE small_1 TABLESPACE small")
        address = server.url("small_1")
        *_, before = told(writer(address, f"post:{ENTRIES}"))
        fill(disk, leave=64 << 10)
        *_, keys, problem = told(writer(address, "post:1000000"))
        assert problem == FULL
        make_room(disk)
        assert told(writer(address, "look")) == [keys, "holds"]
        *_, after = told(writer(address, f"post:{ENTRIES}"))
        server.stop()
    assert int(before) == ENTRIES
    assert int(after) == int(keys) + ENTRIES


@pytest.mark.slow
@pytest.mark.own_engine
@NEEDS_ROOT
def test_postgresql_without_room_for_its_log_stops_and_has_lost_nothing_when_it_starts_again() -> None:
    """Without log nothing can be confirmed: the server goes down, and the writer is told that the line was cut."""
    with small_disk(16) as disk, temporary("max_wal_size=4MB", "min_wal_size=2MB", log_on=disk / "wal") as server:
        *_, before = told(writer(server.url(), f"post:{ENTRIES}"))
        fill(disk)
        *_, keys, problem = told(writer(server.url(), "post:1000000"))
        assert problem in {"STORE-006", FULL}
        server.kill()
        make_room(disk)
        server.start()
        there, holds = told(writer(server.url(), "look"))
        assert holds == "holds"
        assert int(there) - int(keys) in {0, 1}, "what was confirmed, and at most the one whose answer was cut"
        server.stop()
    assert int(before) == ENTRIES
