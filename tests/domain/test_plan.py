"""A contract is read strictly and held against its scheme: floors, payers, required parameters, area, period, term."""

import json
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.plan import (
    Band,
    Capacity,
    EndReason,
    PayerKind,
    PlannedShare,
    ProRata,
    Refunds,
    Wording,
    capacity_of,
    check_contract,
    contract_hash,
    death_cover_allowed,
    premium_floor,
    read_contract,
    years_of,
)
from huibao.kernel.fen import Fen
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line
from tests.domain.county import CONTRACT_TEXT, END, SCHEME_TEXT, START, changed, the_contract, the_scheme


def test_a_contract_says_what_its_file_says() -> None:
    contract = the_contract()
    assert contract.number == "TEST-2020-1"
    assert contract.period == Period(START, END)
    assert contract.prorata is ProRata.DAILY
    assert contract.leaving[EndReason.DIED] is Refunds.NONE
    assert contract.operating_cost_ceiling_bp == 500
    assert contract.profit_bands == (Band(0, 10_000), Band(300, 0))
    assert contract.preexisting_wording is Wording.DEEMED_PAID
    assert contract.settings == {"self_pay_floor": "100 yuan"}
    assert contract.demonstration
    medical = contract.line_of(Line.MEDICAL_SUPPLEMENTARY)
    assert medical is not None
    assert medical.premium_fen == 12_000
    assert medical.payers[0] == PlannedShare(PayerKind.SELF, "", None, Fen(1_000))
    assert contract.line_of(Line.CRITICAL_ILLNESS) is None
    assert contract.payer_plan[Line.ACCIDENT][0].share_bp == 10_000


def test_the_same_contract_in_json_is_the_same_contract() -> None:
    days = {date: lambda day: day.isoformat()}
    data = json.dumps(yaml.safe_load(CONTRACT_TEXT), ensure_ascii=False, default=days[date])
    assert read_contract(data, "contract.json") == the_contract()


def test_line_ends_do_not_change_a_contracts_fingerprint_and_a_fen_does() -> None:
    assert contract_hash(CONTRACT_TEXT.replace("\n", "\r\n")) == contract_hash(CONTRACT_TEXT)
    assert contract_hash(changed(("120 yuan", "120.01 yuan"))) != contract_hash(CONTRACT_TEXT)


def test_a_short_rate_table_gives_a_rate_for_each_month_begun() -> None:
    rates = ", ".join(f"{month}: {min(month * 10, 100)} %" for month in range(1, 13))
    text = changed(("prorata: daily", f"prorata: monthly_short_rate\nshort_rate: {{{rates}}}"))
    assert the_contract(text).short_rate_bp == (1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, *[10_000] * 3)


def test_ages_are_the_contracts_to_limit() -> None:
    text = changed(("    product: accident\n", "    product: accident\n    min_age: 6 years\n    max_age: 60 years\n"))
    accident = the_contract(text).line_of(Line.ACCIDENT)
    assert accident is not None
    assert (accident.min_age, accident.max_age) == (6, 60)


@pytest.mark.clause("SD-4.1")
def test_a_premium_at_the_province_s_least_may_be_signed() -> None:
    assert check_contract(the_contract(changed(("120 yuan", "110 yuan"))), the_scheme()) == ()


@pytest.mark.clause("SD-4.1")
def test_a_premium_a_fen_under_the_province_s_least_is_refused_naming_the_clause() -> None:
    contract = read_contract(changed(("premium: 120 yuan", "premium: 109.99 yuan")), "contract.yaml")
    (problem,) = check_contract(contract, the_scheme())
    assert problem.code == "PREMIUM-001"
    assert "SD-4.1" in problem.says
    assert "110.00" in problem.says


@pytest.mark.invariant("P2")
@given(st.integers(1, 30_000))
def test_a_contract_passes_exactly_when_no_premium_is_under_the_floor(premium_fen: int) -> None:
    yuan = f"{premium_fen // 100}.{premium_fen % 100:02d} yuan"
    contract = read_contract(changed(("premium: 10 yuan", f"premium: {yuan}")), "contract.yaml")
    codes = {problem.code for problem in check_contract(contract, the_scheme())}
    assert codes == (set() if premium_fen >= 1_000 else {"PREMIUM-001"})


def test_the_floor_counts_for_each_policy_year_begun() -> None:
    assert years_of(the_contract()) == 1
    product = the_scheme().products["accident"]
    assert premium_floor(the_contract(), product, the_scheme()) == 1_000


@pytest.mark.clause("HN-2.2")
def test_where_no_document_fixes_a_premium_the_contract_s_own_setting_is_the_floor() -> None:
    required = "clause: SD-4.2, required: yuan, bound: at_least"
    fixed = "    clause: SD-4.2\n    bound: at_least\n    values: {2020-01-01: 10 yuan}\n"
    name = "  accident_premium:\n    title: {zh: 意外保费, en: Accident premium}\n"
    text = changed(
        (name + fixed, f"  accident_premium: {{title: {{zh: 意外, en: Accident}}, {required}}}\n"), text=SCHEME_TEXT
    )
    settings = ("{self_pay_floor: 100 yuan}", "{self_pay_floor: 100 yuan, accident_premium: 12 yuan}")
    contract = read_contract(changed(settings), "contract.yaml")
    assert [problem.code for problem in check_contract(contract, the_scheme(text))] == ["PREMIUM-001"]
    agreed = read_contract(changed(settings, ("premium: 10 yuan", "premium: 12 yuan")), "contract.yaml")
    assert check_contract(agreed, the_scheme(text)) == ()


@pytest.mark.clause("SD-5")
def test_carried_surplus_may_pay_where_the_scheme_lets_it_be_carried() -> None:
    text = changed(("id: medical_fund", "id: surplus"))
    assert the_contract(text).lines[0].payers[2].payer == "surplus"


@pytest.mark.parametrize(
    "stated, age, expected",
    [
        (None, 30, Capacity.FULL),
        (None, 18, Capacity.FULL),
        (None, 17, Capacity.LIMITED),
        (None, 8, Capacity.LIMITED),
        (None, 7, Capacity.NONE),
        ("none", 30, Capacity.NONE),
        ("limited", 5, Capacity.LIMITED),
        ("full", 10, Capacity.LIMITED),
    ],
)
def test_capacity_is_what_a_roster_states_or_else_what_age_gives(
    stated: str | None, age: int, expected: Capacity
) -> None:
    assert capacity_of(stated, age) is expected


@pytest.mark.clause("HN-2.1")
def test_nobody_but_a_parent_insures_the_death_of_who_cannot_decide() -> None:
    assert death_cover_allowed(Capacity.FULL, 30, payer_is_parent=False)
    assert death_cover_allowed(Capacity.NONE, 5, payer_is_parent=True)
    assert not death_cover_allowed(Capacity.LIMITED, 15, payer_is_parent=False)
    assert not death_cover_allowed(Capacity.NONE, 40, payer_is_parent=True)
