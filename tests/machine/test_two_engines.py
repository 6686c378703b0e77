"""Whatever a county does in a year, SQLite and PostgreSQL end up saying the same, step by step. G4

The machines are those that hold each engine against a small model; here both engines go through one programme together.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from huibao.store.models.roster import Person
from tests.app import insured_county as county
from tests.machine import engines
from tests.machine.budget import ON_TWO_ENGINES, within
from tests.machine.engines import also_on
from tests.machine.lockstep import in_lockstep
from tests.machine.test_claim_machine import ClaimMachine
from tests.machine.test_county_machine import CountyMachine
from tests.machine.test_enrolment_machine import EnrolmentMachine

pytestmark = [pytest.mark.own_engine, pytest.mark.django_db]

PEOPLE = {
    "facts": """
        SELECT p.identity_index, f.kind, f.value, CAST(f.from_on AS text), CAST(f.to_on AS text)
        FROM fact f JOIN person p ON p.id = f.person_id""",
    "people": "SELECT identity_index, name, sex, area, town FROM person",
}
COVERS = {
    "covers": """
        SELECT p.identity_index, c.line, CAST(c.first_on AS text), CAST(c.last_on AS text), c.premium_fen
        FROM coverage c JOIN person p ON p.id = c.person_id""",
    "ends": """
        SELECT p.identity_index, c.line, CAST(e.last_on AS text), e.reason
        FROM coverage_end e JOIN coverage c ON c.id = e.coverage_id JOIN person p ON p.id = c.person_id""",
    "shares": "SELECT payer, fen FROM premium_share",
}
MONEY = {
    "entries": "SELECT number, key, cause, subject, CAST(takes_effect_on AS text), content_hash, hash FROM entry",
    "balances": "SELECT a.kind, a.owner, a.line, b.fen FROM balance b JOIN account a ON a.id = b.account_id",
    "settled": "SELECT number, content_hash, bill_total_fen, self_pay_fen FROM settlement",
    "layers": "SELECT s.number, l.payer, l.fen FROM settlement_layer l JOIN settlement s ON s.id = l.settlement_id",
    "sums": "SELECT p.identity_index, a.name, a.value FROM accumulator a JOIN person p ON p.id = a.person_id",
}
CLAIMS = {
    "claims": "SELECT number, content_hash FROM claim",
    "moves": 'SELECT c.number, e.no, e.frm, e.verb, e."to" FROM claim_event e JOIN claim c ON c.id = e.claim_id',
}


@pytest.fixture
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """The engine the tests run on, and the other."""
    own = connection.vendor == "postgresql"
    other = str(tmp_path / "other.sqlite3") if own else request.getfixturevalue("cluster").new_database()
    with also_on(other):
        assert {engine.vendor for engine in (connection, *engines.others)} == {"sqlite", "postgresql"}
        yield


@pytest.mark.parametrize(
    ("machine", "tables"),
    [
        (EnrolmentMachine, PEOPLE | COVERS),
        (CountyMachine, PEOPLE | COVERS | MONEY | CLAIMS),
        (ClaimMachine, MONEY | CLAIMS),
    ],
)
def test_both_engines_say_the_same_after_every_step(
    both: None, machine: type[RuleBasedStateMachine], tables: dict[str, str]
) -> None:
    chosen = settings(
        settings(),
        max_examples=3,
        stateful_step_count=12,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(in_lockstep(machine, tables), settings=within(ON_TWO_ENGINES, chosen))


class AddsOnOne(RuleBasedStateMachine):
    """Registers somebody on PostgreSQL and nobody on SQLite."""

    def __init__(self) -> None:
        super().__init__()
        self.unit = transaction.atomic()
        self.unit.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.unit.__exit__(None, None, None)

    @rule()
    def register(self) -> None:
        if connection.vendor == "postgresql" and not Person.objects.exists():
            county.add_person(1)


def test_engines_that_differ_are_noticed(both: None) -> None:
    with pytest.raises(AssertionError, match="differ"):
        run_state_machine_as_test(in_lockstep(AddsOnOne, PEOPLE), settings=settings(settings(), max_examples=1))
