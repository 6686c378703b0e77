"""Approvals: three people, one effect, nothing decided twice, everything on record (T2)."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from huibao.app import approvals
from huibao.app.access import ROLES, Duty, Role
from huibao.app.approvals import ask, decide, pay, send_back, withdraw
from huibao.domain.approval import RULES, Approval, Kind, Request, State
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import approval as store
from huibao.store import approval_guards, trail
from huibao.store.audits.approval import entries_move_what_was_approved, three_people
from huibao.store.models.approval import ONCE
from huibao.store.models.approval import Approval as Row
from tests.app.approval_world import CONTRACT, Office, insurer, payment, person
from tests.app.staff_world import COUNTY, Hands


def nothing(_approval: Approval, _clock: Clock) -> str:
    return "entry-1"


def code(raised: pytest.ExceptionInfo[Refused]) -> str:
    return raised.value.problems[0].code


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def office(clock: Hands, db: None) -> Office:
    return insurer(clock)


def test_asked_decided_and_paid_by_three_people_each_act_on_record(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    assert (asked.state, approvals.waiting_count(office.approver)) == (State.ASKED, 1)
    approved = decide(office.approver, asked.number, clock, yes=True, reason="同意")
    assert (approved.state, approvals.waiting_count(office.payer)) == (State.APPROVED, 1)
    paid = pay(office.payer, asked.number, clock, nothing)
    assert (paid.state, paid.outcome) == (State.DONE, "entry-1")
    assert paid.had_a_part == {office.clerk.staff_id, office.approver.staff_id, office.payer.staff_id}
    acts = [(act.deed.verb, act.who) for act in trail.acts_about("approval", str(asked.number), 9)]
    assert acts == [("pay", "示范zhifu"), ("approve", "示范fuhe"), ("ask", "示范lipei")]
    assert [*three_people(), *entries_move_what_was_approved()] == []


def test_who_asked_cannot_decide_and_who_decided_cannot_pay(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    for wrong in (office.clerk, office.payer):
        with pytest.raises(Refused) as raised:
            decide(wrong, asked.number, clock, yes=True)
        assert code(raised) == "ACCESS-001"
    decide(office.approver, asked.number, clock, yes=True)
    for wrong in (office.clerk, office.approver):
        with pytest.raises(Refused) as raised:
            pay(wrong, asked.number, clock, nothing)
        assert code(raised) == "ACCESS-001"


@pytest.mark.parametrize("column", ["decided_by_id", "paid_by_id"])
def test_the_database_itself_refuses_two_parts_by_one_person(column: str, office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    rows = Row.objects.filter(pk=asked.number)
    clerk, at = office.clerk.staff_id, clock.now()
    if column == "decided_by_id":
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="approved", decided_by_id=clerk, decided_at=at)
    decide(office.approver, asked.number, clock, yes=True)
    for payer in (clerk, office.approver.staff_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="done", paid_by_id=payer, ended_at=at)
    approval_guards.take_down(connection)  # the checks of the table stand without the triggers
    for payer in (clerk, office.approver.staff_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="done", paid_by_id=payer, ended_at=at)
    approval_guards.put_up(connection)


def test_the_database_refuses_to_change_what_was_asked_or_decided_and_to_delete_it(
    office: Office, clock: Hands
) -> None:
    asked = ask(office.clerk, payment(), clock)
    rows = Row.objects.filter(pk=asked.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(fen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(terms={"payees": "2"})
    decide(office.approver, asked.number, clock, yes=False, reason="账号不符")
    for change in ({"state": "approved", "ended_at": None}, {"reason": "x"}, {"state": "asked"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_the_database_refuses_a_decision_by_a_role_that_does_not_decide(office: Office, clock: Hands) -> None:
    other = person("qita", Role.INSURER_HANDLER, clock, CONTRACT)
    asked = ask(office.clerk, payment(), clock)
    with pytest.raises(IntegrityError), transaction.atomic():
        Row.objects.filter(pk=asked.number).update(
            state="approved", decided_by_id=other.staff_id, decided_at=clock.now()
        )


def test_declining_needs_a_reason_and_ends_it(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    with pytest.raises(Refused) as raised:
        decide(office.approver, asked.number, clock, yes=False)
    assert code(raised) == "APPROVAL-005"
    declined = decide(office.approver, asked.number, clock, yes=False, reason="缺身份证复印件")
    assert (declined.state, declined.decided.said if declined.decided else "") == (State.DECLINED, "缺身份证复印件")
    with pytest.raises(Refused) as raised:
        pay(office.payer, asked.number, clock, nothing)
    assert code(raised) == "APPROVAL-002"


def test_sent_twice_it_is_one_request_and_another_content_is_refused(office: Office, clock: Hands) -> None:
    first = ask(office.clerk, payment(), clock)
    assert ask(office.clerk, payment(), clock).number == first.number
    with pytest.raises(Refused) as raised:
        ask(office.clerk, payment(fen=1), clock)
    assert code(raised) == "APPROVAL-004"
    with pytest.raises(Refused) as raised:
        ask(office.clerk, payment(key="k2"), clock)
    assert code(raised) == "APPROVAL-003"
    assert len([act for act in trail.all_acts() if act.deed.noun == "approval"]) == 1


def test_the_same_decision_sent_again_answers_as_before_and_pays_once(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    done: list[int] = []

    def count(approval: Approval, _clock: Clock) -> str:
        done.append(approval.number)
        return "entry-1"

    for _ in range(2):
        assert decide(office.approver, asked.number, clock, yes=True).state is State.APPROVED
    with pytest.raises(Refused) as raised:
        decide(office.second_approver, asked.number, clock, yes=True)
    assert code(raised) == "APPROVAL-002"
    for _ in range(2):
        assert pay(office.payer, asked.number, clock, count).state is State.DONE
    assert done == [asked.number]


def test_a_payer_sends_back_and_the_claim_may_be_asked_anew(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    decide(office.approver, asked.number, clock, yes=True)
    assert send_back(office.payer, asked.number, "账号已销户", clock).state is State.RETURNED
    assert ask(office.clerk, payment(key="k2"), clock).state is State.ASKED


def test_only_who_asked_withdraws_and_only_before_it_is_decided(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    with pytest.raises(Refused):
        withdraw(office.approver, asked.number, clock)
    assert withdraw(office.clerk, asked.number, clock).state is State.WITHDRAWN
    with pytest.raises(Refused) as raised:
        decide(office.approver, asked.number, clock, yes=True)
    assert code(raised) == "APPROVAL-002"


def test_another_contracts_requests_are_neither_seen_nor_decided(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    elsewhere = person("bieren", Role.INSURER_APPROVER, clock, "乙-2026")
    cashier = person("jiesuan", Role.HOSPITAL_CASHIER, clock)
    assert approvals.waiting_count(elsewhere) == 0
    assert approvals.visible(cashier).total == 0
    for who, wanted in ((elsewhere, "ACCESS-002"), (cashier, "APPROVAL-001")):
        with pytest.raises(Refused) as raised:
            approvals.seen(who, asked.number)
        assert code(raised) == wanted


def test_an_effect_that_is_refused_leaves_the_request_as_it_was(office: Office, clock: Hands) -> None:
    asked = ask(office.clerk, payment(), clock)
    decide(office.approver, asked.number, clock, yes=True)

    def refuse(_approval: Approval, _clock: Clock) -> str:
        raise Refused(approvals.NEEDS_REASON())

    with pytest.raises(Refused):
        pay(office.payer, asked.number, clock, refuse)
    found = store.by_number(asked.number)
    assert found is not None
    assert found.state is State.APPROVED


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_have_one_effect() -> None:
    clock = Hands()
    office = insurer(clock)
    asked = ask(office.clerk, payment(), clock)
    start = Barrier(2)
    told: list[str] = []

    def try_it(who: object) -> None:
        start.wait()
        try:
            decide(who, asked.number, clock, yes=True)  # type: ignore[arg-type] # one of the office
            told.append("approved")
        except Refused as refused:
            told.append(refused.problems[0].code)
        finally:
            connections.close_all()

    threads = [Thread(target=try_it, args=(who,)) for who in (office.approver, office.second_approver)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["APPROVAL-002", "approved"]
    acts = [act.deed.verb for act in trail.all_acts() if act.deed.noun == "approval"]
    assert acts == ["ask", "approve"]


ACTS = ("yes", "no", "pay", "back", "withdraw")


class AnybodyTriesAnything(TestCase):
    """T2 under acts in any order by anybody of the office."""

    @pytest.mark.invariant("T2")
    @settings(max_examples=15)
    @given(some.lists(some.tuples(some.integers(0, 3), some.sampled_from(ACTS)), max_size=6))
    def test_no_request_is_ever_decided_by_who_asked_or_paid_by_who_decided(self, tries: list[tuple[int, str]]) -> None:
        clock = Hands()
        office = insurer(clock)
        people = (office.clerk, office.approver, office.second_approver, office.payer)
        number = ask(office.clerk, payment(), clock).number
        for at, act in tries:
            who = people[at]
            try:
                if act in {"yes", "no"}:
                    decide(who, number, clock, yes=act == "yes", reason="x")
                elif act == "pay":
                    pay(who, number, clock, nothing)
                elif act == "back":
                    send_back(who, number, "x", clock)
                else:
                    withdraw(who, number, clock)
            except Refused:
                continue
        assert list(three_people()) == []


def test_the_rules_name_roles_of_the_right_duty_and_the_table_knows_the_same_kinds() -> None:
    duty = {role.value: words.duty for role, words in ROLES.items()}
    for rule in RULES.values():
        assert {duty[role] for role in rule.asks} == {Duty.PREPARE}
        assert {duty[role] for role in rule.decides} == {Duty.APPROVE}
        assert {duty[role] for role in rule.pays} <= {Duty.PAY}
    assert {kind.value for kind, rule in RULES.items() if rule.once} == set(ONCE)
    assert set(RULES) == set(Kind)


def test_the_longest_request_fits_and_a_longer_one_is_refused(office: Office, clock: Hands) -> None:
    long = Request(Kind.CLAIM_PAYMENT, "S" * 201, "k", COUNTY, CONTRACT)
    with pytest.raises(Refused) as raised:
        ask(office.clerk, long, clock)
    assert code(raised) == "APPROVAL-006"
