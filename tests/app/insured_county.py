"""A made-up county with a contract under the demonstration city, insured people and money in the special account."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from huibao.app import funds
from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.domain.ledger import SourceKind
from huibao.domain.roster.person import FactKind
from huibao.kernel.fen import Fen
from huibao.kernel.identity import check_digit
from huibao.rules.vocabulary import Line
from huibao.store.models import roster as table

COUNTY, CONTRACT = "370323", "DEMO-370323-2020"
START = date(2020, 1, 1)
YUAN = 100

CONTRACT_TEXT = f"""
contract: {CONTRACT}
scheme: shandong/2020/demo-city
area: "{COUNTY}"
insurer: 示范保险（虚构）
status: demonstration
period: 2020-01-01..2020-12-31
chain_first_on: 2019-01-01
term_limit: 3 years
prorata: daily
leaving: {{died: none, moved: unused, left_group: unused, withdrew: unused}}
operating_cost_ceiling: 5 %
profit_and_loss:
  profit: [{{from: 0 %, insurer: 100 %}}, {{from: 3 %, insurer: 0 %}}]
  loss: [{{from: 0 %, insurer: 100 %}}, {{from: 5 %, insurer: 50 %}}]
preexisting_disability: this_accident_only
settings: {{}}
lines:
  medical_supplementary:
    product: medical_supplementary
    premium: 130 yuan
    payers:
      - {{payer: government_fund, id: provincial_poverty_fund, share: 100 %}}
  accident:
    product: accident
    premium: 15 yuan
    payers:
      - {{payer: government_fund, id: provincial_poverty_fund, share: 100 %}}
"""


class Calendar:
    """A clock the test sets."""

    def __init__(self, today: date) -> None:
        self.day = today

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))

    def forward(self, days: int) -> None:
        self.day += timedelta(days=days)


def identity(number: int, born: date = date(1960, 3, 2)) -> str:
    """A made-up identity number with a true check digit."""
    body = f"{COUNTY}{born:%Y%m%d}{number % 1000:03d}"
    return body + check_digit(body)


def add_person(number: int, kind: FactKind = FactKind.POVERTY_RELIEF, value: str = "enjoying") -> table.Person:
    """Somebody registered in the county, with the fact that makes him one of the insured."""
    person = table.Person.objects.create(
        name=f"测试{number:03d}",
        identity=identity(number),
        birth_on=date(1960, 3, 2),
        sex="female",
        area=COUNTY,
        town="370323100",
        entered_on=START,
    )
    for said, what in ((kind, value), (FactKind.DOMICILE, "370323100")):
        table.Fact.objects.create(
            person=person,
            kind=said,
            value=what,
            from_on=date(2019, 12, 31),
            source="test",
            agency="test",
            entered_on=START,
        )
    return person


def insure(people: int = 2, pool_fen: int = 1_000_000 * YUAN) -> Calendar:
    """Register, contract, enrol and pay; `pool_fen` more than the premiums enters the insurer's medical account."""
    clock = Calendar(date(2020, 6, 30))
    for number in range(1, people + 1):
        add_person(number)
    add_contract(CONTRACT_TEXT, "contract.yaml", clock)
    enrol(CONTRACT, START, "enrol-2020", clock)
    total = Fen(people * 145 * YUAN)
    funds.receive(COUNTY, "provincial_poverty_fund", total, SourceKind.FISCAL, START, "receive-1", clock)
    for line, premium in ((Line.MEDICAL_SUPPLEMENTARY, 130), (Line.ACCIDENT, 15)):
        part = Fen(people * premium * YUAN)
        funds.allocate_line(COUNTY, "provincial_poverty_fund", CONTRACT, line, part, START, f"line-{line.value}", clock)
        funds.pay_premium(CONTRACT, line, START, f"premium-{line.value}", clock)
    if pool_fen:
        funds.pay_in(CONTRACT, Line.MEDICAL_SUPPLEMENTARY, Fen(pool_fen), START, "pay-in-1", clock)
    return clock
