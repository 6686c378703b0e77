"""`huibao settlement …`: record, show, reverse and add to, by the command line and on the real database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huibao.cli.main import door
from tests.app import insured_county as county

pytestmark = pytest.mark.django_db


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(door, ["--json", *(str(word) for word in words)])


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    county.insure(people=1)
    said = {
        "setl_id": "B1",
        "fixmedins_code": "H1",
        "certno": county.identity(1),
        "begndate": "2020-05-01",
        "enddate": "2020-05-12",
        "medfee_sumamt": "10000.00",
        "inscp_scp_amt": "9000.00",
        "reported": {"basic_medical": "6000.00"},
    }
    path = tmp_path / "bill.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_a_bill_is_recorded_shown_added_to_and_reversed(bill: Path) -> None:
    (recorded,) = json.loads(run("settlement", "record", bill).stdout)
    assert (recorded["status"], recorded["settlement"]["self_pay_fen"]) == ("settled", 190_000)
    shown = json.loads(run("settlement", "show", "H1/B1", "--explain").stdout)
    assert shown["lines"]
    later = run("settlement", "add-payer", "H1/B1", "--payer", "donation", "--yuan", "400.00", "--key", "k1")
    assert json.loads(later.stdout)["left_fen"] == 150_000
    undone = run("settlement", "reverse", "H1/B1", "--reason", "录入有误", "--key", "k2")
    assert json.loads(undone.stdout)["self_pay_fen"] == -150_000
    assert json.loads(run("settlement", "show", "H1/B1").stdout)["reversed_by"] == "H1/B1/reversal"


def test_what_is_shown_of_a_settlement_names_nobody(bill: Path) -> None:
    run("settlement", "record", bill)
    shown = CliRunner().invoke(door, ["settlement", "show", "H1/B1", "--explain"]).output
    assert county.identity(1) not in shown
    assert "测试001" not in shown


def test_a_refused_bill_says_why_and_exits_with_1(bill: Path) -> None:
    run("settlement", "record", bill)
    bill.write_text(bill.read_text(encoding="utf-8").replace("10000.00", "10000.01"), encoding="utf-8")
    result = run("settlement", "record", bill)
    assert result.exit_code == 1
    (again,) = json.loads(result.stdout)
    assert [problem["code"] for problem in again["problems"]] == ["SETTLE-003"]


def test_an_unknown_settlement_is_refused_with_exit_code_3() -> None:
    assert run("settlement", "show", "H1/none").exit_code == 3


def test_an_amount_that_is_none_is_wrong_use(bill: Path) -> None:
    wrong = run("settlement", "add-payer", "H1/B1", "--payer", "donation", "--yuan", "4e2", "--key", "k1")
    assert wrong.exit_code == 2
