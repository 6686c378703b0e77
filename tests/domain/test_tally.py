"""Many days counted in one pass: the same figures as day by day, and each step within the one before."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.claims.clocks import statute
from huibao.domain.roster import Fact, FactKind, Person, facts_on
from huibao.domain.roster.person import FactSource
from huibao.domain.statistics import (
    Asked,
    Cover,
    Happening,
    Life,
    Member,
    Tally,
    asked_of,
    by_day,
    count_clocks,
    count_coverage,
    tallies,
)
from huibao.kernel.identity import Sex
from huibao.kernel.invariant import Broken
from huibao.rules.groups import groups_of
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line

SCHEME = open_scheme("shandong/2020/demo-city")
ASKED = asked_of(SCHEME)
START = date(2020, 1, 1)
SOURCE = FactSource(1, "Sheet1", 2, "扶贫办")
TOWNS = ("370323100", "370323101", "370323")


def day(number: int) -> date:
    """The so-manieth day of the year."""
    return START + timedelta(days=number)


days = st.integers(0, 40).map(day)


@st.composite
def spans(draw: st.DrawFn) -> tuple[date, date]:
    first = draw(days)
    return first, first + timedelta(days=draw(st.integers(0, 30)))


@st.composite
def lives(draw: st.DrawFn, number: int = 1) -> Life:
    facts = []
    for kind, value in (
        (FactKind.POVERTY_RELIEF, "enjoying"),
        (FactKind.POVERTY_RELIEF, "not_enjoying"),
        (FactKind.INSTANT_HELP, "yes"),
        (FactKind.DOMICILE, draw(st.sampled_from(TOWNS))),
        (FactKind.DOMICILE, draw(st.sampled_from(TOWNS))),
        (FactKind.DEATH, "yes"),
    ):
        if draw(st.booleans()):
            first, last = draw(spans())
            to_on = None if kind is FactKind.DEATH or draw(st.booleans()) else last
            facts.append(Fact(kind, value, first, to_on, SOURCE, first))
    lines = st.sampled_from([line.value for line in {one.line for one in ASKED}])
    covers = draw(st.lists(st.tuples(lines, spans()), max_size=2))
    happened = draw(st.lists(st.tuples(lines, spans(), st.booleans()), max_size=2))
    return Life(
        Person(number, "", "", date(1960, 1, 1), Sex.FEMALE),
        tuple(facts),
        tuple(Cover(line, *span) for line, span in covers),
        tuple(Happening(line, first, last if paid else None) for line, (first, last), paid in happened),
    )


def one_by_one(asked: Asked, on: date, people: list[Life]) -> dict[str, tuple[int, int]]:
    """The figures of one day, by the way the reports count it."""
    members = []
    for number, life in enumerate(people):
        facts = facts_on(life.person, life.facts, on)
        if set(groups_of(SCHEME, facts)).intersection(asked.groups):
            insured = any(one.line == asked.line.value and one.first_on <= on <= one.last_on for one in life.covers)
            town = facts.domicile[:9] if len(facts.domicile) >= 9 else ""
            members.append(Member(number, town, insured))
    counted = count_coverage("370323", asked.key, asked.line.value, on, "", members)
    return {town.code: (town.people, town.insured) for town in counted.towns}


@pytest.mark.invariant("A2")
@given(st.lists(lives(), max_size=8), st.sets(days, min_size=1, max_size=6).map(sorted))
def test_a2_many_days_at_once_are_the_days_counted_one_by_one(people: list[Life], wanted: list[date]) -> None:
    found = tallies(SCHEME, ASKED, wanted, people)
    for asked in ASKED:
        for on in wanted:
            its = {one.part: (one.people, one.insured) for one in found if (one.asked, one.on) == (asked, on)}
            assert its == one_by_one(asked, on, people)
    assert all(one.people >= one.insured >= one.reported >= one.paid >= 0 for one in found)


def relieved(number: int, *covers: Cover, happened: tuple[Happening, ...] = ()) -> Life:
    """Somebody of the group from New Year on, in the first township."""
    facts = tuple(
        Fact(kind, value, START, None, SOURCE, START)
        for kind, value in ((FactKind.POVERTY_RELIEF, "enjoying"), (FactKind.DOMICILE, TOWNS[0]))
    )
    return Life(Person(number, "", "", date(1960, 1, 1), Sex.MALE), facts, covers, happened)


def test_the_funnel_moves_on_with_the_days() -> None:
    accident = next(one for one in ASKED if one.line is Line.ACCIDENT)
    cover = Cover("accident", day(5), day(35))
    fell = Happening("accident", day(10), day(20))
    people = [relieved(1), relieved(2, cover), relieved(3, cover, happened=(fell,))]
    found = by_day(tallies(SCHEME, [accident], [day(0), day(5), day(10), day(20), day(36)], people))
    assert [
        (one.people, one.insured, one.reported, one.paid) for _, one in sorted(found.items(), key=lambda it: it[0][1])
    ] == [
        (3, 0, 0, 0),
        (3, 2, 0, 0),
        (3, 2, 1, 0),
        (3, 2, 1, 1),
        (3, 0, 0, 0),  # the cover is over: nobody insured, so nobody further on
    ]


def test_a_figure_of_the_whole_is_the_sum_of_its_parts() -> None:
    asked = ASKED[0]
    parts = [Tally(asked, START, "370323100", 5, 3, 1, 1), Tally(asked, START, "", 2, 2, 0, 0)]
    assert by_day(parts)[asked, START] == Tally(asked, START, "", 7, 5, 1, 1)


def test_days_out_of_order_are_a_mistake_of_ours() -> None:
    with pytest.raises(Broken):
        tallies(SCHEME, ASKED, [day(2), day(1)], [])


def test_no_claims_no_waits() -> None:
    assert count_clocks([], START) == ()
    assert {rule.name.value: rule.days for rule in statute()}["pay"] == 10  # Insurance Law art. 23
