"""Cover bought for one named person: by the person, a close relative or a donor, with consent recorded. HN-2.1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huibao.domain.coverage import problems as kinds
from huibao.domain.coverage.candidate import Candidate
from huibao.domain.coverage.entry import Entering, RefusedEntry, entry_problem, new_cover
from huibao.domain.plan import ContractLine, PayerKind
from huibao.domain.plan.capacity import ADULT_YEARS
from huibao.domain.premium import Share, premium_due
from huibao.kernel.fen import yuan_text
from huibao.kernel.period import age_on
from huibao.kernel.problem import Problem

PARENT = "parent"
"""Relation of a payer who is the insured's father or mother."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed to the cover, in what relation to the insured ("self", "guardian", "parent" …), and when."""

    given_by: str
    relation: str
    given_on: date


def enrol_named(
    candidate: Candidate,
    line: ContractLine,
    paid: Sequence[Share],
    relation: str = "",
    consent: Consent | None = None,
) -> Entering | RefusedEntry:
    """Cover one person for one line from the candidate's day to the contract's end, or say why not. HN-2.1.

    `paid` are the payers' parts of the premium due (empty: the payers as the contract plans them may not be
    assumed, so nothing is). `relation` is the close relative's to the insured.
    """
    product = candidate.scheme.products[line.product]
    groups = candidate.in_product(product, candidate.on)
    days = candidate.contract.period.clip(first_on=candidate.on)
    problem: Problem | None = None
    if days is None:
        period = candidate.contract.period
        problem = kinds.TOO_LATE(on=candidate.on, contract=candidate.contract.number, period=period)
    elif candidate.died_on is not None:
        problem = kinds.DEAD(person=candidate.label, died_on=candidate.died_on)
    elif not groups:
        problem = kinds.NOT_IN_GROUP(
            person=candidate.label,
            on=candidate.on,
            line=line.line.zh,
            line_en=line.line.en,
            groups="、".join(candidate.scheme.groups[name].title.zh for name in product.groups),
        )
    else:
        problem = entry_problem(candidate, line, days) or _payment_problem(candidate, line, paid)
        if problem is None:
            parent = relation == PARENT and any(one.payer_kind is PayerKind.CLOSE_RELATIVE for one in paid)
            found = new_cover(candidate, line, groups, days, tuple(paid), payer_is_parent=parent)
            problem = _consent_problem(candidate, line, paid, found, consent)
            if problem is None:
                return found
    return RefusedEntry(candidate.one.person.id, line.line, groups[0] if groups else "", problem)


def _payment_problem(candidate: Candidate, line: ContractLine, paid: Sequence[Share]) -> Problem | None:
    """The payers must be allowed to pay for the product, and their parts sum to the premium due. P1."""
    product = candidate.scheme.products[line.product]
    for share in paid:
        planned = [one.payer for one in line.payers if one.payer_kind is share.payer_kind]
        fund = share.payer_kind is PayerKind.GOVERNMENT_FUND
        if share.payer_kind.value not in product.payers or (fund and share.payer not in planned):
            return kinds.PAYER_MAY_NOT(
                payer=f"{share.payer_kind}: {share.payer}",
                line=line.line.zh,
                line_en=line.line.en,
                clause=product.clause,
                known=", ".join(product.payers),
            )
    days = candidate.contract.period.clip(first_on=candidate.on)
    due = premium_due(candidate.contract, line, days) if days else 0
    stated = sum(share.fen for share in paid)
    if stated != due or any(share.fen <= 0 for share in paid):
        return kinds.WRONG_PAYMENT(stated=yuan_text(stated), due=yuan_text(due))
    return None


def _consent_problem(
    candidate: Candidate, line: ContractLine, paid: Sequence[Share], found: Entering, consent: Consent | None
) -> Problem | None:
    """Death cover bought by others for an adult who can decide needs that person's own consent, given by the day."""
    by_self = all(share.payer_kind is PayerKind.SELF for share in paid)
    minor = age_on(candidate.one.person.birth_on, candidate.on) < ADULT_YEARS
    if not found.coverage.death_cover or by_self or minor:
        return None
    if consent is not None and consent.relation == "self" and consent.given_on <= candidate.on:
        return None
    return kinds.NO_CONSENT(person=candidate.label, line=line.line.zh, line_en=line.line.en)
