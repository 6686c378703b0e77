"""A county's year as one random programme over enrolment, settlement, claims and ledger, against a model of a few lines.

The model knows the demonstration city's rules by its own arithmetic (target 90 %, floor 100 yuan, cap 350,000 yuan; accident
medical 80 % above 50 yuan, 8,000 yuan a year; premiums 130 and 15 yuan) and keeps what every account and person should stand
at. The real use cases are called in any order: money may lack, people may not be insured, things are sent twice. After each
step the books agree with the model; at the end every invariant of `huibao check` holds.
"""

import os
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huibao.app import claims, funds
from huibao.app.audit import check_all
from huibao.app.claims import Report
from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.app.settlement import reverse_settlement, settle_bills
from huibao.domain import ledger
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.claim import Cause, Channel, Claim, Reporter
from huibao.domain.claims.papers import ALWAYS
from huibao.domain.ledger import SourceKind
from huibao.domain.settlement.bill import Bill
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import claim as claim_rows
from huibao.store import coverage as covers
from huibao.store import ledger as books
from huibao.store import roster
from huibao.store import settlement as totals
from tests.app import insured_county as county
from tests.app.claims_world import APPROVER, CLERK, PAYER
from tests.machine.budget import OF_USE_CASES, within

EXAMPLES = 5 if os.environ.get("HUIBAO_TEST_PROFILE") == "sample" else 15
MEDICAL, ACCIDENT = Line.MEDICAL_SUPPLEMENTARY, Line.ACCIDENT
PREMIUM = {MEDICAL: 13_000, ACCIDENT: 1_500}
FUND = "provincial_poverty_fund"
MOST_PEOPLE = 4
PERSONS = st.integers(1, MOST_PEOPLE)
LINES = st.sampled_from([MEDICAL, ACCIDENT])
MONEY = st.integers(1, 60_000).map(Fen)
MUCH = st.integers(1, 40_000_000).map(Fen)
SETTLED_ON = date(2020, 6, 12)
FIRST_ACCIDENT = date(2020, 4, 1)


@dataclass
class Model:
    """What everything should stand at, fen."""

    fund: int = 0
    allocated: dict[Line, int] = field(default_factory=lambda: {MEDICAL: 0, ACCIDENT: 0})
    special: dict[Line, int] = field(default_factory=lambda: {MEDICAL: 0, ACCIDENT: 0})
    premium: dict[Line, int] = field(default_factory=lambda: {MEDICAL: 0, ACCIDENT: 0})
    owed: dict[Line, int] = field(default_factory=lambda: {MEDICAL: 0, ACCIDENT: 0})
    spent: dict[Line, int] = field(default_factory=lambda: {MEDICAL: 0, ACCIDENT: 0})
    moved: dict[Line, int] = field(default_factory=lambda: {MEDICAL: 0, ACCIDENT: 0})
    registered: set[int] = field(default_factory=set)
    insured: set[int] = field(default_factory=set)
    supplementary: dict[int, int] = field(default_factory=dict)
    accident_medical: dict[int, int] = field(default_factory=dict)
    settled: list[tuple[str, int, int, Bill]] = field(default_factory=list)
    """Settlements that stand: number, person, our part, the bill."""
    decided: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Claims decided and not paid: person and sum."""
    paid: list[str] = field(default_factory=list)


class CountyMachine(RuleBasedStateMachine):
    """The county, and the model beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.unit = transaction.atomic()
        self.unit.__enter__()
        self.clock = county.Calendar(date(2020, 6, 30))
        add_contract(f"{county.CONTRACT_TEXT}line_move_limit: 10 %\n", "contract.yaml", self.clock)
        self.m = Model()
        self.count = 0

    def teardown(self) -> None:
        try:
            assert [(one.number, one.broken) for one in check_all() if not one.holds] == []
        finally:
            transaction.set_rollback(True)
            self.unit.__exit__(None, None, None)

    def key(self) -> str:
        self.count += 1
        return f"k{self.count}"

    @initialize(begun=st.sampled_from([True, True, False]))
    def begin_the_year(self, begun: bool) -> None:
        """Most programmes begin with two people insured and money with the insurer, so that they get further."""
        if begun:
            for person in (1, 2):
                self.register(person)
            self.enrol_everybody()
            self.receive(Fen(29_000))
            for line, premium in PREMIUM.items():
                self.allocate(line, Fen(2 * premium))
                self.pay_premium(line)
                self.insurer_pays_in(line, Fen(30_000_000 if line is MEDICAL else 900_000))

    # --- people and cover

    @rule(person=PERSONS)
    def register(self, person: int) -> None:
        if person not in self.m.registered:
            county.add_person(person)
            self.m.registered.add(person)

    @rule()
    def enrol_everybody(self) -> None:
        result = enrol(county.CONTRACT, county.START, self.key(), self.clock)
        new = self.m.registered - self.m.insured
        assert (result.people, result.refused) == (len(new), ())
        for line, premium in PREMIUM.items():
            self.m.owed[line] += premium * len(new)
        self.m.insured |= new

    # --- money

    @rule(fen=MUCH)
    def receive(self, fen: Fen) -> None:
        key = self.key()
        for _ in range(2):  # the second time it is only confirmed
            funds.receive(county.COUNTY, FUND, fen, SourceKind.FISCAL, county.START, key, self.clock)
        self.m.fund += fen

    @rule(line=LINES, fen=MONEY)
    def allocate(self, line: Line, fen: Fen) -> None:
        def act() -> None:
            funds.allocate_line(county.COUNTY, FUND, county.CONTRACT, line, fen, county.START, self.key(), self.clock)

        if fen > self.m.fund:
            refused(act, "LEDGER-011")
            return
        act()
        self.m.fund -= fen
        self.m.allocated[line] += fen

    @rule(line=LINES)
    def pay_premium(self, line: Line) -> None:
        def act() -> None:
            funds.pay_premium(county.CONTRACT, line, county.START, self.key(), self.clock)

        owed = self.m.owed[line]
        if owed == 0 or owed > self.m.allocated[line]:
            refused(act, "FUND-009" if owed == 0 else "LEDGER-011")
            return
        act()
        self.m.allocated[line] -= owed
        self.m.special[line] += owed
        self.m.premium[line] += owed
        self.m.owed[line] = 0

    @rule(line=LINES, fen=MUCH)
    def insurer_pays_in(self, line: Line, fen: Fen) -> None:
        funds.pay_in(county.CONTRACT, line, fen, county.START, self.key(), self.clock)
        self.m.special[line] += fen

    @rule(line=LINES, fen=st.integers(1, 2_000).map(Fen))
    def spend_on_operating(self, line: Line, fen: Fen) -> None:
        def act() -> None:
            funds.operating(county.CONTRACT, line, fen, SETTLED_ON, "网点", self.key(), self.clock)

        if self.m.spent[line] + fen > self.m.premium[line] * 5 // 100:
            refused(act, "FUND-005")
        elif fen > self.m.special[line]:
            refused(act, "LEDGER-011")
        else:
            act()
            self.m.spent[line] += fen
            self.m.special[line] -= fen

    @rule(line=LINES, fen=st.integers(1, 4_000).map(Fen))
    def move_between_lines(self, line: Line, fen: Fen) -> None:
        other = ACCIDENT if line is MEDICAL else MEDICAL

        def act() -> None:
            funds.transfer(county.CONTRACT, line, other, fen, SETTLED_ON, "批〔2020〕1号", self.key(), self.clock)

        if self.m.moved[line] + fen > self.m.premium[line] * 10 // 100:
            refused(act, "FUND-007")
        elif fen > self.m.special[line]:
            refused(act, "LEDGER-011")
        else:
            act()
            self.m.moved[line] += fen
            self.m.special[line] -= fen
            self.m.special[other] += fen

    # --- bills

    @rule(person=PERSONS, total=st.integers(0, 50_000_000), shares=st.tuples(st.integers(0, 100), st.integers(0, 100)))
    def settle(self, person: int, total: int, shares: tuple[int, int]) -> None:
        in_policy = total * shares[0] // 100
        basic = in_policy * shares[1] // 100
        inputs = {"bill_total": total, "in_policy": in_policy, "reported_basic_medical": basic}
        number = self.key()
        bill = Bill(number, date(2020, 6, 1), SETTLED_ON, inputs, hospital="H1", person=county.identity(person))
        (result,) = settle_bills([bill], self.clock)
        if person not in self.m.insured:
            code = "SETTLE-002" if person in self.m.registered else "SETTLE-001"
            assert [problem.code for problem in result.problems] == [code]
            return
        used = self.m.supplementary.get(person, 0)
        target = (in_policy * 90 * 2 + 100) // 200  # 90 %, half up to the fen
        ours = max(min(target - basic, total - basic - 10_000, 35_000_000 - used), 0)
        if ours > self.m.special[MEDICAL]:
            assert [problem.code for problem in result.problems] == ["LEDGER-011"]
            return
        assert result.settlement is not None, result.problems
        assert result.settlement.self_pay_fen == total - basic - ours
        self.m.special[MEDICAL] -= ours
        self.m.supplementary[person] = used + ours
        self.m.settled.append((result.number, person, ours, bill))

    @rule(data=st.data())
    def send_a_bill_again(self, data: st.DataObject) -> None:
        assume(self.m.settled)
        number, _, _, bill = data.draw(st.sampled_from(self.m.settled))
        (result,) = settle_bills([bill], self.clock)
        assert (result.number, result.status) == (number, "exists")

    @rule(data=st.data())
    def reverse_a_settlement(self, data: st.DataObject) -> None:
        assume(self.m.settled)
        chosen = data.draw(st.sampled_from(self.m.settled))
        number, person, ours, _ = chosen
        last = [each for each in self.m.settled if each[1] == person][-1]
        if last != chosen:  # the twin on the other engine is given what the first one drew: equal, not the same
            refused(lambda: reverse_settlement(number, "误", self.key(), self.clock), "SETTLE-007")
            return
        key = self.key()
        for _ in range(2):
            reverse_settlement(number, "误", key, self.clock)
        self.m.settled.remove(chosen)
        self.m.supplementary[person] -= ours
        self.m.special[MEDICAL] += ours

    # --- accidents

    @rule(person=PERSONS, cost=st.integers(6_000, 1_500_000))
    def have_an_accident_decided(self, person: int, cost: int) -> None:
        happened = FIRST_ACCIDENT + timedelta(days=self.count % 60)
        report = Report(
            identity=county.identity(person),
            happened_on=happened,
            cause=Cause.FALL,
            what="在家中跌倒",
            channel=Channel.HOTLINE,
            reporter=Reporter.RELATIVE,
            reporter_name="家人",
        )
        assume(not any(one.facts.happened_on == happened for one in self.claims_of(person)))
        if person not in self.m.insured:
            with pytest.raises(Refused):
                self.reported(report)
            return
        used = self.m.accident_medical.get(person, 0)
        due = min(((cost - 5_000) * 80 * 2 + 100) // 200, 800_000 - used)
        assume(due > 0)
        number = self.reported(report)
        claims.receive_papers(number, ALWAYS, CLERK, self.key(), self.clock, complete=True)
        found = Findings(amounts=(("accident_medical_cost", cost), ("accident_medical_in_policy", cost)))
        assert claims.assess(number, found, CLERK, self.key(), self.clock).assessment is not None
        claims.decide(number, APPROVER, self.key(), self.clock)
        self.m.decided[number] = (person, due)
        self.m.accident_medical[person] = used + due

    def reported(self, report: Report) -> str:
        result = claims.report_claim(report, self.key(), self.clock)
        if result.claim is None:
            raise Refused(result.problems)
        return result.claim.number

    def claims_of(self, person: int) -> list[Claim]:
        known = roster.person_by_identity(county.identity(person))
        return [] if known is None else list(claim_rows.claims(person_id=known.id))

    @rule(data=st.data())
    def pay_a_claim(self, data: st.DataObject) -> None:
        assume(self.m.decided)
        number = data.draw(st.sampled_from(sorted(self.m.decided)))
        person, due = self.m.decided[number]
        key = self.key()
        if due > self.m.special[ACCIDENT]:
            refused(lambda: claims.pay(number, PAYER, key, self.clock), "LEDGER-011")
            return
        for _ in range(2):
            assert claims.pay(number, PAYER, key, self.clock).paid_fen == due
        self.m.special[ACCIDENT] -= due
        del self.m.decided[number]
        self.m.paid.append(number)
        assert person in self.m.insured

    @rule(data=st.data())
    def pay_a_claim_a_second_time(self, data: st.DataObject) -> None:
        assume(self.m.paid)
        with pytest.raises(Refused):
            claims.pay(data.draw(st.sampled_from(self.m.paid)), PAYER, self.key(), self.clock)

    # --- what must agree

    @invariant()
    def the_books_stand_at_what_the_model_says(self) -> None:
        assert books.balance(ledger.fund(county.COUNTY, FUND)) == self.m.fund
        for line in (MEDICAL, ACCIDENT):
            assert books.balance(ledger.allocation(county.CONTRACT, FUND, line)) == self.m.allocated[line]
            assert books.balance(ledger.special(county.CONTRACT, line)) == self.m.special[line]

    @invariant()
    def everybody_is_insured_once_for_each_line(self) -> None:
        assert len(covers.covers_of_contract(county.CONTRACT)) == 2 * len(self.m.insured)

    @invariant()
    def what_a_person_was_paid_this_year_is_remembered(self) -> None:
        for person in self.m.insured:
            known = roster.person_by_identity(county.identity(person))
            assert known is not None
            standing = totals.opening(known.id, "shandong/2020", county.START)
            assert standing.get("supplementary_paid", 0) == self.m.supplementary.get(person, 0)
            assert standing.get("accident_medical_paid", 0) == self.m.accident_medical.get(person, 0)


def refused(act: object, code: str) -> None:
    """The use case declines for this reason."""
    assert callable(act)
    with pytest.raises(Refused) as raised:
        act()
    assert code in {problem.code for problem in raised.value.problems}


@pytest.mark.django_db
@pytest.mark.invariant("L1")
@pytest.mark.invariant("L5")
@pytest.mark.invariant("L6")
@pytest.mark.invariant("S2")
@pytest.mark.invariant("S5")
@pytest.mark.invariant("V1")
def test_a_county_s_year_agrees_with_a_small_model_in_any_order() -> None:
    chosen = settings(
        settings(),
        max_examples=EXAMPLES,
        stateful_step_count=25,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(CountyMachine, settings=within(OF_USE_CASES, chosen))
