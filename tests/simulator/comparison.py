"""Each night: every audit of `huibao check`, and everything on record against the model; each month end the reports too."""

from datetime import date, timedelta
from typing import Any

from huibao.app.audit import check_all
from huibao.app.hospital.regions import regions
from huibao.app.hospital.waiting import complete, undo_everywhere
from huibao.app.statistics import coverage_report, funnel_report, money_report, waits_report
from huibao.store import claim as claim_rows
from huibao.store import coverage as cover_rows
from huibao.store import ledger, roster
from huibao.store import settlement as totals
from tests.hospital import world as wire
from tests.simulator.county import FIRST, SECOND, World
from tests.simulator.events import Story, agree, days, minutes
from tests.simulator.network import letter
from tests.simulator.people_model import AREA, LINES, Terms
from tests.simulator.wards import Wards, yuan

SCOPE = "sim/2020"


class Night:
    """What is looked at every night, and at each month's end."""

    def __init__(self, world: World, wards: Wards) -> None:
        self.world, self.wards, self.dice = world, wards, world.time.dice("payer")
        self.checks = 0

    def nights(self) -> Story:
        """At ten to midnight."""
        yield minutes(23 * 60 + 50)
        while True:
            self.work_off()
            self.look()
            if (self.world.today + timedelta(days=1)).day == 1:
                self.month_end()
            self._weather()
            yield days(1)

    def _weather(self) -> None:
        """Whether the basic insurance will be there tomorrow, and which of its answers will be lost."""
        payer = self.world.payer
        payer.down = self.dice.random() < (0.6 if payer.down else 0.12)
        payer.lose = self.dice.choice([0, 0, 0, 1])

    def work_off(self) -> None:
        """The nightly run: silent payers are asked again, what was undone here is undone there."""
        world = self.world
        ways = regions(str(world.regions_file))
        waiting = list(self.wards.books.waiting)
        lost = world.payer.lose
        if waiting:
            done = {one.setl_id: one.status for one in complete(world.payer, ways, world.clock)}
            for stay in waiting:
                status = done.pop(stay.setl_id)
                if status == "completed":
                    self.wards.books.waiting.remove(stay)
                    self.wards.complete(stay)
                else:
                    agree("still waits", (status, world.payer.down or lost > 0), ("waiting", True))
            agree("nothing else waited", done, {})
        left = undo_everywhere(world.payer, ways, world.clock)
        if not world.payer.down:
            agree("payers told what was undone", left, 0)
        if not (world.payer.down or self.wards.books.waiting or self.wards.network.broken_off):
            due = sum(stay.basic for stay in self.wards.books.platform if stay.setl_id)
            agree("the basic insurance pays", sum(world.payer.paid.values()), due)

    # --- every night --------------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Every audit, and every figure that the model keeps too."""
        self.checks += 1
        agree("huibao check", [(one.number, one.broken[:3]) for one in check_all() if one.broken], [])
        books = {ref.code: int(fen) for ref, fen in ledger.balances().items() if fen}
        agree("books", _differ(books, {code: fen for code, fen in self.world.money.balances.items() if fen}), {})
        people = {one.person.identity: one.person.id for one in roster.people()}
        self._covers(people)
        self._claims()
        for (number, contract), sums in self.world.money.totals.items():
            year_on = FIRST.first if contract == FIRST.number else SECOND.first
            found = totals.opening(people[number], SCOPE, year_on)
            standing = {name: fen for name, fen in found.items() if fen}
            expected = {
                "supplementary_paid": sums.supplementary,
                "disability_paid": sums.disability,
                "accident_medical_paid": sums.care,
            }
            agree("a person's yearly sums", standing, {name: fen for name, fen in expected.items() if fen})

    def _covers(self, people: dict[str, int]) -> None:
        by_id = {pk: number for number, pk in people.items()}
        found: dict[str, list[tuple[Any, ...]]] = {}
        for contract in (FIRST.number, SECOND.number):
            for one in cover_rows.covers_of_contract(contract):
                days_ = one.in_force
                ends = (days_.first_on, days_.last_on) if days_ else None
                row = (contract, one.line.value, ends, int(one.premium_fen), int(one.refunded_fen))
                found.setdefault(by_id[one.person_id], []).append(row)
        expected = {
            person.identity: sorted(
                (
                    (
                        c.contract,
                        c.line,
                        (c.first, c.last) if c.first <= c.last else None,
                        c.premium,
                        sum(c.refunds.values()),
                    )
                    for c in person.covers
                ),
                key=str,
            )
            for person in self.world.county.people.values()
            if person.covers
        }
        agree("covers", _differ({number: sorted(rows, key=str) for number, rows in found.items()}, expected), {})

    def _claims(self) -> None:
        found = {one.number: (one.state.value, one.paid_fen) for one in claim_rows.claims()}
        agree(
            "claims", _differ(found, {one.number: (one.state, one.paid) for one in self.world.money.cases.values()}), {}
        )

    # --- each month -----------------------------------------------------------------------------------------------------------

    def month_end(self) -> None:
        """What the supervisor reads is what the model counts; hospitals and we reconcile."""
        world, today = self.world, self.world.today
        for report in coverage_report(AREA, today):
            line = str(report.coverage.line)
            want = self._should(today)
            insured = [one for one in want if one.covered(line, today)]
            whole = report.coverage.whole
            agree(f"{line}: to insure, insured", (whole.people, whole.insured), (len(want), len(insured)))
            towns: dict[str, tuple[int, int]] = {}
            for one in want:
                home = one.home_on(today)
                at = home.value[:9] if home else ""
                people, covered = towns.get(at, (0, 0))
                towns[at] = (people + 1, covered + (one in insured))
            shown = {town.code: (town.people, town.insured) for town in report.coverage.towns if town.people}
            agree(f"{line}: towns", shown, towns)
        for terms in (FIRST, SECOND):
            self._money_of(terms)
            self._funnel_of(terms, today)
            self._waits_of(terms)
        for name in world.hospitals:
            self._reconcile(name, today.replace(day=1), today)
        world.time.tell(
            "supervisor", f"month's report agrees; {len(world.money.bills)} bills, {len(world.money.cases)} claims"
        )

    def _should(self, today: date) -> list[Any]:
        found = []
        for one in self.world.county.people.values():
            home = one.home_on(today)
            if one.home[-1].value.startswith(AREA) and home is not None and one.groups(today) and not one.dead(today):
                found.append(one)
        return found

    def _money_of(self, terms: Terms) -> None:
        money, report = self.world.money, money_report(terms.number)
        flows = {(one.line, one.cause): int(one.fen) for one in report.flows if one.fen}
        expected = {
            (line, cause): fen for (number, line, cause), fen in money.flows.items() if number == terms.number and fen
        }
        agree(f"{terms.number}: flows", flows, expected)
        sources = {(one.line, one.source): int(one.fen) for one in report.sources if one.fen}
        paid = {
            (line, who): fen for (number, line, who), fen in money.sources.items() if number == terms.number and fen
        }
        agree(f"{terms.number}: premium by source", sources, paid)
        for line, left in report.left:
            agree(f"{terms.number} {line}: left", int(left), money.at(f"special:{terms.number}:{line}"))

    def _funnel_of(self, terms: Terms, today: date) -> None:
        funnel, money = funnel_report(terms.number, today), self.world.money
        want = self._should(today)

        def covered(one: Any) -> bool:  # noqa: ANN401 - a person of the model
            return any((c := one.covered(line, today)) is not None and c.contract == terms.number for line in LINES)

        bills = [one for one in money.bills if one.stands and one.cover.contract == terms.number]
        cases = [one for one in money.cases.values() if one.cover.contract == terms.number]
        insured = [one for one in want if covered(one)]
        came = {id(one.person) for one in bills} | {id(one.person) for one in cases}
        paid = {id(one.person) for one in bills if one.fen} | {id(one.person) for one in cases if one.paid}
        reported = [one for one in insured if id(one) in came]
        expected = (len(want), len(insured), len(reported), sum(id(one) in paid for one in reported))
        agree(f"{terms.number}: funnel", (funnel.should, funnel.insured, funnel.reported, funnel.paid), expected)

    def _waits_of(self, terms: Terms) -> None:
        money = self.world.money
        spans = {
            "bill": [
                (one.entered - one.day).days
                for one in money.bills
                if one.stands and one.fen and one.cover.contract == terms.number
            ],
            "claim": [
                (one.paid_on - one.reported).days
                for one in money.cases.values()
                if one.paid_on and one.cover.contract == terms.number
            ],
        }
        for kind, waits in waits_report(terms.number).items():
            spans[kind].sort()
            median = spans[kind][(len(spans[kind]) - 1) // 2] if spans[kind] else None
            agree(f"{terms.number}: waits of {kind}s", (waits.paid, waits.median_days), (len(spans[kind]), median))

    def _reconcile(self, name: str, first: date, last: date) -> None:
        """3201 in total, then 3202 line by line; what was completed later stands in our books alone, and is said so."""
        hospital = self.world.hospitals[name]
        mine = [one for one in self.wards.books.lines if one.hospital == name and first <= one.on <= last]
        said = {
            "insutype": "390",
            "clr_type": "390211",
            "setl_optins": "370323",
            "stmt_begndate": str(first),
            "stmt_enddate": str(last),
            "medfee_sumamt": _plain(sum(one.fee for one in mine)),
            "fund_pay_sumamt": _plain(sum(one.fund for one in mine)),
            "acct_pay": "0",
            "fixmedins_setl_cnt": str(sum(not one.completes for one in mine)),
        }
        answer = wire.read(letter(hospital, "3201", {"data": said}).send())
        agree("3201", (answer["infcode"], answer["output"]["stmtinfo"]["stmt_rslt_dscr"]), (0, ""))


def _plain(fen: int) -> str:
    return f"-{yuan(-fen)}" if fen < 0 else yuan(fen)


def _differ(found: dict[Any, Any], expected: dict[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    """Only what differs, as (found, expected)."""
    keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
    return {key: (found.get(key), expected.get(key)) for key in keys[:8]}
