"""What a line made, and the public part of it going back to the fund. Amounts in fen, worked out in funds_world. SD-5.

Accident premium of the first half of 2020: 10,000 fen, all from the province's fund. Nothing was paid, operating cost is
200: a profit of 9,800. 3 % of the premium (300) is the insurer's, the rest (9,500) goes back.
"""

from datetime import date

import pytest

from huibao.app import funds
from huibao.app.result import results, return_profit
from huibao.domain import ledger
from huibao.domain.ledger.admission import Status
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import ledger as books
from tests.app.funds_world import (
    ACCIDENT,
    CLOCK,
    CONTRACT,
    COUNTY,
    FIRST_HALF,
    LOCAL_FUND,
    MEDICAL,
    PROVINCE_FUND,
    insured,
)

pytestmark = pytest.mark.django_db

AFTER = date(2020, 7, 5)


def a_year_with_profit() -> None:
    insured(FIRST_HALF)
    funds.operating(CONTRACT, ACCIDENT, Fen(200), date(2020, 6, 1), "网点", "o1", CLOCK)


@pytest.mark.clause("SD-5")
def test_the_result_of_each_line_is_split_by_the_contract_s_bands() -> None:
    a_year_with_profit()
    medical, accident = results(CONTRACT)
    assert (medical.line, medical.result.account.result_fen) == (MEDICAL, 120_000)
    assert (accident.result.insurer_fen, accident.result.public_fen, accident.to_return_fen) == (300, 9_500, 9_500)


@pytest.mark.clause("SD-5")
def test_the_public_part_goes_back_to_the_fund_once() -> None:
    a_year_with_profit()
    before = books.balance(ledger.fund(COUNTY, PROVINCE_FUND))
    given = (CONTRACT, ACCIDENT, PROVINCE_FUND, AFTER, "批〔2020〕12号", "back-1", CLOCK)
    assert return_profit(*given).fen == 9_500
    assert books.balance(ledger.fund(COUNTY, PROVINCE_FUND)) == before + 9_500
    assert return_profit(*given).posted.status is Status.EXISTS
    (accident,) = results(CONTRACT, ACCIDENT)
    assert (accident.returned_fen, accident.to_return_fen) == (9_500, 0)
    with pytest.raises(Refused, match="FUND-011"):
        return_profit(CONTRACT, ACCIDENT, PROVINCE_FUND, AFTER, "批〔2020〕12号", "back-2", CLOCK)


@pytest.mark.parametrize(
    ("fund_id", "on", "fen", "why"),
    [
        (PROVINCE_FUND, date(2020, 6, 30), None, "尚未到期"),
        (PROVINCE_FUND, AFTER, Fen(9_501), "95.00"),
        (LOCAL_FUND, AFTER, None, LOCAL_FUND),
    ],
)
def test_profit_does_not_go_back_early_beyond_the_bands_or_to_another_fund(
    fund_id: str, on: date, fen: Fen | None, why: str
) -> None:
    a_year_with_profit()
    with pytest.raises(Refused, match="FUND-011") as refused:
        return_profit(CONTRACT, ACCIDENT, fund_id, on, "批〔2020〕12号", "back-1", CLOCK, fen)
    assert why in str(refused.value)
