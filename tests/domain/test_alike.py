"""People who are alike are decided as if each were decided alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.coverage import plan_enrolment
from huibao.domain.coverage.candidate import Candidate
from huibao.domain.coverage.entry import Entering, NotEntering, RefusedEntry, decide
from huibao.domain.plan import read_contract
from huibao.domain.roster.person import Fact, FactKind, FactSource, Person, PersonFacts
from huibao.kernel.identity import Sex
from huibao.rules.shelf import open_scheme
from tests.app.insured_county import CONTRACT_TEXT

DAYS = st.dates(date(2019, 11, 1), date(2020, 12, 31))
SAYINGS = st.sampled_from(
    [
        (FactKind.POVERTY_RELIEF, "enjoying"),
        (FactKind.INSTANT_HELP, "yes"),
        (FactKind.DISABILITY, "physical/2"),
        (FactKind.DISABILITY, "mental/1"),
        (FactKind.LEGAL_CAPACITY, "none"),
        (FactKind.DOMICILE, "370323100"),
        (FactKind.DOMICILE, "370102"),
        (FactKind.DEATH, "yes"),
    ]
)


@st.composite
def facts(draw: st.DrawFn) -> tuple[Fact, ...]:
    source = FactSource(1, "s", 2, "县残联")
    found = [Fact(FactKind.DOMICILE, "370323100", date(2015, 1, 1), None, source, date(2019, 12, 1))]
    for kind, value in draw(st.lists(SAYINGS, max_size=3)):
        from_on = draw(st.one_of(DAYS, st.just(date(2018, 5, 1)), st.just(date(2017, 5, 1))))
        lasts = draw(st.one_of(st.none(), st.integers(0, 500)))
        to_on = None if lasts is None else from_on + timedelta(days=lasts)
        found.append(Fact(kind, value, from_on, to_on, source, date(2019, 12, 1)))
    return tuple(found)


@st.composite
def counties(draw: st.DrawFn) -> list[PersonFacts]:
    """A few stories and birth dates, shared by many people, so that there are people who are alike."""
    stories = draw(st.lists(facts(), min_size=1, max_size=4))
    births = draw(st.lists(st.dates(date(1930, 1, 1), date(2020, 6, 1)), min_size=1, max_size=4))
    people = []
    for at in range(draw(st.integers(2, 14))):
        born = draw(st.sampled_from(births))
        person = Person(at + 1, f"测试{at}", f"{at:018}", born, Sex.FEMALE)
        people.append(PersonFacts(person, draw(st.sampled_from(stories))))
    return people


@pytest.mark.invariant("B1")
@given(counties(), DAYS.filter(lambda day: day.year == 2020))
def test_a_county_is_decided_as_each_of_its_people_alone(people: list[PersonFacts], on: date) -> None:
    contract = read_contract(CONTRACT_TEXT, "contract.yaml")
    scheme = open_scheme(contract.scheme_id)
    plan = plan_enrolment(people, contract, scheme, {}, on)
    alone = [decide(Candidate(one, contract, scheme, (), on), line) for one in people for line in contract.lines]
    assert list(plan.enter) == [one for one in alone if isinstance(one, Entering)]
    assert list(plan.not_eligible) == [one for one in alone if isinstance(one, NotEntering)]
    assert list(plan.refused) == [one for one in alone if isinstance(one, RefusedEntry)]
