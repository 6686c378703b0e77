"""Counties of one city with people on record, some of them insured: as many as a test asks for, all made up."""

from datetime import date

from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.domain.roster.person import FactKind
from huibao.kernel.clock import Clock
from huibao.kernel.identity import check_digit
from huibao.store.models.roster import Fact, Person

CITY, PROVINCE = "430400", "430000"
SINCE = date(2025, 6, 1)
FACTS = (
    (FactKind.DISABILITY, "physical/1"),
    (FactKind.SUBSISTENCE_ALLOWANCE, "yes"),
)
CONTRACT = """
contract: 测试-{area}-2026
scheme: hunan/2025/demo-county
status: demonstration
area: "{area}"
insurer: 示范人寿保险公司（虚构）
period: 2026-01-01..2026-12-31
chain_first_on: 2025-05-10
term_limit: 3 years
prorata: daily
leaving: {{died: none, moved: unused, withdrew: unused}}
operating_cost_ceiling: 5 %
profit_and_loss:
  profit: [{{from: 0 %, insurer: 100 %}}]
  loss: [{{from: 0 %, insurer: 100 %}}]
preexisting_disability: deemed_paid
lines:
  accident:
    product: accident
    premium: 60 yuan
    payers:
      - {{payer: government_fund, id: disability_employment_security_fund, share: 100 %}}
"""


def identity(area: str, number: int) -> str:
    """A made-up number with a true check digit."""
    body = f"{area}19700102{number:03d}"
    return body + check_digit(body)


def people(area: str, first: int, count: int, since: date = SINCE) -> None:
    """So many people of the target group."""
    for number in range(first, first + count):
        row = Person.objects.create(
            name=f"虚构{number}",
            identity=identity(area, number),
            birth_on=date(1970, 1, 2),
            sex="male",
            area=area,
            town=f"{area}100",
            entered_on=since,
        )
        for kind, value in (*FACTS, (FactKind.DOMICILE, f"{area}100")):
            Fact.objects.create(
                person=row,
                kind=kind.value,
                value=value,
                from_on=since,
                source="test",
                agency="残联",
                area=area,
                entered_on=since,
            )


def county(area: str, insured: int, others: int, clock: Clock) -> None:
    """A county in which so many are insured and so many others should be."""
    people(area, 1, insured)
    add_contract(CONTRACT.format(area=area), f"{area}.yaml", clock)
    if insured:
        enrol(f"测试-{area}-2026", date(2026, 1, 1), f"enrol-{area}", clock)
    people(area, insured + 1, others)
