"""Who may be given cover that pays on death: capacity, consent and who pays. HN-2.1.

The policy documents let governments, relatives and donors insure others and say nothing of capacity. The rule
here is our reading of general insurance law (保险法 art. 33 and 34, 民法典 art. 17 to 24), not of the documents:
nobody insures the death of a person without full capacity, save parents their minor children; for an adult who
can decide, death cover bought by a relative or a donor needs that person's consent.
"""

from enum import StrEnum
from typing import Final

ADULT_YEARS: Final = 18
"""Full capacity by age. Civil Code art. 17, 18."""
LIMITED_YEARS: Final = 8
"""Limited capacity from this age on, none before it. Civil Code art. 19, 20."""

CAPACITY_CLAUSE: Final = "HN-2.1"
"""The clause that opens insuring others; the limits to it come from general law, as said above."""


class Capacity(StrEnum):
    """Civil capacity: of full, limited or no capacity to act."""

    FULL = "full"
    LIMITED = "limited"
    NONE = "none"


def capacity_of(stated: str | None, age: int) -> Capacity:
    """Capacity of a person: what a roster states, or else by age in full years. A minor is never of full capacity."""
    by_age = Capacity.FULL if age >= ADULT_YEARS else Capacity.LIMITED if age >= LIMITED_YEARS else Capacity.NONE
    if stated is None:
        return by_age
    found = Capacity(stated)
    return by_age if found is Capacity.FULL else found


def death_cover_allowed(capacity: Capacity, age: int, *, payer_is_parent: bool) -> bool:
    """Whether death may be insured: of full capacity, or a minor insured by a parent."""
    return capacity is Capacity.FULL or (payer_is_parent and age < ADULT_YEARS)
