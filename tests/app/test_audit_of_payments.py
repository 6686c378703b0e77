"""`huibao check` holds what was settled and paid against the books, and goes on where a row cannot be read."""

from datetime import date

import pytest
from django.db import connection

from huibao.app.audit import check_all
from huibao.app.settlement import reverse_settlement, settle_bills
from huibao.domain import postings
from huibao.kernel.fen import Fen
from huibao.store import guards, ledger
from huibao.store.unit import unit_of_work
from tests.app import claims_world as world
from tests.app import insured_county as county
from tests.app.test_claims import MEDICAL, paid, with_papers
from tests.app.test_settlement import a_bill

pytestmark = pytest.mark.django_db


def broken() -> dict[str, list[str]]:
    """The places named, by number of the invariant."""
    found: dict[str, list[str]] = {}
    for one in check_all():
        if not one.holds:
            found.setdefault(one.number, []).extend(place.where for place in one.broken)
    return found


def plant(sql: str) -> None:
    guards.take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    guards.put_up(connection)


def test_l6_names_the_settlement_whose_payment_was_undone_in_the_books_alone() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000), a_bill("B2", 10_000, 9_000, 6_000, person=2)], clock)
    reverse_settlement("H1/B2", "录入有误", "undo-2", clock)
    assert broken() == {}
    ledger.reverse("settlement/H1/B1", "behind-its-back", clock.today(), "试", clock.now())
    assert broken() == {"L6": ["settlement H1/B1"]}


def test_l6_names_the_settlement_that_pays_more_than_its_entry() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    plant("UPDATE settlement_layer SET fen = fen + 1 WHERE payer = 'medical_supplementary'")
    assert broken()["L6"] == ["settlement H1/B1"]


def test_l6_names_the_entry_that_pays_for_a_settlement_nobody_recorded() -> None:
    clock = county.insure()
    forged = postings.settlement_paid(
        "settlement/H1/B9", county.CONTRACT, "medical_supplementary", "H1/B9", Fen(10_000), "H1", date(2020, 6, 1)
    )
    with unit_of_work():
        ledger.post([forged], clock.now())
    assert broken() == {"L6": ["entry settlement/H1/B9"]}


def test_l6_names_the_claim_whose_payment_was_undone_in_the_books_alone() -> None:
    clock = world.shandong()
    claim = paid(clock, with_papers(clock, day=date(2020, 5, 1)), MEDICAL)
    assert broken() == {}
    ledger.reverse(claim.payments[0].entry_key, "behind-its-back", clock.today(), "试", clock.now())
    assert broken() == {"L6": [f"claim {claim.number}"]}


@pytest.mark.parametrize("damaged", ["'[]'", "'{}'", "'3'"])
def test_a_row_that_cannot_be_read_is_named_as_broken_and_ends_nothing(damaged: str) -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    plant(f"UPDATE settlement SET bill = {damaged}")  # noqa: S608 - a constant of this test
    assert {"S3", "S6"} <= broken().keys()


def test_a_contract_whose_text_was_damaged_is_named_as_broken_and_ends_nothing() -> None:
    county.insure()
    plant("UPDATE contract SET scheme_id = 'no/such', document = 'nothing'")
    assert "P2" in broken()
