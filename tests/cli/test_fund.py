"""`huibao fund …`: a year's money by the command line, on the real database."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from huibao.cli.fund_text import person_years
from huibao.cli.main import door
from tests.app.funds_world import CONTRACT, COUNTY, FIRST_HALF, LOCAL_FUND, NEXT, NEXT_TEXT, PROVINCE_FUND, enrolled

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(door, ["--json", "fund", *words])


def told(*words: str) -> Any:  # noqa: ANN401 - whatever JSON says
    """What a command that must succeed printed."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def of(contract: str = CONTRACT, line: str = "accident", on: str = "2020-01-02") -> tuple[str, ...]:
    return ("--contract", contract, "--line", line, "--on", on)


@pytest.fixture
def _accident_insured() -> None:
    """Ten people, 100.00 yuan of accident premium, paid out of the province's money."""
    enrolled(FIRST_HALF)
    told(
        "receive",
        "--area",
        "371300",
        "--fund",
        PROVINCE_FUND,
        "--amount",
        "5,000.00",
        "--on",
        "2020-01-02",
        "--key",
        "v1",
    )
    told(
        "allocate",
        "--fund",
        PROVINCE_FUND,
        "--from",
        "371300",
        "--to",
        f"{COUNTY}=1000",
        "--on",
        "2020-01-02",
        "--key",
        "v2",
    )
    told(
        *("allocate", "--fund", PROVINCE_FUND, "--from", COUNTY, "--amount", "150", "--key", "v3"),
        *of(),
    )
    told("pay-premium", *of(), "--key", "v4")


@pytest.mark.usefixtures("_accident_insured")
def test_money_goes_from_the_budget_to_the_insurer_and_is_traced_to_person_years() -> None:
    assert told("trace", "--contract", CONTRACT) == [
        {
            "line": "accident",
            "payer_kind": "government_fund",
            "payer": PROVINCE_FUND,
            "paid": "100.00",
            "people": 10,
            "person_days": 1_820,  # ten people from 1 January to 30 June 2020
        }
    ]
    (back,) = told("return", "--fund", PROVINCE_FUND, "--area", COUNTY, "--amount", "50", *of(), "--key", "v5")
    assert back["transfers"] == [
        {
            "source": f"allocation:{CONTRACT}/{PROVINCE_FUND}:accident",
            "target": f"fund:{COUNTY}/{PROVINCE_FUND}",
            "amount": "50.00",
        }
    ]


@pytest.mark.usefixtures("_accident_insured")
def test_the_same_voucher_is_entered_once() -> None:
    (again,) = told("pay-premium", *of(), "--key", "v4")
    assert (again["status"], again["amount"]) == ("exists", "100.00")


@pytest.mark.usefixtures("_accident_insured")
def test_cost_moves_and_surplus_by_their_limits() -> None:
    (cost,) = told("operating", *of(), "--amount", "5", "--reason", "网点", "--key", "o1")
    assert (cost["cause"], cost["clause"]) == ("operating_cost", "SD-5")
    over = run("operating", *of(), "--amount", "0.01", "--key", "o2")
    assert over.exit_code == 3
    assert json.loads(over.stdout)["refused"][0]["code"] == "FUND-005"
    (moved,) = told(
        *("transfer", "--contract", CONTRACT, "--from", "accident", "--to", "medical_supplementary"),
        *("--amount", "10", "--approval", "批〔2020〕1号", "--on", "2020-03-01", "--key", "m1"),
    )
    assert moved["amount"] == "10.00"
    told("pay-in", *of(), "--amount", "15", "--key", "i1")
    from huibao.app.contract import add_contract
    from tests.app.funds_world import CLOCK

    add_contract(NEXT_TEXT, "contract.yaml", CLOCK)
    (carried,) = told(
        *("carry", "--from", CONTRACT, "--to", NEXT, "--line", "accident", "--approval", "批〔2020〕9号"),
        *("--on", "2020-07-05", "--key", "c1"),
    )
    assert carried["amount"] == "100.00", "100 less 5 of cost, less 10 moved, and 15 paid in"


@pytest.mark.usefixtures("_accident_insured")
def test_nobody_left_so_there_is_nothing_to_refund() -> None:
    result = run("refund-premium", *of(), "--key", "r1")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["refused"][0]["code"] == "FUND-009"


@pytest.mark.parametrize("amount", ["1.234", "1e3", "一百", ""])
def test_an_amount_that_is_none_is_wrong_use_and_nothing_is_entered(amount: str) -> None:
    result = run(
        *("receive", "--area", COUNTY, "--fund", LOCAL_FUND, "--amount", amount, "--on", "2020-01-02", "--key", "v"),
    )
    assert result.exit_code == 2
    assert "--amount" in result.stderr


def test_a_negative_amount_is_refused_with_its_code() -> None:
    result = run(
        *("receive", "--area", COUNTY, "--fund", LOCAL_FUND, "--amount", "-1", "--on", "2020-01-02", "--key", "v"),
    )
    assert result.exit_code == 3
    assert json.loads(result.stdout)["refused"][0]["code"] == "LEDGER-003"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--to", f"{COUNTY}=1", "--contract", CONTRACT),
        ("--contract", CONTRACT, "--line", "accident"),
        ("--to", "371302"),
        ("--to", "somewhere=1"),
    ],
)
def test_an_allocation_that_does_not_say_where_to_is_wrong_use(words: tuple[str, ...]) -> None:
    result = run("allocate", "--fund", LOCAL_FUND, "--from", "371300", *words, "--on", "2020-01-02", "--key", "v")
    assert result.exit_code == 2


def test_a_day_that_is_none_is_wrong_use() -> None:
    result = run(
        *("receive", "--area", COUNTY, "--fund", LOCAL_FUND, "--amount", "1", "--on", "2020-02-30", "--key", "v"),
    )
    assert result.exit_code == 2
    assert "2020-01-31" in result.stderr


@pytest.mark.usefixtures("_accident_insured")
@pytest.mark.parametrize(("lang", "says"), [("zh", "折合人年"), ("en", "person-years")])
def test_people_see_tables_in_their_language(lang: str, says: str) -> None:
    shown = CliRunner().invoke(door, ["--lang", lang, "fund", "trace", "--contract", CONTRACT])
    assert says in shown.output


def test_person_years_are_cut_off_to_a_tenth() -> None:
    assert [person_years(days) for days in (0, 36, 37, 365, 1_820, 3_650_000)] == [
        "0.0",
        "0.0",
        "0.1",
        "1.0",
        "4.9",
        "10,000.0",
    ]


@pytest.mark.usefixtures("_accident_insured")
def test_what_a_line_made_is_shown_and_the_public_part_goes_back() -> None:
    (year,) = told("result", "--contract", CONTRACT, "--line", "accident")
    # 100.00 yuan of premium and nothing paid: 3 % is the insurer's, 97.00 go back.
    assert (year["result"], year["insurer"], year["public"], year["to_return"]) == ("100.00", "3.00", "97.00", "97.00")
    back = ("--fund", PROVINCE_FUND, "--approval", "批〔2020〕12号", "--key", "back")
    (booked,) = told("return-profit", *of(on="2020-07-05"), *back)
    assert (booked["amount"], booked["cause"], booked["clause"]) == ("97.00", "profit_returned", "SD-5")
    shown = CliRunner().invoke(door, ["fund", "result", "--contract", CONTRACT])
    assert "已返还" in shown.output
    assert "97.00" in shown.output
