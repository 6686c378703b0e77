"""`huibao settle`: a bill file in, layers, self-payment, accumulators and cited lines out; no database anywhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from huibao.cli.main import door

SCHEME = "shandong/2020/demo-city"
BILL: dict[str, Any] = {
    "setl_id": "T0001",
    "begndate": "2020-05-01",
    "enddate": "2020-05-12",
    "hosp_lv": "3",
    "medfee_sumamt": "10000.00",
    "inscp_scp_amt": "9000.00",
    "groups": ["poverty_relief"],
    "reported": {"basic_medical": "6000.00"},
}


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "bill.json"
    path.write_text(json.dumps(BILL, ensure_ascii=False), encoding="utf-8")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(door, [str(word) for word in words])


def test_it_works(bill: Path) -> None:
    result = run("settle", "--scheme", SCHEME, bill)
    assert result.exit_code == 0, result.output
    # 9,000 × 90 % − 6,000 = 2,100; the person bears 10,000 − 6,000 − 2,100.
    assert "2,100.00" in result.stdout
    assert "1,900.00" in result.stdout


def test_json_prints_each_layer_the_accumulators_and_the_hash(bill: Path) -> None:
    (data,) = json.loads(run("settle", "--scheme", SCHEME, bill, "--json").stdout)
    paid = {layer["payer"]: layer["fen"] for layer in data["layers"] if layer["fen"]}
    assert paid == {"basic_medical": 600_000, "medical_supplementary": 210_000}
    assert data["self_pay"] == {"fen": 190_000, "yuan": "1900.00"}
    assert data["opening"] == {"supplementary_paid": "0.00 yuan"}
    assert data["closing"] == {"supplementary_paid": "2100.00 yuan"}
    assert data["bound"] == {"supplementary": "target"}
    assert len(data["scheme_hash"]) == 64
    assert "lines" not in data


def test_explain_cites_document_and_clause_of_every_line(bill: Path) -> None:
    (data,) = json.loads(run("--json", "settle", "--scheme", SCHEME, bill, "--explain").stdout)
    assert all(line["clause"] and line["number"] for line in data["lines"])
    text = run("settle", "--scheme", SCHEME, bill, "--explain").stdout
    assert "鲁扶贫办字〔2020〕2号" in text
    assert "SD-4.1" in text


def test_english_is_complete(bill: Path) -> None:
    text = run("--lang", "en", "settle", "--scheme", SCHEME, bill).stdout
    assert "Medical supplementary insurance" in text
    assert "The person" in text


def test_the_closing_of_one_run_is_the_state_of_the_next(bill: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"supplementary_paid": "349000.00 yuan"}), encoding="utf-8")
    (data,) = json.loads(run("settle", "--scheme", SCHEME, bill, "--state", state, "--json").stdout)
    # 350,000 a year, 349,000 used: 1,000 left.
    assert data["bound"] == {"supplementary": "yearly_cap"}
    assert data["closing"] == {"supplementary_paid": "350000.00 yuan"}
    state.write_text(json.dumps(data["closing"]), encoding="utf-8")
    (data,) = json.loads(run("settle", "--scheme", SCHEME, bill, "--state", state, "--json").stdout)
    assert data["closing"] == {"supplementary_paid": "350000.00 yuan"}
    assert data["self_pay"]["yuan"] == "4000.00"


def test_several_bills_are_settled_by_date_with_the_accumulator_running_on(tmp_path: Path) -> None:
    path = tmp_path / "bills.json"
    later = BILL | {"setl_id": "later", "enddate": "2020-07-01"}
    big = {"setl_id": "first", "medfee_sumamt": "400000.00", "inscp_scp_amt": "387777.77", "reported": {}}
    path.write_text(json.dumps([later, BILL | big]), encoding="utf-8")
    first, second = json.loads(run("settle", "--scheme", SCHEME, path, "--json").stdout)
    assert (first["bill"], second["bill"]) == ("first", "later")
    # 387,777.77 × 90 % = 348,999.993, to the fen 348,999.99; 1,000.01 of the cap is left.
    assert first["closing"] == second["opening"] == {"supplementary_paid": "348999.99 yuan"}
    assert second["closing"] == {"supplementary_paid": "350000.00 yuan"}


def test_a_required_number_that_no_document_gives_must_be_given(bill: Path) -> None:
    refused = run("settle", "--scheme", "shandong/2020", bill)
    assert refused.exit_code == 3
    assert "self_pay_floor" in refused.stderr
    given = run("settle", "--scheme", "shandong/2020", bill, "--set", "self_pay_floor=50 yuan")
    assert given.exit_code == 0, given.output


def test_a_bill_whose_parts_exceed_its_total_is_refused_with_exit_code_3(tmp_path: Path) -> None:
    path = tmp_path / "bill.json"
    path.write_text(json.dumps(BILL | {"inscp_scp_amt": "10000.01"}), encoding="utf-8")
    result = run("settle", "--scheme", SCHEME, path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "0.01" in result.stderr
    as_json = json.loads(run("--json", "settle", "--scheme", SCHEME, path).stdout)
    assert [problem["code"] for problem in as_json["refused"]] == ["BILL-003"]


def test_settling_a_file_loads_no_database(bill: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom huibao.cli.main import door\n"
        f"door(['settle', '--scheme', '{SCHEME}', r'{bill}'], standalone_mode=False)\n"
        "assert 'django' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
