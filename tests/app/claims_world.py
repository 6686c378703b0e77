"""A made-up county with a contract, people, cover and money in the special account, for tests of claims. Nobody in it exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.domain import postings
from huibao.domain.claims.claim import Actor, Role
from huibao.domain.roster.person import Person
from huibao.kernel.fen import Fen
from huibao.kernel.identity import Sex, check_digit
from huibao.rules.vocabulary import Line
from huibao.store import ledger, roster
from huibao.store.models.roster import Fact
from huibao.store.unit import unit_of_work

COUNTY = "370782"
REPORTER = "李家人"
CLERK = Actor(Role.HANDLER, "张经办")
APPROVER = Actor(Role.APPROVER, "王审批")
OTHER_APPROVER = Actor(Role.APPROVER, "周复核")
PAYER = Actor(Role.PAYER, "赵出纳")
PERSON = Actor(Role.INSURED, "孙某")


@dataclass(slots=True)
class TestClock:
    """A clock that a test sets."""

    __test__ = False
    day: date

    def today(self) -> date:
        """The day it was set to."""
        return self.day

    def now(self) -> datetime:
        """Noon of that day."""
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)


def identity(number: int, born: str = "19800101") -> str:
    """A made-up identity number with the right check digit."""
    body = f"{COUNTY}{born}{number:03d}"
    return body + check_digit(body)


def contract_text(
    scheme: str,
    period: str,
    area: str,
    premium: str,
    fund: str,
    settings: str = "{}",
    wording: str = "deemed_paid",
    claims: str = "{}",
) -> str:
    """A made-up contract for the accident line of a scheme."""
    return f"""
contract: CLAIMS-1
scheme: {scheme}
area: "{area}"
insurer: 示范保险
status: demonstration
period: {period}
chain_first_on: {period[:10]}
term_limit: 9 years
prorata: daily
leaving: {{}}
operating_cost_ceiling: 5 %
profit_and_loss: {{profit: [{{from: 0 %, insurer: 100 %}}], loss: [{{from: 0 %, insurer: 100 %}}]}}
preexisting_disability: {wording}
settings: {settings}
claims: {claims}
lines:
  accident:
    product: accident
    premium: {premium}
    payers: [{fund}]
"""


def insure(
    text: str, facts: Sequence[tuple[str, str, str]], on: date, people: int = 2, area: str = COUNTY
) -> TestClock:
    """Record the contract, people with the same facts (kind, value, detail), their cover, and 1,000,000 yuan."""
    clock = TestClock(on)
    add_contract(text, "test", clock)
    with unit_of_work():
        records = [
            roster.PersonRecord(
                Person(0, f"孙某{n or ''}", identity(n), date(1980, 1, 1), Sex.FEMALE), "", "", "", area
            )
            for n in range(people)
        ]
        ids = roster.record_people(records, on)
        for person_id in ids.values():
            for kind, value, detail in (*facts, ("domicile", area, "")):
                Fact.objects.create(
                    person_id=person_id, kind=kind, value=value, detail=detail, from_on=date(2010, 1, 1),
                    source="test", agency="test", entered_on=on,
                )  # fmt: skip
        ledger.post(
            [postings.insurer_paid_in("world", "CLAIMS-1", Line.ACCIDENT, "示范保险", Fen(100_000_000), on)],
            clock.now(),
        )
    result = enrol("CLAIMS-1", on, "enrol", clock)
    assert not result.refused, result
    assert result.people == people, result
    return clock


def shandong(settings: str = "{}", wording: str = "deemed_paid", claims: str = "{}") -> TestClock:
    """The demonstration city of Shandong 2020, everybody enjoying poverty relief."""
    text = contract_text(
        "shandong/2020/demo-city", "2020-01-01..2020-12-31", COUNTY, "15 yuan",
        "{payer: government_fund, id: provincial_poverty_fund, share: 100 %}", settings, wording, claims,
    )  # fmt: skip
    return insure(text, [("poverty_relief", "enjoying", "")], date(2020, 1, 15))


def hunan(people: int = 2) -> TestClock:
    """The demonstration county of Hunan 2025 under a contract of two years, for people with severe disability in hardship."""
    text = contract_text(
        "hunan/2025/demo-county", "2025-05-01..2027-04-30", "430121", "40 yuan",
        "{payer: donor, id: made-up, share: 100 %}",
    )  # fmt: skip
    facts = [("disability", "physical/2", ""), ("low_income", "yes", "")]
    return insure(text, facts, date(2025, 5, 1), people, area="430121")
