"""A county counted anew from people, covers, bills and claims: what is kept, and what the audit compares with it. A2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from huibao.domain.claims.clocks import shortened, statute
from huibao.domain.statistics import ClockWait, Tally, asked_of, count_clocks, tallies
from huibao.rules.facts import within
from huibao.rules.shelf import open_scheme
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store.models.contract import Contract
from huibao.store.tally import lives


@dataclass(frozen=True, slots=True)
class InForce:
    """Days on which people of an area are insured by a scheme."""

    area: str
    scheme_id: str
    first_on: date
    last_on: date


def in_force() -> tuple[InForce, ...]:
    """Every contract's area, scheme and days, without reading the contracts themselves."""
    rows = Contract.objects.order_by("area", "scheme_id", "first_on")
    return tuple(InForce(*row) for row in rows.values_list("area", "scheme_id", "first_on", "last_on"))


def schemes_of(area: str, days: Iterable[date]) -> dict[str, tuple[date, ...]]:
    """Scheme → the days, in order, on which a contract by it is in force for the county."""
    held = [one for one in in_force() if within(area, one.area)]
    found: dict[str, tuple[date, ...]] = {}
    for scheme_id in sorted({one.scheme_id for one in held}):
        its = [one for one in held if one.scheme_id == scheme_id]
        those = tuple(day for day in sorted(set(days)) if any(one.first_on <= day <= one.last_on for one in its))
        if those:
            found[scheme_id] = those
    return found


def tallies_of(area: str, days: Sequence[date]) -> tuple[Tally, ...]:
    """A county's people counted on each of the days by every scheme in force there."""
    found: list[Tally] = []
    for scheme_id, those in schemes_of(area, days).items():
        scheme = open_scheme(scheme_id)
        found += tallies(scheme, asked_of(scheme), those, lives(area, those[0], those[-1]))
    return tuple(found)


def clock_waits_of(area: str, until: date) -> tuple[ClockWait, ...]:
    """How long the claims of a county's people took, by clock and month, against the terms of their contracts. C2."""
    law = statute()
    found = (
        (claim, shortened(law, contracts.contract(claim.facts.contract).claim_days))
        for claim in claims.claims(area=area)
    )
    return count_clocks(found, until)
