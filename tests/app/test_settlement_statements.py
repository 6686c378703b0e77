"""How often the database is asked to settle a bill: a number that does not grow, neither with bills nor with the year. F8"""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huibao.app.settlement import settle_bills
from huibao.store.unit import unit_of_work
from tests.app import insured_county as county
from tests.app.test_settlement import a_bill

pytestmark = pytest.mark.django_db
MOST = 6


def statements(queries: CaptureQueriesContext) -> list[str]:
    """The first words of each statement; a lock that goes along in one trip is a statement all the same."""
    texts = [text.strip() for query in queries.captured_queries for text in query["sql"].split(";\n")[0].split("; ")]
    return [" ".join(text.split()[:3]) for text in texts]


def test_a_bill_is_settled_and_paid_by_at_most_six_statements() -> None:
    clock = county.insure(people=3)
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    with CaptureQueriesContext(connection) as queries:
        (result,) = settle_bills([a_bill("B2", 10_000, 9_000, 6_000, person=2)], clock)
    assert result.status == "settled"
    found = statements(queries)
    assert len(found) <= MOST, found
    if connection.vendor == "postgresql":
        # Hold the people and ask; hold the books and ask; write.
        assert len(queries) == 3
        assert len(found) == 5


def test_forty_bills_take_as_many_statements_as_one() -> None:
    clock = county.insure(people=3)
    settle_bills([a_bill("B0", 10_000, 9_000, 6_000)], clock)
    bills = [a_bill(f"B{at}", 1_000, 900, 600, person=1 + at % 3) for at in range(1, 41)]
    with CaptureQueriesContext(connection) as queries:
        results = settle_bills(bills, clock)
    assert {result.status for result in results} == {"settled"}
    found = [text for text in statements(queries) if text.split()[0] not in {"SAVEPOINT", "RELEASE"}]
    if connection.vendor == "postgresql":
        assert len(found) == 5
    else:
        # Django hands SQLite at most 999 values at once; what is asked and what is written stays the same.
        assert len(set(found)) <= MOST


def test_a_bill_sent_again_writes_nothing_and_asks_no_lock_of_the_books() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    with CaptureQueriesContext(connection) as queries:
        (result,) = settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    assert result.status == "exists"
    assert not [text for text in statements(queries) if text.startswith(("INSERT", "WITH fresh"))]


def test_one_of_several_bills_that_the_books_refuse_changes_nothing_for_the_next_of_the_same_person() -> None:
    # 10,000 yuan in the account beyond the premiums' 130: the second bill's 13,500 is too much, the third fits again.
    clock = county.insure(people=1, pool_fen=10_000_00)
    bills = [
        a_bill("B1", 1_000, 900, 0, on=date(2020, 5, 1)),
        a_bill("B2", 20_000, 15_000, 0, on=date(2020, 5, 2)),
        a_bill("B3", 1_000, 900, 0, on=date(2020, 5, 3)),
    ]
    first, second, third = settle_bills(bills, clock)
    assert [one.status for one in (first, second, third)] == ["settled", "refused", "settled"]
    assert [problem.code for problem in second.problems] == ["LEDGER-011"]
    assert third.settlement is not None
    # 900 × 90 % = 810 each time.
    assert third.settlement.opening == {"supplementary_paid": 81_000}
    assert third.settlement.closing == {"supplementary_paid": 162_000}


def test_within_a_larger_unit_a_single_bill_needs_no_savepoint() -> None:
    clock = county.insure()
    with unit_of_work(), CaptureQueriesContext(connection) as queries:
        settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    assert not [text for text in statements(queries) if text.startswith("SAVEPOINT")]
