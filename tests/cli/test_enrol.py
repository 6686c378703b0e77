"""`huibao enrol` and `huibao contract` as somebody at a county office types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huibao.cli.main import door
from huibao.domain.roster.person import FactKind
from tests.app.county_on_record import CONTRACT_TEXT, on_record
from tests.domain.county import fact, relieved, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "contract.yaml"
    path.write_text(CONTRACT_TEXT, encoding="utf-8")
    return path


def huibao(*arguments: str) -> Result:
    return CliRunner().invoke(door, arguments)


def test_a_contract_is_checked_added_and_shown(file: Path) -> None:
    assert huibao("contract", "check", str(file)).exit_code == 0
    assert huibao("contract", "show", "371302-2020").exit_code == 3
    assert huibao("contract", "add", str(file)).exit_code == 0
    shown = huibao("contract", "show", "371302-2020", "--json")
    data = json.loads(shown.stdout)
    assert data["insurer"] == "示范财产保险"
    assert data["lines"][0]["premium_fen"] == 12_000
    assert "虚构" in huibao("contract", "show", "371302-2020").stdout


def test_checking_a_contract_needs_no_database(file: Path, tmp_path: Path) -> None:
    # In a process of its own: inside the tests Django is set up already, and would hide that it is asked for.
    command = [sys.executable, "-m", "huibao.cli.main", "--json", "contract", "check", str(file)]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "HUIBAO"))}
    done = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["contract"] == "371302-2020"
    assert list(tmp_path.iterdir()) == [file]


def test_a_contract_under_the_floor_is_refused_with_exit_code_3(file: Path) -> None:
    file.write_text(CONTRACT_TEXT.replace("premium: 10 yuan", "premium: 9 yuan"), encoding="utf-8")
    result = huibao("contract", "add", str(file))
    assert result.exit_code == 3
    assert "PREMIUM-001" in result.stderr
    assert "SD-4.2" in result.stderr


def test_a_county_is_tried_and_then_enrolled(file: Path) -> None:
    on_record([relieved(1), somebody(2)])
    tried = huibao("enrol", "--contract", str(file), "--on", "2020-01-10", "--dry-run", "--json")
    assert tried.exit_code == 0, tried.output
    assert json.loads(tried.stdout)["entered"] == 2
    assert huibao("contract", "show", "371302-2020").exit_code == 3
    done = huibao("enrol", "--contract", str(file), "--on", "2020-01-10")
    assert done.exit_code == 0
    assert "120.00" in done.stdout
    again = huibao("enrol", "--scheme", "shandong/2020", "--area", "371302", "--on", "2020-01-10", "--json")
    assert json.loads(again.stdout)["repeated"]


def test_people_refused_make_the_answer_a_no(file: Path) -> None:
    from datetime import date

    on_record([relieved(1, fact(FactKind.DEATH, from_on=date(2020, 1, 3)))])
    result = huibao("enrol", "--contract", str(file), "--on", "2020-01-10")
    assert result.exit_code == 1
    assert "COVERAGE-001" in result.stderr


def test_without_a_contract_the_command_says_what_to_do() -> None:
    missing = huibao("enrol", "--scheme", "shandong/2020", "--area", "371302", "--on", "2020-01-10")
    assert missing.exit_code == 3
    assert "COVERAGE-014" in missing.stderr
    assert huibao("enrol", "--on", "2020-01-10").exit_code == 2


def test_joiners_leavers_and_named_people_have_commands_of_their_own(file: Path) -> None:
    from datetime import date

    one, other = relieved(1), somebody(2, (fact(FactKind.INSTANT_HELP, from_on=date(2020, 5, 10)),))
    on_record([one, other])
    huibao("contract", "add", str(file))
    batch = ("--contract", "371302-2020", "--on", "2020-06-10")
    joined = huibao("enrol", "join", *batch, "--key", "join-1", one.person.identity, "--json")
    assert json.loads(joined.stdout)["people"] == 1
    left = huibao("enrol", "leave", *batch, "--key", "leave-1", one.person.identity, "--reason", "withdrew", "--json")
    assert json.loads(left.stdout)["left"] == {"withdrew": 2}
    who = (other.person.identity, "--line", "accident", "--donor", "d-17=5.60", "--json")
    refused = huibao("enrol", "person", *batch, "--key", "named-1", *who)
    assert refused.exit_code == 3
    consent = ("--consent-by", "本人", "--consent-on", "2020-06-09")
    named = huibao("enrol", "person", *batch, "--key", "named-1", *who, *consent)
    assert json.loads(named.stdout)["premium_fen"] == 560


def test_the_contract_in_the_guide_is_one_that_may_be_added(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "enrolment.zh-CN.md").read_text(encoding="utf-8")
    file = tmp_path / "guide.yaml"
    file.write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert huibao("contract", "check", str(file)).exit_code == 0


def test_help_speaks_both_languages() -> None:
    help_text = huibao("enrol", "--help").stdout
    assert "一次性参保" in help_text
    assert "Enrol a county" in help_text
