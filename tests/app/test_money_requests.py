"""Money by approval: tried first, posted once, refused where the books no longer allow it. SD-5, T3."""

from datetime import date

import pytest

from huibao.app import approvals, money_requests
from huibao.app.access import Actor, Reach, Role
from huibao.app.contract import add_contract
from huibao.app.money_requests import MoneyRequest
from huibao.domain import ledger
from huibao.domain.approval import Approval, Kind, State
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import ledger as books
from huibao.store import staff
from huibao.store.audits.approval import entries_move_what_was_approved, three_people
from huibao.store.unit import unit_of_work
from tests.app.funds_world import (
    ACCIDENT,
    CLOCK,
    CONTRACT,
    COUNTY,
    FIRST_HALF,
    MEDICAL,
    NEXT,
    NEXT_TEXT,
    PROVINCE_FUND,
    START,
    enrolled,
    funded,
    insured,
)

pytestmark = pytest.mark.django_db


def person(name: str, role: Role) -> Actor:
    with unit_of_work():
        made = staff.record_staff(name, name, role.value, [(COUNTY, "")], CLOCK.now(), None, made_up=True)
    return Actor(made, name, name, role, (Reach(COUNTY),))


@pytest.fixture
def clerk() -> Actor:
    return person("zijin", Role.FINANCE_CLERK)


@pytest.fixture
def approver() -> Actor:
    return person("zijin.fuhe", Role.FINANCE_APPROVER)


def set_aside(fen: int = 77_000) -> MoneyRequest:
    return MoneyRequest(Kind.ALLOCATION, CONTRACT, MEDICAL, Fen(fen), START, fund=PROVINCE_FUND, area=COUNTY)


def moved(fen: int = 1_000) -> MoneyRequest:
    return MoneyRequest(Kind.LINE_MOVE, CONTRACT, MEDICAL, Fen(fen), date(2020, 3, 1), to=ACCIDENT.value)


def asked(clerk: Actor, what: MoneyRequest, key: str = "k") -> Approval:
    money_requests.tried(clerk, what, CLOCK)
    return approvals.ask(clerk, what.request(key), CLOCK)


def test_an_allocation_is_asked_by_one_approved_by_another_and_stands_in_the_books_with_its_approval(
    clerk: Actor, approver: Actor
) -> None:
    enrolled()
    funded()
    fund = ledger.fund(COUNTY, PROVINCE_FUND)
    changes = {
        change.ref: (change.before_fen, change.after_fen) for change in money_requests.tried(clerk, set_aside(), CLOCK)
    }
    # 10,000.00 yuan in the county's fund, of which 770.00 are set aside.
    assert changes[fund] == (1_000_000, 923_000)
    assert books.balance(fund) == 1_000_000
    done = approvals.decide(approver, asked(clerk, set_aside()).number, CLOCK, yes=True)
    assert (done.state, books.balance(fund)) == (State.DONE, 923_000)
    entry = books.entry_of(done.outcome)
    assert entry is not None
    assert entry.entry.approval == f"approval/{done.number}"
    approvals.decide(approver, done.number, CLOCK, yes=True)
    assert books.balance(fund) == 923_000
    assert [*entries_move_what_was_approved(), *three_people()] == []


def test_a_move_beyond_the_contracts_limit_is_refused_when_it_is_asked(clerk: Actor) -> None:
    insured()
    # The limit is 10 % of the 1,200.00 yuan of medical premium: 120.00.
    with pytest.raises(Refused) as raised:
        money_requests.tried(clerk, moved(12_001), CLOCK)
    assert raised.value.problems[0].code == "FUND-007"


def test_what_the_books_do_not_allow_any_more_is_refused_when_it_is_decided_and_stays_open(
    clerk: Actor, approver: Actor
) -> None:
    insured()
    first, second = asked(clerk, moved(8_000), "k1"), asked(clerk, moved(8_000), "k2")
    assert approvals.decide(approver, first.number, CLOCK, yes=True).state is State.DONE
    with pytest.raises(Refused) as raised:
        approvals.decide(approver, second.number, CLOCK, yes=True)
    assert raised.value.problems[0].code == "FUND-007"
    assert approvals.seen(approver, second.number).state is State.ASKED
    declined = approvals.decide(approver, second.number, CLOCK, yes=False, reason="超出合同上限")
    assert declined.state is State.DECLINED


def test_a_document_from_outside_still_serves_on_the_command_line() -> None:
    from huibao.app import funds

    insured()
    posted = funds.transfer(CONTRACT, MEDICAL, ACCIDENT, Fen(1_000), date(2020, 3, 1), "鲁财批 1 号", "k", CLOCK)
    assert posted.entry.approval == "鲁财批 1 号"
    with pytest.raises(Refused) as raised:
        funds.transfer(CONTRACT, MEDICAL, ACCIDENT, Fen(1_000), date(2020, 3, 1), "approval/9", "k2", CLOCK)
    assert raised.value.problems[0].code == "APPROVAL-007"


def test_another_countys_money_cannot_be_asked_for(approver: Actor) -> None:
    enrolled()
    elsewhere = Actor(approver.staff_id, "x", "x", Role.FINANCE_CLERK, (Reach("430423"),))
    with pytest.raises(Refused) as raised:
        money_requests.tried(elsewhere, set_aside(), CLOCK)
    assert raised.value.problems[0].code == "ACCESS-002"


def test_a_surplus_is_carried_over_by_two_people(clerk: Actor, approver: Actor) -> None:
    insured(FIRST_HALF)
    add_contract(NEXT_TEXT, "contract.yaml", CLOCK)
    kept = books.balance(ledger.special(CONTRACT, MEDICAL))
    what = MoneyRequest(Kind.CARRY_OVER, CONTRACT, MEDICAL, kept, date(2020, 7, 1), to=NEXT, note="结转")
    done = approvals.decide(approver, asked(clerk, what).number, CLOCK, yes=True)
    assert books.balance(ledger.surplus(NEXT, MEDICAL)) == kept > 0
    assert books.balance(ledger.special(CONTRACT, MEDICAL)) == 0
    assert done.state is State.DONE


def test_a_line_move_within_the_limit_stands_in_both_lines(clerk: Actor, approver: Actor) -> None:
    insured()
    approvals.decide(approver, asked(clerk, moved(12_000)).number, CLOCK, yes=True)
    # 1,200.00 of medical premium less 120.00; 100.00 of accident premium and 120.00.
    assert books.balance(ledger.special(CONTRACT, MEDICAL)) == 108_000
    assert books.balance(ledger.special(CONTRACT, ACCIDENT)) == 22_000
