"""G8, drilled: a county is backed up and restored by command, on each engine; the audit holds and every report is the same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.own_engine
COUNTY = """
from tests.app import insured_county as county
from tests.app.test_settlement import a_bill
from huibao.app.settlement import settle_bills
clock = county.insure(people=3)
settle_bills([a_bill(f"B{n}", 10_000, 9_000, 6_000, person=1 + n % 3) for n in range(9)], clock)
"""
NEXT_YEAR = """
from datetime import date
from huibao.app import funds
from huibao.domain.ledger import SourceKind
from huibao.kernel.fen import Fen
from tests.app import insured_county as county
clock = county.Calendar(date(2021, 3, 1))
fund = "provincial_poverty_fund"
funds.receive(county.COUNTY, fund, Fen(500_000), SourceKind.FISCAL, date(2021, 2, 1), "receive-2021", clock)
"""
SET_UP = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'huibao.config.settings'; django.setup()\n"
MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
REPORTS = (("report", "money", "--contract", "DEMO-370323-2020"), ("ledger", "show"))


def huibao(database: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "huibao.cli.main", "--lang", "en", "--json", *words]
    return subprocess.run(
        command, env=os.environ | {"HUIBAO_DB": database}, capture_output=True, text=True, check=False
    )


def a_county(database: str) -> None:
    """People, money and nine settled bills, in a process of its own."""
    script(database, SET_UP + MIGRATE + COUNTY)


def script(database: str, code: str) -> None:
    """Run a piece of the program against a database."""
    made = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"HUIBAO_DB": database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


def answer(database: str, *words: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    done = huibao(database, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A database with a county in it, and the name of one that is empty."""
    if request.param == "sqlite":
        old, new = str(tmp_path / "old.sqlite3"), str(tmp_path / "new.sqlite3")
    else:
        cluster = request.getfixturevalue("cluster")
        old, new = cluster.new_database(), cluster.new_database()
    a_county(old)
    return old, new


def test_what_was_backed_up_comes_back_with_the_same_reports(two: tuple[str, str], tmp_path: Path) -> None:
    old, new = two
    before = [answer(old, *words) for words in REPORTS]
    file = tmp_path / "county.backup"
    made = answer(old, "backup", str(file))
    assert made["rows"]["settlement"] == 9
    restored = answer(new, "restore", str(file))
    assert restored["broken"] == []
    assert restored["head_hash"] == made["head_hash"]
    assert [answer(new, *words) for words in REPORTS] == before
    again = huibao(new, "restore", str(file))
    assert again.returncode == 3
    assert "BACKUP-002" in again.stdout, "a live database is left alone"


@pytest.mark.slow
def test_the_archive_of_a_closed_year_says_what_the_live_database_says_of_it(
    two: tuple[str, str], tmp_path: Path
) -> None:
    live, archive = two
    answer(live, "ledger", "close-period", "--through", "2020-12-31")
    file = tmp_path / "2020.backup"
    answer(live, "backup", str(file))
    script(live, SET_UP + NEXT_YEAR)
    answer(archive, "restore", str(file))
    year_end = ("ledger", "show", "--on", "2020-12-31")
    assert answer(archive, *year_end) == answer(live, *year_end)
    assert answer(archive, "ledger", "show") != answer(live, "ledger", "show"), "the live one has gone on"
    replayed = ("settlement", "show", "H1/B4")
    assert answer(archive, *replayed) == answer(live, *replayed)
    # What belongs to the closed year is not entered any more, neither here nor there.
    late = [
        "fund",
        "receive",
        "--area",
        "370323",
        "--fund",
        "provincial_poverty_fund",
        "--amount",
        "100",
        "--on",
        "2020-12-30",
        "--key",
        "late",
    ]
    assert [huibao(one, *late).returncode for one in two] == [3, 3]


def test_a_backup_never_replaces_a_file(tmp_path: Path) -> None:
    file = tmp_path / "county.backup"
    file.write_text("something else")
    assert huibao(str(tmp_path / "empty.sqlite3"), "backup", str(file)).returncode == 3
    assert file.read_text() == "something else"
