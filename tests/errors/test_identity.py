"""One example for every problem an identity number, a certificate number or a division code may have."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from huibao.kernel.certificate import from_disa_info, read_certificate
from huibao.kernel.division import Division, DivisionTable
from huibao.kernel.identity import check_digit, read_identity
from huibao.kernel.problem import KINDS, Problem, Severity

TODAY = date(2026, 1, 1)
IDENTITY = "11010519491231002X"


def born(digits: str) -> str:
    """A made-up number with this birth date and a matching check digit."""
    body = f"430423{digits}001"
    return body + check_digit(body)


def only(problems: tuple[Problem, ...], code: str, severity: Severity) -> Problem:
    (problem,) = problems
    assert (problem.code, problem.severity) == (code, severity)
    assert (problem.row, problem.where) == (5, "名单.xlsx")
    assert problem.do
    assert problem.text("en") != problem.text()
    return problem


@pytest.mark.parametrize(
    "raw, code, severity",
    [
        (None, "IDENTITY-001", Severity.REFUSED),
        ("  \u3000", "IDENTITY-001", Severity.REFUSED),
        ("4.30E+17", "IDENTITY-002", Severity.REFUSED),
        ("4.30423199001011E17", "IDENTITY-002", Severity.REFUSED),
        (4.30423199001011e17, "IDENTITY-003", Severity.REFUSED),
        (430423199001011000, "IDENTITY-003", Severity.REFUSED),
        (-1, "IDENTITY-003", Severity.REFUSED),
        ("43042319900101123", "IDENTITY-004", Severity.REFUSED),
        (12345, "IDENTITY-004", Severity.REFUSED),
        ("4304231990O1011234", "IDENTITY-005", Severity.REFUSED),
        ("X30423199001011234", "IDENTITY-005", Severity.REFUSED),
        ("43042319900230001X", "IDENTITY-006", Severity.REFUSED),
        ("43042317990101001X", "IDENTITY-006", Severity.REFUSED),
        ("110105194912310021", "IDENTITY-007", Severity.DOUBTFUL),
        (born("20260102"), "IDENTITY-008", Severity.REFUSED),
        (born("18941231"), "IDENTITY-009", Severity.REFUSED),
        ("99" + IDENTITY[2:17] + check_digit("99" + IDENTITY[2:17]), "IDENTITY-010", Severity.DOUBTFUL),
        ("110105491231002", "IDENTITY-011", Severity.REPAIRED),
        ("'" + IDENTITY, "IDENTITY-012", Severity.REPAIRED),
        ("430423199001011000", "IDENTITY-013", Severity.REFUSED),
        (datetime(2020, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")), "IDENTITY-014", Severity.REFUSED),
        (True, "IDENTITY-014", Severity.REFUSED),
        ("无" * 100, "IDENTITY-014", Severity.REFUSED),
        ("430***********1234", "IDENTITY-015", Severity.REFUSED),
    ],
)
def test_an_identity_number_problem(raw: object, code: str, severity: Severity) -> None:
    reading = read_identity(raw, today=TODAY, row=5, where="名单.xlsx")
    assert only(reading.problems, code, severity).field == "身份证号"
    assert (reading.value is None) == (severity is Severity.REFUSED)


@pytest.mark.parametrize(
    "raw, code",
    [
        ("", "CERTIFICATE-001"),
        ("1.1010519491231E+19", "CERTIFICATE-002"),
        (1.1010519491231e19, "CERTIFICATE-003"),
        (IDENTITY + "4", "CERTIFICATE-004"),
        (IDENTITY + "42B", "CERTIFICATE-004"),
        (IDENTITY, "CERTIFICATE-005"),
        (IDENTITY + "82", "CERTIFICATE-006"),
        (IDENTITY + "02", "CERTIFICATE-006"),
        (IDENTITY + "45", "CERTIFICATE-007"),
        (IDENTITY + "42B0", "CERTIFICATE-008"),
        (IDENTITY + "42C1", "CERTIFICATE-008"),
        (False, "CERTIFICATE-011"),
        ("110***********002X42", "CERTIFICATE-012"),
    ],
)
def test_a_certificate_number_problem(raw: object, code: str) -> None:
    reading = read_certificate(raw, today=TODAY, row=5, where="名单.xlsx")
    assert only(reading.problems, code, Severity.REFUSED).field == "残疾证号"
    assert reading.value is None


def test_certificate_009_an_impossible_identity_number_refuses_the_certificate_with_its_reason() -> None:
    reading = read_certificate("43042319900230001X42", today=TODAY)
    assert reading.value is None
    assert [problem.code for problem in reading.problems] == ["CERTIFICATE-009", "IDENTITY-006"]


def test_certificate_010_what_was_tidied_is_shown() -> None:
    reading = read_certificate(f" {IDENTITY}42", row=5, where="名单.xlsx")
    assert "空格" in only(reading.problems, "CERTIFICATE-010", Severity.REPAIRED).says


@pytest.mark.parametrize("info", ["0", "", "10", "x"])
def test_certificate_013_an_unknown_medical_insurance_code_is_refused(info: str) -> None:
    reading = from_disa_info(info, row=5, where="名单.xlsx")
    only(reading.problems, "CERTIFICATE-013", Severity.REFUSED)
    assert reading.value is None


def test_certificate_014_other_disability_has_no_category() -> None:
    reading = from_disa_info("9", row=5, where="名单.xlsx")
    only(reading.problems, "CERTIFICATE-014", Severity.DOUBTFUL)
    assert reading.value is None


@pytest.mark.parametrize(
    "raw, code, severity",
    [
        (None, "DIVISION-001", Severity.REFUSED),
        ("43042", "DIVISION-002", Severity.REFUSED),
        ("衡山县", "DIVISION-002", Severity.REFUSED),
        ("999999", "DIVISION-003", Severity.REFUSED),
        ("430221", "DIVISION-004", Severity.DOUBTFUL),
    ],
)
def test_a_division_code_problem(raw: object, code: str, severity: Severity) -> None:
    table = DivisionTable.of([Division("430221", "株洲县", "", None, date(2018, 12, 31))])
    reading = table.read(raw, TODAY, row=5, where="名单.xlsx")
    only(reading.problems, code, severity)
    assert (reading.value is None) == (severity is Severity.REFUSED)


def test_every_code_of_this_noun_has_an_example_here() -> None:
    nouns = ("IDENTITY-", "CERTIFICATE-", "DIVISION-")
    counted = {noun: sum(code.startswith(noun) for code in KINDS) for noun in nouns}
    assert counted == {"IDENTITY-": 15, "CERTIFICATE-": 14, "DIVISION-": 4}
