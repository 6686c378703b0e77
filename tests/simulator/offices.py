"""The county's office enrols, the finance office brings the money and pays the premium, the insurer tops up and takes its cost."""

from datetime import date
from typing import Final

from huibao.app import funds
from huibao.app.enrolment import enrol, leave
from huibao.domain.ledger import SourceKind
from huibao.domain.plan import EndReason
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from tests.simulator.county import CITY, FIRST, FUNDS, PROVINCE, SECOND, World
from tests.simulator.events import Story, agree, days, minutes
from tests.simulator.money_model import INSURER
from tests.simulator.people_model import ACCIDENT, AREA, LINES, MEDICAL, Terms

ENOUGH: Final = {MEDICAL: 200_000_00, ACCIDENT: 300_000_00}
"""Under so much in a special account the insurer adds its own money, fen."""
NEXT_YEAR_FROM: Final = date(2020, 12, 10)
CARRY_ON: Final = date(2021, 2, 1)
SPARE: Final = 2_000_00
BUDGET: Final = "预算（虚构）"


class Offices:
    """Enrolment and money, each month and each day."""

    def __init__(self, world: World) -> None:
        self.world, self.dice = world, world.time.dice("offices")
        self.carried = False

    def enrolling(self) -> Story:
        """Some days after the lists have come the county is enrolled; sometimes the batch is sent twice."""
        yield days(4)
        while True:
            for terms in self._open_contracts():
                self._enrol(terms)
                yield minutes(self.dice.randrange(1, 90))
            if self.dice.random() < 0.5:
                self._withdraws()
            yield days(self.dice.randrange(6, 20))

    def _open_contracts(self) -> list[Terms]:
        today = self.world.today
        found = [FIRST] if today <= FIRST.last else []
        return found + ([SECOND] if today >= NEXT_YEAR_FROM else [])

    def _enrol(self, terms: Terms) -> None:
        world, key = self.world, self.world.key()
        today = world.today
        begun, ended, refused = world.county.enrol(terms.number, today, key)
        result = enrol(terms.number, today, key, world.clock)
        if self.dice.random() < 0.3:
            result = enrol(terms.number, today, key, world.clock)
        late = [one for one in result.refused if one.problem.code == "COVERAGE-018"]
        agree("covers begun, ended", (result.entered, sum(result.left.values())), (begun, ended))
        agree("ends refused for what was paid", len(late), refused)
        world.time.tell(
            "county", f"enrols {terms.number}: {begun} begin, {ended} end, {refused} stay for what was paid"
        )

    def _withdraws(self) -> None:
        """Somebody gives the cover up."""
        world, today = self.world, self.world.today
        terms = world.terms_on(today)
        people = [
            one
            for one in world.county.people.values()
            if any(c.contract == terms.number and c.holds(today) and c.last > today for c in one.covers)
        ]
        if not people:
            return
        person, key = self.dice.choice(people), world.key()
        expected = world.county.leave(person, terms.number, today, key)
        try:
            leave(terms.number, person.identity, today, EndReason.WITHDREW, key, world.clock)
            done = True
        except Refused:
            done = False
        agree("a withdrawal", done, expected is not None)
        world.time.tell("county", f"{person.number} withdraws: {done}")

    # --- money ------------------------------------------------------------------------------------------------------------

    def finance(self) -> Story:
        """Each week what is owed is brought down, set aside and paid, and what is owed back goes back."""
        yield days(5)
        while True:
            self._carry()
            for terms in self._open_contracts():
                for line in LINES:
                    self._pay(terms, line)
                    self._give_back(terms, line)
            yield days(self.dice.randrange(5, 9))

    def _pay(self, terms: Terms, line: str) -> None:
        world, money, clock, today = self.world, self.world.money, self.world.clock, self.world.today
        bills = world.county.unpaid(terms.number, line, money.paid)
        need: dict[str, int] = {}
        for bill in bills.values():
            for who, fen in bill.items():
                need[who] = need.get(who, 0) + fen
        if not bills or need.get("surplus", 0) > money.at(f"surplus:{terms.number}:{line}"):
            return
        for who, fen in need.items():
            lacks = fen - money.at(f"allocation:{terms.number}/{who}:{line}")
            if who != "surplus" and lacks > 0:
                self._bring(who, lacks)
                key = world.key()
                funds.allocate_line(AREA, who, terms.number, Line(line), Fen(lacks), today, key, clock)
                money.move(f"fund:{AREA}/{who}", f"allocation:{terms.number}/{who}:{line}", lacks)
        key = world.key()
        booked = funds.pay_premium(terms.number, Line(line), today, key, clock)
        if self.dice.random() < 0.3:
            booked = funds.pay_premium(terms.number, Line(line), today, key, clock)
        agree("premium paid", sum(one.fen for one in booked), sum(need.values()))
        for batch, bill in bills.items():
            money.premium(terms, line, batch, bill)
        world.time.tell("finance", f"pays {sum(need.values())} for {terms.number} {line}")

    def _bring(self, who: str, fen: int) -> None:
        """From the budget to the province, the city, the county; or straight to the county."""
        world, money, clock, today = self.world, self.world.money, self.world.clock, self.world.today
        more = fen + self.dice.randrange(0, 500_00)
        first = PROVINCE if who == FUNDS[0] else AREA
        key = world.key()
        for _ in range(1 + (self.dice.random() < 0.2)):
            funds.receive(first, who, Fen(more), SourceKind.FISCAL, today, key, clock, giver=BUDGET)
        money.move(f"source:fiscal/{BUDGET}", f"fund:{first}/{who}", more)
        if who == FUNDS[0]:
            for giver, taker in ((PROVINCE, CITY), (CITY, AREA)):
                funds.allocate_blocks(who, giver, [(taker, Fen(fen))], today, world.key(), clock)
                money.move(f"fund:{giver}/{who}", f"fund:{taker}/{who}", fen)

    def _give_back(self, terms: Terms, line: str) -> None:
        world, money = self.world, self.world.money
        bills = world.county.owed_back(terms.number, line, money.paid)
        if not bills:
            return
        back = sum(sum(bill.values()) for bill in bills.values())
        booked = funds.refund_premium(terms.number, Line(line), world.today, world.key(), world.clock)
        agree("premium given back", sum(one.fen for one in booked), back)
        for batch, bill in bills.items():
            money.premium(terms, line, batch, bill, -1)
        world.time.tell("finance", f"gives back {back} of {terms.number} {line}")

    def _carry(self) -> None:
        """What the first year's accident line has left pays the second year's premium, by approval."""
        world, money = self.world, self.world.money
        if self.carried or world.today < CARRY_ON:
            return
        self.carried = True
        bills = world.county.unpaid(SECOND.number, ACCIDENT, money.paid)
        fen = sum(sum(bill.values()) for bill in bills.values()) + SPARE
        source, target = f"special:{FIRST.number}:{ACCIDENT}", f"surplus:{SECOND.number}:{ACCIDENT}"
        line, key = Line.ACCIDENT, world.key()
        for approval in ("", "示范批〔2021〕1号（虚构）"):
            try:
                funds.carry(FIRST.number, SECOND.number, line, world.today, approval, key, world.clock, Fen(fen))
                done = True
            except Refused:
                done = False
            agree(f"carried over by approval {approval!r}", done, bool(approval))
        money.move(source, target, fen)
        money.flow(FIRST.number, ACCIDENT, "surplus_carried", -fen)
        world.time.tell("finance", f"carries {fen} over")

    def insurer(self) -> Story:
        """Each morning: is there enough to pay with? Each quarter: its cost, and once a year a move between lines."""
        quarters = 0
        while True:
            for terms in (FIRST, SECOND):
                for line in LINES:
                    self._top_up(terms, line)
            if self.world.today.day == 28 and self.world.today.month % 3 == 0:
                quarters += 1
                self._takes_cost(quarters)
            yield days(1)

    def _top_up(self, terms: Terms, line: str) -> None:
        world, money = self.world, self.world.money
        lacks = ENOUGH[line] - money.at(f"special:{terms.number}:{line}")
        if lacks > 0:
            fen = lacks + 100_000_00
            funds.pay_in(terms.number, Line(line), Fen(fen), world.today, world.key(), world.clock)
            money.move(f"source:insurer/{INSURER}", f"special:{terms.number}:{line}", fen)
            money.flow(terms.number, line, "insurer_paid_in", fen)
            world.time.tell("insurer", f"pays in {fen} for {terms.number} {line}")

    def _takes_cost(self, quarter: int) -> None:
        """Up to the ceiling and not a fen beyond; and an approved move between two lines within its limit."""
        world, money = self.world, self.world.money
        terms = world.terms_on(world.today)
        premium = money.premium_kept(terms.number, MEDICAL)
        left = premium * 5 // 100 + money.flows.get((terms.number, MEDICAL, "operating_cost"), 0)
        if left > 0:
            for fen, fits in ((left + 1, False), (left, True)):
                try:
                    funds.operating(
                        terms.number,
                        Line.MEDICAL_SUPPLEMENTARY,
                        Fen(fen),
                        world.today,
                        "网点",
                        world.key(),
                        world.clock,
                    )
                    done = True
                except Refused:
                    done = False
                agree("operating cost within its ceiling", done, fits)
            money.move(f"special:{terms.number}:{MEDICAL}", f"operating:{terms.number}:{MEDICAL}", left)
            money.flow(terms.number, MEDICAL, "operating_cost", -left)
        if quarter == 2 and premium:
            fen = premium * 10 // 100
            funds.transfer(
                terms.number,
                Line.MEDICAL_SUPPLEMENTARY,
                Line.ACCIDENT,
                Fen(fen),
                world.today,
                "示范批〔2020〕9号（虚构）",
                world.key(),
                world.clock,
            )
            money.move(f"special:{terms.number}:{MEDICAL}", f"special:{terms.number}:{ACCIDENT}", fen)
            money.flow(terms.number, MEDICAL, "line_moved", -fen)
            money.flow(terms.number, ACCIDENT, "line_moved", fen)
        world.time.tell("insurer", f"takes its cost {left}")
