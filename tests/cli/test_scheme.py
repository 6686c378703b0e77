"""`huibao scheme check|show|cases` as somebody types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from huibao.cli.main import door
from tests.rules.tiny_scheme import TINY, line_of

FAULTY = TINY.replace("{2025-01-01: 20 yuan}", "{2025-01-01: 20}")
CASES = """\
scheme: test/tiny
cases:
  - id: right
    set: {least: 1 yuan}
    events: [{on: 2025-05-01, benefit: bill, inputs: {bill_total: 100 yuan}, expect: {self_pay: 100 yuan}}]
  - id: wrong
    set: {least: 1 yuan}
    events: [{on: 2025-05-01, benefit: bill, inputs: {bill_total: 100 yuan}, expect: {self_pay: 99 yuan}}]
  - id: approximate
    set: {least: 1 yuan}
    tolerance: {self_pay: 1 yuan, why: rounded}
    events: [{on: 2025-05-01, benefit: bill, inputs: {bill_total: 100 yuan}, expect: {self_pay: 99 yuan}}]
  - id: refused
    refused: RULE-001
    events: [{on: 2025-05-01, benefit: bill, inputs: {}}]
  - id: not-refused
    refused: RULE-001
    set: {least: 1 yuan}
    events: [{on: 2025-05-01, benefit: bill, inputs: {}}]
"""


def huibao(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(door, [*words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scheme.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_a_sound_scheme_passes_and_says_what_is_still_to_be_given(folder: Path) -> None:
    result = huibao("scheme", "check", str(folder), "--json")
    assert result.exit_code == 0
    (found,) = json.loads(result.stdout)
    assert (found["problems"], found["open_params"]) == ([], ["least"])


def test_a_faulty_scheme_is_told_with_line_and_remedy(folder: Path) -> None:
    path = folder / "scheme.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    result = huibao("--lang", "en", "scheme", "check", str(path))
    assert result.exit_code == 1
    assert "SCHEME-006" in result.stderr
    assert f"row {line_of('  premium:')} · params.premium.values.2025-01-01" in result.stderr
    assert "110 yuan" in result.stderr


def test_all_shipped_schemes_pass() -> None:
    result = huibao("--json", "scheme", "check")
    assert result.exit_code == 0
    assert {"shandong/2020", "hunan/2025"} <= {one["scheme"] for one in json.loads(result.stdout)}


def test_a_scheme_is_shown_in_words_with_made_up_values_marked() -> None:
    result = huibao("scheme", "show", "shandong/2020/demo-city")
    assert result.exit_code == 0
    for piece in (
        "演示数据，数值为虚构",
        "350,000.00 元（虚构）",
        "SD-4.1",
        "由其他系统承担的职责",
        "S13",
        "解释说明",
        "四舍五入",
    ):
        assert piece in result.stdout
    assert "110.00 元（虚构）" not in result.stdout


def test_a_scheme_is_shown_as_data(folder: Path) -> None:
    data = json.loads(huibao("scheme", "show", str(folder), "--json").stdout)
    assert data["params"]["premium"]["values"][0]["value"] == "20.00 元"
    assert data["benefits"]["bill"][0]["rule"] == "基本医保已付"
    assert data["duties"][0]["system"] == "S15"


def test_a_scheme_is_shown_in_english(folder: Path) -> None:
    result = huibao("--lang", "en", "scheme", "show", str(folder))
    assert "Notes of interpretation" in result.stdout
    assert "to be given by a scheme below or a contract" in " ".join(result.stdout.split())


def test_cases_that_differ_are_listed_with_what_was_expected_and_found(folder: Path) -> None:
    result = huibao("scheme", "cases", str(folder))
    assert result.exit_code == 1
    assert "✗ test/tiny wrong" in result.stdout
    assert "self_pay：应为 99.00 元，得到 100.00 元" in result.stdout
    data = json.loads(huibao("scheme", "cases", str(folder), "--json").stdout)
    assert data[0]["passed"] == ["right", "approximate", "refused"]
    assert [one["case"] for one in data[0]["failed"]] == ["wrong", "not-refused"]


def test_an_unknown_scheme_is_refused_with_those_that_are_near() -> None:
    result = huibao("--lang", "en", "scheme", "show", "shandong/2021")
    assert result.exit_code == 3
    assert "shandong/2020" in result.stderr
