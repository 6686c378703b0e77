"""What a desk does with a case, each within a turn: the orders of a claim, with what goes with them at a desk."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from huibao.app import claims
from huibao.app.claims.case import payees_of
from huibao.app.claims.consent import drop, make_way, put_up
from huibao.app.claims.desk import Turn, shown_names
from huibao.app.claims.money import not_with_the_bank
from huibao.domain.claims import problems
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Actor, Claim, Reporter, Role
from huibao.domain.claims.papers import Paper
from huibao.domain.payout.lines import read_account, read_bank
from huibao.kernel.problem import Problem, Refused
from huibao.store import payee as payees

DONE: Final = "done"
CALLED_OFF: Final = "called_off"
VISIT_PURPOSES: Final = {
    "papers": ("收取材料", "fetch papers"),
    "look": ("查看伤情", "see the injury"),
    "explain": ("当面说明", "explain in person"),
    "sign": ("代办签字", "have something signed"),
}


def take(turn: Turn) -> Claim:
    """Be the handler who is named to the person. SD-6.4."""
    return claims.assign(turn.claim.number, turn.account.name, turn.by, turn.key, turn.clock)


def ask_papers(turn: Turn, papers: Sequence[Paper]) -> Claim:
    """Ask for papers, once. Insurance Law art. 22."""
    return claims.ask_papers(turn.claim.number, papers, turn.by, turn.key, turn.clock)


def receive_papers(turn: Turn, papers: Sequence[Paper], *, complete: bool) -> Claim:
    """Record what was handed in."""
    return claims.receive_papers(turn.claim.number, papers, turn.by, turn.key, turn.clock, complete=complete)


def first_payer(turn: Turn, fen: int | None, reference: str) -> Claim:
    """Record what the disaster insurance paid, or (None) let the claim wait for it. SD-4.2."""
    number = turn.claim.number
    if fen is None:
        return claims.suspend(number, turn.by, turn.key, turn.clock)
    return claims.record_first_payer(number, fen, reference, turn.by, turn.key, turn.clock)


def assess(turn: Turn, findings: Findings, override_fen: int | None, reason: str) -> Claim:
    """Work out the sum and put it up for approval; what was put up before is taken back."""
    if not turn.repeated:
        make_way(turn)
    after = claims.assess(
        turn.claim.number,
        findings,
        turn.by,
        turn.key,
        turn.clock,
        override_fen=override_fen,
        override_reason=reason,
    )
    if not turn.repeated:
        put_up(turn, after)
    return after


def refuse(turn: Turn, reason: str) -> Claim:
    """Decline the claim in clear words; what was put up for approval is declined with it. Insurance Law art. 24."""
    if not turn.repeated:
        drop(turn, reason)
    return claims.refuse(turn.claim.number, reason, turn.by, turn.key, turn.clock)


def sent(turn: Turn) -> Claim:
    """Record that the refusal went out. Insurance Law art. 24."""
    return claims.send_refusal(turn.claim.number, turn.by, turn.key, turn.clock)


def name_payees(turn: Turn, people: Sequence[Beneficiary]) -> Claim:
    """Say who receives the money."""
    return claims.name_beneficiaries(turn.claim.number, people, turn.by, turn.key, turn.clock)


def record_account(turn: Turn, payee: str, bank: str, account: str) -> None:
    """Write down, or correct, the account of a payee; not while the bank is paying to the one before."""
    number = turn.claim.number
    if payees.account_key_known(turn.key):
        return
    one = next((one for one in payees_of(turn.claim) if one.name == payee), None)
    if one is None:
        raise Refused(problems.NOT_A_PAYEE(payee=payee, number=number, field="payee"))
    read = (read_bank(bank), read_account(account))
    faults = [each for each in read if isinstance(each, Problem)]
    if faults:
        raise Refused(faults)
    if one.waiting is not None:
        not_with_the_bank(turn.claim)
    name, digits = read
    payees.record_account(number, payee, str(name), str(digits), turn.key, turn.account.name, turn.clock.now())


def appeal(turn: Turn, reason: str) -> Claim:
    """Write down that the person, or who reported the case, objects; somebody new hears it."""
    facts = turn.claim.facts
    role = Role.INSURED if facts.reporter is Reporter.INSURED else Role.REPORTER
    return claims.appeal(turn.claim.number, reason, Actor(role, facts.reporter_name), turn.key, turn.clock)


def hear(turn: Turn, reason: str, *, uphold: bool) -> Claim:
    """Leave a contested decision as it is, or deal with the claim anew."""
    do = claims.uphold if uphold else claims.reopen
    return do(turn.claim.number, reason, turn.by, turn.key, turn.clock)


def plan_visit(turn: Turn, visitor: str, on: date, purpose: str, note: str) -> None:
    """Plan to go to somebody who cannot come."""
    today = turn.clock.today()
    if on < today:
        raise Refused(problems.OUT_OF_ORDER(day=on, what="今天 today", earlier=today, field="on"))
    number, now = turn.claim.number, turn.clock.now()
    payees.plan_visit(number, visitor, on, purpose, note, turn.key, turn.account.name, now)


def end_visit(turn: Turn, visit_id: int, outcome: str, result: str) -> None:
    """Say what became of a visit, once."""
    visit = payees.visit(visit_id)
    if visit is None or visit.number != turn.claim.number:
        raise Refused(problems.NO_VISIT())
    if visit.outcome and visit.ended_by == turn.account.name and (visit.outcome, visit.result) == (outcome, result):
        return  # sent twice
    if visit.outcome:
        who = shown_names([visit.ended_by]).get(visit.ended_by, visit.ended_by)
        raise Refused(problems.VISIT_ENDED(who=who))
    if not payees.end_visit(visit_id, outcome, result, turn.account.name, turn.clock.now()):
        raise Refused(problems.NO_VISIT())
