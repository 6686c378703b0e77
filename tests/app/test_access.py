"""The one door of access: nothing outside the table, nothing outside the reach, never twice by the same hands."""

import pytest

from huibao.app.access import (
    MAY,
    NOUNS,
    ROLES,
    VERBS,
    Actor,
    Duty,
    Noun,
    Reach,
    Role,
    Verb,
    may,
    must_differ,
)
from huibao.kernel.problem import Refused

EVERYTHING = [(noun, verb) for noun in Noun for verb in Verb]


def actor(role: Role, *reaches: Reach) -> Actor:
    return Actor(7, "li.wen", "李文", role, reaches or (Reach("430423"),))


def code(*asked: object) -> str:
    found = may(*asked)  # type: ignore[arg-type] # spelled out by each test
    return found.code if found is not None else ""


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("noun", "verb"), EVERYTHING)
def test_what_is_not_in_the_table_is_refused_whatever_the_role(role: Role, noun: Noun, verb: Verb) -> None:
    allowed = role in MAY.get((noun, verb), frozenset())
    assert code(actor(role), verb, noun) == ("" if allowed else "ACCESS-001")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("noun", "verb"), EVERYTHING)
def test_no_role_may_do_anything_in_another_area(role: Role, noun: Noun, verb: Verb) -> None:
    assert code(actor(role), verb, noun, "370323", "任一合同") != ""


def test_a_city_reaches_its_counties_and_no_other() -> None:
    city = actor(Role.CITY_SUPERVISOR, Reach("430400"))
    assert code(city, Verb.READ, Noun.COVERAGE_FIGURES, "430423") == ""
    assert code(city, Verb.READ, Noun.COVERAGE_FIGURES, "430102") == "ACCESS-002"
    assert code(city, Verb.READ, Noun.COVERAGE_FIGURES, "430000") == "ACCESS-002"


def test_an_insurer_reaches_its_own_contract_alone() -> None:
    handler = actor(Role.INSURER_HANDLER, Reach("430423", "甲-2026"))
    assert code(handler, Verb.READ, Noun.PERSON, "430423", "甲-2026") == ""
    assert code(handler, Verb.READ, Noun.PERSON, "430423", "乙-2026") == "ACCESS-002"
    assert code(handler, Verb.READ, Noun.PERSON, "430423") == "ACCESS-002"
    without = actor(Role.INSURER_HANDLER, Reach("430423"))
    assert code(without, Verb.READ, Noun.PERSON, "430423", "甲-2026") == "ACCESS-002"


def test_supervisors_see_figures_and_no_single_person() -> None:
    for role in (Role.CITY_SUPERVISOR, Role.PROVINCE_SUPERVISOR):
        assert code(actor(role), Verb.READ, Noun.PERSON) == "ACCESS-001"


def test_who_keeps_the_accounts_sees_no_person_and_no_figures() -> None:
    assert {asked for asked in EVERYTHING if code(actor(Role.KEEPER), asked[1], asked[0]) == ""} == {
        (Noun.ACCOUNTS, Verb.INVITE)
    }


def test_every_role_has_one_duty_so_preparing_approving_and_paying_are_different_accounts() -> None:
    assert set(ROLES) == set(Role)
    assert {words.duty for words in ROLES.values()} == set(Duty)
    assert set(NOUNS) == set(Noun)
    assert set(VERBS) == set(Verb)


def test_whoever_prepared_it_does_not_approve_it() -> None:
    must_differ(actor(Role.COUNTY_APPROVER), frozenset({3}))
    with pytest.raises(Refused) as raised:
        must_differ(actor(Role.COUNTY_APPROVER), frozenset({3, 7}))
    assert raised.value.problems[0].code == "ACCESS-003"
