"""`huibao check` names each invariant somebody broke behind the program's back, and where.

Each fault is planted straight in the database, with the guards taken down as an intruder would.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from huibao.app.audit import Finding, check_all, run
from huibao.domain import ledger, postings
from huibao.kernel.fen import Fen
from huibao.store import balances, guards
from huibao.store import ledger as books
from huibao.store.audits.ledger import AUDITS

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 6, 1, tzinfo=UTC)
ACCIDENT = "accident"
BOOKS = frozenset({"L1", "L2", "L3", "L4", "L5", "L6", "L7"})


@pytest.fixture(autouse=True)
def _small_books() -> Iterator[None]:
    """A gift of 1,000.00 yuan, two settlements of 300.00 and 100.00, the first reversed; closed through March."""
    donor, target = ledger.outside(ledger.SourceKind.DONOR, "d1"), ledger.special("C1", ACCIDENT)
    gift = ledger.Entry(
        "gift",
        ledger.Cause.PREMIUM_PAID,
        "C1",
        date(2020, 1, 5),
        (ledger.Transfer(donor, target, Fen(100_000)),),
        "HN-2.1",
    )
    first = postings.settlement_paid("S1", "C1", ACCIDENT, "S1", Fen(30_000), "医院甲", date(2020, 2, 1))
    second = postings.settlement_paid("S2", "C1", ACCIDENT, "S2", Fen(10_000), "医院甲", date(2020, 4, 1))
    books.post([gift, first, second], NOW)
    books.reverse("S1", "undo-S1", date(2020, 3, 1), "重复录入", NOW)
    books.close_period(date(2020, 3, 31), date(2020, 6, 1), NOW)
    yield
    # Foreign keys are held back in a test's transaction; the planted rows must not reach its end.
    connection.needs_rollback = True


def plant(sql: str) -> dict[str, Finding]:
    """Change the database as no program of ours would; return the findings of those audits that then complain."""
    guards.take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    guards.put_up(connection)
    return {one.number: one for one in map(run, AUDITS) if not one.holds}


def test_books_kept_by_the_program_hold_every_invariant() -> None:
    assert {one.number: one.broken for one in map(run, AUDITS)} == dict.fromkeys(sorted(BOOKS), ())
    # These books stand alone: the two settlements that they pay for are on no other record, and that is noticed.
    assert {one.number: [place.where for place in one.broken] for one in check_all() if not one.holds} == {
        "L6": ["entry S1", "entry S2"]
    }


def test_l1_names_the_closing_whose_balances_do_not_sum_to_zero() -> None:
    found = plant("UPDATE closing_balance SET fen = fen + 1 WHERE fen > 0")
    assert [place.where for place in found["L1"].broken] == ["account", "closed_period 2020-03-31"]


def test_l2_names_the_account_whose_kept_balance_its_transfers_do_not_derive() -> None:
    found = plant("UPDATE closing_balance SET fen = 2 * fen")
    assert "L1" not in found
    assert [place.where for place in found["L2"].broken] == [
        "closing_balance 2020-03-31 source:donor/d1:",
        "closing_balance 2020-03-31 special:C1:accident",
    ]


def test_l2_names_the_kept_balance_that_is_not_what_its_transfers_derive() -> None:
    found = plant("UPDATE balance SET fen = fen + 1 WHERE account_id = (SELECT MIN(account_id) FROM balance)")
    assert [place.where.split()[0] for place in found["L2"].broken] == ["balance"]


def test_l2_names_the_trigger_that_keeps_balances_when_it_is_gone() -> None:
    plant("SELECT 1")
    balances.take_down(connection)
    found = {one.number: one for one in check_all(frozenset({"L2"}))}
    assert [place.where for place in found["L2"].broken] == ["trigger balance_kept"]


def test_l3_names_the_entry_whose_amount_was_changed() -> None:
    found = plant("UPDATE transfer SET fen = 9999 WHERE entry_id = 3")
    assert [place.where for place in found["L3"].broken] == ["entry 3 S2"]
    assert "改动" in found["L3"].broken[0].says_zh


def test_l3_names_the_entry_after_one_that_was_deleted() -> None:
    found = plant("DELETE FROM transfer WHERE entry_id = 3")
    assert [place.where for place in found["L3"].broken] == ["entry 3 S2"]
    found = plant("DELETE FROM entry WHERE number = 3")
    assert [place.where for place in found["L3"].broken] == ["entry 4 undo-S1", "entry 4 undo-S1"]


def test_l3_names_the_guard_that_was_taken_down() -> None:
    plant("SELECT 1")
    with connection.cursor() as cursor:
        on = " ON entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER facts_stay_entry_update{on}")
    found = {one.number: one for one in check_all(frozenset({"L3"}))}
    assert [place.where for place in found["L3"].broken] == ["trigger facts_stay_entry_update"]


def test_l3_notices_a_chain_rewritten_after_the_books_were_closed() -> None:
    found = plant("UPDATE closed_period SET head_hash = 'something else'")
    assert [place.where for place in found["L3"].broken] == ["closed_period 2020-03-31"]


def test_l4_names_the_entry_whose_content_is_not_what_its_key_stands_for() -> None:
    found = plant("UPDATE entry SET subject = 'S9' WHERE key = 'S2'")
    assert [place.where for place in found["L4"].broken] == ["entry 3 S2"]


def test_l5_names_the_account_below_zero() -> None:
    found = plant("UPDATE transfer SET fen = 10000000 WHERE entry_id = 3")
    assert [(place.where, place.says_en) for place in found["L5"].broken] == [
        ("special:C1:accident", "stands at -99,000.00")
    ]


def test_l6_names_what_two_entries_have_paid() -> None:
    found = plant("UPDATE entry SET subject = 'S1', cause = 'claim_paid' WHERE number IN (1, 3)")
    assert [place.where for place in found["L6"].broken] == ["claim_paid S1"]


def test_l6_names_the_entry_whose_cause_does_not_exist() -> None:
    found = plant("UPDATE entry SET cause = 'bonus' WHERE number = 3")
    assert [place.where for place in found["L6"].broken] == ["entry 3 S2"]


def test_l7_names_money_that_went_where_no_row_leads() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO account (kind, owner, line) VALUES ('fund', '370000/poverty', '')")
    found = plant("UPDATE transfer SET target_id = (SELECT max(id) FROM account) WHERE entry_id = 3")
    assert [place.where for place in found["L7"].broken] == ["entry 3 S2"]
    assert "claims" in found["L7"].broken[0].says_zh


def test_l7_names_a_reversal_that_is_not_the_mirror_of_its_entry() -> None:
    found = plant("UPDATE transfer SET fen = 1 WHERE entry_id = 4")
    assert [place.where for place in found["L7"].broken] == ["entry 4 undo-S1"]


def test_only_the_numbers_asked_for_are_looked_at() -> None:
    assert [one.number for one in check_all(frozenset({"L5"}))] == ["L5"]
