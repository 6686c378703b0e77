"""What a claim rests on: the cover, its contract and scheme, the programs that pay, the terms, the person's past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huibao.app.contract_text import scheme_of
from huibao.domain.claims.assessment import Assessment, Background
from huibao.domain.claims.claim import Claim
from huibao.domain.claims.clocks import shortened, statute
from huibao.domain.claims.guards import GRADING_DAYS, Terms
from huibao.domain.coverage import Coverage
from huibao.domain.plan import Contract, Wording
from huibao.domain.roster import PersonFacts, facts_on
from huibao.domain.settlement.settled import accumulator_scope, policy_year
from huibao.kernel.invariant import Broken
from huibao.kernel.period import age_on
from huibao.rules.compiler import compile_benefit
from huibao.rules.groups import groups_of
from huibao.rules.program import Program
from huibao.rules.scheme import Kind, Scheme
from huibao.rules.vocabulary import Line
from huibao.store import claim as store
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import roster as people

DISABILITY_STEP = "disability"
"""Step by which schemes pay for a graded disability; what it paid before is set against a later one."""
FIRST_PAYER_INPUT = "disaster_paid"
"""A scheme that asks for it lets the disaster insurance pay first. SD-4.2."""

DEDUCTED_PARAM = "pre_existing_deducted"
"""Param of schemes for the part of a disability from before that counts as paid."""
DEDUCTED = {Wording.DEEMED_PAID: "100 %", Wording.THIS_ACCIDENT_ONLY: "0 %"}
"""The two wordings of the market, as values of that param."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything an order about a claim is held against."""

    cover: Coverage
    contract: Contract
    scheme: Scheme
    settings: Mapping[str, int | str]
    programs: tuple[Program, ...]
    terms: Terms
    scope: str
    """Name under which the person's yearly totals are kept."""
    year_on: date
    """First day of the policy year the accident lies in."""


def basis_for(cover: Coverage, happened_on: date, known_on: date) -> Basis:
    """Return what a claim under this cover rests on; `programs` is empty where the line has no benefit for events."""
    contract = contracts.contract(cover.contract)
    scheme = scheme_of(contract)
    names = event_benefits(scheme, cover)
    settings = settings_of(contract, scheme)
    programs = tuple(compile_benefit(scheme, name, happened_on, known_on, settings) for name in names)
    terms = Terms(
        clocks=shortened(statute(), contract.claim_days),
        first_payer=any(FIRST_PAYER_INPUT in program.input_names for program in programs),
        grading_days=contract.claim_days.get("grading", GRADING_DAYS),
        report_within_days=contract.claim_days.get("report"),
    )
    year = policy_year(contract.period, happened_on)
    return Basis(cover, contract, scheme, settings, programs, terms, accumulator_scope(scheme), year.first_on)


def settings_of(contract: Contract, scheme: Scheme) -> Mapping[str, int | str]:
    """Return the contract's own values; its wording says what part of a disability from before counts as paid.

    A contract that states the part itself is taken at its word.
    """
    if DEDUCTED_PARAM not in scheme.params or DEDUCTED_PARAM in contract.settings:
        return contract.settings
    return {**contract.settings, DEDUCTED_PARAM: DEDUCTED[contract.preexisting_wording]}


def basis_of(claim: Claim, known_on: date) -> Basis:
    """Return what a recorded claim rests on, as known on a day."""
    at = store.coverage_id_of(claim.number)
    cover = covers.cover(at) if at is not None else None
    if cover is None:
        raise Broken("C1", f"{claim.number} has no cover")
    return basis_for(cover, claim.facts.happened_on, known_on)


def event_benefits(scheme: Scheme, cover: Coverage) -> tuple[str, ...]:
    """Names of the benefits for events that a cover gives: of its variant where it has one."""
    product = scheme.products[cover.product]
    benefits = next((each.benefits for each in product.variants if each.name == cover.variant), product.benefits)
    return tuple(name for name in benefits if scheme.benefits[name].kind is Kind.EVENT)


def background(claim: Claim, basis: Basis, person: PersonFacts) -> Background:
    """Return what is known of the person and the accident besides the handler's findings."""
    facts = claim.facts
    earlier = _paid_before(claim, facts.line)
    on_day = facts_on(person.person, person.facts, facts.happened_on)
    groups = frozenset({*groups_of(basis.scheme, on_day), basis.cover.group})
    return Background(
        cause=facts.cause.value,
        happened_on=facts.happened_on,
        age=age_on(person.person.birth_on, facts.happened_on),
        first_payer_fen=claim.first_payer.fen if claim.first_payer else 0,
        earlier_injuries=tuple(injury for found in earlier for injury in found.findings.injuries),
        earlier_disability_fen=sum(
            part.fen for found in earlier for run in found.runs for part in run.parts if part.step == DISABILITY_STEP
        ),
        pre_existing_deducted=basis.contract.preexisting_wording is Wording.DEEMED_PAID,
        grading_days=basis.terms.grading_days,
        groups=groups,
    )


def person_of(claim: Claim) -> PersonFacts:
    """The person a claim is about, with all facts."""
    return people.people_by_ids([claim.facts.person_id])[claim.facts.person_id]


def _paid_before(claim: Claim, line: Line) -> list[Assessment]:
    """Assessments on which the person's other claims of the line were paid, earlier accidents first."""
    others = [one for one in store.claims(person_id=claim.facts.person_id, line=line) if one.number != claim.number]
    others.sort(key=lambda one: (one.facts.happened_on, one.number))
    found = [one.last(Assessment) for one in others if one.paid_fen]
    return [each for each in found if each is not None]
