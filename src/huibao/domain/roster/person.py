"""A person and what agencies say of him or her, each saying dated and traced to the row it stands in.

A fact holds from the day it takes effect to its last day (none yet: it still holds); the day it was
entered here is a field of its own, so that what was known when can be told later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huibao.kernel.identity import Sex
from huibao.kernel.period import age_on
from huibao.rules.facts import DisabilityCategory, FactsOnDay, PovertyRelief


class FactKind(StrEnum):
    """What a fact is about; the names of the scheme language's vocabulary, disability and domicile whole."""

    DISABILITY = "disability"
    """Value "physical/2" (category/grade); detail: the certificate's number, which is never a key."""
    SUBSISTENCE_ALLOWANCE = "subsistence_allowance"
    DESTITUTE = "destitute"
    SUBSISTENCE_MARGINAL = "subsistence_marginal"
    LOW_INCOME = "low_income"
    POVERTY_RELIEF = "poverty_relief"
    """Value "enjoying" or "not_enjoying"."""
    INSTANT_HELP = "instant_help"
    UNSTABLE = "unstable"
    MARGINAL = "marginal"
    SUDDEN_HARDSHIP = "sudden_hardship"
    REHABILITATION_INSTITUTION = "rehabilitation_institution"
    """Detail: the institution's name; likewise for care institutions."""
    CARE_INSTITUTION = "care_institution"
    ATHLETE = "athlete"
    DOMICILE = "domicile"
    """Value: division code of the household register, 6, 9 or 12 digits."""
    DEATH = "death"
    """Holds from the day of death and never ends."""
    LEGAL_CAPACITY = "legal_capacity"
    """Value "full", "limited" or "none"; decides whether others may buy death cover."""
    GUARDIAN = "guardian"
    """Value: the guardian's name; detail: his or her phone."""


YES = "yes"
"""Value of a fact that has no more to say than that it holds."""


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a fact was read: roster, sheet and row as the sender sees them, and the agency that says so."""

    roster_id: int
    sheet: str
    row_no: int
    agency: str


@dataclass(frozen=True, slots=True)
class Person:
    """A human being, known by the identity number; `id` is 0 until recorded."""

    id: int
    name: str
    identity: str
    birth_on: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated saying about a person. `to_on` is its last day, None while it holds; `detail` says what else is known."""

    kind: FactKind
    value: str
    from_on: date
    to_on: date | None
    source: FactSource
    entered_on: date
    detail: str = ""

    def holds_on(self, day: date) -> bool:
        """Tell whether the fact holds on the day, both ends included."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person with all facts ever said, ended ones included."""

    person: Person
    facts: tuple[Fact, ...]


def in_force(facts: Iterable[Fact], kind: FactKind, day: date) -> Fact | None:
    """Return the fact of that kind that holds on the day; of several, the one that began last, then was entered last."""
    found = [fact for fact in facts if fact.kind is kind and fact.holds_on(day)]
    return max(found, key=lambda fact: (fact.from_on, fact.entered_on), default=None)


def recognised_on(facts: Iterable[Fact], kind: FactKind, day: date) -> date | None:
    """Return the day from which the kind has held without a gap up to the day, None when it does not hold. SD-4 tail.

    Two agencies may say the same, and one roster may close what the next opens on the day after: the earliest
    day of the unbroken chain counts, so that a correction of papers never shortens anybody's cover.
    """
    spans = [(fact.from_on, fact.to_on) for fact in facts if fact.kind is kind]
    first = min(
        (from_on for from_on, to_on in spans if from_on <= day and (to_on is None or day <= to_on)), default=None
    )
    while first is not None:
        eve = first.toordinal() - 1
        earlier = [
            from_on for from_on, to_on in spans if from_on < first and to_on is not None and to_on.toordinal() >= eve
        ]
        if not earlier:
            break
        first = min(earlier)
    return first


def certificates(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the person's disability certificates, oldest first: a history, since each change makes a new number."""
    return tuple(sorted((f for f in facts if f.kind is FactKind.DISABILITY), key=lambda f: (f.from_on, f.entered_on)))


def facts_on(person: Person, facts: Iterable[Fact], day: date) -> FactsOnDay:
    """Return what is true of the person on the day, in the words group conditions are written in. HN-2.2, SD-3."""
    current: dict[FactKind, Fact] = {}
    for fact in facts:
        if not fact.holds_on(day):
            continue
        known = current.get(fact.kind)
        if known is None or (fact.from_on, fact.entered_on) > (known.from_on, known.entered_on):
            current[fact.kind] = fact
    disability = current.get(FactKind.DISABILITY)
    category, _, grade = disability.value.partition("/") if disability else ("none", "", "0")
    relief = current.get(FactKind.POVERTY_RELIEF)
    domicile = current.get(FactKind.DOMICILE)
    return FactsOnDay(
        certificate=disability is not None,
        disability_category=DisabilityCategory(category),
        disability_grade=int(grade or 0),
        subsistence_allowance=FactKind.SUBSISTENCE_ALLOWANCE in current,
        destitute=FactKind.DESTITUTE in current,
        subsistence_marginal=FactKind.SUBSISTENCE_MARGINAL in current,
        low_income=FactKind.LOW_INCOME in current,
        poverty_relief=PovertyRelief(relief.value) if relief else PovertyRelief.NONE,
        instant_help=FactKind.INSTANT_HELP in current,
        unstable=FactKind.UNSTABLE in current,
        marginal=FactKind.MARGINAL in current,
        sudden_hardship=FactKind.SUDDEN_HARDSHIP in current,
        rehabilitation_institution=FactKind.REHABILITATION_INSTITUTION in current,
        care_institution=FactKind.CARE_INSTITUTION in current,
        athlete=FactKind.ATHLETE in current,
        age=age_on(person.birth_on, day) if person.birth_on <= day else 0,
        domicile=domicile.value if domicile else "",
        alive=FactKind.DEATH not in current,
    )
