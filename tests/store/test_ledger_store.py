"""The books in a real database: posting, repeating, reversing, closing."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from huibao.domain import ledger, postings
from huibao.domain.ledger.admission import Status
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import Broken
from huibao.kernel.problem import Refused
from huibao.store import guards
from huibao.store import ledger as books
from huibao.store.models.ledger import Entry, Transfer

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 6, 1, 9, 30, 0, 123456, tzinfo=UTC)
DAY = date(2020, 3, 1)
CONTRACT = "370102-2020"
ACCIDENT = "accident"


def received(key: str = "f1", fen: int = 1_000_00, on: date = DAY) -> ledger.Entry:
    return postings.fund_received(
        key, "370000", "poverty", Fen(fen), on, "SD-5", ledger.SourceKind.FISCAL, "鲁财预〔2020〕1号"
    )


def funded(line: str = ACCIDENT, fen: int = 1_000_00) -> None:
    """An insurer's special account with so many fen, paid in by a donor."""
    books.post([donated(f"gift-{line}", fen, line)], NOW)


def donated(key: str, fen: int, line: str = ACCIDENT, on: date = DAY) -> ledger.Entry:
    donor, target = ledger.outside(ledger.SourceKind.DONOR, "d1"), ledger.special(CONTRACT, line)
    move = ledger.Transfer(donor, target, Fen(fen))
    return ledger.Entry(key, ledger.Cause.PREMIUM_PAID, CONTRACT, on, (move,), "HN-2.1")


def settled(number: str, fen: int, key: str | None = None, on: date = DAY) -> ledger.Entry:
    return postings.settlement_paid(key or f"pay-{number}", CONTRACT, ACCIDENT, number, Fen(fen), "医院甲", on)


def test_money_posted_is_there_and_comes_back_as_it_was_entered() -> None:
    entry = received()
    answer = books.post([entry], NOW)
    assert [(one.key, one.number, one.status) for one in answer] == [("f1", 1, Status.CREATED)]
    assert books.balance(ledger.fund("370000", "poverty")) == 100_000
    kept = books.entry_of("f1")
    assert kept is not None
    assert kept.entry == entry
    assert kept.entered_at == NOW
    assert list(ledger.breaks(books.entries())) == []


@pytest.mark.invariant("L4")
def test_the_same_entry_sent_again_moves_nothing_and_gets_the_first_answer() -> None:
    books.post([received()], NOW)
    again = books.post([received()], datetime(2020, 6, 2, tzinfo=UTC))
    assert [(one.number, one.status) for one in again] == [(1, Status.EXISTS)]
    assert Entry.objects.count() == 1


def test_a_reversal_takes_back_every_fen_and_the_settlement_may_then_be_paid_anew() -> None:
    funded()
    books.post([settled("S1", 300_00)], NOW)
    books.reverse("pay-S1", "undo-S1", date(2020, 4, 1), "录入错误", NOW)
    assert books.balance(ledger.special(CONTRACT, ACCIDENT)) == 100_000
    assert books.balance(ledger.claims_paid(CONTRACT, ACCIDENT)) == 0
    books.post([settled("S1", 200_00, key="pay-S1-again")], NOW)
    assert books.balance(ledger.special(CONTRACT, ACCIDENT)) == 80_000
    assert books.moved(ledger.Cause.SETTLEMENT_PAID, CONTRACT) == 20_000


def test_a_reversal_and_its_replacement_go_through_in_one_batch() -> None:
    funded()
    paid = settled("S1", 300_00)
    books.post([paid], NOW)
    undo = postings.settlement_reversed("undo-S1", paid, date(2020, 4, 1), "多付")
    books.post([undo, settled("S1", 100_00, key="pay-S1-again")], NOW)
    assert books.balance(ledger.special(CONTRACT, ACCIDENT)) == 90_000


def test_a_batch_with_one_bad_entry_leaves_nothing_behind() -> None:
    with pytest.raises(Refused):
        books.post([received(), settled("S1", 1)], NOW)
    assert Entry.objects.count() == 0
    assert Transfer.objects.count() == 0


@pytest.mark.invariant("L3")
@pytest.mark.parametrize("table", ["account", "entry", "transfer", "closed_period", "closing_balance"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete_a_fact(table: str, act: str) -> None:
    books.post([received()], NOW)
    books.close_period(DAY, date(2020, 6, 1), NOW)
    column = {"account": "owner", "entry": "subject", "closed_period": "last_number"}.get(table, "fen")
    with pytest.raises(DatabaseError, match="L3"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table, column, column))


@pytest.mark.invariant("L2")
def test_a_balance_after_closing_is_the_closed_one_and_what_came_after() -> None:
    books.post([received("f1", 700_00), received("f2", 300_00, date(2020, 5, 1))], NOW)
    closing = books.close_period(date(2020, 3, 31), date(2020, 6, 1), NOW)
    assert (closing.last_number, closing.accounts) == (2, 2)
    fund = ledger.fund("370000", "poverty")
    assert books.balance(fund) == 100_000
    assert books.balances(date(2020, 3, 31))[fund] == 70_000
    assert books.balances(date(2020, 4, 30))[fund] == 70_000
    assert books.balances(date(2020, 5, 1))[fund] == 100_000


@pytest.mark.invariant("L3")
def test_a_period_whose_entries_were_changed_is_not_closed_over_them() -> None:
    books.post([received("f1")], NOW)
    books.close_period(date(2020, 3, 31), date(2020, 6, 1), NOW)
    books.post([received("f2", on=date(2020, 4, 2)), received("f3", on=date(2020, 4, 3))], NOW)
    guards.take_down(connection)
    Transfer.objects.filter(entry_id=2).update(fen=1)
    with pytest.raises(Broken, match=r"L3: closing 2020-04-30: the chain does not hold at entries \[2\]"):
        books.close_period(date(2020, 4, 30), date(2020, 6, 1), NOW)


def test_an_entry_repeated_after_its_period_closed_still_gets_its_first_answer() -> None:
    books.post([received()], NOW)
    books.close_period(DAY, date(2020, 6, 1), NOW)
    assert books.post([received()], NOW)[0].status is Status.EXISTS


def test_posting_forty_settlements_takes_as_few_statements_as_one() -> None:
    funded(fen=10_000_00)
    books.post([settled("first", 1)], NOW)
    with CaptureQueriesContext(connection) as one:
        books.post([settled("S0", 1)], NOW)
    with CaptureQueriesContext(connection) as many:
        books.post([settled(f"S{at}", 1) for at in range(1, 41)], NOW)
    # The lock goes with the question on PostgreSQL; SQLite begins and ends a savepoint of its own as well.
    assert len(one) == len(many) == 5


def test_each_entry_is_found_by_account_contract_and_subject() -> None:
    funded()
    books.post([received(), settled("S1", 5), settled("S2", 6)], NOW)
    assert [found.entry.key for found in books.entries(contract=CONTRACT)] == ["gift-accident", "pay-S1", "pay-S2"]
    assert [found.entry.key for found in books.entries(subject="S2")] == ["pay-S2"]
    fund = ledger.fund("370000", "poverty")
    assert [found.entry.key for found in books.entries(account=fund)] == ["f1"]
