"""A made-up county on record: people and facts as a roster leaves them, and a contract under Shandong's scheme."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from huibao.app.contract import add_contract
from huibao.domain.roster.intake import NewFact
from huibao.domain.roster.person import FactKind, PersonFacts
from huibao.store.roster import PersonRecord, RosterRecord, record_facts, record_people, record_roster
from huibao.store.unit import unit_of_work
from tests.domain.county import COUNTY

CONTRACT_TEXT = """
contract: "371302-2020"
scheme: shandong/2020
area: "371302"
insurer: 示范财产保险
status: demonstration
period: 2020-01-01..2020-12-31
chain_first_on: 2020-01-01
term_limit: 3 years
prorata: daily
leaving: {died: none, moved: unused, left_group: unused, withdrew: unused}
operating_cost_ceiling: 5 %
profit_and_loss:
  profit: [{from: 0 %, insurer: 100 %}, {from: 3 %, insurer: 0 %}]
  loss: [{from: 0 %, insurer: 100 %}, {from: 5 %, insurer: 50 %}]
preexisting_disability: deemed_paid
settings:
  self_pay_floor: 100 yuan
  accident_medical_deductible: 100 yuan
  accident_medical_rate: 80 %
  accident_medical_outside_share: 0 %
  disaster_set_off: 100 %
  pre_existing_deducted: 100 %
lines:
  medical_supplementary:
    product: medical_supplementary
    premium: 120 yuan
    payers:
      - {payer: self, amount: 10 yuan}
      - {payer: government_fund, id: provincial_poverty_fund, share: 70 %}
      - {payer: government_fund, id: local_agricultural_fund, share: 30 %}
  accident:
    product: accident
    premium: 10 yuan
    payers:
      - {payer: government_fund, id: provincial_poverty_fund, share: 100 %}
"""

NEXT_DOOR_TEXT = CONTRACT_TEXT.replace("371302-2020", "371311-2020").replace('area: "371302"', 'area: "371311"')


class FixedClock:
    """A clock that stands still."""

    def today(self) -> date:
        return date(2020, 6, 1)

    def now(self) -> datetime:
        return datetime(2020, 6, 1, 1, 30, tzinfo=UTC)


CLOCK = FixedClock()


def with_contract(text: str = CONTRACT_TEXT) -> str:
    """Record the contract and return its number."""
    return add_contract(text, "contract.yaml", CLOCK).contract.number


def on_record(people: Iterable[PersonFacts], key: str = "first") -> dict[int, int]:
    """Record people and their facts; test number → row."""
    listed = list(people)
    with unit_of_work():
        records = [PersonRecord(replace(one.person, id=0), "", "", "", _home(one)) for one in listed]
        ids = record_people(records, date(2020, 1, 1))
        rows = {one.person.id: ids[one.person.identity] for one in listed}
        record_facts([fact for one in listed for fact in _facts(one, rows)], a_roster(key))
    return rows


def later(row: int, *facts: tuple[FactKind, str, date], key: str = "later") -> None:
    """Say more about somebody on record."""
    with unit_of_work():
        new = [NewFact(row, kind, value, "", from_on, None, "名册", 9) for kind, value, from_on in facts]
        record_facts(new, a_roster(key))


def a_roster(key: str) -> RosterRecord:
    fields = {
        "key": key,
        "source": f"test-{key}",
        "agency": "示范机构",
        "area": COUNTY,
        "taken_on": date(2020, 1, 1),
        "entered_on": date(2020, 1, 1),
        "file_name": "made-up.xlsx",
        "file_sha256": "0" * 64,
        "rows_in": 0,
        "ready": 0,
        "doubtful": 0,
        "refused": 0,
        "duplicate": 0,
        "taken_in": 0,
    }
    return record_roster(fields, None)


def _home(one: PersonFacts) -> str:
    homes = [fact.value for fact in one.facts if fact.kind is FactKind.DOMICILE and fact.to_on is None]
    return homes[-1] if homes else ""


def _facts(one: PersonFacts, rows: dict[int, int]) -> list[NewFact]:
    return [
        NewFact(rows[one.person.id], fact.kind, fact.value, "", fact.from_on, fact.to_on, "名册", 2)
        for fact in one.facts
    ]
