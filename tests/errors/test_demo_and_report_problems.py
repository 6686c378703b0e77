"""One example for every problem of the demonstration and of the reports."""

from datetime import date
from pathlib import Path

import pytest

from huibao.app import figures
from huibao.app.contract import add_contract
from huibao.app.demo.folder import prepare
from huibao.app.statistics import coverage_report
from huibao.domain.statistics import Member, count_coverage
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from tests.app.insured_county import CONTRACT, CONTRACT_TEXT, COUNTY, insure

ON = date(2025, 12, 31)
HUNAN = "hunan/2025/demo-county"


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_demo_001_a_folder_somebody_else_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(Refused) as refused:
        prepare(tmp_path, 300)
    assert codes(refused) == ["DEMO-001"]
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_demo_002_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as refused:
        prepare(tmp_path / "file" / "demo", 300)
    assert codes(refused) == ["DEMO-002"]


@pytest.mark.django_db
def test_demo_004_a_database_that_holds_something() -> None:
    from huibao.cli.demo import _refuse_what_is_there

    with pytest.raises(Refused) as refused:  # the database of the tests, which has its tables
        _refuse_what_is_there("postgresql://clerk:secret@db/huibao")
    assert codes(refused) == ["DEMO-004"]
    assert "secret" not in str(refused.value)


def test_demo_003_a_county_of_nobody_and_what_was_made_before_stays(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "demo", 300)
    (folder / "made.txt").write_text("by the last run")
    with pytest.raises(Refused) as refused:
        prepare(folder, 0)
    assert codes(refused) == ["DEMO-003"]
    assert (folder / "made.txt").exists()
    assert not (prepare(folder, 300) / "made.txt").exists()


def test_report_001_one_person_twice_in_the_denominator() -> None:
    with pytest.raises(Refused) as refused:
        count_coverage("430423", "g", "accident", ON, "", [Member(1, "", True), Member(1, "", True)])
    assert codes(refused) == ["REPORT-001"]


@pytest.mark.django_db
def test_report_002_no_contract_in_force_to_say_who_should_be_insured() -> None:
    with pytest.raises(Refused) as refused:
        coverage_report("430423", ON)
    assert codes(refused) == ["REPORT-002"]


@pytest.mark.django_db
def test_report_003_a_group_the_scheme_does_not_have() -> None:
    with pytest.raises(Refused) as refused:
        coverage_report("430423", ON, scheme_id=HUNAN, group="everybody")
    assert codes(refused) == ["REPORT-003"]


@pytest.mark.django_db
def test_report_004_a_line_the_scheme_does_not_have() -> None:
    with pytest.raises(Refused) as refused:
        coverage_report("430423", ON, scheme_id=HUNAN, line=Line.HOUSEHOLD_PROPERTY)
    assert codes(refused) == ["REPORT-004"]


@pytest.mark.django_db
def test_report_005_contracts_of_several_schemes_and_nobody_said_which() -> None:
    clock = insure(people=1)
    text = CONTRACT_TEXT.replace(CONTRACT, "OTHER").replace("shandong/2020/demo-city", "shandong/2020")
    settings = "self_pay_floor: 100 yuan, accident_medical_deductible: 0 yuan, accident_medical_rate: 80 %, "
    settings += "accident_medical_outside_share: 0 %, disaster_set_off: 100 %, pre_existing_deducted: 0 %"
    add_contract(text.replace("settings: {}", f"settings: {{{settings}}}"), "other.yaml", clock)
    with pytest.raises(Refused) as refused:
        coverage_report(COUNTY, date(2020, 6, 30))
    assert codes(refused) == ["REPORT-005"]


@pytest.mark.django_db
def test_report_006_a_large_county_that_was_never_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    insure(people=2)
    monkeypatch.setattr(figures, "SMALL", 1)
    with pytest.raises(Refused) as refused:
        figures.boards(COUNTY, date(2020, 6, 30))
    assert codes(refused) == ["REPORT-006"]
