"""C1 and L6 by chance: random orders against a second, small telling of the rules that shares no code with the first.

The model keeps a place on a map, who did what, and the money; it foretells for each order whether it is taken.
"""

from datetime import timedelta
from typing import Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import (
    Actor,
    Advance,
    Assigned,
    Beneficiaries,
    Cause,
    Claim,
    Decision,
    Detail,
    FirstPayer,
    Nothing,
    PapersAsked,
    PapersReceived,
    Payment,
    Reason,
    Role,
    Verb,
)
from huibao.domain.claims.clocks import clocks
from huibao.domain.claims.guards import Order
from huibao.domain.claims.moves import move, replay
from huibao.domain.claims.papers import ALWAYS
from tests.domain.claims.made_up import CLOCKS, FELL_ON, LONG_AFTER, TERMS, a_claim, worth

BEFORE = ("reported", "papers_asked")
READY = ("papers_complete", "waiting_first_payer", "assessed")
UNDECIDED = BEFORE + READY

# Where a verb leads, told place by place; "." stays. Written by hand from the rules, not from the table.
MAP: Final[dict[str, dict[str, str]]] = {
    "assign": dict.fromkeys(UNDECIDED, "."),
    "ask_papers": {"reported": "papers_asked"},
    "receive_papers": dict.fromkeys((*UNDECIDED, "decided"), "."),
    "complete_papers": dict.fromkeys(BEFORE, "papers_complete"),
    "suspend": {"papers_complete": "waiting_first_payer"},
    "record_first_payer": {
        **dict.fromkeys((*BEFORE, "papers_complete"), "."),
        "waiting_first_payer": "papers_complete",
        "assessed": "papers_complete",
    },
    "assess": {"papers_complete": "assessed", "assessed": "assessed"},
    "name_beneficiaries": dict.fromkeys((*UNDECIDED, "decided"), "."),
    "agree_advance": {"assessed": "."},
    "advance": {"assessed": "."},
    "decide": {"assessed": "decided"},
    "pay": {"decided": "paid"},
    "close": {"decided": "paid"},
    "refuse": dict.fromkeys(UNDECIDED, "refused"),
    "send_refusal": {"refused": "."},
    "withdraw": dict.fromkeys(UNDECIDED, "withdrawn"),
    "appeal": {"paid": "payment_appealed", "refused": "refusal_appealed"},
    "uphold": {"payment_appealed": "paid", "refusal_appealed": "refused"},
    "reopen": dict.fromkeys(("payment_appealed", "refusal_appealed", "paid", "refused", "withdrawn"), "reported"),
}
CLERKS = {"assess", "assign", "ask_papers", "complete_papers", "record_first_payer"}
APPROVES = {"decide", "agree_advance", "refuse"}
PAYS = {"pay", "advance"}
NOT_AFTER: Final[dict[str, set[str]]] = {
    **dict.fromkeys(CLERKS, APPROVES),
    **dict.fromkeys(APPROVES, CLERKS | PAYS),
    **dict.fromkeys(PAYS, CLERKS | APPROVES),
    "uphold": CLERKS | APPROVES | PAYS,
}
"""Who did one of these cannot do that. Reopening counts so only out of an appeal."""
ROLE: Final = {
    **{key: {"handler"} for key in (*CLERKS, "receive_papers", "suspend", "name_beneficiaries", "send_refusal")},
    **{key: {"approver"} for key in (*APPROVES, "uphold", "reopen")},
    **{key: {"payer"} for key in (*PAYS, "close")},
    **{key: {"insured", "reporter"} for key in ("withdraw", "appeal")},
}
NEEDS_REASON = {"refuse", "withdraw", "appeal", "uphold", "reopen"}


class Walk(RuleBasedStateMachine):
    """One claim; the model beside it."""

    @initialize(drowned=st.booleans())
    def report(self, drowned: bool) -> None:
        self.claim: Claim = a_claim(Cause.DROWNING if drowned else Cause.FALL)
        self.day = FELL_ON
        self.place = "new"
        self.waits = drowned
        self.did: set[tuple[str, str]] = set()
        self.asked = self.papers = self.sent = self.advanced = False
        self.assessed: int | None = None
        self.agreed: int | None = None
        self.decided: int | None = None
        self.paid = 0
        result = self._order("report", "reporter", "甲", Nothing())
        assert isinstance(result, Claim)
        self.claim, self.place = result, "reported"

    @rule(
        verb=st.sampled_from(sorted(MAP)),
        role=st.sampled_from([role.value for role in Role]),
        fitting=st.integers(0, 9),
        name=st.sampled_from(["甲", "乙", "丙", "丁"]),
        fen=st.sampled_from([0, 3000, 5000]),
        days=st.integers(0, 20),
        reason=st.sampled_from(["", "写明理由", "写明理由"]),
    )
    def order(self, verb: str, role: str, fitting: int, name: str, fen: int, days: int, reason: str) -> None:
        if fitting:  # nine times of ten the role is right, else hardly anything would ever be taken
            role = min(ROLE[verb])
        detail = self._detail(verb, fen, reason)
        taken = self._is_taken(verb, role, name, detail)
        result = self._order(verb, role, name, detail, days)
        assert isinstance(result, Claim) is taken, (verb, role, name, detail, self.place, result)
        if isinstance(result, Claim):
            self.day += timedelta(days=days)
            self.claim = result
            self._follow(verb, name, detail)

    @rule()
    def straight_on(self) -> None:
        """Go one step of the usual way, so that the far places are visited too."""
        way = {
            "reported": ("receive_papers" if not self.papers else "complete_papers", "handler", "甲"),
            "papers_asked": ("receive_papers" if not self.papers else "complete_papers", "handler", "甲"),
            "papers_complete": ("record_first_payer" if self.waits else "assess", "handler", "甲"),
            "waiting_first_payer": ("record_first_payer", "handler", "甲"),
            "assessed": ("decide", "approver", "乙"),
            "decided": ("pay", "payer", "丙"),
        }
        if self.place in way:
            verb, role, name = way[self.place]
            self.order(verb, role, 0, name, 5000, 1, "写明理由")

    def _order(self, verb: str, role: str, name: str, detail: Detail, days: int = 0) -> Claim | tuple[object, ...]:
        on = self.day + timedelta(days=days)
        return move(self.claim, Order(Verb(verb), Actor(Role(role), name), on, detail), TERMS, LONG_AFTER)

    def _detail(self, verb: str, fen: int, reason: str) -> Detail:
        details: dict[str, Detail] = {
            "assign": Assigned("甲"),
            "ask_papers": PapersAsked(ALWAYS),
            "receive_papers": PapersReceived(ALWAYS),
            "record_first_payer": FirstPayer(fen, "滨民灾"),
            "assess": worth(fen),
            "name_beneficiaries": Beneficiaries((Beneficiary("父"), Beneficiary("母"))),
            "agree_advance": Advance(fen, reason),
            "advance": Payment(fen, (), f"claim/{len(self.claim.events)}"),
            "decide": Decision(fen),
            "pay": Payment(max((self.decided or 0) - self.paid, 0), (), f"claim/{len(self.claim.events)}"),
        }
        return details.get(verb, Reason(reason) if verb in NEEDS_REASON else Nothing())

    def _is_taken(self, verb: str, role: str, name: str, detail: Detail) -> bool:
        if self.place not in MAP[verb] or role not in ROLE[verb]:
            return False
        from_appeal = verb == "reopen" and "appealed" in self.place
        barred = NOT_AFTER["uphold"] if from_appeal else NOT_AFTER.get(verb, set())
        if any((name, did) in self.did for did in barred):
            return False
        if verb in NEEDS_REASON and (not isinstance(detail, Reason) or not detail.text):
            return False
        fen = getattr(detail, "fen", 0)
        conditions = {
            "ask_papers": not self.asked,
            "complete_papers": self.papers,
            "suspend": self.waits,
            "assess": not self.waits,
            "agree_advance": fen > 0
            and self.agreed is None
            and bool(getattr(detail, "reason", ""))
            and fen <= (self.assessed or 0) - self.paid,
            "advance": self.agreed == fen and not self.advanced and fen <= (self.assessed or 0) - self.paid,
            "decide": fen == self.assessed and fen > 0 and fen >= self.paid,
            "pay": fen > 0,
            "close": self.decided is not None and self.decided <= self.paid,
            "refuse": self.paid == 0,
            "withdraw": self.paid == 0,
            "send_refusal": not self.sent,
        }
        return conditions.get(verb, True)

    def _follow(self, verb: str, name: str, detail: Detail) -> None:
        to = MAP[verb][self.place]
        self.place = self.place if to == "." else to
        self.did.add((name, verb))
        self.asked |= verb == "ask_papers"
        self.papers |= verb == "receive_papers"
        self.sent |= verb == "send_refusal"
        self.advanced |= verb == "advance"
        fen: int = getattr(detail, "fen", 0)
        if verb == "record_first_payer":
            self.waits = False
        if verb == "assess":
            self.assessed = fen
        if verb == "agree_advance":
            self.agreed = fen
        if verb == "decide":
            self.decided = fen
        if verb in PAYS:
            self.paid += fen
        if verb == "reopen":
            self.sent = self.advanced = False
            self.assessed = self.agreed = self.decided = None

    @invariant()
    def the_claim_stands_where_the_model_does(self) -> None:
        if not hasattr(self, "claim"):
            return
        assert self.claim.state.value == self.place
        assert self.claim.paid_fen == self.paid
        assert self.claim.paid_fen <= max(self.decided or 0, self.paid)
        assert replay(self.claim) == ()

    @invariant()
    def every_clock_that_ran_out_is_seen_again(self) -> None:
        if not hasattr(self, "claim"):
            return
        over = {(c.name, c.started_on) for c in clocks(self.claim, self.day, CLOCKS) if c.ran_out}
        later = {(c.name, c.started_on) for c in clocks(self.claim, self.day + timedelta(days=9), CLOCKS) if c.ran_out}
        assert over <= later


@pytest.mark.invariant("C1")
@pytest.mark.invariant("C2")
@pytest.mark.invariant("L6")
def test_a_claim_goes_where_the_model_foretells() -> None:
    run_state_machine_as_test(Walk)
