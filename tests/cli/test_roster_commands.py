"""`huibao roster …` as it is typed: what it prints, what it exits with, what it leaves behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from huibao.cli.main import door
from tests.app.roster_world import holders, write
from tests.domain.roster.made_up import COUNTY, HOLDERS, holder, identity

pytestmark = pytest.mark.django_db


def huibao(*words: object, code: int = 0) -> str:
    """Run the command; return the answer, and with it what was said beside it unless JSON was asked for."""
    done = CliRunner().invoke(door, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout if "--json" in words else done.output


def test_checking_a_roster_needs_no_database(tmp_path: Path) -> None:
    # In a process of its own: inside the tests Django is set up already, and would hide that it is asked for.
    folder = tmp_path / "work"
    folder.mkdir()
    path = write(tmp_path / "a.xlsx", HOLDERS, holder())
    command = [sys.executable, "-m", "huibao.cli.main", "--json", "roster", "check", str(path)]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "HUIBAO"))}
    done = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ready"] == 1
    assert list(folder.iterdir()) == []


def test_check_shows_columns_verdicts_and_findings_and_says_no_when_rows_are_not_ready(tmp_path: Path) -> None:
    bad = holder("赵敏", identity("19900101", 4))
    bad[4] = "一级"
    path = write(tmp_path / "a.xlsx", HOLDERS, holder(), bad)
    back = tmp_path / "退回.xlsx"
    shown = huibao("roster", "check", path, "--taken-on", "2025-06-30", "--hand-back", back, code=1)
    for text in ("残疾证号", "100 %", "ROSTER-042", "衡山县", "待核"):
        assert text in shown
    assert back.exists()
    good = write(tmp_path / "b.xlsx", HOLDERS, holder())
    data = json.loads(huibao("roster", "check", good, "--taken-on", "2025-06-30", "--json"))
    assert (data["rows_in"], data["ready"], data["area"]) == (1, 1, COUNTY)
    assert data["sheets"][0]["columns"][1]["meaning"] == "identity"


def test_import_asks_for_confirmation_once_then_tells_what_it_did_and_what_changed(tmp_path: Path) -> None:
    words = ("roster", "import", holders(tmp_path / "a.xlsx", 2), "--source", "disability_certificate")
    day = ("--taken-on", "2025-01-01")
    assert "ROSTER-002" in huibao(*words, *day, code=3)
    tried = json.loads(huibao(*words, *day, "--dry-run", "--json"))
    assert (tried["status"], tried["taken_in"]) == ("dry_run", 2)
    assert "新登记 2 人" in huibao(*words, *day, "--confirm")
    assert "已经导入过" in huibao(*words, *day)
    later = ("roster", "import", holders(tmp_path / "b.xlsx", 2, first=2), "--source", "disability_certificate")
    assert json.loads(huibao(*later, "--taken-on", "2025-06-30", "--json"))["status"] == "created"
    changes = json.loads(huibao("roster", "diff", "--source", "disability_certificate", "--area", COUNTY, "--json"))
    assert (changes["counts"]["new"], changes["counts"]["left"]) == (1, 1)
    assert changes["left"][0]["identity"].startswith("430***")


def test_person_shows_dated_facts_with_their_source_and_a_masked_number(tmp_path: Path) -> None:
    path = holders(tmp_path / "a.xlsx", 1)
    huibao("roster", "import", path, "--source", "disability_certificate", "--taken-on", "2025-01-01", "--confirm")
    (found,) = json.loads(huibao("roster", "person", identity(), "--json"))
    assert found["identity"] != identity()
    assert {fact["kind"] for fact in found["facts"]} == {"disability", "domicile"}
    assert {fact["row"] for fact in found["facts"]} == {3}
    assert "physical/3" in huibao("roster", "person", found["id"])
    assert "ROSTER-008" in huibao("roster", "person", "77", code=3)


def test_a_mapping_file_that_is_no_json_object_is_wrong_use(tmp_path: Path) -> None:
    path, mapping = holders(tmp_path / "a.xlsx", 1), tmp_path / "列.json"
    mapping.write_text("[]", encoding="utf-8")
    assert "--mapping" in huibao("roster", "check", path, "--mapping", mapping, code=2)
    mapping.write_text(json.dumps({"姓名": "A"}), encoding="utf-8")
    huibao("roster", "check", path, "--mapping", mapping, "--taken-on", "2025-06-30")


def test_help_speaks_both_languages() -> None:
    shown = huibao("roster", "import", "--help")
    assert "导入一份名册" in shown
    assert "all or nothing" in shown
