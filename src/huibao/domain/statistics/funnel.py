"""From the people who should be insured to those who were paid: each step counts persons, and lies within the one before.

"Told" (已告知) waits for the handbook and is not counted yet; the report says so instead of showing a nought.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from huibao.kernel.invariant import invariant


@dataclass(frozen=True, slots=True)
class Insured:
    """One person who should be insured on the day, and how far it went."""

    person_id: int
    insured: bool
    reported: bool
    """At least one claim or bill came in."""
    paid: bool
    """At least one of them was paid by our lines."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """Persons at each step: 应保, 已保, 已报案, 已赔, and those insured, reporting or paid outside the target. S16."""

    should: int
    insured: int
    told: int | None
    """None: not counted yet."""
    reported: int
    paid: int


def count_funnel(people: Iterable[Insured]) -> Funnel:
    """Count persons at each step. A paid person reported, and a reporting one is insured: others are not counted on."""
    should = insured = reported = paid = 0
    for person in people:
        should += 1
        insured += person.insured
        reported += person.insured and person.reported
        paid += person.insured and person.reported and person.paid
    invariant(should >= insured >= reported >= paid >= 0, "A1", "each step of the funnel lies within the one before")
    return Funnel(should, insured, None, reported, paid)
