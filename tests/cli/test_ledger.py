"""`huibao ledger …` and `huibao check`: the books seen, verified, exported, closed and reversed by the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from huibao.cli.main import door
from huibao.store import guards
from tests.app.funds_world import COUNTY, LOCAL_FUND, receive

pytestmark = pytest.mark.django_db

ACCOUNT = f"fund:{COUNTY}/{LOCAL_FUND}"


@pytest.fixture(autouse=True)
def _two_receipts() -> None:
    receive("v1", COUNTY, LOCAL_FUND, 123_456)
    receive("v2", COUNTY, LOCAL_FUND, 1)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(door, ["--json", *(str(word) for word in words)])


def told(*words: str | Path) -> Any:  # noqa: ANN401 - whatever JSON says
    """What a command that must succeed printed."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_balances_and_the_lines_of_one_account_are_shown() -> None:
    balances = {row["account"]: row["balance"] for row in told("ledger", "show")}
    assert balances == {ACCOUNT: "1,234.57", "source:fiscal/预算文件": "-1,234.57"}
    assert [row["balance"] for row in told("ledger", "show", ACCOUNT)] == ["1,234.56", "1,234.57"]
    assert told("ledger", "show", "--on", "2020-01-01") == [
        {"account": ACCOUNT, "balance": "0.00", "protected": True},
        {"account": "source:fiscal/预算文件", "balance": "0.00", "protected": False},
    ]


def test_an_account_nobody_knows_is_refused() -> None:
    result = run("ledger", "show", "special:C9:accident")
    assert (result.exit_code, json.loads(result.stdout)["refused"][0]["code"]) == (3, "LEDGER-022")


def test_the_chain_is_verified_and_a_change_is_found() -> None:
    assert told("ledger", "verify")["broken"] == []
    guards.take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE transfer SET fen = 2 WHERE entry_id = 2")
    result = run("ledger", "verify")
    assert result.exit_code == 1
    assert [one["key"] for one in json.loads(result.stdout)["broken"]] == ["v2"]


def test_an_export_is_verified_by_the_script_beside_it(tmp_path: Path) -> None:
    head = told("ledger", "export", "--out", tmp_path)["head"]
    run_alone = subprocess.run([sys.executable, "-I", tmp_path / "verify.py", "--head", head], check=False)
    assert run_alone.returncode == 0
    assert (tmp_path / "ledger.beancount").exists()


def test_one_format_alone_comes_with_the_chain(tmp_path: Path) -> None:
    told("ledger", "export", "--format", "csv", "--out", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["head.txt", "ledger.csv", "ledger.jsonl", "verify.py"]


def test_a_period_is_closed_once_and_nothing_enters_it_afterwards() -> None:
    assert told("ledger", "close-period", "--through", "2020-01-31")["accounts"] == 2
    again = run("ledger", "close-period", "--through", "2020-01-31")
    assert (again.exit_code, json.loads(again.stdout)["refused"][0]["code"]) == (3, "LEDGER-021")
    late = run("ledger", "reverse", "v2", "--voucher", "undo", "--on", "2020-01-31", "--reason", "误")
    assert json.loads(late.stdout)["refused"][0]["code"] == "LEDGER-012"


def test_an_entry_is_reversed_once() -> None:
    told("ledger", "reverse", "v2", "--voucher", "undo", "--on", "2020-02-01", "--reason", "重复")
    assert told("ledger", "show", ACCOUNT)[-1]["amount"] == "-0.01"
    second = run("ledger", "reverse", "v2", "--voucher", "undo 2", "--on", "2020-02-01", "--reason", "重复")
    assert json.loads(second.stdout)["refused"][0]["code"] == "LEDGER-014"


def test_check_passes_on_sound_data_and_names_what_broke() -> None:
    findings = told("check")
    assert all(one["holds"] for one in findings)
    assert {"L1", "L2", "L3", "L4", "L5", "L6", "L7"} <= {one["number"] for one in findings}
    guards.take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE transfer SET fen = 2 WHERE entry_id = 2")
    guards.put_up(connection)
    result = run("check")
    assert result.exit_code == 1
    broken = {one["number"]: one["broken"] for one in json.loads(result.stdout) if not one["holds"]}
    assert [place["where"] for place in broken["L3"]] == ["entry 2 v2"]


def test_check_can_be_asked_for_one_number_and_knows_which_there_are() -> None:
    assert [one["number"] for one in told("check", "--only", "L5")] == ["L5"]
    assert run("check", "--only", "X9").exit_code == 2


@pytest.mark.parametrize(("lang", "says"), [("zh", "✓ 成立"), ("en", "✓ holds")])
def test_people_see_tables_in_their_language(lang: str, says: str) -> None:
    assert says in CliRunner().invoke(door, ["--lang", lang, "check"]).output
