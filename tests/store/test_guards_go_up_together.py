"""Guards are put up all together, and not touched where they stand: every command does so, also while others write."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import pytest_django
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from huibao.domain import ledger
from huibao.kernel.fen import Fen
from huibao.store import balances, protection
from huibao.store import ledger as books
from huibao.store.unit import unit_of_work

NOW = datetime(2020, 6, 1, tzinfo=UTC)
OTHER = "other"


def gift(key: str) -> ledger.Entry:
    """100.00 yuan into the special account."""
    donor, special = ledger.outside(ledger.SourceKind.DONOR, "d1"), ledger.special("C1", "accident")
    moves = (ledger.Transfer(donor, special, Fen(10_000)),)
    return ledger.Entry(key, ledger.Cause.PREMIUM_PAID, "C1", date(2020, 1, 5), moves, "HN-2.1")


@pytest.fixture
def another(transactional_db: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """A second program at the same database, which waits for a lock for a moment only."""
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite whoever writes holds everything")
    settings = dict(connections["default"].settings_dict)
    settings["OPTIONS"] = {**settings["OPTIONS"], "options": "-c lock_timeout=2000"}
    with django_db_blocker.unblock():
        connections.settings[OTHER] = connections.configure_settings({"default": settings})["default"]
        yield OTHER
        connections[OTHER].close()
        del connections[OTHER]
        del connections.settings[OTHER]


@pytest.mark.django_db
def test_a_guard_that_is_gone_is_put_up_again_and_one_that_stands_is_left_alone() -> None:
    balances.take_down(connection)
    protection.put_up_all(connection)
    assert balances.stands(connection)
    with CaptureQueriesContext(connection) as asked:
        protection.put_up_all(connection)
    assert [each["sql"] for each in asked if not each["sql"].startswith(("SELECT", "PRAGMA"))] == []


@pytest.mark.django_db(transaction=True)
def test_a_program_that_starts_does_not_wait_for_one_that_is_writing(another: str) -> None:
    with unit_of_work():
        books.post([gift("under way")], NOW)
        call_command("migrate", database=another, verbosity=0, interactive=False)
    assert books.balance(ledger.special("C1", "accident")) == 10_000


@pytest.mark.django_db(transaction=True)
def test_while_guards_are_made_anew_nobody_writes_past_them(another: str) -> None:
    """Between the end of an old guard and the begin of the new one no row is written: its balance would be missing."""
    with transaction.atomic():
        balances.take_down(connection)
        with pytest.raises(OperationalError), transaction.atomic(using=another), connections[another].cursor() as other:
            other.execute("INSERT INTO transfer SELECT * FROM transfer WHERE false")
        protection.put_up_all(connection)
    books.post([gift("afterwards")], NOW)
    assert books.balance(ledger.special("C1", "accident")) == 10_000
