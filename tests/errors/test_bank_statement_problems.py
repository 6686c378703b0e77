"""One example for each thing that may be wrong with a bank's statement, with the code a person would quote."""

from datetime import date

import pytest

from huibao.app import bank_statement
from huibao.app.access import Actor, Reach, Role
from huibao.domain.ledger import special
from huibao.domain.ledger.bank_statement import COLUMNS, MAX_BYTES, read_statement
from huibao.kernel.problem import Refused
from tests.app.funds_world import CONTRACT, COUNTY, MEDICAL, insured
from tests.app.staff_world import Hands

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
CLERK = Actor(1, "zijin", "示范", Role.FINANCE_CLERK, (Reach(COUNTY),))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("没有表头", "BANK-001"),
        ("x" * (MAX_BYTES + 1), "BANK-002"),
        ("五日,拨入,1.00,,1.00,", "BANK-003"),
        ("2020-01-05,拨入,1.00,1.00,1.00,", "BANK-004"),
        ("2020-01-05,拨入,1.00,,1.00,\n2020-01-06,拨入,1.00,,9.00,", "BANK-005"),
        ("2021-01-05,拨入,1.00,,1.00,", "BANK-006"),
    ],
)
def test_bank_001_to_006(rows: str, code: str) -> None:
    head = "" if code in {"BANK-001", "BANK-002"} else ",".join(COLUMNS) + "\n"
    with pytest.raises(Refused, match=code):
        read_statement((head + rows).encode(), FIRST, LAST)


@pytest.mark.django_db
def test_bank_007_no_such_statement_and_008_a_period_that_makes_no_sense() -> None:
    from huibao.app.books import ground_at

    insured()
    with pytest.raises(Refused, match="BANK-007"):
        bank_statement.sheet(CLERK, 404, Hands())
    account = special(CONTRACT, MEDICAL).code
    with pytest.raises(Refused, match="BANK-008"):
        bank_statement.drop(CLERK, ground_at(COUNTY, Hands(), 2020), account, b"", (LAST, FIRST), Hands())
