"""Settlements that wait at one moment are recorded in one unit of work: as many statements as one takes, each its own answer."""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from huibao.app.audit import check_all
from huibao.app.hospital import settling
from huibao.hospital import together
from huibao.store import settlement as settlements
from huibao.store import settling as rows
from tests.app import insured_county as county
from tests.hospital import world
from tests.hospital.wire import over_http, served
from tests.hospital.world import PATH, Hospital, admission, bill, leaving, read, who

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120
"""Seconds after which a message that should have been answered counts as lost."""


class Stay(NamedTuple):
    """A stay that may be settled."""

    number: str
    psn_no: str


def a_stay(hospital: Hospital, person: int) -> Stay:
    """A made-up person, admitted and discharged."""
    psn_no = hospital.ask("1101", who(person))["baseinfo"]["psn_no"]
    number = hospital.ask("2401", admission(person, psn_no))["result"]["mdtrt_id"]
    hospital.ask("2402", leaving(number, psn_no))
    return Stay(number, psn_no)


class Rush:
    """Messages signed and ready: the first keeps the line busy until all the others wait."""

    def __init__(self, port: int, hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hospital, self.wire = hospital, over_http(port)
        self.sizes: list[int] = []
        self.others, self.begun = 0, threading.Event()
        work = together.company._work

        def held_up(tickets: Sequence[together.Ticket]) -> Sequence[together.Found]:
            self.sizes.append(len(tickets))
            self.begun.set()
            for _ in range(PATIENCE * 200):
                if len(self.sizes) > 1 or len(together.company._waiting) == self.others:
                    break
                threading.Event().wait(0.005)
            return work(tickets)

        monkeypatch.setattr(together.company, "_work", held_up)

    def send(self, stays: Sequence[Stay], **amounts: str) -> list[bytes]:
        """The answers, in the order of the stays."""
        self.sizes.clear()
        self.begun.clear()
        self.others = len(stays) - 1
        first, *rest = (self._signed(stay, amounts) for stay in stays)
        with ThreadPoolExecutor(len(stays)) as threads:
            asked: list[Future[bytes]] = [threads.submit(self.wire, *first)]
            assert self.begun.wait(PATIENCE)
            asked += [threads.submit(self.wire, *each) for each in rest]
            return [one.result(PATIENCE) for one in asked]

    def _signed(self, stay: Stay, amounts: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
        hospital = self.hospital
        said = hospital.envelope("2304", bill(*stay, **amounts), hospital.msgid())
        return f"{PATH}2304", hospital.headers("2304"), json.dumps(said).encode()


@pytest.fixture
def rush(transactional_db: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Rush]:
    """A served county of six people, with so many yuan beside the premiums."""
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)
    county.insure(people=6, pool_fen=getattr(request, "param", 1_000_000) * county.YUAN)
    clock = world.Ticking(datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    with served() as port, world.open_hospital(clock) as hospital:
        yield Rush(port, hospital, monkeypatch)


def settled_numbers() -> set[str]:
    """National numbers of what stands settled."""
    return {one.number.rpartition("/")[2] for one in settlements.settlements() if one.reverses is None}


def numbers_in(answers: Sequence[bytes]) -> set[str]:
    """National numbers of the answers that say that something was settled."""
    told = [read(answer) for answer in answers]
    return {one["output"]["setlinfo"]["setl_id"] for one in told if one["infcode"] == 0}


def codes_of(answers: Sequence[bytes]) -> list[int]:
    return [read(answer)["infcode"] for answer in answers]


def nothing_is_broken() -> bool:
    return [one for one in check_all() if one.broken] == []


def test_those_who_wait_are_settled_together_each_with_an_own_answer(rush: Rush) -> None:
    stays = [a_stay(rush.hospital, person) for person in range(1, 7)]
    answers = rush.send(stays)
    assert rush.sizes == [1, 5]
    assert len(numbers_in(answers)) == 6
    assert numbers_in(answers) == settled_numbers()
    assert [read(answer)["output"]["setlinfo"]["mdtrt_id"] for answer in answers] == [stay.number for stay in stays]
    assert nothing_is_broken()


def test_one_who_is_refused_takes_nobody_along(rush: Rush) -> None:
    stays = [a_stay(rush.hospital, person) for person in range(1, 6)]
    stays[3] = Stay(stays[3].number, "somebody else")
    answers = rush.send(stays)
    assert rush.sizes == [1, 4]
    assert codes_of(answers) == [0, 0, 0, -1, 0]
    assert numbers_in(answers) == settled_numbers()
    assert nothing_is_broken()


def test_a_fault_of_ours_with_one_leaves_the_others_settled(rush: Rush, monkeypatch: pytest.MonkeyPatch) -> None:
    stays = [a_stay(rush.hospital, person) for person in range(1, 6)]
    answer, unlucky = settling._answer, stays[2].number

    def faulty(desk: Any, stay: Any, *words: Any) -> Any:  # noqa: ANN401 - stands in for the real one
        if stay.number == unlucky:
            raise ZeroDivisionError
        return answer(desk, stay, *words)

    monkeypatch.setattr(settling, "_answer", faulty)
    answers = rush.send(stays)
    assert rush.sizes == [1, 4]
    assert codes_of(answers) == [0, 0, -1, 0, 0]
    assert "HOSP-017" in read(answers[2])["err_msg"]
    assert numbers_in(answers) == settled_numbers()
    assert nothing_is_broken()


# 20,000 yuan and six premiums of 130: each bill takes 90 % of 9,000, so two are paid and the third is too much.
@pytest.mark.parametrize("rush", [20_000], indirect=True)
def test_money_that_does_not_suffice_for_all_is_paid_to_some_and_never_overdrawn(rush: Rush) -> None:
    stays = [a_stay(rush.hospital, person) for person in range(1, 7)]
    answers = rush.send(stays, hifp_pay="0")
    refused = [read(answer)["err_msg"] for answer in answers if read(answer)["infcode"] != 0]
    assert len(numbers_in(answers)) == 2
    assert all("LEDGER-011" in text for text in refused)
    assert numbers_in(answers) == settled_numbers()
    assert nothing_is_broken()


def test_whose_person_somebody_else_holds_is_not_waited_for(rush: Rush) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows one writer, for whom everybody waits")
    stays = [a_stay(rush.hospital, person) for person in range(1, 5)]
    with ThreadPoolExecutor(1) as outside:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM person WHERE id = (SELECT person_id FROM stay WHERE number = %s) FOR UPDATE",
                [stays[3].number],
            )
            answered = outside.submit(rush.send, stays)
            while len(settled_numbers()) < 3:
                assert not answered.done()
                threading.Event().wait(0.01)
        answers = answered.result(PATIENCE)
    assert rush.sizes == [1, 3]
    assert codes_of(answers) == [0, 0, 0, 0]
    assert numbers_in(answers) == settled_numbers()
    assert nothing_is_broken()


# --- a test of the tests -----------------------------------------------------------------------------------------------


def test_answers_that_leave_before_they_are_durable_are_noticed(rush: Rush, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def undone() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    monkeypatch.setattr(together, "unit_of_work", undone)
    monkeypatch.setattr(rows, "is_outermost", lambda: False)
    with pytest.raises(AssertionError):
        test_those_who_wait_are_settled_together_each_with_an_own_answer(rush)
