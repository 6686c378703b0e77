"""Claims in any order of acts, by anybody: each moves along a table written down here once more, or stays as it was. C1, L6

The model knows where a claim stands, what was paid, and which acts lead where. An act that was done must be one that leads
there, by somebody who may; one that was refused has changed nothing; the money that left is what the claims say was paid.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from huibao.app import claims, funds
from huibao.app.audit import run
from huibao.app.claims import Report
from huibao.domain import ledger
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.claim import Actor, Cause, Channel, Claim, Reporter, Role
from huibao.domain.claims.papers import ALWAYS
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import claim as rows
from huibao.store import ledger as books
from huibao.store.audits.claims import AUDITS
from tests.app import insured_county as county
from tests.app.claims_world import APPROVER, CLERK, OTHER_APPROVER, PAYER, PERSON
from tests.machine.budget import OF_USE_CASES, within

EXAMPLES = 2 if os.environ.get("HUIBAO_TEST_PROFILE") == "sample" else 5
POOL: Final = 2_000_000
ACCIDENT = ledger.special(county.CONTRACT, Line.ACCIDENT)
OPEN = ("reported", "papers_asked", "papers_complete", "waiting_first_payer", "assessed")
EARLY = ("reported", "papers_asked")
LEADS: Final[dict[str, dict[str, str]]] = {
    "assign": {state: state for state in OPEN},
    "ask_papers": {"reported": "papers_asked"},
    "receive_papers": {
        **dict.fromkeys(EARLY, "papers_complete"),
        **{state: state for state in (*OPEN[2:], "decided")},
    },
    "assess": {"papers_complete": "assessed", "assessed": "assessed"},
    "decide": {"assessed": "decided"},
    "pay": {"decided": "paid"},
    "refuse": dict.fromkeys(OPEN, "refused"),
    "send_refusal": {"refused": "refused"},
    "withdraw": dict.fromkeys(OPEN, "withdrawn"),
    "appeal": {"paid": "payment_appealed", "refused": "refusal_appealed"},
    "uphold": {"payment_appealed": "paid", "refusal_appealed": "refused"},
    "reopen": dict.fromkeys(("paid", "refused", "withdrawn", "payment_appealed", "refusal_appealed"), "reported"),
}
"""Act → from where it leads where."""
MAY: Final[dict[str, frozenset[Role]]] = {
    **dict.fromkeys(("assign", "ask_papers", "receive_papers", "assess", "send_refusal"), frozenset({Role.HANDLER})),
    **dict.fromkeys(("decide", "refuse", "uphold", "reopen"), frozenset({Role.APPROVER})),
    "pay": frozenset({Role.PAYER}),
    **dict.fromkeys(("withdraw", "appeal"), frozenset({Role.INSURED, Role.REPORTER})),
}
EVERYBODY = st.sampled_from([CLERK, APPROVER, OTHER_APPROVER, PAYER, PERSON])
WHICH = st.integers(0, 1)
COSTS = st.integers(6_000, 900_000)


@dataclass
class Known:
    """Where a claim stands and what was paid of it, fen."""

    number: str
    state: str = "reported"
    paid: int = 0


def done(act: Callable[[], Claim]) -> Claim | Refused:
    """What came of an act: the claim, or the refusal."""
    try:
        with transaction.atomic():
            return act()
    except Refused as refused:
        return refused


class ClaimMachine(RuleBasedStateMachine):
    """Two accidents of one person, and everybody who has to do with them."""

    def __init__(self) -> None:
        super().__init__()
        self.unit = transaction.atomic()
        self.unit.__enter__()
        self.clock = county.insure(people=1)
        funds.pay_in(county.CONTRACT, Line.ACCIDENT, Fen(POOL), county.START, "pool", self.clock)
        self.pool = books.balance(ACCIDENT)
        self.count = 0
        self.known = [self.report(date(2020, 6, 1 + at)) for at in range(2)]
        self.last: tuple[Callable[[], Claim], Claim] | None = None

    def teardown(self) -> None:
        try:
            assert [(one.number, one.broken) for one in map(run, AUDITS) if not one.holds] == []
        finally:
            transaction.set_rollback(True)
            self.unit.__exit__(None, None, None)

    def key(self) -> str:
        self.count += 1
        return f"k{self.count}"

    def report(self, on: date) -> Known:
        said = Report(
            identity=county.identity(1),
            happened_on=on,
            cause=Cause.FALL,
            what="在家中跌倒",
            channel=Channel.HOTLINE,
            reporter=Reporter.RELATIVE,
            reporter_name="家人",
        )
        found = claims.report_claim(said, self.key(), self.clock).claim
        assert found is not None
        return Known(found.number)

    def act(self, verb: str, at: int, by: Actor, do: Callable[[str, str], Claim]) -> None:
        """Do it, and hold what came of it against the table."""
        one, key = self.known[at], self.key()
        number = one.number
        after = done(lambda: do(number, key))
        if isinstance(after, Refused):
            assert all(problem.says and problem.do for problem in after.problems)
            here = rows.claim(number)
            assert here is not None
            assert (here.state.value, here.paid_fen) == (one.state, one.paid), f"{verb} was refused and did something"
            return
        assert one.state in LEADS[verb], f"{verb} from {one.state}"
        assert after.state.value == LEADS[verb][one.state]
        assert by.role in MAY[verb], f"{verb} by {by.role}"
        assert after.paid_fen == one.paid if verb != "pay" else after.paid_fen > one.paid
        one.state, one.paid = after.state.value, after.paid_fen
        self.last = (lambda: do(number, key), after)

    @rule(at=WHICH, by=EVERYBODY)
    def assign(self, at: int, by: Actor) -> None:
        self.act("assign", at, by, lambda number, key: claims.assign(number, "张经办", by, key, self.clock))

    @rule(at=WHICH, by=EVERYBODY)
    def ask_papers(self, at: int, by: Actor) -> None:
        self.act("ask_papers", at, by, lambda number, key: claims.ask_papers(number, ALWAYS, by, key, self.clock))

    @rule(at=WHICH, by=st.sampled_from([CLERK, CLERK, APPROVER]))
    def papers_come(self, at: int, by: Actor) -> None:
        early = self.known[at].state in EARLY
        self.act(
            "receive_papers",
            at,
            by,
            lambda number, key: claims.receive_papers(number, ALWAYS, by, key, self.clock, complete=early),
        )

    @rule(at=WHICH, by=st.sampled_from([CLERK, CLERK, PAYER]), cost=COSTS)
    def assess(self, at: int, by: Actor, cost: int) -> None:
        found = Findings(amounts=(("accident_medical_cost", cost), ("accident_medical_in_policy", cost)))
        self.act("assess", at, by, lambda number, key: claims.assess(number, found, by, key, self.clock))

    @rule(at=WHICH, by=st.sampled_from([APPROVER, OTHER_APPROVER, CLERK]))
    def decide(self, at: int, by: Actor) -> None:
        self.act("decide", at, by, lambda number, key: claims.decide(number, by, key, self.clock))

    @rule(at=WHICH, by=st.sampled_from([PAYER, PAYER, APPROVER]))
    def pay(self, at: int, by: Actor) -> None:
        self.act("pay", at, by, lambda number, key: claims.pay(number, by, key, self.clock))

    @rule(at=WHICH, by=EVERYBODY, verb=st.sampled_from(["refuse", "withdraw", "appeal", "uphold", "reopen"]))
    def say_why(self, at: int, by: Actor, verb: str) -> None:
        do = getattr(claims, verb)
        self.act(verb, at, by, lambda number, key: do(number, "理由写明", by, key, self.clock))

    @rule(at=WHICH, by=EVERYBODY)
    def send_refusal(self, at: int, by: Actor) -> None:
        self.act("send_refusal", at, by, lambda number, key: claims.send_refusal(number, by, key, self.clock))

    @rule()
    def send_the_last_act_again(self) -> None:
        assume(self.last is not None)
        assert self.last is not None
        again, first = self.last
        before = [rows.claim(one.number) for one in self.known]
        assert again() == rows.claim(first.number)
        assert [rows.claim(one.number) for one in self.known] == before

    @rule(days=st.integers(0, 40))
    def days_go_by(self, days: int) -> None:
        self.clock.forward(days)

    @invariant()
    def what_left_the_account_is_what_the_claims_say(self) -> None:
        assert self.pool - books.balance(ACCIDENT) == sum(one.paid for one in self.known)
        for one in self.known:
            here = rows.claim(one.number)
            assert here is not None
            assert (here.state.value, here.paid_fen) == (one.state, one.paid)


@pytest.mark.django_db
@pytest.mark.invariant("C1")
@pytest.mark.invariant("L6")
def test_claims_move_along_their_table_whoever_acts_in_whatever_order() -> None:
    chosen = settings(
        settings(),
        max_examples=EXAMPLES,
        stateful_step_count=30,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(ClaimMachine, settings=within(OF_USE_CASES, chosen))
