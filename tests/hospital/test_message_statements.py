"""How often the database is asked to settle by message: a number that does not grow with how many are settled together. F8"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from huibao.hospital import door as doors
from huibao.hospital import together
from tests.hospital.test_settled_together import a_stay
from tests.hospital.world import Hospital, bill, read

pytestmark = pytest.mark.django_db
MOST = 6


@contextmanager
def counted() -> Iterator[list[str]]:
    """The first words of every statement, those that go along in one trip each by itself; what begins and ends apart."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401 - Django's own
        words = [" ".join(one.split()[:2]) for one in sql.split("; ")]
        found.extend(one for one in words if one.split()[0] not in {"PREPARE", "COMMIT", "SAVEPOINT", "RELEASE"})
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def test_a_settlement_message_takes_six_statements_and_a_trial_two(hospital: Hospital) -> None:
    first, second = (a_stay(hospital, person) for person in (1, 2))
    doors.keys.seconds = 60  # as in an installation, whose keys are asked for every few seconds
    hospital.ask("2303", bill(*first))
    hospital.ask("2304", bill(*first))
    with counted() as trial:
        hospital.ask("2303", bill(*second))
    with counted() as found:
        hospital.ask("2304", bill(*second))
    assert len(trial) == 2, trial
    if connection.vendor == "postgresql":
        # Mark the signature, hold the person, ask; hold the books, ask; write everything.
        assert len(found) == MOST, found
    else:
        # Mark and ask, ask the books once more where an account is opened, and an INSERT for each table.
        assert len(found) == 10, found


def test_twenty_messages_in_company_take_as_many_statements_as_one(hospital: Hospital) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a statement is no trip")
    stays = [a_stay(hospital, person) for person in (1, 2, 3)]
    hospital.ask("2304", bill(*stays.pop()))
    tickets: list[together.Ticket] = []

    def taken(ticket: together.Ticket) -> bytes:
        tickets.append(ticket)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "company", taken)
        for stay in stays:
            hospital.raw("2304", bill(*stay))
    with counted() as found:
        answers = together._in_company(tickets)
    assert [read(answer)["infcode"] for answer in answers if isinstance(answer, bytes)] == [0] * len(stays)
    assert len(found) == MOST, found
