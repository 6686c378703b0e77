"""Assessing, deciding and paying a claim: amounts by the scheme, yearly totals under lock, one entry a payment. L6, S2."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from datetime import date
from typing import Final

from huibao.app.claims.basis import Basis, background, person_of
from huibao.app.claims.order import carry_out, content_hash
from huibao.domain import postings
from huibao.domain.claims import problems
from huibao.domain.claims.assessment import Assessment, BenefitRun, Findings, check_findings, run_benefits
from huibao.domain.claims.beneficiaries import Beneficiary, check_shares, split
from huibao.domain.claims.claim import Actor, Advance, Claim, Decision, Nothing, Payment, Verb
from huibao.domain.claims.guards import Order, waits_for_first_payer
from huibao.domain.claims.moves import possible
from huibao.domain.payout.answers import Answer
from huibao.domain.payout.problems import IN_A_FILE
from huibao.domain.roster.person import FactKind
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused
from huibao.store import ledger
from huibao.store import payout as payouts
from huibao.store import settlement as totals

DISABILITY_TOTAL: Final = "disability_paid"
"""Yearly total of disability benefit, as the schemes name it."""


def assess(
    number: str,
    findings: Findings,
    by: Actor,
    key: str,
    clock: Clock,
    on: date | None = None,
    override_fen: int | None = None,
    override_reason: str = "",
) -> Claim:
    """Work out the sum by the scheme from what was found. Another sum needs a reason, and an approver as second person."""
    day = on or clock.today()

    def plan(claim: Claim, basis: Basis) -> Sequence[Order]:
        known = background(claim, basis, person_of(claim))
        stands = Verb.ASSESS in possible(claim) and not waits_for_first_payer(claim, basis.terms)
        faults = check_findings(findings, known, basis.programs, day) if stands else ()
        if faults:
            raise Refused(faults)
        runs = _runs(claim, basis, findings) if stands else ()
        return [Order(Verb.ASSESS, by, day, Assessment(findings, runs, override_fen, override_reason))]

    content = content_hash("assess", number, astuple(by), asdict(findings), on, override_fen, override_reason)
    return carry_out(number, key, content, clock, plan)


def decide(number: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """Agree to the sum assessed. It is computed again first: what changed since must be assessed again. S2."""
    day = on or clock.today()

    def plan(claim: Claim, basis: Basis) -> Sequence[Order]:
        found = claim.assessment
        if found is None or Verb.DECIDE not in possible(claim):
            return [Order(Verb.DECIDE, by, day, Decision(0))]
        _still_covered(claim, basis)
        return [Order(Verb.DECIDE, by, day, Decision(found.fen, _computed_again(claim, basis, found)))]

    def effect(before: Claim, after: Claim, basis: Basis) -> None:
        if after.decision is not None:
            _count(before, after.decision.counted, basis)

    return carry_out(number, key, content_hash("decide", number, astuple(by), on), clock, plan, effect)


def agree_advance(
    number: str, fen: int, reason: str, by: Actor, key: str, clock: Clock, on: date | None = None
) -> Claim:
    """Let the undisputed sum be paid ahead, fen > 0. Insurance Law art. 25."""
    day = on or clock.today()
    order = Order(Verb.AGREE_ADVANCE, by, day, Advance(fen, reason))
    content = content_hash("agree_advance", number, astuple(by), fen, reason, on)
    return carry_out(number, key, content, clock, lambda _claim, _basis: [order])


def advance(
    number: str, by: Actor, key: str, clock: Clock, on: date | None = None, approval: str | None = None
) -> Claim:
    """Pay the undisputed sum that was agreed; the final payment pays the rest. Insurance Law art. 25."""
    return _pay(number, Verb.ADVANCE, by, key, clock, on, approval)


def pay(number: str, by: Actor, key: str, clock: Clock, on: date | None = None, approval: str | None = None) -> Claim:
    """Pay what the decision leaves to be paid, in exactly one entry; `approval` is what it rests on. L6, T3, SD-6.4."""
    return _pay(number, Verb.PAY, by, key, clock, on, approval)


def close(number: str, by: Actor, key: str, clock: Clock, on: date | None = None) -> Claim:
    """End a claim whose whole sum was paid before."""
    order = Order(Verb.CLOSE, by, on or clock.today(), Nothing())
    content = content_hash("close", number, astuple(by), on)
    return carry_out(number, key, content, clock, lambda _claim, _basis: [order])


def _pay(number: str, verb: Verb, by: Actor, key: str, clock: Clock, on: date | None, approval: str | None) -> Claim:
    day = on or clock.today()

    def plan(claim: Claim, basis: Basis) -> Sequence[Order]:
        agreed = claim.agreed_advance
        takes = verb is Verb.ADVANCE and verb in possible(claim) and agreed is not None and claim.assessment is not None
        if takes:
            _still_covered(claim, basis)
        counted = _computed_again(claim, basis, claim.assessment) if takes and claim.assessment else ()
        fen = (agreed.fen if agreed else 0) if verb is Verb.ADVANCE else claim.owed_fen
        # What the bank has paid is a fact, and is entered, even where a death is learnt while the file is on its way.
        done = not_with_the_bank(claim, fen)
        if not done and not claim.beneficiaries and _is_dead(claim, day):
            raise Refused(check_shares(()))
        payouts = split(fen, claim.beneficiaries or (Beneficiary(claim.facts.insured),)) if fen else ()
        return [Order(verb, by, day, Payment(fen, payouts, f"claim/{_payment_number(claim)}", counted))]

    def effect(before: Claim, after: Claim, basis: Basis) -> None:
        payment = after.payments[-1]
        if verb is Verb.ADVANCE:
            _count(before, payment.counted, basis)
        clause = basis.programs[0].benefit.clause
        subject = _payment_number(before)
        # The books never forget, so they hold nobody's name: a part is named by the payment and its place in it.
        paid = [(f"{subject}#{at}", Fen(payout.fen)) for at, payout in enumerate(payment.payouts, 1)]
        invariant(sum(fen for _, fen in paid) == payment.fen, "L6", f"{number}: parts do not make {payment.fen}")
        facts = before.facts
        entry = postings.claim_paid(payment.entry_key, facts.contract, facts.line, subject, paid, day, clause, approval)
        posted = ledger.post([entry], clock.now())
        invariant(len(posted) == 1, "L6", f"{number}: {len(posted)} entries for one payment")

    return carry_out(number, key, content_hash(verb.value, number, astuple(by), on), clock, plan, effect)


def not_with_the_bank(claim: Claim, fen: int = -1) -> bool:
    """Refuse what would pay twice, or pay others: lines of the next payment are with the bank, and do not make it all.

    fen: what is to be entered now; lines that were all paid and make exactly that let it through, and are told by True.
    """
    payment = len(claim.payments) + 1
    lines = [
        line
        for line in payouts.lines_of([claim.number])
        if line.payment == payment and line.answer is not Answer.REJECTED
    ]
    paid = sum(line.fen for line in lines if line.answer is Answer.PAID)
    if lines and (paid != fen or any(line.answer is None for line in lines)):
        raise Refused(IN_A_FILE(number=claim.number, file=lines[-1].file))
    return bool(lines)


def _still_covered(claim: Claim, basis: Basis) -> None:
    """Refuse to agree to money where cover was ended, since the report, before the day of the accident."""
    days, day = basis.cover.in_force, claim.facts.happened_on
    if days is None or day not in days:
        raise Refused(problems.NO_COVER(day=day, line=claim.facts.line.zh, field="happened_on"))


def _is_dead(claim: Claim, day: date) -> bool:
    """Tell whether the insured person is known to be dead on the day: nothing can be paid to him or her."""
    facts = person_of(claim).facts
    return any(fact.kind is FactKind.DEATH and fact.holds_on(day) for fact in facts)


def _payment_number(claim: Claim) -> str:
    """Number of the claim's next payment, under which its one entry is found: C2020-370000-000001/1."""
    return f"{claim.number}/{len(claim.payments) + 1}"


def _runs(claim: Claim, basis: Basis, findings: Findings) -> tuple[BenefitRun, ...]:
    """Compute the benefits on the person's yearly totals as they stand without this claim."""
    known = background(claim, basis, person_of(claim))
    opening = dict(_without_this(claim, basis))
    if findings.joined:
        # The year's total begins anew each year, but what was paid for the earlier injuries still counts.
        opening[DISABILITY_TOTAL] = max(opening.get(DISABILITY_TOTAL, 0), known.earlier_disability_fen)
    return run_benefits(findings, known, basis.programs, claim.facts.line, opening, basis.settings)


def _without_this(claim: Claim, basis: Basis) -> Mapping[str, int]:
    """The person's yearly totals less what an earlier round of this claim added to them."""
    standing = totals.opening(claim.facts.person_id, basis.scope, basis.year_on)
    own = dict(claim.counted)
    return {name: standing.get(name, 0) - own.get(name, 0) for name in {*standing, *own}}


def _computed_again(claim: Claim, basis: Basis, found: Assessment) -> tuple[tuple[str, int], ...]:
    """What the yearly totals grow by, worked out anew under lock. Refused when the sum is no longer the one assessed."""
    now = Assessment(found.findings, _runs(claim, basis, found.findings))
    if now.system_fen != found.system_fen:
        raise Refused(problems.CHANGED_SINCE(was=yuan_text(found.system_fen), now=yuan_text(now.system_fen)))
    return now.counted


def _count(before: Claim, counted: tuple[tuple[str, int], ...], basis: Basis) -> None:
    """Let the yearly totals grow by what is counted now, in place of what this claim counted before. S2."""
    base = _without_this(before, basis)
    grown = dict(counted)
    closing = {name: base.get(name, 0) + grown.get(name, 0) for name in {*grown, *dict(before.counted)}}
    if closing:
        totals.advance(before.facts.person_id, basis.scope, basis.year_on, closing)
