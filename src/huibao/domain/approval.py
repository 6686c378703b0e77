"""Approvals: what one person asks, another decides and, where money leaves, a third pays. No effects.

Who prepares, who approves and who pays the same money are different people (T2): the rules below say which roles do
which part of which kind, and the database is given the same rules (`store/approval_guards.py`). An entry of the books
that rests on an approval names it, and moves what was approved (T3).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from huibao.domain.ledger import Cause
from huibao.domain.ledger.entries import MAX_KEY_CHARS, MAX_TEXT_CHARS, canonical
from huibao.kernel.fen import MAX_FEN, Fen

MAX_SUBJECT_CHARS: Final = 200
"""A contract, claim, batch or stay number fits many times over."""
MAX_TERMS: Final = 24
"""Facts of one request: the longest form has half as many fields."""
MARK: Final = "approval/"
"""How an entry names one of our approvals; any other text is a document from outside."""
NUMBERED: Final = re.compile(r"approval/([1-9]\d{0,17})")


class Kind(StrEnum):
    """What is to be approved."""

    ROSTER_IMPORT = "roster_import"
    ENROLMENT = "enrolment"
    CLAIM_DEVIATION = "claim_deviation"
    CLAIM_PAYMENT = "claim_payment"
    CLAIM_ADVANCE = "claim_advance"
    ALLOCATION = "allocation"
    LINE_MOVE = "line_move"
    CARRY_OVER = "carry_over"
    PROFIT_RETURN = "profit_return"
    WRITE_OFF = "write_off"


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    APPROVED = "approved"
    """Decided, and still to be carried out or paid."""
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    """Approved, but the payer sent it back unpaid."""


class Act(StrEnum):
    """What somebody does with a request."""

    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CARRY_OUT = "carry_out"
    SEND_BACK = "send_back"


MOVES: Final[dict[tuple[State, Act], State]] = {
    (State.ASKED, Act.APPROVE): State.APPROVED,
    (State.ASKED, Act.DECLINE): State.DECLINED,
    (State.ASKED, Act.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Act.CARRY_OUT): State.DONE,
    (State.APPROVED, Act.SEND_BACK): State.RETURNED,
}
"""The whole table: what is not here does not happen, and what is decided stays decided."""

OPEN: Final = (State.ASKED, State.APPROVED)
"""States in which something is still to be done."""

STATE_NAMES: Final = {
    State.ASKED: ("待复核", "waiting for approval"),
    State.APPROVED: ("已批准，待办理", "approved, to be carried out"),
    State.DONE: ("已批准并办结", "approved and done"),
    State.DECLINED: ("未批准", "declined"),
    State.WITHDRAWN: ("已撤回", "withdrawn"),
    State.RETURNED: ("付款岗退回", "sent back unpaid"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who does which part of a kind. Roles by name, as `app.access` has them; nobody has two of the parts."""

    zh: str
    en: str
    asks: frozenset[str]
    decides: frozenset[str]
    pays: frozenset[str] = frozenset()
    """Who pays or sends back; none where no money leaves: such a request is carried out once it is approved."""
    once: bool = True
    """One open request for one subject; several blocks of money for one contract may wait side by side."""
    causes: frozenset[Cause] = frozenset()
    """Entries of the books that may name an approval of this kind."""
    in_all: bool = False
    """What is approved is a claim's whole sum: what was paid on it before counts towards it."""


_COUNTY: Final = (frozenset({"county_clerk"}), frozenset({"county_approver"}))
_INSURER: Final = (frozenset({"insurer_handler"}), frozenset({"insurer_approver"}))
_FINANCE: Final = (frozenset({"finance_clerk"}), frozenset({"finance_approver"}))

RULES: Final[dict[Kind, Rule]] = {
    Kind.ROSTER_IMPORT: Rule("名册入库", "taking in a roster", *_COUNTY),
    Kind.ENROLMENT: Rule("参保", "enrolment", *_COUNTY),
    Kind.CLAIM_DEVIATION: Rule("理赔金额调整", "a claim's amount against the rules", *_INSURER),
    Kind.CLAIM_PAYMENT: Rule(
        "赔款支付",
        "payment of a claim",
        *_INSURER,
        frozenset({"insurer_payer"}),
        causes=frozenset({Cause.CLAIM_PAID}),
        in_all=True,
    ),
    Kind.CLAIM_ADVANCE: Rule(
        "赔款先付",
        "advance on a claim",
        *_INSURER,
        frozenset({"insurer_payer"}),
        once=False,
        causes=frozenset({Cause.CLAIM_PAID}),
    ),
    Kind.ALLOCATION: Rule(
        "资金安排到险种",
        "money set aside for a line",
        *_FINANCE,
        once=False,
        causes=frozenset({Cause.LINE_ALLOCATED}),
    ),
    Kind.LINE_MOVE: Rule(
        "险种间调剂", "move between lines", *_FINANCE, once=False, causes=frozenset({Cause.LINE_MOVED})
    ),
    Kind.CARRY_OVER: Rule(
        "结余结转", "surplus carried over", *_FINANCE, once=False, causes=frozenset({Cause.SURPLUS_CARRIED})
    ),
    Kind.PROFIT_RETURN: Rule(
        "盈余返还", "profit returned", *_FINANCE, once=False, causes=frozenset({Cause.PROFIT_RETURNED})
    ),
    Kind.WRITE_OFF: Rule(
        "欠费核销",
        "debt written off",
        frozenset({"hospital_cashier", "finance_clerk"}),
        frozenset({"finance_approver"}),
        causes=frozenset({Cause.DEBT_WRITTEN_OFF}),
    ),
}


NOTHING: Final = Fen(0)
"""A request that is not about money."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, in full: nothing of it changes afterwards. Nothing personal stands in it.

    `subject` is a number of ours (contract, claim, batch, stay); `terms` are the facts that are approved with it.
    `fen` >= 0, 0 where no money is meant. `area` and `contract` say whose business it is.
    """

    kind: Kind
    subject: str
    key: str
    area: str
    contract: str = ""
    fen: Fen = NOTHING
    terms: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    """Why it is asked."""

    @property
    def content(self) -> str:
        """SHA-256 (hex) over all of it: the same key with another content is refused (L4)."""
        record = {
            "kind": self.kind.value,
            "subject": self.subject,
            "area": self.area,
            "contract": self.contract,
            "fen": int(self.fen),
            "terms": dict(self.terms),
            "note": self.note,
        }
        return hashlib.sha256(canonical(record).encode()).hexdigest()

    @property
    def fits(self) -> bool:
        """Whether every text and amount is within its limit."""
        texts = (*self.terms.keys(), *self.terms.values(), self.note)
        return (
            0 < len(self.subject) <= MAX_SUBJECT_CHARS
            and 0 < len(self.key) <= MAX_KEY_CHARS
            and 0 <= self.fen <= MAX_FEN
            and len(self.terms) <= MAX_TERMS
            and all(len(text) <= MAX_TEXT_CHARS for text in texts)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Who did a part, when, and what was said with it. `staff_id` 0: the software itself, once it was approved."""

    staff_id: int
    at: datetime
    said: str = ""
    who: str = ""
    """Name shown, where it was looked up."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A request with everything that became of it."""

    number: int
    request: Request
    state: State
    asked: Part
    decided: Part | None = None
    paid: Part | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    """What came of it: the key of an entry, the number of a batch."""

    @property
    def rule(self) -> Rule:
        """Who does what with this kind."""
        return RULES[self.request.kind]

    @property
    def text(self) -> str:
        """How an entry names it."""
        return mark_of(self.number)

    @property
    def had_a_part(self) -> frozenset[int]:
        """Who had a part in it so far."""
        return frozenset(part.staff_id for part in (self.asked, self.decided, self.paid) if part is not None)


def moved(state: State, act: Act) -> State | None:
    """The state an act leads to, None where the act has no place in this state."""
    return MOVES.get((state, act))


def mark_of(number: int) -> str:
    """How an entry names the approval of that number, from 1."""
    return f"{MARK}{number}"


def number_in(text: str | None) -> int | None:
    """The number of our approval that a text names; None for a document from outside, or nothing."""
    found = NUMBERED.fullmatch(text or "")
    return None if found is None else int(found.group(1))


def names_one_of_ours(text: str | None) -> bool:
    """Whether a text claims to be one of our approvals, well or badly."""
    return (text or "").startswith(MARK)


def parts_are_different_people(approval: Approval) -> bool:
    """T2: who asked, who decided and who paid are different people, each once."""
    parts = [part.staff_id for part in (approval.asked, approval.decided, approval.paid) if part is not None]
    return len(parts) == len(set(parts))


def parts_fit_state(approval: Approval) -> bool:
    """T2: what is decided has a decider, what is open has none, and what needs a payer is done by one alone."""
    decided = approval.decided is not None
    paid = approval.paid is not None
    ended = approval.ended_at is not None
    wanted = {
        State.ASKED: (False, False, False),
        State.APPROVED: (True, False, False),
        State.DONE: (True, bool(approval.rule.pays), True),
        State.DECLINED: (True, False, True),
        State.WITHDRAWN: (False, False, True),
        State.RETURNED: (True, True, True),
    }
    return (decided, paid, ended) == wanted[approval.state]
