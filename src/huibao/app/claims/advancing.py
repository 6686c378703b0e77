"""The undisputed sum, paid ahead: asked for with its reason, agreed to by a second person, paid by a third. Insurance Law art. 25.

The claim's own moves say what may be paid ahead; the approval says who asked and who agreed, and the entry names it.
"""

from dataclasses import replace
from typing import Final

from huibao.app import approvals
from huibao.app.access import Noun, Verb, must
from huibao.app.claims.consent import consent
from huibao.app.claims.desk import Turn
from huibao.app.claims.money import agree_advance, close, not_with_the_bank
from huibao.domain.approval import Approval, Kind, Request, State
from huibao.domain.claims import problems
from huibao.domain.claims.claim import Advance, Claim
from huibao.domain.claims.claim import Verb as Step
from huibao.domain.claims.guards import Attempt, Order, Terms, undisputed
from huibao.domain.claims.moves import possible
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.problem import Refused
from huibao.store import approval as store

MOST_REASON: Final = 400
"""Characters of a reason: as many as a request keeps."""
LOOKS_AT_THE_CLAIM: Final = Terms((), first_payer=False)
"""What may be paid ahead depends on no term of the contract."""


def can_be_asked(claim: Claim) -> bool:
    """Whether something was assessed that was neither decided nor paid ahead in this round."""
    found = claim.assessment
    fresh = claim.when(Step.AGREE_ADVANCE) is None
    return Step.AGREE_ADVANCE in possible(claim) and fresh and found is not None and found.fen > claim.paid_fen


def ask_advance(turn: Turn, fen: int, reason: str) -> Approval:
    """Ask that fen > 0 of the sum assessed be paid before the rest is settled. The same form sent again asks once."""
    key = f"claim/{turn.claim.number}/advance/{turn.key}"
    known = store.by_key(key)
    if known is not None:
        return known
    now = consent(turn.claim.number)
    if now.advance_asked is not None:
        raise Refused(problems.ADVANCE_ASKED(number=turn.claim.number))
    order = Order(Step.AGREE_ADVANCE, turn.by, turn.clock.today(), Advance(fen, reason))
    faults = undisputed(Attempt(turn.claim, order, LOOKS_AT_THE_CLAIM))
    if faults:
        raise Refused(tuple(replace(one, field=one.field or "amount") for one in faults))
    found = turn.claim.assessment
    terms = {"送审金额": yuan_text(found.fen)} if found is not None else {}
    area, contract = turn.contract.area, turn.contract.number
    wanted = Request(Kind.CLAIM_ADVANCE, turn.claim.number, key, area, contract, Fen(fen), terms, reason)
    return approvals.ask(turn.account, wanted, turn.clock)


def agree(turn: Turn, opinion: str) -> Claim:
    """Agree to exactly the advance that was asked for."""
    asked = consent(turn.claim.number).advance
    if asked is None or (asked.state is not State.ASKED and not turn.repeated):
        raise Refused(problems.NO_ADVANCE(number=turn.claim.number))
    if asked.state is State.ASKED:
        approvals.decide(turn.account, asked.number, turn.clock, yes=True, reason=opinion)
    number, fen = turn.claim.number, int(asked.request.fen)
    return agree_advance(number, fen, asked.request.note, turn.by, turn.key, turn.clock)


def decline(turn: Turn, opinion: str) -> None:
    """Do not agree: the claim goes on as before. The same form sent again changes nothing."""
    asked = consent(turn.claim.number).advance
    mine = asked is not None and asked.decided is not None and asked.decided.staff_id == turn.account.staff_id
    if asked is not None and asked.state is State.DECLINED and mine:
        return
    if asked is None or asked.state is not State.ASKED:
        raise Refused(problems.NO_ADVANCE(number=turn.claim.number))
    approvals.decide(turn.account, asked.number, turn.clock, yes=False, reason=opinion)


def send_back(turn: Turn, reason: str) -> None:
    """The payer does not pay an advance that was agreed to, and says why; not while the bank is at it."""
    last = consent(turn.claim.number).advance
    mine = last is not None and last.paid is not None and last.paid.staff_id == turn.account.staff_id
    if last is not None and last.state is State.RETURNED and mine:
        return
    if last is None or last.state is not State.APPROVED:
        raise Refused(problems.NO_ADVANCE(number=turn.claim.number))
    not_with_the_bank(turn.claim)
    approvals.send_back(turn.account, last.number, reason, turn.clock)


def close_paid(turn: Turn) -> None:
    """End a claim whose whole sum went out ahead; the approval of the sum ends with it."""
    number = turn.claim.number
    must(turn.account, Verb.PAY, Noun.CLAIM, turn.contract.area, turn.contract.number)
    asked = consent(number).payment

    def ended(_approval: Approval, clock: Clock) -> str:
        close(number, turn.by, turn.key, clock)
        return number

    if asked is None or turn.repeated:
        close(number, turn.by, turn.key, turn.clock)
    else:
        approvals.pay(turn.account, asked.number, turn.clock, ended)
