"""The record of acts: chained, found broken when anything in it is changed, and never changed by us (T1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from huibao.domain.ledger.chain import GENESIS
from huibao.store import guards, trail
from huibao.store.audits.trail import record_is_whole
from huibao.store.models.staff import Act
from huibao.store.trail import Deed
from huibao.store.unit import unit_of_work

AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)

deeds = some.builds(
    Deed,
    at=some.integers(0, 10**9).map(lambda seconds: AT + timedelta(microseconds=seconds)),
    staff_id=some.none() | some.integers(1, 50),
    role=some.sampled_from(["", "county_clerk", "auditor"]),
    verb=some.sampled_from(["find", "read", "unmask"]),
    noun=some.just("person"),
    ref=some.integers(0, 9).map(str),
    area=some.sampled_from(["", "430423"]),
    purpose=some.sampled_from(["", "claim"]),
    outcome=some.sampled_from(["done", "ACCESS-002"]),
    source=some.just("127.0.0.1"),
)


def chained(several: list[Deed]) -> list[trail.Act]:
    made: list[trail.Act] = []
    before = GENESIS
    for number, deed in enumerate(several, 1):
        made.append(trail.Act(number, deed, before, trail.link(before, number, deed)))
        before = made[-1].hash
    return made


@pytest.mark.invariant("T1")
@given(some.lists(deeds, min_size=1, max_size=8), some.data())
def test_whatever_is_changed_left_out_or_swapped_is_found(several: list[Deed], data: some.DataObject) -> None:
    acts = chained(several)
    assert list(trail.breaks(acts)) == []
    at = data.draw(some.integers(0, len(acts) - 1))
    changed = replace(acts[at], deed=replace(acts[at].deed, ref=acts[at].deed.ref + "9"))
    assert list(trail.breaks([*acts[:at], changed, *acts[at + 1 :]])) != []
    if at < len(acts) - 1:
        assert list(trail.breaks([*acts[:at], *acts[at + 1 :]])) != []
        assert list(trail.breaks([*acts[:at], acts[at + 1], acts[at], *acts[at + 2 :]])) != []


@pytest.mark.django_db
def test_acts_are_kept_in_order_and_the_audit_finds_one_that_was_changed_behind_our_back() -> None:
    with unit_of_work():
        for ref in ("7", "8", "7"):
            trail.append(Deed(AT, None, "auditor", "read", "person", ref))
    assert [act.number for act in trail.all_acts()] == [1, 2, 3]
    assert [act.number for act in trail.acts_about("person", "7", 10)] == [3, 1]
    assert list(record_is_whole()) == []
    guards.take_down(connection)
    Act.objects.filter(number=2).update(ref="9")
    guards.put_up(connection)
    assert [broken.where for broken in record_is_whole()] == ["act 2"]


@pytest.mark.django_db
def test_the_database_itself_refuses_to_change_or_delete_an_act() -> None:
    with unit_of_work():
        trail.append(Deed(AT, None, "auditor", "read", "person", "7"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.update(ref="8")
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.all().delete()
