"""S2 under concurrency: two hospitals, two processes, one person, one yearly cap."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.own_engine
HOSPITALS, BILLS = 2, 8
CAP_FEN = 35_000_000


def start(*words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.machine.hospital_process", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def finish(process: "subprocess.Popen[str]") -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


@pytest.mark.invariant("S2")
def test_the_yearly_cap_is_never_overspent_by_two_who_settle_at_once(tmp_path: Path) -> None:
    database = str(tmp_path / "county.sqlite3")
    finish(start("prepare", database))
    for process in [start("settle", database, f"H{n}", str(BILLS)) for n in range(HOSPITALS)]:
        finish(process)
    with sqlite3.connect(database) as book:
        (kept,) = book.execute("SELECT value FROM accumulator WHERE name = 'supplementary_paid'").fetchone()
        paid = book.execute("SELECT sum(fen) FROM settlement_layer WHERE payer = 'medical_supplementary'").fetchone()[0]
        numbers = book.execute("SELECT count(*) FROM settlement").fetchone()[0]
        moved = book.execute(
            "SELECT sum(t.fen) FROM transfer t JOIN entry e ON e.number = t.entry_id WHERE e.cause = 'settlement_paid'"
        ).fetchone()[0]
    # 16 bills of 40,000 × 90 % = 36,000 each would be 576,000; the cap is 350,000.
    assert numbers == HOSPITALS * BILLS
    assert kept == paid == moved == CAP_FEN
