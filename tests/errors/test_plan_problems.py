"""One example for every problem a contract file may have; each names its place and what to do."""

import pytest

from huibao.domain.plan import check_contract, read_contract
from huibao.kernel.problem import Problem, Refused
from tests.domain.county import SCHEME_TEXT, changed, the_scheme

SHORT = "prorata: monthly_short_rate\nshort_rate: {1: 10 %, 2: 5 %}"


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        return check_contract(read_contract(text, "contract.yaml"), the_scheme())
    except Refused as refused:
        return refused.problems


@pytest.mark.parametrize(
    "old, new, code, where",
    [
        ("operating_cost_ceiling: 5 %\n", "", "PLAN-001", ""),
        ("insurer: 示范保险", "insurer: 示范保险\ninsured: 谁", "PLAN-002", "insured"),
        ("premium: 120 yuan", "premium: 120", "PLAN-003", "lines.medical_supplementary.premium"),
        ("premium: 120 yuan", "premium: -120 yuan", "PLAN-003", "lines.medical_supplementary.premium"),
        ("term_limit: 3 years", "term_limit: 3 %", "PLAN-003", "term_limit"),
        ('area: "371302"', 'area: "沂水"', "PLAN-003", "area"),
        ("prorata: daily", "prorata: yearly", "PLAN-003", "prorata"),
        ("period: 2020-01-01..2020-12-31", "period: 2020-12-31..2020-01-01", "PLAN-003", "period"),
        ("payer: self, amount: 10 yuan", "payer: self, amount: 10 yuan, share: 5 %", "PLAN-003", ".payers[0]"),
        ("status: demonstration", "status: draft", "PLAN-003", "status"),
        ("share: 70 %", "share: 69 %", "PLAN-004", "lines.medical_supplementary"),
        ("amount: 10 yuan", "amount: 130 yuan", "PLAN-004", "lines.medical_supplementary"),
        ("id: medical_fund", "id: provincial_fund", "PLAN-004", "lines.medical_supplementary"),
        ("prorata: daily", SHORT, "PLAN-005", "short_rate"),
        ("prorata: daily", "prorata: monthly_short_rate", "PLAN-005", "prorata"),
        ("profit: [{from: 0 %,", "profit: [{from: 1 %,", "PLAN-006", "profit_and_loss.profit"),
        ("scheme: test/2020", "scheme: test/2021", "PLAN-007", "scheme"),
        ("scheme: test/2020", f"scheme: test/2020\nscheme_hash: {'0' * 64}", "PLAN-007", "scheme_hash"),
        ('area: "371302"', 'area: "430104"', "PLAN-008", "area"),
        ("period: 2020-01-01..2020-12-31", "period: 2020-01-01..2021-12-31", "PLAN-008", "period"),
        ("    product: accident", "    product: fire", "PLAN-009", "lines.accident.product"),
        ("payer: self, amount", "payer: close_relative, amount", "PLAN-010", "lines.medical_supplementary.payers"),
        ("id: provincial_fund, share: 100 %", "id: medical_fund, share: 100 %", "PLAN-010", "lines.accident.payers"),
        ("settings: {self_pay_floor: 100 yuan}", "settings: {}", "PLAN-011", "settings.self_pay_floor"),
        ("self_pay_floor: 100 yuan", "self_pay_floor: 0 yuan", "PLAN-011", "settings.self_pay_floor"),
        ("self_pay_floor: 100 yuan", "self_pay_floor: 100 days", "PLAN-011", "settings.self_pay_floor"),
        ("operating_cost_ceiling: 5 %", "operating_cost_ceiling: 5.01 %", "PLAN-012", "operating_cost_ceiling"),
        ("chain_first_on: 2019-01-01", "chain_first_on: 2017-12-31", "PLAN-013", "term_limit"),
        ("premium: 10 yuan", "premium: 9.99 yuan", "PREMIUM-001", "lines.accident.premium"),
    ],
)
def test_each_fault_of_a_contract_file_is_told_with_its_place_and_remedy(
    old: str, new: str, code: str, where: str
) -> None:
    found = [problem for problem in problems_of(changed((old, new))) if problem.code == code]
    assert found, problems_of(changed((old, new)))
    assert (found[0].field or "").endswith(where)
    assert found[0].do
    assert found[0].text("en") != found[0].text()


def test_a_list_without_end_is_cut_off() -> None:
    payers = "".join(f"      - {{payer: donor, id: d{number}, amount: 1 yuan}}\n" for number in range(9))
    whole = "      - {payer: government_fund, id: provincial_fund, share: 100 %}\n"
    assert "PLAN-014" in {problem.code for problem in problems_of(changed((whole, payers)))}


def test_a_person_who_must_contribute_is_not_left_out_of_the_payers() -> None:
    # The scheme asks for 10 yuan of the person; the contract plans 9.99 of 120.
    text = changed(("amount: 10 yuan", "amount: 9.99 yuan"))
    asking = the_scheme(SCHEME_TEXT.replace("values: {2020-01-01: 0 yuan}", "values: {2020-01-01: 10 yuan}"))
    (problem,) = check_contract(read_contract(text, "contract.yaml"), asking)
    assert problem.code == "PREMIUM-002"
    assert "SD-4.1" in problem.says


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = changed(
        ("term_limit: 3 years", "term_limit: 3"), ("insurer: 示范保险\n", ""), ("prorata: daily", "prorata: x")
    )
    assert {problem.field for problem in problems_of(text)} >= {""}
    text = changed(("term_limit: 3 years", "term_limit: 3"), ("prorata: daily", "prorata: x"))
    assert {problem.field for problem in problems_of(text)} >= {"term_limit", "prorata"}


def test_a_file_that_is_no_yaml_is_refused_with_its_line() -> None:
    (problem,) = problems_of("contract: [1\n")
    assert problem.code == "SCHEME-001"
    assert problem.row is not None
