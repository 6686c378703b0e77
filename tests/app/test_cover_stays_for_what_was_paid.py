"""A death is learnt late: cover does not end before a bill that was already settled under it. V2.

The demonstration city pays up to 90 % of in-policy cost; the amounts do not matter here, the days do.
"""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from huibao.app.audit import check_all, run
from huibao.app.enrolment import enrol
from huibao.app.settlement import reverse_settlement, settle_bills
from huibao.domain.roster.person import FactKind
from huibao.store import coverage as covers
from huibao.store import guards, roster
from huibao.store.audits.coverage import AUDITS
from huibao.store.models import roster as table
from tests.app import insured_county as county
from tests.app.test_settlement import a_bill

pytestmark = pytest.mark.django_db

DIED_ON = date(2020, 5, 10)
NEXT_DAY = date(2020, 6, 30)


def learn_of_death(person: int, died_on: date) -> int:
    """A roster of today says that the person died on an earlier day; the person's id."""
    who = table.Person.objects.get(identity_index__in=roster.sought_by([county.identity(person)]))
    table.Fact.objects.create(
        person=who,
        kind=FactKind.DEATH,
        value="yes",
        from_on=died_on,
        source="test",
        agency="test",
        entered_on=NEXT_DAY,
    )
    return who.pk


def ends(person_id: int) -> dict[str, date]:
    """Last day of each line's cover."""
    return {one.line.value: one.last_on for one in covers.covers_of_person(person_id)}


def test_a_batch_leaves_the_cover_and_says_which_bill_stands_against_its_end() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 1_000, 900, 0, on=date(2020, 5, 12))], clock)
    person = learn_of_death(1, DIED_ON)
    result = enrol(county.CONTRACT, NEXT_DAY, "july", clock)
    (refusal,) = result.refused
    assert (refusal.problem.code, refusal.line, refusal.person_id) == ("COVERAGE-018", "medical_supplementary", person)
    assert "H1/B1" in refusal.problem.says
    # Nothing was settled under the accident line: it ends with the person.
    assert ends(person) == {"medical_supplementary": date(2020, 12, 31), "accident": DIED_ON}
    assert result.left == {"died": 1}


def test_after_the_bill_is_reversed_the_next_batch_ends_the_cover() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 1_000, 900, 0, on=date(2020, 5, 12))], clock)
    person = learn_of_death(1, DIED_ON)
    enrol(county.CONTRACT, NEXT_DAY, "july", clock)
    reverse_settlement("H1/B1", "出院日期有误", "undo", clock)
    assert enrol(county.CONTRACT, NEXT_DAY, "again", clock).refused == ()
    assert set(ends(person).values()) == {DIED_ON}


def test_a_bill_of_the_day_of_death_stands_in_nobodys_way() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 1_000, 900, 0, on=DIED_ON)], clock)
    person = learn_of_death(1, DIED_ON)
    assert enrol(county.CONTRACT, NEXT_DAY, "july", clock).refused == ()
    assert set(ends(person).values()) == {DIED_ON}


def test_check_names_the_bill_that_a_cover_ended_behind_the_programs_back_leaves_uncovered() -> None:
    clock = county.insure()
    settle_bills([a_bill("B1", 1_000, 900, 0, on=date(2020, 5, 12))], clock)
    guards.take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE coverage SET last_on = '2020-05-11' WHERE line = 'medical_supplementary'")
    guards.put_up(connection)
    found = {one.number: [place.where for place in one.broken] for one in map(run, AUDITS) if not one.holds}
    assert found["V2"] == ["H1/B1"]


@pytest.mark.invariant("V2")
@example_settings(max_examples=15)
@given(
    bills=st.lists(st.tuples(st.integers(1, 2), st.integers(121, 180)), max_size=5),
    deaths=st.dictionaries(st.integers(1, 2), st.integers(100, 181), max_size=2),
)
def test_whatever_is_learnt_when_all_that_was_paid_stays_covered(
    bills: list[tuple[int, int]], deaths: dict[int, int]
) -> None:
    with transaction.atomic():
        clock = county.insure()
        days = [(person, county.START + timedelta(days=after)) for person, after in bills]
        for no, (person, on) in enumerate(days):
            (result,) = settle_bills([a_bill(f"B{no}", 1_000, 900, 0, person, on)], clock)
            assert result.status == "settled", result.problems
        people = {who: learn_of_death(who, county.START + timedelta(days=after)) for who, after in deaths.items()}
        enrol(county.CONTRACT, NEXT_DAY, "july", clock)
        for who, person in people.items():
            died_on = county.START + timedelta(days=deaths[who])
            relied_on = any(patient == who and on > died_on for patient, on in days)
            assert ends(person)["medical_supplementary"] == (date(2020, 12, 31) if relied_on else died_on)
        assert [one.number for one in check_all(frozenset({"V1", "V2", "L1", "L6"})) if not one.holds] == []
        transaction.set_rollback(True)
