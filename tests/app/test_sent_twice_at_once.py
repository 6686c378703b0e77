"""One thing sent twice at the same moment is done once, and both senders get the answer: nobody sees an error of the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from huibao.app import funds
from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.app.settlement import settle_bills
from huibao.domain.ledger import SourceKind
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store.models.coverage import Coverage, Enrolment
from huibao.store.models.ledger import Entry
from huibao.store.models.settlement import Settlement
from tests.app import insured_county as county
from tests.app.test_settlement import a_bill

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = county.Calendar(date(2020, 6, 30))


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread of its own, all from the same moment; their answers."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the act answers
        try:
            ready.wait(30)
            return act()
        except Refused as refused:
            return [problem.code for problem in refused.problems]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result(60) for each in [threads.submit(one, act) for act in acts]]


def test_a_contract() -> None:
    found = at_once(*[lambda: add_contract(county.CONTRACT_TEXT, "c.yaml", CLOCK).created] * 3)
    assert sorted(found) == [False, False, True]


def test_an_enrolment() -> None:
    people = [county.add_person(number) for number in range(1, 4)]
    add_contract(county.CONTRACT_TEXT, "c.yaml", CLOCK)
    first, second = at_once(*[lambda: enrol(county.CONTRACT, county.START, "batch-1", CLOCK)] * 2)
    assert first == second
    assert {first.repeated, second.repeated} == {False, True}
    assert Enrolment.objects.count() == 1
    assert Coverage.objects.count() == 2 * len(people)


def test_two_enrolments_of_the_same_people() -> None:
    people = [county.add_person(number) for number in range(1, 4)]
    add_contract(county.CONTRACT_TEXT, "c.yaml", CLOCK)
    acts = [lambda key=key: enrol(county.CONTRACT, county.START, key, CLOCK) for key in ("batch-1", "batch-2")]
    found = at_once(*acts)
    assert sorted(one.entered for one in found) == [0, 2 * len(people)]
    assert Coverage.objects.count() == 2 * len(people)


def test_money_received() -> None:
    def receive() -> str:
        day = county.START
        fund = "provincial_poverty_fund"
        return funds.receive(county.COUNTY, fund, Fen(100), SourceKind.FISCAL, day, "r-1", CLOCK).posted.status.value

    assert sorted(at_once(receive, receive, receive)) == ["created", "exists", "exists"]
    assert Entry.objects.count() == 1


def test_a_bill() -> None:
    clock = county.insure()
    bill = a_bill("B1", 10_000, 9_000, 6_000)
    found = at_once(*[lambda: settle_bills([bill], clock)[0].status] * 3)
    assert sorted(found) == ["exists", "exists", "settled"]
    assert Settlement.objects.count() == 1


def test_one_number_for_two_people() -> None:
    clock = county.insure()
    bills = [a_bill("B1", 10_000, 9_000, 6_000, person=person) for person in (1, 2)]

    def settle(bill: Any) -> list[str]:  # noqa: ANN401 - a Bill
        (result,) = settle_bills([bill], clock)
        return [result.status, *(problem.code for problem in result.problems)]

    found = at_once(*[lambda bill=bill: settle(bill) for bill in bills])
    assert sorted(found) == [["refused", "SETTLE-003"], ["settled"]]
