"""Who enters, who leaves, who is refused: one person and line at a time. HN-2.2, SD-3, SD-4, SD-6.3.

For each person and line exactly one thing is decided. First death: nobody dead enters, and cover of the dead
ends. Then residence, then groups: being in one of the product's groups on the day of judging opens the door, and
the group that gives the earliest cover counts. Groups covered from the period's start get the whole period;
groups covered from recognition (instant help) get the days from it to the period's end. The start moves later
where the person came from elsewhere, or had a cover that was ended. Last, what is already insured: by this
contract, there is nothing to do; by another, the person is refused and the other cover is named (V1).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huibao.domain.coverage import problems as kinds
from huibao.domain.coverage.candidate import ONE_DAY, Candidate
from huibao.domain.coverage.cover import Coverage, in_force_on, overlapping
from huibao.domain.plan import (
    Contract,
    ContractLine,
    EndReason,
    PayerKind,
    capacity_of,
    death_cover_allowed,
    premium_floor,
)
from huibao.domain.premium import Share, floor_due, premium_due, refund_due, refund_shares, shares
from huibao.domain.roster.person import FactKind, in_force, recognised_on
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant
from huibao.kernel.period import Period, age_on
from huibao.kernel.problem import Problem
from huibao.rules.facts import within
from huibao.rules.scheme import Product

WITHOUT_DEATH = "without_death"
"""Name of the product variant without death cover."""
TOWN_DIGITS = 9
BY_HAND = (EndReason.WITHDREW, EndReason.MISTAKEN)
"""Ends somebody decided; a batch does not undo them."""


class Why(StrEnum):
    """Why a person does not enter, where nothing is wrong."""

    NO_GROUP = "no_group"
    """In none of the product's groups on the day."""
    ELSEWHERE = "elsewhere"
    """Registered residence outside the contract's area."""
    NO_RESIDENCE = "no_residence"
    """No roster says where the person is registered."""
    ENDED_BY_HAND = "ended_by_hand"
    """Cover of this contract was ended by decision; entering again is a decision too."""
    DEAD = "dead"
    """Dead, and in no group for which cover would have been due."""
    NO_DAYS = "no_days"
    """Nothing of the contract's period is left to cover."""


@dataclass(frozen=True, slots=True)
class Entering:
    """A cover to be recorded."""

    coverage: Coverage
    death_left_out: bool = False
    """The product pays on death, this cover does not: the capacity rule."""
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """A cover to be ended after `last_on`, and who gets back what."""

    coverage: Coverage
    last_on: date
    reason: EndReason
    refunds: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class NotEntering:
    """A person not insured for a line, and why: nothing is wrong, the line is not for the person."""

    person_id: int
    line: str
    why: Why


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A person who would be insured but for a problem."""

    person_id: int
    line: str
    group: str
    problem: Problem


Decision = Entering | Leaving | RefusedEntry | NotEntering | Coverage
"""What is decided of one person and line: a cover that is there already stands for itself."""


def decide(candidate: Candidate, line: ContractLine) -> Decision:
    """Decide one person and line. SD-3, SD-4, HN-2.2."""
    product = candidate.scheme.products[line.product]
    number = candidate.contract.number
    held = in_force_on((one for one in candidate.covers if one.contract == number), line.line, candidate.on)
    groups = candidate.in_product(product, candidate.on)
    if held is not None:
        return _stays_or_leaves(candidate, line, product, held, groups)
    if why := _not_for(candidate, line, groups):
        return NotEntering(candidate.one.person.id, line.line, why)
    if candidate.died_on is not None:
        dead = kinds.DEAD(person=candidate.label, died_on=candidate.died_on)
        return RefusedEntry(candidate.one.person.id, line.line, groups[0], dead)
    group, first_on = _start(candidate, line, product, groups)
    days = candidate.contract.period.clip(first_on=first_on)
    if days is None:
        return NotEntering(candidate.one.person.id, line.line, Why.NO_DAYS)
    waiting = [one for one in overlapping(candidate.covers, line.line, days) if one.contract == number]
    if waiting:
        return waiting[0]
    if problem := entry_problem(candidate, line, days):
        return RefusedEntry(candidate.one.person.id, line.line, group, problem)
    return enter(candidate, line, group, groups, days)


def _stays_or_leaves(
    candidate: Candidate, line: ContractLine, product: Product, held: Coverage, groups: tuple[str, ...]
) -> Coverage | Leaving:
    """Cover of this contract goes on unless a reason the contract names has ended it."""
    terms = candidate.contract.leaving
    elsewhere = candidate.domicile and not within(candidate.domicile, candidate.contract.area)
    if candidate.died_on is not None:
        found = (EndReason.DIED, candidate.died_on)
    elif elsewhere:
        found = (EndReason.MOVED, candidate.left_on - ONE_DAY)
    elif not groups and _by_fund(held):
        found = (EndReason.LEFT_GROUP, max(candidate.run_began(product, candidate.on), held.period.first_on) - ONE_DAY)
    else:
        return held
    reason, last_on = found
    # Known already (a second batch on the very day of death), or later than cover ends anyway: nothing to record.
    if reason not in terms or last_on >= held.last_on:
        return held
    return end_cover(candidate.contract, line, held, reason, last_on)


def _by_fund(held: Coverage) -> bool:
    """Whether public money pays; cover that people pay by themselves does not end with a group. HN-2.1."""
    return any(share.payer_kind is PayerKind.GOVERNMENT_FUND for share in held.shares)


def end_cover(contract: Contract, line: ContractLine, held: Coverage, reason: EndReason, last_on: date) -> Leaving:
    """End a cover after a day, at the earliest before it began; refunds by the contract's rule, never negative. P1."""
    last_on = max(last_on, held.period.first_on - ONE_DAY)
    kept = held.period.clip(last_on=last_on)
    due = refund_due(contract, line, reason, kept, held.premium_fen) - held.refunded_fen
    returned = [share for end in held.ends for share in end.refunds]
    return Leaving(held, last_on, reason, refund_shares(max(due, 0), held.shares, returned))


def _not_for(candidate: Candidate, line: ContractLine, groups: tuple[str, ...]) -> Why | None:
    """Why the line is not for the person, None where it is."""
    if not candidate.domicile:
        return Why.NO_RESIDENCE
    if not within(candidate.domicile, candidate.contract.area):
        return Why.ELSEWHERE
    if not groups:
        return Why.DEAD if candidate.died_on is not None else Why.NO_GROUP
    ended = {end.reason for one in _earlier(candidate, line) for end in one.ends}
    if candidate.died_on is not None and EndReason.DIED in ended:
        return Why.DEAD
    return Why.ENDED_BY_HAND if ended & set(BY_HAND) else None


def _earlier(candidate: Candidate, line: ContractLine) -> list[Coverage]:
    """Covers of this contract and line the person had; all of them ended, or none would be asked for."""
    number = candidate.contract.number
    return [one for one in candidate.covers if one.contract == number and one.line == line.line]


def _start(candidate: Candidate, line: ContractLine, product: Product, groups: tuple[str, ...]) -> tuple[str, date]:
    """The group that gives the earliest cover, and that day, before the period is clipped. SD-3, SD-4 tail."""
    period = candidate.contract.period
    starts: list[tuple[date, str]] = []
    for name in groups:
        group = candidate.scheme.groups[name]
        first_on = period.first_on
        if group.cover_from == "recognition":
            kind = FactKind(group.recognised_by or name)
            first_on = max(recognised_on(candidate.one.facts, kind, candidate.on) or candidate.on, first_on)
        starts.append((first_on, name))
    first_on, name = min(starts, key=lambda start: start[0])
    ended = [one for one in candidate.covers if one.line == line.line and one.ends and one.in_force]
    if any(one.contract == candidate.contract.number for one in ended):
        first_on = max(first_on, candidate.run_began(product, candidate.on))
    bounds = [one.last_on + ONE_DAY for one in ended if one.period.overlaps(period)]
    bounds.append(candidate.one.person.birth_on)
    if candidate.came_on is not None:
        bounds.append(candidate.came_on)
    return name, max(first_on, *bounds)


def entry_problem(candidate: Candidate, line: ContractLine, days: Period) -> Problem | None:
    """What stands against covering a person for some days: the contract's ages, or another cover (V1)."""
    age = age_on(candidate.one.person.birth_on, days.first_on)
    young = line.min_age is not None and age < line.min_age
    if young or (line.max_age is not None and age > line.max_age):
        return (kinds.TOO_YOUNG if young else kinds.TOO_OLD)(
            person=candidate.label,
            on=days.first_on,
            age=age,
            line=line.line.zh,
            line_en=line.line.en,
            limit=line.min_age if young else line.max_age,
        )
    found = overlapping(candidate.covers, line.line, days)
    return double_cover(candidate.label, found[0]) if found else None


def double_cover(label: str, earlier: Coverage) -> Problem:
    """The refusal of a second cover, naming the first: contract, insurer, line, county and period. V1, SD-6.2."""
    return kinds.DOUBLE(
        person=label,
        line=earlier.line.zh,
        line_en=earlier.line.en,
        contract=earlier.contract,
        insurer=earlier.insurer,
        area=earlier.area,
        period=earlier.in_force or earlier.period,
    )


def enter(candidate: Candidate, line: ContractLine, group: str, groups: tuple[str, ...], days: Period) -> Entering:
    """The cover of a person who enters by a group, paid as the contract plans it."""
    due = premium_due(candidate.contract, line, days)
    paid = shares(due, line.premium_fen, line.payers)
    return new_cover(candidate, line, (group, *(one for one in groups if one != group)), days, paid)


def new_cover(
    candidate: Candidate,
    line: ContractLine,
    groups: tuple[str, ...],
    days: Period,
    paid: tuple[Share, ...],
    *,
    payer_is_parent: bool = False,
) -> Entering:
    """The cover to be recorded; the first of the groups is the one the person entered by."""
    contract, person = candidate.contract, candidate.one.person
    product = candidate.scheme.products[line.product]
    paid_fen = Fen(sum(share.fen for share in paid))
    least = premium_floor(contract, product, candidate.scheme)
    invariant(paid_fen >= floor_due(contract, least, days), "P2", f"{paid_fen} for {days} is under {least} a year")
    variant, death_cover, doubts = death_part(candidate, line, product, days.first_on, payer_is_parent=payer_is_parent)
    coverage = Coverage(
        id=0,
        person_id=person.id,
        contract=contract.number,
        area=contract.area,
        insurer=contract.insurer,
        line=line.line,
        product=line.product,
        variant=variant,
        death_cover=death_cover,
        group=groups[0],
        groups=groups,
        town=candidate.domicile[:TOWN_DIGITS] if len(candidate.domicile) >= TOWN_DIGITS else "",
        period=days,
        premium_fen=paid_fen,
        shares=paid,
        enrolment_key="",
    )
    return Entering(coverage, product.death_cover and not death_cover, doubts)


def death_part(
    candidate: Candidate, line: ContractLine, product: Product, on: date, *, payer_is_parent: bool
) -> tuple[str, bool, tuple[Problem, ...]]:
    """Variant, whether death is insured, and doubts: who lacks capacity is insured without death cover. HN-2.1."""
    if not product.death_cover:
        return "", False, ()
    stated = in_force(candidate.one.facts, FactKind.LEGAL_CAPACITY, on)
    age = age_on(candidate.one.person.birth_on, on)
    capacity = capacity_of(stated.value if stated else None, age)
    if death_cover_allowed(capacity, age, payer_is_parent=payer_is_parent):
        return "", True, ()
    if any(one.name == WITHOUT_DEATH for one in product.variants):
        return WITHOUT_DEATH, False, ()
    doubt = kinds.NO_DEATH_VARIANT(person=candidate.label, line=line.line.zh, line_en=line.line.en)
    return "", False, (doubt,)
