"""The second person: what a handler puts up, an approver agrees to or sends back; a payer pays only then. SD-7.4, T2.

The table of moves keeps the three apart on each claim; the approvals do it by account, and the database with them.
"""

from dataclasses import dataclass
from typing import Final

from huibao.app import approvals
from huibao.app.claims.desk import SECOND, Turn
from huibao.app.claims.money import decide
from huibao.domain.approval import Approval, Kind, Request, State
from huibao.domain.claims import problems
from huibao.domain.claims.assessment import Assessment
from huibao.domain.claims.claim import Claim
from huibao.domain.plan import Contract
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.problem import Refused
from huibao.store import approval as store

NO_LIMIT: Final = "0.00"
KINDS: Final = (Kind.CLAIM_DEVIATION, Kind.CLAIM_PAYMENT)
WHOLE_SUM: Final = "已决定全额赔付，不再先付"
"""Why an advance that waits is declined when the whole sum is decided."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What stands of the second person's part: the request for the sum, that for a deviation, and what was declined."""

    payment: Approval | None
    deviation: Approval | None
    declined: Approval | None
    """The last request, where it was declined and nothing was put up since."""
    advance: Approval | None = None
    """The last request to pay the undisputed sum ahead, whatever became of it. Insurance Law art. 25."""

    @property
    def advance_asked(self) -> Approval | None:
        """The advance that waits for the second person."""
        return self.advance if self.advance is not None and self.advance.state is State.ASKED else None

    @property
    def advance_agreed(self) -> Approval | None:
        """The advance that was agreed to and waits for its payment."""
        return self.advance if self.advance is not None and self.advance.state is State.APPROVED else None


def deviation_fen(found: Assessment | None) -> int:
    """By how much the handler's sum differs from the scheme's, fen with its sign."""
    return 0 if found is None or found.override_fen is None else found.override_fen - found.system_fen


def above_limit(found: Assessment | None, contract: Contract) -> bool:
    """Whether a deviation needs the approver's own opinion; without a limit in the contract each does."""
    return abs(deviation_fen(found)) > (contract.claim_deviation_limit_fen or 0)


def consent(number: str) -> Consent:
    """The second person's part in a claim as it stands."""
    payment = store.open_about(Kind.CLAIM_PAYMENT, number)
    last = None if payment else store.latest_about(Kind.CLAIM_PAYMENT, number)
    declined = last if last is not None and last.state is State.DECLINED else None
    deviation = store.open_about(Kind.CLAIM_DEVIATION, number)
    return Consent(payment, deviation, declined, store.latest_about(Kind.CLAIM_ADVANCE, number))


def make_way(turn: Turn) -> None:
    """Take back what stands for approval, so that another sum can be put up; only who put it up may."""
    no_advance_on_its_way(turn)
    for kind in KINDS:
        open_one = store.open_about(kind, turn.claim.number)
        if open_one is None:
            continue
        if open_one.asked.staff_id != turn.account.staff_id:
            raise Refused(problems.PUT_UP_BY_OTHER(number=turn.claim.number, name=open_one.asked.who))
        approvals.withdraw(turn.account, open_one.number, turn.clock, reason="重新核定")


def put_up(turn: Turn, claim: Claim) -> None:
    """Put the sum of the last assessment up for approval, and apart from it a deviation above the limit."""
    found = claim.assessment
    if found is None or found.fen <= 0:
        return
    step = claim.events[-1].no
    stem = f"claim/{claim.number}/{step}"
    terms = {"步骤": str(step), "系统金额": yuan_text(found.system_fen), "送审金额": yuan_text(found.fen)}
    area, contract = turn.contract.area, turn.contract.number
    if above_limit(found, turn.contract):
        fen = Fen(abs(deviation_fen(found)))
        limit = yuan_text(turn.contract.claim_deviation_limit_fen or 0)
        more = {**terms, "限额": limit}
        wanted = Request(Kind.CLAIM_DEVIATION, claim.number, f"{stem}/deviation", area, contract, fen, more)
        approvals.ask(turn.account, wanted, turn.clock)
    wanted = Request(Kind.CLAIM_PAYMENT, claim.number, f"{stem}/payment", area, contract, Fen(found.fen), terms)
    approvals.ask(turn.account, wanted, turn.clock)


def agree(turn: Turn, opinion: str) -> Claim:
    """Decide to pay what was put up. A deviation above the limit needs the approver's own opinion."""
    found, number = turn.claim.assessment, turn.claim.number
    no_advance_on_its_way(turn)
    now = consent(number)
    if found is None or now.payment is None or int(now.payment.request.fen) != found.fen:
        raise Refused(problems.NOT_SUBMITTED(number=number))
    if above_limit(found, turn.contract):
        limit = yuan_text(turn.contract.claim_deviation_limit_fen or 0)
        if not opinion.strip():
            yuan = yuan_text(abs(deviation_fen(found)))
            raise Refused(problems.NEEDS_OPINION(yuan=yuan, limit=limit, field="opinion"))
        if now.deviation is None:
            raise Refused(problems.NOT_SUBMITTED(number=number))
        _yes(turn, now.deviation, opinion)
        approvals.carried_out(now.deviation.number, number, turn.clock)
    _yes(turn, now.payment, opinion)
    _no(turn, now.advance_asked, WHOLE_SUM)
    return decide(number, turn.by, turn.key, turn.clock)


def send_back(turn: Turn, reason: str) -> None:
    """Decline what was put up: the handler assesses anew."""
    found = [store.open_about(kind, turn.claim.number) for kind in KINDS]
    last = store.latest_about(Kind.CLAIM_PAYMENT, turn.claim.number)
    if (
        last is not None
        and last.state is State.DECLINED
        and last.decided
        and last.decided.staff_id == turn.account.staff_id
    ):
        return  # sent twice
    if not any(found):
        raise Refused(problems.NOT_SUBMITTED(number=turn.claim.number))
    for one in found:
        if one is not None:
            approvals.decide(turn.account, one.number, turn.clock, yes=False, reason=reason)


def drop(turn: Turn, reason: str) -> None:
    """A claim that is refused is not paid: what was put up is declined with the same reason."""
    no_advance_on_its_way(turn)
    for kind in (*KINDS, Kind.CLAIM_ADVANCE):
        _no(turn, store.open_about(kind, turn.claim.number), reason[:400])


def no_advance_on_its_way(turn: Turn) -> None:
    """Refused while an advance was agreed to and is neither paid nor sent back: two sums would be due at once. L6."""
    agreed = consent(turn.claim.number).advance_agreed
    if agreed is not None and not turn.repeated:
        raise Refused(problems.ADVANCE_UNPAID(number=turn.claim.number, yuan=yuan_text(agreed.request.fen)))


def _no(turn: Turn, one: Approval | None, reason: str) -> None:
    if one is not None and one.state is State.ASKED:
        approvals.decide(turn.account, one.number, turn.clock, yes=False, reason=reason)


def _yes(turn: Turn, one: Approval, opinion: str) -> None:
    if one.state is State.ASKED:
        approvals.decide(turn.account, one.number, turn.clock, yes=True, reason=opinion)


def second(turn: Turn) -> str:
    """A key for the second order of one act."""
    return turn.key + SECOND
