"""What must hold before a move: one small function for each condition, named as the table of moves prints it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huibao.domain.claims import papers, problems
from huibao.domain.claims.assessment import Assessment
from huibao.domain.claims.beneficiaries import check_identities, check_shares
from huibao.domain.claims.claim import (
    FIRST_PAYER_CAUSES,
    Actor,
    Advance,
    Beneficiaries,
    Claim,
    Decision,
    Detail,
    FirstPayer,
    PapersReceived,
    Payment,
    Reason,
    Verb,
)
from huibao.domain.claims.clocks import ClockName, ClockRule, limitation
from huibao.kernel.fen import MAX_FEN, yuan_text
from huibao.kernel.problem import Problem

GRADING_DAYS = 180
"""Days after which a disability is graded although treatment goes on: the wording of the market; a contract may differ."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What contract and scheme say of claims. `first_payer`: the scheme counts what the disaster insurance paid."""

    clocks: tuple[ClockRule, ...]
    first_payer: bool
    grading_days: int = GRADING_DAYS
    report_within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to do to a claim."""

    verb: Verb
    by: Actor
    on: date
    detail: Detail


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claim as it stands, the order, and the terms it is held against: what a guard looks at."""

    claim: Claim
    order: Order
    terms: Terms


Problems = Sequence[Problem]


def in_limitation(tried: Attempt) -> Problems:
    """The report comes within the limitation period. Insurance Law art. 26."""
    rule = next((rule for rule in tried.terms.clocks if rule.name is ClockName.LIMITATION), None)
    if rule is None:
        return ()
    clock = limitation(tried.claim.facts.known_on, tried.order.on, tried.order.on, rule)
    return (problems.TOO_LATE(due=clock.due_on, article=clock.article, day=tried.order.on),) if clock.ran_out else ()


def in_cover(tried: Attempt) -> Problems:
    """The accident lies in the days of cover, and not after its report."""
    facts = tried.claim.facts
    found: list[Problem] = []
    if facts.happened_on < facts.cover.first_on:
        found.append(problems.BEFORE_COVER(day=facts.happened_on, begins=facts.cover.first_on, field="happened_on"))
    elif facts.happened_on not in facts.cover:
        found.append(problems.NO_COVER(day=facts.happened_on, line=facts.line.zh, field="happened_on"))
    if facts.happened_on > tried.order.on:
        found.append(problems.IN_FUTURE(what="出险 accident", day=facts.happened_on, today=tried.order.on))
    if facts.known_on > tried.order.on:
        found.append(problems.IN_FUTURE(what="知道 known", day=facts.known_on, today=tried.order.on, field="known_on"))
    if facts.known_on < facts.happened_on:
        found.append(
            problems.OUT_OF_ORDER(day=facts.known_on, what="出险 accident", earlier=facts.happened_on, field="known_on")
        )
    return found


def late_report(claim: Claim, reported_on: date, terms: Terms) -> Problems:
    """Note a report later than the contract asks for: it voids nothing by itself. Insurance Law art. 21."""
    days = (reported_on - claim.facts.happened_on).days
    within = terms.report_within_days
    return (problems.LATE_REPORT(days=days, within=within),) if within is not None and days > within else ()


def never_asked(tried: Attempt) -> Problems:
    """Papers were never asked for in this claim, reopenings included. Insurance Law art. 22."""
    return (
        (problems.ASKED_ALREADY(number=tried.claim.number, day=tried.claim.asked_on),) if tried.claim.asked_on else ()
    )


def papers_there(tried: Attempt) -> Problems:
    """Every paper asked for is there, those of this very order included."""
    new = tried.order.detail.papers if isinstance(tried.order.detail, PapersReceived) else ()
    lacking = papers.missing(tried.claim.papers_asked, tried.claim.papers | frozenset(new))
    return (problems.PAPERS_MISSING(missing="、".join(paper.zh for paper in lacking)),) if lacking else ()


def waits_for_first_payer(claim: Claim, terms: Terms) -> bool:
    """Tell whether the disaster insurance pays first and what it pays is not known. SD-4.2."""
    return terms.first_payer and claim.facts.cause in FIRST_PAYER_CAUSES and claim.first_payer is None


def first_payer_known(tried: Attempt) -> Problems:
    """Where the disaster insurance pays first, its amount is known. SD-4.2."""
    return (
        (problems.FIRST_PAYER_UNKNOWN(cause=tried.claim.facts.cause.zh),)
        if waits_for_first_payer(tried.claim, tried.terms)
        else ()
    )


def first_payer_unknown(tried: Attempt) -> Problems:
    """A claim is suspended only while it really waits for the first payer. SD-4.2."""
    if waits_for_first_payer(tried.claim, tried.terms):
        return ()
    possible = Verb.ASSESS.zh
    return (
        problems.NO_SUCH_MOVE(
            number=tried.claim.number, state=tried.claim.state.zh, verb=Verb.SUSPEND.zh, possible=possible
        ),
    )


def amount_in_bounds(tried: Attempt) -> Problems:
    """An amount somebody states is not negative and not absurd."""
    fen = tried.order.detail.fen if isinstance(tried.order.detail, FirstPayer) else 0
    return () if 0 <= fen <= MAX_FEN else (_out_of_bounds("先行赔付 first payer", fen),)


def override_reasoned(tried: Attempt) -> Problems:
    """Another sum than the computed one has a reason and is not negative; the approver is the second person."""
    detail = tried.order.detail
    if not isinstance(detail, Assessment) or detail.override_fen is None:
        return ()
    found: list[Problem] = []
    if not detail.override_reason.strip():
        found.append(problems.OVERRIDE_NO_REASON(yuan=yuan_text(detail.system_fen), field="override_reason"))
    if not 0 <= detail.override_fen <= MAX_FEN:
        found.append(_out_of_bounds("调整金额 other sum", detail.override_fen))
    return found


def shares_usable(tried: Attempt) -> Problems:
    """The list of beneficiaries can be split by."""
    return check_shares(tried.order.detail.beneficiaries) if isinstance(tried.order.detail, Beneficiaries) else ()


def payees_known(tried: Attempt) -> Problems:
    """For a death, beneficiaries are named and each one's identity number is known."""
    found = tried.claim.assessment
    died = found is not None and found.findings.died_on is not None
    if not died and papers.Paper.DEATH_CERTIFICATE not in tried.claim.papers:
        return ()
    if not tried.claim.beneficiaries:
        return check_shares(())
    return check_identities(tried.claim.beneficiaries)


def undisputed(tried: Attempt) -> Problems:
    """An advance is above 0, within what was assessed, agreed once a round, with its reason. Insurance Law art. 25."""
    if not isinstance(tried.order.detail, Advance):
        return ()
    fen = tried.order.detail.fen
    limit = _left_of_assessed(tried.claim)
    found = list(reasoned(tried))
    if not 0 < fen <= limit:
        found.append(problems.ADVANCE_TOO_HIGH(yuan=yuan_text(fen), limit=yuan_text(limit)))
    return [*found, *_not_twice(tried.claim, Verb.AGREE_ADVANCE)]


def advance_agreed(tried: Attempt) -> Problems:
    """An approver agreed to exactly this advance, it was not paid yet, and what is assessed now still covers it."""
    agreed = tried.claim.agreed_advance
    if agreed is None:
        return (problems.NOT_DECIDED(number=tried.claim.number),)
    if paid_before := _not_twice(tried.claim, Verb.ADVANCE):
        return paid_before
    limit = min(agreed.fen, _left_of_assessed(tried.claim))
    if isinstance(tried.order.detail, Payment) and not agreed.fen == tried.order.detail.fen <= limit:
        return (problems.ADVANCE_TOO_HIGH(yuan=yuan_text(tried.order.detail.fen), limit=yuan_text(limit)),)
    return ()


def something_due(tried: Attempt) -> Problems:
    """The sum decided is the sum assessed, above 0 and not under what was paid already."""
    if not isinstance(tried.order.detail, Decision) or tried.claim.assessment is None:
        return ()
    fen, assessed = tried.order.detail.fen, tried.claim.assessment.fen
    if fen != assessed:
        return (problems.CHANGED_SINCE(was=yuan_text(assessed), now=yuan_text(fen)),)
    if fen <= 0:
        return (problems.NOTHING_DUE(number=tried.claim.number),)
    if fen < tried.claim.paid_fen:
        return (problems.BELOW_PAID(yuan=yuan_text(fen), paid=yuan_text(tried.claim.paid_fen)),)
    return ()


def something_left(tried: Attempt) -> Problems:
    """Something is left to pay, and exactly that is paid."""
    if (
        isinstance(tried.order.detail, Payment)
        and tried.order.verb is Verb.PAY
        and tried.order.detail.fen == tried.claim.owed_fen > 0
    ):
        return ()
    decided = tried.claim.decision.fen if tried.claim.decision else 0
    return (
        problems.NOTHING_LEFT(number=tried.claim.number, yuan=yuan_text(decided), paid=yuan_text(tried.claim.paid_fen)),
    )


def nothing_left(tried: Attempt) -> Problems:
    """Everything decided was paid in advance."""
    return (
        (problems.STILL_OWED(number=tried.claim.number, yuan=yuan_text(tried.claim.owed_fen)),)
        if tried.claim.owed_fen
        else ()
    )


def nothing_paid(tried: Attempt) -> Problems:
    """What has been paid on cannot be refused or withdrawn as if nothing had been."""
    return (
        (problems.STILL_OWED(number=tried.claim.number, yuan=yuan_text(tried.claim.paid_fen)),)
        if tried.claim.paid_fen
        else ()
    )


def reasoned(tried: Attempt) -> Problems:
    """Reasons are given. Insurance Law art. 24."""
    text = tried.order.detail.text if isinstance(tried.order.detail, Reason) else ""
    text = tried.order.detail.reason if isinstance(tried.order.detail, Advance) else text
    return () if text.strip() else (problems.NO_REASON(verb=tried.order.verb.zh, field="reason"),)


def not_sent(tried: Attempt) -> Problems:
    """The refusal was not sent yet."""
    return _not_twice(tried.claim, Verb.SEND_REFUSAL)


CLERK_WORK = (Verb.ASSESS, Verb.ASSIGN, Verb.ASK_PAPERS, Verb.COMPLETE_PAPERS, Verb.RECORD_FIRST_PAYER)
APPROVER_WORK = (Verb.DECIDE, Verb.AGREE_ADVANCE, Verb.REFUSE)
PAYER_WORK = (Verb.PAY, Verb.ADVANCE)


def other_than_clerk(tried: Attempt) -> Problems:
    """Whoever approves did no clerk's work on the claim and paid nothing on it. SD-7.4."""
    return _other_than(tried.claim, tried.order, (*CLERK_WORK, *PAYER_WORK))


def other_than_approver(tried: Attempt) -> Problems:
    """Whoever does the clerk's work or pays approved nothing on the claim. SD-7.4."""
    return _other_than(tried.claim, tried.order, APPROVER_WORK)


def other_than_both(tried: Attempt) -> Problems:
    """Whoever pays neither assessed nor approved. SD-7.4."""
    return _other_than(tried.claim, tried.order, (*CLERK_WORK, *APPROVER_WORK))


def other_than_decider(tried: Attempt) -> Problems:
    """An appeal is heard by somebody who did not decide the claim before. SD-7.4."""
    return _other_than(tried.claim, tried.order, (*CLERK_WORK, *APPROVER_WORK, *PAYER_WORK))


def _other_than(claim: Claim, order: Order, verbs: Sequence[Verb]) -> Problems:
    for event in reversed(claim.events):
        if event.verb in verbs and event.by.name == order.by.name:
            return (problems.SAME_PERSON(name=order.by.name, did=event.verb.zh, role=order.by.role.zh, field="by"),)
    return ()


def _left_of_assessed(claim: Claim) -> int:
    """What of the sum assessed is not paid, fen >= 0; 0 while nothing is assessed."""
    return max(claim.assessment.fen - claim.paid_fen, 0) if claim.assessment else 0


def _not_twice(claim: Claim, verb: Verb) -> Problems:
    day = claim.when(verb)
    return (problems.DONE_ALREADY(number=claim.number, verb=verb.zh, day=day),) if day else ()


def _out_of_bounds(what: str, fen: int) -> Problem:
    return problems.NEGATIVE(what=what, limit=yuan_text(MAX_FEN), yuan=yuan_text(fen), field="fen")
