"""Accidents and what becomes of them: reported by several people, papers late, waits, refusals, appeals, reopenings."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from huibao.app import claims
from huibao.app.claims import Report
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.claim import Actor, Cause, Channel, Claim, Reporter, Role
from huibao.domain.claims.injuries import Injury
from huibao.domain.claims.papers import ALWAYS, FOR_MEDICAL
from huibao.kernel.problem import Refused
from tests.simulator.county import World
from tests.simulator.events import Story, agree, days, minutes
from tests.simulator.money_model import Case, Injured
from tests.simulator.network import pick
from tests.simulator.payments import CLERK, Payments
from tests.simulator.people_model import ACCIDENT, Someone

APPROVER, SECOND = Actor(Role.APPROVER, "王审批"), Actor(Role.APPROVER, "周复核")
THIRD = Actor(Role.APPROVER, "吴复审")
PERSON = Actor(Role.INSURED, "本人")
FIRST_PAID: Final = (Cause.DROWNING, Cause.FIRE)
ACCIDENTS_A_DAY = 0.35


class ClaimsDesk:
    """The insurer's handlers, approvers and payer."""

    def __init__(self, world: World, payments: Payments) -> None:
        self.world, self.payments, self.dice = world, payments, world.time.dice("claims")

    def accidents(self) -> Story:
        """People are hurt."""
        yield days(5)
        while True:
            if pick(self.dice, ACCIDENTS_A_DAY) and self.world.county.people:
                person = self.dice.choice(list(self.world.county.people.values()))
                self.world.time.begin("accident", self.claim(person), self.world.clock.at + minutes(30))
            yield minutes(self.dice.randrange(400, 2400))

    def tell(self, case: Case, what: str) -> None:
        """Write down what happened."""
        self.world.time.tell(f"claim of {case.person.number}", f"{what} ({case.state})")

    # --- the report ---------------------------------------------------------------------------------------------------------

    def claim(self, person: Someone) -> Story:
        """One accident."""
        dice = self.dice
        happened = self.world.today - timedelta(days=dice.choice([0, 1, 2, 5, 20, 60]))
        cause = dice.choice([Cause.FALL, Cause.FALL, Cause.TRANSPORT, *FIRST_PAID])
        found = self._found(happened, person)
        case = self._report(person, happened, cause)
        if case is None:
            return
        yield from self._papers(case)
        if case.state == "withdrawn":
            return
        disaster = 0
        if cause in FIRST_PAID:
            self._step(case, "suspend", lambda key: claims.suspend(case.number, CLERK, key, self.world.clock))
            yield days(dice.randrange(2, 20))
            disaster = dice.choice([0, 1_000_01, 20_000_01])
            paid = disaster
            self._step(
                case,
                "first_payer",
                lambda key: claims.record_first_payer(case.number, paid, "灾害险赔案", CLERK, key, self.world.clock),
            )
        yield from self._decided(case, found, disaster)
        yield from self._contested(case, found, disaster)

    def _found(self, happened: date, person: Someone) -> Injured:
        dice = self.dice
        in_policy = dice.randrange(100_00, 9_000_00)
        basic = dice.randrange(in_policy)
        what = dice.random()
        if what < 0.1 and person.died is not None and person.died >= happened:
            return Injured(person.died, (), in_policy, basic)
        if what < 0.4:
            return Injured(
                None, tuple(dice.choice([7, 8, 9, 9, 10]) for _ in range(dice.randrange(1, 3))), in_policy, basic
            )
        return Injured(None, (), in_policy, basic)

    def _report(self, person: Someone, happened: date, cause: Cause) -> Case | None:
        """The report, sent once or twice; somebody else reports the same accident too and is told so."""
        world, dice = self.world, self.dice
        report = Report(
            person.identity,
            happened,
            cause,
            "（虚构）受伤",
            dice.choice(list(Channel)),
            Reporter.RELATIVE,
            "家人（虚构）",
        )
        cover = person.covered(ACCIDENT, happened)
        known = any(
            one.person is person and one.happened == happened and one.state != "withdrawn"
            for one in world.money.cases.values()
        )
        dead = person.died is not None and person.died < happened
        may = cover is not None and not known and not dead
        key, claim = world.key(), None
        for _ in range(1 + pick(dice, 0.2)):
            claim = self._answered(lambda: claims.report_claim(report, key, world.clock).claim)
        agree("a report is taken", claim is not None, may)
        if claim is None or cover is None:
            world.time.tell("claim", f"no cover for {person.number} on {happened}")
            return None
        if pick(dice, 0.2):
            again = self._answered(lambda: claims.report_claim(report, world.key(), world.clock).claim)
            agree("the same accident is one claim", again, None)
        case = Case(claim.facts.number, person, cover, happened, world.today)
        world.money.cases[case.number] = case
        self.tell(case, f"{cause} on {happened}")
        return case

    @staticmethod
    def _answered(act: Callable[[], Claim | None]) -> Claim | None:
        """What it came to; None where it was refused."""
        try:
            return act()
        except Refused:
            return None

    def _step(self, case: Case, verb: str, act: Callable[[str], Claim]) -> None:
        """One order, sometimes sent twice; the model moves along its own ways."""
        key = self.world.key()
        made = act(key)
        if pick(self.dice, 0.15):
            made = act(key)
        case.go(verb)
        agree(f"{case.number} after {verb}", made.state.value, case.state)
        self.tell(case, verb)

    def _papers(self, case: Case) -> Story:
        """Asked for once; they come in parts, late; some people give up."""
        dice, clock, number = self.dice, self.world.clock, case.number
        wanted = (*ALWAYS, *FOR_MEDICAL)
        yield minutes(dice.randrange(60, 3000))
        self._step(case, "ask", lambda key: claims.ask_papers(number, wanted, CLERK, key, clock))
        yield days(dice.randrange(1, 15))
        if pick(dice, 0.08):
            self._step(case, "withdraw", lambda key: claims.withdraw(number, "不再申请", PERSON, key, clock))
            return
        half = dice.randrange(1, len(wanted))
        self._step(case, "receive", lambda key: claims.receive_papers(number, wanted[:half], CLERK, key, clock))
        yield days(dice.choice([1, 3, 10, 40]))
        self._step(case, "complete", lambda key: claims.receive_papers(number, wanted[half:], CLERK, key, clock))

    # --- the money ----------------------------------------------------------------------------------------------------------

    def _assess(self, case: Case, found: Injured, disaster: int) -> tuple[int, int, int]:
        world = self.world
        injuries = tuple(Injury(f"7.{at}", 7, f"部位{at}", grade) for at, grade in enumerate(found.grades))
        findings = Findings(
            died_on=found.died_on,
            treatment_ended_on=world.today if injuries else None,
            injuries=injuries,
            amounts=(("accident_medical_in_policy", found.in_policy), ("reported_basic_medical", found.basic)),
        )
        parts = world.money.worth(case, found, disaster)
        key = world.key()
        claim = claims.assess(case.number, findings, CLERK, key, world.clock)
        case.go("assess")
        agree(f"{case.number} is worth", claim.assessment.fen if claim.assessment else None, sum(parts))
        if found.died_on is not None:
            self.payments.name_heirs(case)
        self.tell(case, f"worth {sum(parts)}")
        return parts

    def _decided(self, case: Case, found: Injured, disaster: int, approver: Actor = APPROVER) -> Story:
        """Assess, decide on another day; what changed since is assessed again; nothing due, or no cover left: refused."""
        world, dice, number = self.world, self.dice, case.number
        yield days(dice.randrange(1, 6))
        parts = self._assess(case, found, disaster)
        for _ in range(9):
            yield days(dice.randrange(3)) + minutes(dice.randrange(600))
            now = world.money.worth(case, found, disaster)
            covered = case.cover.holds(case.happened)
            may = covered and now == parts and sum(parts) > 0 and sum(parts) >= case.paid
            made = self._answered(lambda: claims.decide(number, approver, world.key(), world.clock))
            agree(f"{number} may be decided", made is not None, may)
            if may:
                world.money.decide(case, parts)
                self.tell(case, f"decided {sum(parts)}")
                self.payments.owe(case)
                return
            if not covered or now == parts:
                break
            parts = self._assess(case, found, disaster)
        if not case.paid:
            reason = "不在保障期间或无应付金额"
            self._step(case, "refuse", lambda key: claims.refuse(number, reason, approver, key, world.clock))

    def _contested(self, case: Case, found: Injured, disaster: int) -> Story:
        """Some are not content: the decision is upheld by somebody else, or the claim opened anew with more bills."""
        dice, clock, number = self.dice, self.world.clock, case.number
        yield days(dice.randrange(20, 60))
        if case.state not in {"paid", "refused"} or not pick(dice, 0.4):
            return
        self._step(case, "appeal", lambda key: claims.appeal(number, "不服", PERSON, key, clock))
        yield days(dice.randrange(1, 20))
        if pick(dice, 0.5):
            self._step(case, "uphold", lambda key: claims.uphold(number, "维持", SECOND, key, clock))
            return
        self._step(case, "reopen", lambda key: claims.reopen(number, "有新发票", SECOND, key, clock))
        yield days(dice.randrange(1, 9))
        self._step(
            case, "complete", lambda key: claims.receive_papers(number, FOR_MEDICAL, CLERK, key, clock, complete=True)
        )
        more = Injured(found.died_on, found.grades, found.in_policy + dice.randrange(1, 2_000_00), found.basic)
        yield from self._decided(case, more, disaster, THIRD)
