"""V1 among many writers: two that insure one person at once cannot each miss the other's cover, by whatever road."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, connections, transaction

from huibao.store.models import coverage as table
from tests.app import insured_county as county

ADD = """
INSERT INTO coverage (person_id, contract_id, enrolment_id, line, product, variant, death_cover, "group", groups, town,
first_on, last_on, premium_fen) SELECT person_id, contract_id, enrolment_id, 'handbook', product, '', death_cover, "group",
groups, town, %s, %s, 0 FROM coverage LIMIT 1
"""


@pytest.fixture
def insured(transactional_db: None) -> int:
    county.insure(people=1)
    return table.Coverage.objects.values_list("person_id", flat=True).first() or 0


def insert(first_on: date, last_on: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ADD, [first_on, last_on])


@pytest.mark.invariant("V1")
@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_leave_one_cover(insured: int) -> None:
    written = threading.Event()
    refused: list[Exception] = []

    def second() -> None:
        written.wait(30)
        try:
            insert(date(2020, 6, 1), date(2020, 12, 31))
        except IntegrityError as error:
            refused.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        insert(date(2020, 1, 1), date(2020, 6, 30))
        written.set()
        # The other one cannot see this cover yet: it has to wait for it.
        other.join(0.3)
        assert other.is_alive()
    other.join(60)
    assert len(refused) == 1
    assert "V1" in str(refused[0])
    assert table.Coverage.objects.filter(person_id=insured, line="handbook").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_covers_within_one_statement_are_refused_as_well(insured: int) -> None:
    both = ADD.replace("LIMIT 1", "LIMIT 2")
    assert table.Coverage.objects.count() == 2
    with pytest.raises(IntegrityError, match="V1"), connection.cursor() as cursor:
        cursor.execute(both, [date(2020, 1, 1), date(2020, 6, 30)])
    assert table.Coverage.objects.count() == 2
