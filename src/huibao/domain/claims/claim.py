"""What a claim is: the facts it was reported with, and the events that happened to it since.

A claim has no state of its own. Its state is where the last event left it, so that nothing but an event can
change it; what is known (papers, injuries, amounts) is read off the events in the same way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from huibao.domain.claims.assessment import Assessment
from huibao.domain.claims.beneficiaries import Beneficiary, Payout
from huibao.domain.claims.papers import Paper
from huibao.domain.claims.words import FIRST_PAYER_CAUSES, Cause, Channel, Reporter, Role, State, Verb
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line

__all__ = [
    "FIRST_PAYER_CAUSES",
    "MAX_EVENTS",
    "MAX_NAME_CHARS",
    "MAX_TEXT_CHARS",
    "Actor",
    "Advance",
    "Assigned",
    "Beneficiaries",
    "Cause",
    "Channel",
    "Claim",
    "ClaimEvent",
    "Decision",
    "Detail",
    "Facts",
    "FirstPayer",
    "Nothing",
    "PapersAsked",
    "PapersReceived",
    "Payment",
    "Reason",
    "Reporter",
    "Role",
    "State",
    "Verb",
]

MAX_EVENTS = 500
"""Events on one claim; beyond it somebody runs in circles."""
MAX_NAME_CHARS = 64
"""Characters of a person's name or staff number."""
MAX_TEXT_CHARS = 2_000
"""Characters of a reason or description; a longer one belongs into a paper."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the role, and a name or staff number by which the same human being is recognised again."""

    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a claim was reported with; never changed. `known_on`: when the claimant learned of it (limitation)."""

    number: str
    person_id: int
    insured: str
    contract: str
    line: Line
    product: str
    cover: Period
    happened_on: date
    known_on: date
    cause: Cause
    what: str
    channel: Channel
    reporter: Reporter
    reporter_name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """An event with no more to say than that it happened."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """The handler who is named to the insured person. SD-6.4 green channel."""

    handler: str


@dataclass(frozen=True, slots=True)
class PapersAsked:
    """The one request for papers the law allows. Insurance Law art. 22."""

    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class PapersReceived:
    """Papers handed in."""

    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class FirstPayer:
    """What the disaster insurance paid, fen >= 0 (0: it pays nothing). SD-4.2."""

    fen: int
    reference: str


@dataclass(frozen=True, slots=True)
class Beneficiaries:
    """The people who receive the money, with their shares."""

    beneficiaries: tuple[Beneficiary, ...]


@dataclass(frozen=True, slots=True)
class Advance:
    """The undisputed sum an approver lets pay ahead, fen > 0. Insurance Law art. 25."""

    fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The sum agreed, fen > 0, over all payments of the claim.

    `counted` is what the person's yearly totals grew by: what the scheme counts, also where another sum was agreed.
    """

    fen: int
    counted: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """Money handed out: one ledger entry under `entry_key`. L6.

    `counted`, of an advance: what the person's yearly totals grew by, so that the cap is taken before the decision.
    """

    fen: int
    payouts: tuple[Payout, ...]
    entry_key: str
    counted: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: facts and, where it rests on one, the clause. Insurance Law art. 24."""

    text: str


Detail = (
    Nothing
    | Assigned
    | PapersAsked
    | PapersReceived
    | FirstPayer
    | Beneficiaries
    | Assessment
    | Advance
    | Decision
    | Payment
    | Reason
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """One step of a claim: what was done by whom, on which day it took effect, and where it led. Never changed."""

    no: int
    verb: Verb
    frm: State
    to: State
    on: date
    by: Actor
    detail: Detail


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: its facts and its events in order. Everything else is derived."""

    facts: Facts
    events: tuple[ClaimEvent, ...] = ()

    @property
    def number(self) -> str:
        """The claim's number, as it is told to the person."""
        return self.facts.number

    @property
    def state(self) -> State:
        """Where the last event left the claim. C1."""
        return self.events[-1].to if self.events else State.NEW

    @property
    def reported_on(self) -> date:
        """Day of the report; the day of the accident while there is none."""
        return self.events[0].on if self.events else self.facts.happened_on

    @property
    def round_events(self) -> tuple[ClaimEvent, ...]:
        """Events since the claim was last reopened, the reopening first; all of them if it never was."""
        starts = [at for at, event in enumerate(self.events) if event.verb is Verb.REOPEN]
        return self.events[starts[-1] :] if starts else self.events

    @property
    def rounds(self) -> int:
        """How often the claim was dealt with: 1, and 1 more for each reopening."""
        return 1 + sum(event.verb is Verb.REOPEN for event in self.events)

    @property
    def handler(self) -> str:
        """The named handler, empty while none is named. SD-6.4."""
        found = self.last(Assigned)
        return found.handler if found else ""

    @property
    def asked_on(self) -> date | None:
        """Day of the one request for papers, None if there was none."""
        return next((event.on for event in self.events if event.verb is Verb.ASK_PAPERS), None)

    @property
    def papers(self) -> frozenset[Paper]:
        """Papers received so far."""
        return frozenset(
            p for event in self.events if isinstance(event.detail, PapersReceived) for p in event.detail.papers
        )

    @property
    def papers_asked(self) -> tuple[Paper, ...]:
        """Papers named in the one request."""
        found = self.last(PapersAsked)
        return found.papers if found else ()

    @property
    def first_payer(self) -> FirstPayer | None:
        """What the disaster insurance paid, None while unknown; a later record replaces an earlier one. SD-4.2."""
        return self.last(FirstPayer)

    @property
    def beneficiaries(self) -> tuple[Beneficiary, ...]:
        """Who receives the money, as last named; empty means the insured person."""
        found = self.last(Beneficiaries)
        return found.beneficiaries if found else ()

    @property
    def assessment(self) -> Assessment | None:
        """The last assessment of this round."""
        return _last((event.detail for event in self.round_events), Assessment)

    @property
    def decision(self) -> Decision | None:
        """The sum agreed in this round."""
        return _last((event.detail for event in self.round_events), Decision)

    @property
    def counted(self) -> tuple[tuple[str, int], ...]:
        """What the person's yearly totals hold for this claim, from the last decision or advance of any round."""
        found: tuple[tuple[str, int], ...] = ()
        for event in self.events:
            if isinstance(event.detail, Decision) or (isinstance(event.detail, Payment) and event.verb is Verb.ADVANCE):
                found = event.detail.counted
        return found

    @property
    def agreed_advance(self) -> Advance | None:
        """The undisputed sum agreed in this round."""
        return _last((event.detail for event in self.round_events), Advance)

    @property
    def payments(self) -> tuple[Payment, ...]:
        """Every payment made, in order."""
        return tuple(event.detail for event in self.events if isinstance(event.detail, Payment))

    @property
    def paid_fen(self) -> int:
        """Sum of all payments, fen >= 0."""
        return sum(payment.fen for payment in self.payments)

    @property
    def owed_fen(self) -> int:
        """What the decision of this round leaves to be paid, fen >= 0; 0 without a decision."""
        return max(self.decision.fen - self.paid_fen, 0) if self.decision else 0

    def last(self, kind: type[T]) -> T | None:
        """Return the last event detail of that kind in the whole claim, None if there is none."""
        return _last((event.detail for event in self.events), kind)

    def who(self, *verbs: Verb) -> frozenset[str]:
        """Return the names of those who did any of these in this round."""
        return frozenset(event.by.name for event in self.round_events if event.verb in verbs)

    def when(self, verb: Verb) -> date | None:
        """Return the last day of this round on which that was done, None if it was not."""
        return next((event.on for event in reversed(self.round_events) if event.verb is verb), None)


def _last(details: Iterable[object], kind: type[T]) -> T | None:
    found: T | None = None
    for detail in details:
        if isinstance(detail, kind):
            found = detail
    return found
