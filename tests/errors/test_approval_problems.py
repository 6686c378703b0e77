"""One example for each thing an approval is refused for, with the code a person would quote. Nothing is left half-done."""

import pytest

from huibao.app import approvals, audit_pack, books, money_requests
from huibao.app.access import Actor, Role
from huibao.domain.approval import Approval
from huibao.domain.ledger import Cause
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import approval as store
from tests.app.approval_world import Office, insurer, payment, person
from tests.app.staff_world import Hands

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def office(clock: Hands) -> Office:
    return insurer(clock)


def code(raised: pytest.ExceptionInfo[Refused]) -> str:
    return raised.value.problems[0].code


def nothing(_approval: Approval, _clock: Clock) -> str:
    return "entry-1"


def test_approval_001_a_request_that_is_not_there(office: Office, clock: Hands) -> None:
    with pytest.raises(Refused) as raised:
        approvals.decide(office.approver, 404, clock, yes=True)
    assert code(raised) == "APPROVAL-001"


def test_approval_002_a_request_that_was_withdrawn_meanwhile_is_not_decided(office: Office, clock: Hands) -> None:
    number = approvals.ask(office.clerk, payment(), clock).number
    approvals.withdraw(office.clerk, number, clock)
    with pytest.raises(Refused) as raised:
        approvals.decide(office.approver, number, clock, yes=True)
    assert code(raised) == "APPROVAL-002"
    assert "已撤回" in raised.value.problems[0].says


def test_approval_003_a_second_open_request_about_the_same_claim_names_the_first(office: Office, clock: Hands) -> None:
    number = approvals.ask(office.clerk, payment(), clock).number
    with pytest.raises(Refused) as raised:
        approvals.ask(office.clerk, payment(key="k2"), clock)
    assert (code(raised), str(number) in raised.value.problems[0].says) == ("APPROVAL-003", True)


def test_approval_004_a_key_used_for_something_else(office: Office, clock: Hands) -> None:
    approvals.ask(office.clerk, payment(), clock)
    with pytest.raises(Refused) as raised:
        approvals.ask(office.clerk, payment(subject="CLAIM-2"), clock)
    assert code(raised) == "APPROVAL-004"


def test_approval_005_declining_and_sending_back_need_a_reason(office: Office, clock: Hands) -> None:
    number = approvals.ask(office.clerk, payment(), clock).number
    with pytest.raises(Refused) as raised:
        approvals.decide(office.approver, number, clock, yes=False, reason="  ")
    assert code(raised) == "APPROVAL-005"
    approvals.decide(office.approver, number, clock, yes=True)
    with pytest.raises(Refused) as raised:
        approvals.send_back(office.payer, number, "", clock)
    assert code(raised) == "APPROVAL-005"


def test_approval_006_a_request_without_a_subject(office: Office, clock: Hands) -> None:
    with pytest.raises(Refused) as raised:
        approvals.ask(office.clerk, payment(subject=""), clock)
    assert code(raised) == "APPROVAL-006"


@pytest.mark.parametrize("text", ["approval/404", "approval/x", "approval/1 ", "approval/"])
def test_approval_007_a_text_that_only_claims_to_be_one_of_our_approvals(text: str, office: Office) -> None:
    with pytest.raises(Refused) as raised:
        store.given(text, Cause.LINE_MOVED)
    assert code(raised) == "APPROVAL-007"
    store.given("鲁财批〔2020〕1 号", Cause.LINE_MOVED)


def test_approval_008_a_debt_that_was_partly_repaid_since_it_was_asked(office: Office, clock: Hands) -> None:
    """How it comes to be is played in tests/hospital/test_a_debt_is_given_up_by_two_people.py."""
    with pytest.raises(Refused) as raised:
        money_requests.must_be_owed("ZY1", 80_00, 100_00)
    assert code(raised) == "APPROVAL-008"
    money_requests.must_be_owed("ZY1", 100_00, 100_00)


def finance(name: str, clock: Hands) -> Actor:
    return person(name, Role.FINANCE_CLERK, clock)


def test_books_001_an_area_that_is_none(clock: Hands) -> None:
    with pytest.raises(Refused) as raised:
        books.ground_at("439999", clock)
    assert code(raised) == "BOOKS-001"


def test_books_002_a_voucher_that_is_not_there(clock: Hands) -> None:
    with pytest.raises(Refused) as raised:
        books.voucher(finance("zijin", clock), 404, clock)
    assert code(raised) == "BOOKS-002"


def test_books_003_an_account_money_never_touched(clock: Hands) -> None:
    with pytest.raises(Refused) as raised:
        books.journal(books.ground_at("430423", clock), "special:C-1:accident", None, 1)
    assert code(raised) == "BOOKS-003"


def test_books_004_more_entries_than_a_pack_takes(clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_pack, "MOST_ENTRIES", -1)
    with pytest.raises(Refused) as raised:
        audit_pack.pack_of("430423", clock)
    assert code(raised) == "BOOKS-004"
