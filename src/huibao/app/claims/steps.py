"""The orders about a claim that move no money: papers, first payer, beneficiaries, refusal, appeal, reopening. S8."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date

from huibao.app.claims.basis import Basis
from huibao.app.claims.money import not_with_the_bank
from huibao.app.claims.order import carry_out, content_hash
from huibao.domain.claims import problems
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import (
    Actor,
    Assigned,
    Beneficiaries,
    Claim,
    Detail,
    FirstPayer,
    Nothing,
    PapersAsked,
    PapersReceived,
    Reason,
    State,
    Verb,
)
from huibao.domain.claims.guards import Order
from huibao.domain.claims.papers import Paper, missing
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import claim as store


def assign(number: str, handler: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Name the handler whom the person may ask for. SD-6.4."""
    return _step(number, Verb.ASSIGN, by, Assigned(handler), key, clock, on)


def ask_papers(
    number: str, papers: Sequence[Paper], by: Actor, key: str, clock: Clock, on: date | None = None
) -> Claim:
    """Ask for all missing papers, once. Insurance Law art. 22."""
    return _step(number, Verb.ASK_PAPERS, by, PapersAsked(tuple(papers)), key, clock, on)


def receive_papers(
    number: str,
    papers: Sequence[Paper],
    by: Actor,
    key: str,
    clock: Clock,
    on: date | None = None,
    *,
    complete: bool = False,
) -> Claim:
    """Record papers handed in. With all that was asked for there, or with `complete`, the papers are found complete."""
    day = on or clock.today()
    received = PapersReceived(tuple(papers))

    def plan(claim: Claim, _basis: Basis) -> Sequence[Order]:
        orders = [Order(Verb.RECEIVE_PAPERS, by, day, received)]
        lacking = missing(claim.papers_asked, claim.papers | frozenset(papers))
        waiting = claim.state is State.PAPERS_ASKED and not lacking
        if complete or waiting:
            orders.append(Order(Verb.COMPLETE_PAPERS, by, day, Nothing()))
        return orders

    content = content_hash("receive_papers", number, astuple(by), [str(paper) for paper in papers], on, complete)
    return carry_out(number, key, content, clock, plan)


def suspend(number: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Let a claim wait until the disaster insurance's amount is known. SD-4.2."""
    return _step(number, Verb.SUSPEND, by, Nothing(), key, clock, on)


def record_first_payer(
    number: str, fen: int, reference: str, by: Actor, key: str, clock: Clock, on: date | None = None
) -> Claim:
    """Record what the disaster insurance paid, fen >= 0; the claim goes on. SD-4.2."""
    return _step(number, Verb.RECORD_FIRST_PAYER, by, FirstPayer(fen, reference), key, clock, on)


def name_beneficiaries(
    number: str, beneficiaries: Sequence[Beneficiary], by: Actor, key: str, clock: Clock, on: date | None = None
) -> Claim:
    """Say who receives the money, and in what shares; not while the bank is paying those who were named before."""
    detail = Beneficiaries(tuple(beneficiaries))
    day = on or clock.today()

    def plan(claim: Claim, _basis: Basis) -> Sequence[Order]:
        not_with_the_bank(claim)
        return [Order(Verb.NAME_BENEFICIARIES, by, day, detail)]

    content = content_hash(Verb.NAME_BENEFICIARIES.value, number, astuple(by), astuple(detail), on)
    return carry_out(number, key, content, clock, plan)


def refuse(number: str, reason: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Decline a claim with reasons. Insurance Law art. 24."""
    return _step(number, Verb.REFUSE, by, Reason(reason), key, clock, on)


def send_refusal(number: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Record that the refusal went out in writing. Insurance Law art. 24."""
    return _step(number, Verb.SEND_REFUSAL, by, Nothing(), key, clock, on)


def withdraw(number: str, reason: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Take a claim back, by the person or who reported it."""
    return _step(number, Verb.WITHDRAW, by, Reason(reason), key, clock, on)


def appeal(number: str, reason: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Contest what was decided; somebody new hears it."""
    return _step(number, Verb.APPEAL, by, Reason(reason), key, clock, on)


def uphold(number: str, reason: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Leave a contested decision as it is, with reasons."""
    return _step(number, Verb.UPHOLD, by, Reason(reason), key, clock, on)


def reopen(number: str, reason: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Deal with an ended or contested claim anew; what was paid stays counted.

    Not one that was withdrawn while another claim stands for the same accident: that one goes on.
    """
    day = on or clock.today()

    def plan(claim: Claim, _basis: Basis) -> Sequence[Order]:
        facts = claim.facts
        same = store.claims(person_id=facts.person_id, happened_on=facts.happened_on, line=facts.line)
        other = next((one for one in same if one.number != number and one.state is not State.WITHDRAWN), None)
        if claim.state is State.WITHDRAWN and other is not None:
            raise Refused(problems.SAME_ACCIDENT(other=other.number))
        return [Order(Verb.REOPEN, by, day, Reason(reason))]

    return carry_out(number, key, content_hash("reopen", number, astuple(by), reason, on), clock, plan)


def _step(number: str, verb: Verb, by: Actor, detail: Detail, key: str, clock: Clock, on: date | None) -> Claim:
    content = content_hash(verb.value, number, astuple(by), astuple(detail), on)
    day = on or clock.today()
    return carry_out(number, key, content, clock, lambda _claim, _basis: [Order(verb, by, day, detail)])
