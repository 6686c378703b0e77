"""The demonstration runs whole on a small county, balances, repeats itself, and leaves other people's folders alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from beancount import loader

pytestmark = pytest.mark.own_engine
PEOPLE = 300
HELD = "L1 L2 L3 L4 L5 L6 L7 S1 S2 S3 S4 S5 S6 P1 P2 R1 V1 V2 C1 C2 A1 S7 B1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The command as somebody types it, in a process and a database of its own."""
    folder = tmp_path_factory.mktemp("demo") / "huibao-demo"
    done = run("--json", "demo", "--people", str(PEOPLE), "--folder", str(folder))
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "huibao.cli.main", *words], capture_output=True, text=True, check=False, timeout=300
    )


def chapter(story: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = next(one["rows"] for one in story["chapters"] if one["name"] == name)
    return rows


def test_it_ends_with_every_invariant_holding(made: tuple[Path, dict[str, Any]]) -> None:
    _, story = made
    assert story["balanced"] is True
    held = chapter(story, "check")[0]["number"].split("、")
    assert set(HELD.split()) <= set(held)


def test_each_bill_is_bound_by_what_it_is_there_to_show(made: tuple[Path, dict[str, Any]]) -> None:
    rows = {row["shows"]["zh"]: row for row in chapter(made[1], "bills")}
    # 90 % of 8,000 in policy is 7,200; earlier payers bore 5,500: 1,700 are filled up, 2,800 stay with the person.
    target = rows["补到90%目标"]
    assert (target["supplementary"], target["self_pay"], target["bound"]["en"]) == (
        "1,700.00",
        "2,800.00",
        "target",
    )
    # 90 % of 900 less 600 would be 210, but 100 must stay with the person: 900 − 600 − 100 = 200.
    floor = rows["个人自付下限"]
    assert (floor["supplementary"], floor["self_pay"]) == ("200.00", "100.00")
    # the first stay took 200,000 of the yearly 350,000, so the second gets 150,000 of its 195,000
    cap = rows["同一人达封顶"]
    assert (cap["supplementary"], cap["bound"]["en"]) == ("150,000.00", "yearly cap")


def test_the_drowning_is_paid_the_rest_after_the_disaster_insurance(made: tuple[Path, dict[str, Any]]) -> None:
    fall, drowning = chapter(made[1], "claims")
    # two injuries of grade 9 count as grade 8, 30 % of 40,000 = 12,000; (10,000 − 6,000 − 50) × 80 % = 3,160
    assert fall["paid"] == "15,160.00"
    # 50,000 less the 20,000 paid first
    assert (drowning["first_payer"], drowning["paid"]) == ("20,000.00", "30,000.00")


def test_what_must_not_be_done_is_refused(made: tuple[Path, dict[str, Any]]) -> None:
    answers = [row["answer"]["zh"] for row in chapter(made[1], "refused")]
    assert len(answers) == 4
    assert all(answer.startswith("[") for answer in answers)


def test_coverage_says_the_same_in_story_table_and_chart(made: tuple[Path, dict[str, Any]]) -> None:
    folder, story = made
    rows = chapter(story, "coverage")
    drawn = ET.fromstring((folder / "coverage.svg").read_text("utf-8"))  # noqa: S314 - our own file
    marks = [one for one in drawn.iter("{http://www.w3.org/2000/svg}g") if one.get("class") == "row"]
    assert [(one.get("data-people"), one.get("data-insured")) for one in marks] == [
        (str(row["people"]), str(row["insured"])) for row in rows
    ]
    assert sum(row["people"] for row in rows[1:]) == rows[0]["people"]
    assert sum(row["insured"] for row in rows[1:]) == rows[0]["insured"]


def test_rosters_handed_back_are_workbooks_with_reasons(made: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = made
    back = sorted((folder / "handed-back").glob("沂源县脱贫*.xlsx"))
    sheet = openpyxl.load_workbook(back[0]).worksheets[0]
    words = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert {"原因", "退回", "待核"} <= words


def test_the_exported_books_please_beancount_and_their_own_verifier(made: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = made
    entries, errors, _options = loader.load_file(str(folder / "ledger" / "ledger.beancount"))
    assert entries
    assert errors == []
    verified = subprocess.run(
        [sys.executable, str(folder / "ledger" / "verify.py"), str(folder / "ledger")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_database_it_leaves_can_be_asked_further(made: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = made
    asked = run("--db", str(folder / "huibao.sqlite3"), "--json", "report", "money", "--contract", "示范-沂源-2020")
    assert asked.returncode == 0, asked.stderr
    money = json.loads(asked.stdout)
    assert sum(one["fen"] for one in money["sources"]) == sum(
        one["fen"] for one in money["flows"] if one["cause"].startswith("premium")
    )


def test_report_coverage_gives_the_story_s_figures_as_table_json_csv_and_chart(
    made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, _ = made
    on_database = ("--db", str(folder / "huibao.sqlite3"))
    wanted = (
        "--area",
        "430423",
        "--on",
        "2025-12-31",
        "--svg",
        str(tmp_path / "c.svg"),
        "--csv",
        str(tmp_path / "c.csv"),
    )
    asked = run(*on_database, "report", "coverage", *wanted, "--json")
    assert asked.returncode == 0, asked.stderr
    (found,) = json.loads(asked.stdout)
    assert found == json.loads((folder / "coverage.json").read_text("utf-8"))
    assert (tmp_path / "c.csv").read_text("utf-8") == (folder / "coverage.csv").read_text("utf-8")
    assert 'role="img"' in (tmp_path / "c.svg").read_text("utf-8")
    shown = run(*on_database, "report", "coverage", "--area", "430423", "--on", "2025-12-31")
    assert "覆盖率" in shown.stdout


@pytest.mark.parametrize("what, words", [("funnel", "已告知"), ("waits", "中位"), ("money", "专户余额")])
def test_the_other_reports_draw_their_tables(made: tuple[Path, dict[str, Any]], what: str, words: str) -> None:
    asked = run("--db", str(made[0] / "huibao.sqlite3"), "report", what, "--contract", "示范-沂源-2020")
    assert asked.returncode == 0, asked.stderr
    assert words in asked.stdout


def test_a_report_that_cannot_be_made_says_why(made: tuple[Path, dict[str, Any]]) -> None:
    on_database = ("--db", str(made[0] / "huibao.sqlite3"))
    nowhere = run(*on_database, "report", "coverage", "--area", "430424", "--on", "2025-12-31")
    assert (nowhere.returncode, "REPORT-002" in nowhere.stderr) == (3, True)
    no_line = run(*on_database, "report", "coverage", "--area", "430423", "--on", "2025-12-31", "--line", "fire")
    assert no_line.returncode == 2


def test_told_again_in_english_it_is_the_same_story_and_replaces_only_its_own_folder(
    made: tuple[Path, dict[str, Any]],
) -> None:
    folder, story = made
    again = run("--lang", "en", "demo", "--people", str(PEOPLE), "--folder", str(folder))
    assert again.returncode == 0, again.stderr
    assert "Every invariant holds; the books balance." in again.stdout
    assert all(one["title"]["en"] in again.stdout for one in story["chapters"])
    # the hash at the end of the chain depends on every entry ever made
    assert str(chapter(story, "ledger")[1]["found"]) in again.stdout
