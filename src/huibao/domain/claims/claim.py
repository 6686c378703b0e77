"""What a claim is: the facts it was reported with, and the events that happened to it since.

A claim has no state of its own. Its state is where the last event left it, so that nothing but an event can
change it; what is known (papers, injuries, amounts) is read off the events in the same way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from huibao.domain.claims.assessment import Assessment
from huibao.domain.claims.beneficiaries import Beneficiary, Payout
from huibao.domain.claims.papers import Paper
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line

MAX_EVENTS = 500
"""Events on one claim; beyond it somebody runs in circles."""
MAX_TEXT_CHARS = 2_000
"""Characters of a reason or description; a longer one belongs into a paper."""


class Named(StrEnum):
    """A word with its Chinese and English name."""

    @property
    def zh(self) -> str:
        """Chinese name."""
        return NAMES[self][0]

    @property
    def en(self) -> str:
        """English name."""
        return NAMES[self][1]


class State(Named):
    """Where a claim stands."""

    NEW = "new"
    REPORTED = "reported"
    PAPERS_ASKED = "papers_asked"
    PAPERS_COMPLETE = "papers_complete"
    WAITING_FIRST_PAYER = "waiting_first_payer"
    ASSESSED = "assessed"
    DECIDED = "decided"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PAYMENT_APPEALED = "payment_appealed"
    REFUSAL_APPEALED = "refusal_appealed"


class Role(Named):
    """In what quality somebody acts on a claim. Who may do what stands in MOVES."""

    REPORTER = "reporter"
    INSURED = "insured"
    HANDLER = "handler"
    APPROVER = "approver"
    PAYER = "payer"


class Verb(Named):
    """What is done to a claim."""

    REPORT = "report"
    ASSIGN = "assign"
    ASK_PAPERS = "ask_papers"
    RECEIVE_PAPERS = "receive_papers"
    COMPLETE_PAPERS = "complete_papers"
    SUSPEND = "suspend"
    RECORD_FIRST_PAYER = "record_first_payer"
    ASSESS = "assess"
    NAME_BENEFICIARIES = "name_beneficiaries"
    AGREE_ADVANCE = "agree_advance"
    ADVANCE = "advance"
    DECIDE = "decide"
    PAY = "pay"
    CLOSE = "close"
    REFUSE = "refuse"
    SEND_REFUSAL = "send_refusal"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    REOPEN = "reopen"


class Cause(Named):
    """What happened to the person. The first six are paid by the disaster insurance first. SD-4.2."""

    NATURAL_DISASTER = "natural_disaster"
    DROWNING = "drowning"
    GAS_POISONING = "gas_poisoning"
    EXPLOSION = "explosion"
    FIRE = "fire"
    ELECTROCUTION = "electrocution"
    FALL = "fall"
    TRANSPORT = "transport"
    BURN = "burn"
    ANIMAL = "animal"
    ILLNESS = "illness"
    OTHER = "other"


class Channel(Named):
    """How the report came in. SD-6.3."""

    HOTLINE = "hotline"
    OUTLET = "outlet"
    COUNTER = "counter"
    ONLINE = "online"


class Reporter(Named):
    """Who reported; anybody may, on the insured person's behalf."""

    INSURED = "the_insured"
    RELATIVE = "relative"
    CADRE = "cadre"
    HOSPITAL = "hospital"
    OTHER = "somebody_else"


NAMES: Mapping[Named, tuple[str, str]] = {
    State.NEW: ("未报案", "not reported"),
    State.REPORTED: ("已报案", "reported"),
    State.PAPERS_ASKED: ("待补材料", "papers asked for"),
    State.PAPERS_COMPLETE: ("材料齐全", "papers complete"),
    State.WAITING_FIRST_PAYER: ("待先行赔付", "waiting for the first payer"),
    State.ASSESSED: ("已核定", "assessed"),
    State.DECIDED: ("已审批待付", "decided, to be paid"),
    State.PAID: ("已赔付", "paid"),
    State.REFUSED: ("已拒赔", "refused"),
    State.WITHDRAWN: ("已撤案", "withdrawn"),
    State.PAYMENT_APPEALED: ("对赔付申诉中", "payment appealed"),
    State.REFUSAL_APPEALED: ("对拒赔申诉中", "refusal appealed"),
    Role.REPORTER: ("报案人", "reporter"),
    Role.INSURED: ("被保险人或受益人", "insured person or beneficiary"),
    Role.HANDLER: ("经办人", "handler"),
    Role.APPROVER: ("审批人", "approver"),
    Role.PAYER: ("付款人", "payer"),
    Verb.REPORT: ("报案", "report"),
    Verb.ASSIGN: ("指定专人", "assign a handler"),
    Verb.ASK_PAPERS: ("一次性通知补充材料", "ask for papers, once"),
    Verb.RECEIVE_PAPERS: ("收到材料", "receive papers"),
    Verb.COMPLETE_PAPERS: ("材料齐全", "find papers complete"),
    Verb.SUSPEND: ("挂起待先行赔付", "suspend for the first payer"),
    Verb.RECORD_FIRST_PAYER: ("登记先行赔付", "record the first payer's amount"),
    Verb.ASSESS: ("核定", "assess"),
    Verb.NAME_BENEFICIARIES: ("登记受益人", "name the beneficiaries"),
    Verb.AGREE_ADVANCE: ("同意先付", "agree to an advance"),
    Verb.ADVANCE: ("先付无争议部分", "pay the undisputed sum"),
    Verb.DECIDE: ("审批赔付", "decide to pay"),
    Verb.PAY: ("付款", "pay"),
    Verb.CLOSE: ("结案（已先付足额）", "close, the advance was all"),
    Verb.REFUSE: ("拒赔", "refuse"),
    Verb.SEND_REFUSAL: ("发出拒赔通知", "send the refusal"),
    Verb.WITHDRAW: ("撤案", "withdraw"),
    Verb.APPEAL: ("申诉", "appeal"),
    Verb.UPHOLD: ("维持原决定", "uphold"),
    Verb.REOPEN: ("重开", "reopen"),
    Cause.NATURAL_DISASTER: ("自然灾害", "natural disaster"),
    Cause.DROWNING: ("溺水", "drowning"),
    Cause.GAS_POISONING: ("居家煤气中毒", "gas poisoning at home"),
    Cause.EXPLOSION: ("爆炸", "explosion"),
    Cause.FIRE: ("火灾", "fire"),
    Cause.ELECTROCUTION: ("触电", "electrocution"),
    Cause.FALL: ("跌倒、坠落", "fall"),
    Cause.TRANSPORT: ("交通事故", "transport accident"),
    Cause.BURN: ("烧烫伤", "burn"),
    Cause.ANIMAL: ("动物伤害", "animal"),
    Cause.ILLNESS: ("疾病", "illness"),
    Cause.OTHER: ("其他", "other"),
    Channel.HOTLINE: ("电话", "hotline"),
    Channel.OUTLET: ("服务网点", "outlet"),
    Channel.COUNTER: ("柜面", "counter"),
    Channel.ONLINE: ("网上", "online"),
    Reporter.INSURED: ("本人", "the insured person"),
    Reporter.RELATIVE: ("亲属", "relative"),
    Reporter.CADRE: ("村干部或帮扶人", "village cadre or helper"),
    Reporter.HOSPITAL: ("医疗机构", "hospital"),
    Reporter.OTHER: ("其他人", "somebody else"),
}

FIRST_PAYER_CAUSES = frozenset(
    {
        Cause.NATURAL_DISASTER,
        Cause.DROWNING,
        Cause.GAS_POISONING,
        Cause.EXPLOSION,
        Cause.FIRE,
        Cause.ELECTROCUTION,
    }
)
"""Accidents the disaster insurance pays first, where a scheme counts what it paid. SD-4.2."""

ENDED = frozenset({State.PAID, State.REFUSED, State.WITHDRAWN})
"""Nothing is under way here, except what the clocks still say (a refusal to be sent)."""


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
    """The sum agreed, fen > 0, over all payments of the claim; `counted` is what the person's yearly totals grew by."""

    fen: int
    counted: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """Money handed out: one ledger entry under `entry_key`. L6."""

    fen: int
    payouts: tuple[Payout, ...]
    entry_key: str


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
    def last_decision(self) -> Decision | None:
        """The sum last agreed in any round: what the person's yearly totals hold for this claim."""
        return self.last(Decision)

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
