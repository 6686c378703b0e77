"""Bytes of the database's own files change behind its back: a clear error, or the same answer; never another amount. G6

PostgreSQL holds every page it reads against a checksum. SQLite keeps none, so what its structure does not show is shown by
the books themselves: chained hashes, and amounts that are kept in two places.
"""

import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.postgres import Cluster, temporary

pytestmark = pytest.mark.own_engine

FULL = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
FLIPS = 60 if FULL else 3
CANNOT_BE_USED = 4
MONEY = (
    "SELECT source_id, target_id, fen, takes_effect_on FROM transfer ORDER BY id",
    "SELECT number, cause, subject, key FROM entry ORDER BY number",
    "SELECT account_id, fen FROM balance ORDER BY 1",
    "SELECT settlement_id, payer, fen FROM settlement_layer ORDER BY id",
    "SELECT person_id, name, value FROM accumulator ORDER BY 1, 2",
)
"""What is paid, to whom, out of what."""


def huibao(address: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "huibao.cli.main", "--db", address, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return done


def settle(address: str, bills: int) -> None:
    for words in (("prepare", address), ("settle", address, "H1", str(bills))):
        subprocess.run([sys.executable, "-m", "tests.machine.hospital_process", *words], check=True, timeout=300)


def paid(path: Path) -> list[list[tuple[object, ...]]]:
    with sqlite3.connect(path) as book:
        return [book.execute(sql).fetchall() for sql in MONEY]


def test_bytes_changed_in_a_sqlite_file_are_noticed_or_change_no_amount(tmp_path: Path) -> None:
    whole = tmp_path / "whole.sqlite3"
    settle(str(whole), 6)
    with sqlite3.connect(whole) as book:
        book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = (
            [row[0] for row in book.execute("SELECT pageno FROM dbstat WHERE name IN ('transfer', 'entry')")]
            if _has_dbstat(book)
            else []
        )
    content, expected = whole.read_bytes(), paid(whole)
    dice = random.Random(20201123)
    noticed = 0
    for at in range(FLIPS):
        spoilt = tmp_path / "spoilt.sqlite3"
        found = bytearray(content)
        page = dice.choice(pages) if pages and at % 2 else dice.randrange(1, len(content) // 4096)
        place = (page - 1) * 4096 + dice.randrange(4096)
        for byte in range(place, min(place + dice.choice((1, 16, 512)), len(found))):
            found[byte] ^= dice.randrange(1, 256)
        spoilt.write_bytes(bytes(found))
        done = huibao(str(spoilt), "check")
        if done.returncode == 0:
            assert paid(spoilt) == expected, f"other amounts, and nobody noticed: flip {at} at {place}"
            continue
        noticed += 1
        assert done.returncode in {1, CANNOT_BE_USED}, done.stderr
        assert done.returncode == 1 or re.search(r"STORE-005|CLI-003", done.stderr), done.stderr
    assert noticed > 0


def _has_dbstat(book: sqlite3.Connection) -> bool:
    try:
        book.execute("SELECT 1 FROM dbstat LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        return False
    return True


def test_a_spoilt_index_of_a_sqlite_file_is_found_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite3"
    settle(str(path), 1)
    with sqlite3.connect(path) as book:
        book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = book.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchone()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : (root - 1) * 4096 + 512] = bytes(512)
    path.write_bytes(bytes(content))
    for words in (("claim", "queue"), ("check",)):
        done = huibao(str(path), *words)
        assert (done.returncode, "STORE-005" in done.stderr) == (CANNOT_BE_USED, True), done.stderr


@pytest.fixture
def server() -> Iterator[Cluster]:
    with temporary() as started:
        yield started


def test_a_spoilt_page_of_postgresql_is_told_by_check_and_by_whoever_reads_it(server: Cluster) -> None:
    settle(server.url(), 2)
    (place,) = server.ask("SELECT pg_relation_filepath('transfer')")
    server.stop()
    file = server.data / place
    content = bytearray(file.read_bytes())
    content[4000] ^= 0x01
    file.write_bytes(bytes(content))
    server.start()
    for words in (("check",), ("ledger", "export", "--out", str(server.folder / "books.json"))):
        done = huibao(server.url(), *words)
        assert (done.returncode, "STORE-005" in done.stderr) == (CANNOT_BE_USED, True), done.stderr
        assert "invalid page" in done.stderr
