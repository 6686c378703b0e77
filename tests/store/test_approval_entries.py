"""Entries that name an approval: refused by the database unless it was given, and found out by the audit (T3)."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from huibao.app.access import Role
from huibao.domain import ledger, postings
from huibao.domain.approval import Act, Kind, Request
from huibao.domain.ledger import Cause, Entry, SourceKind, Transfer
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import approval as store
from huibao.store import approval_guards
from huibao.store import ledger as books
from huibao.store.audits.approval import entries_move_what_was_approved
from huibao.store.models.ledger import Entry as Row
from huibao.store.unit import unit_of_work
from tests.app.approval_world import person
from tests.app.staff_world import COUNTY, Hands

NOW, DAY = datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 1)
CONTRACT = "C-2026"


def money_in_the_line() -> None:
    gift = Transfer(ledger.outside(SourceKind.DONOR, "d"), ledger.special(CONTRACT, "accident"), Fen(1_000_00))
    books.post([Entry("gift", Cause.PREMIUM_PAID, "gift", DAY, (gift,), "HN-2.1")], NOW)


def approved(kind: Kind = Kind.LINE_MOVE, fen: int = 100_00) -> int:
    clock = Hands()
    clerk = person(f"c{store.count(store.Wanted())}", Role.FINANCE_CLERK, clock)
    second = person(f"a{store.count(store.Wanted())}", Role.FINANCE_APPROVER, clock)
    with unit_of_work():
        made = store.record(Request(kind, CONTRACT, f"k-{kind.value}", COUNTY, CONTRACT, Fen(fen)), clerk.staff_id, NOW)
        store.move(made.number, Act.APPROVE, second.staff_id, NOW)
    return made.number


def moved(approval: str, fen: int = 100_00, key: str = "m") -> Entry:
    return postings.line_moved(key, CONTRACT, "accident", "medical_supplementary", Fen(fen), DAY, approval)


@pytest.mark.django_db
def test_an_entry_is_posted_on_an_approval_that_was_given_and_on_a_document_from_outside() -> None:
    money_in_the_line()
    number = approved()
    books.post([moved(f"approval/{number}")], NOW)
    books.post([moved("鲁财批〔2026〕1 号", key="m2")], NOW)
    with unit_of_work():
        store.move(number, Act.CARRY_OUT, None, NOW, outcome="m")
    assert list(entries_move_what_was_approved()) == []


@pytest.mark.django_db
def test_an_approval_of_another_kind_does_not_serve() -> None:
    money_in_the_line()
    number = approved(Kind.CARRY_OVER)
    with pytest.raises(Refused) as raised:
        books.post([moved(f"approval/{number}")], NOW)
    assert raised.value.problems[0].code == "APPROVAL-007"
    assert Row.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["approval/404", "approval/x", "approval/"])
def test_the_database_itself_refuses_an_entry_on_an_approval_nobody_gave(text: str) -> None:
    row = {"cause": "line_moved", "subject": "x", "takes_effect_on": DAY, "entered_at": NOW, "clause": "SD-5"}
    hashes = {"content_hash": "0" * 64, "prev_hash": "0" * 64, "hash": "1" * 64}
    with pytest.raises(IntegrityError), transaction.atomic():
        Row.objects.create(number=1, key="raw", approval=text, **row, **hashes)
    assert Row.objects.count() == 0


@pytest.mark.django_db
def test_a_missing_guard_is_told_by_the_audit() -> None:
    from huibao.store.audits.approval import three_people

    approval_guards.take_down(connection)
    assert len(list(three_people())) == len(approval_guards.names())
    approval_guards.put_up(connection)
    assert list(three_people()) == []


class AnyAmount(TestCase):
    """T3 for amounts of any size."""

    @pytest.mark.invariant("T3")
    @settings(max_examples=10)
    @given(asked=some.integers(1, 500_00), entered=some.integers(1, 500_00))
    def test_the_audit_tells_exactly_when_another_amount_was_entered_than_approved(
        self, asked: int, entered: int
    ) -> None:
        money_in_the_line()
        number = approved(fen=asked)
        books.post([moved(f"approval/{number}", fen=entered)], NOW)
        with unit_of_work():
            store.move(number, Act.CARRY_OUT, None, NOW, outcome="m")
        found = [broken.where for broken in entries_move_what_was_approved()]
        assert found == ([] if asked == entered else [f"approval {number}"])
