"""Test of the tests: a fault planted in the product makes the simulator fail, within days. Each is one that somebody really made."""

import re

import pytest

from tests.hospital import world
from tests.simulator import agencies, bank, claims_desk, faults, network, wards
from tests.simulator.events import SimulationError
from tests.simulator.faults import Plant
from tests.simulator.test_a_year_in_a_minute import SAMPLE
from tests.simulator.year import run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(SAMPLE, reason="looked for on the other engine"),
]

DAYS = 40
"""At most; a run ends at the first night or answer that does not agree."""


@pytest.fixture(autouse=True)
def _eventful(monkeypatch: pytest.MonkeyPatch) -> None:
    """More of everything than in a plain year, so that a few days show it."""
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)
    for module, name, value in (
        (wards, "STAYS_A_DAY", 1.0),
        (wards, "BAD_BATCHES", 0.3),
        (wards, "AT_ONCE", 0.5),
        (claims_desk, "ACCIDENTS_A_DAY", 1.0),
        (bank, "TWICE", 0.9),
        (network, "BREAKS", 0.3),
        (agencies, "FIRST_DEATHS", 3),
        (agencies, "FIRST_PEOPLE", 12),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize(
    "plant,says",
    [
        (faults.state_beside_the_table, "C1: a claim moves only along its table"),
        (faults.cap_read_before_the_lock, "2304 amounts"),
        (faults.checked_while_writing, "answered"),
        (faults.answered_before_it_is_kept, "answered|a copy|asked again|late copy"),
        (faults.settled_twice_under_two_numbers, "2401 after its reversal|asked again"),
        pytest.param(faults.state_beside_the_table_and_no_trigger, "huibao check", marks=pytest.mark.slow),
        pytest.param(faults.amounts_through_float, "amounts|settles|answers", marks=pytest.mark.slow),
        pytest.param(faults.posted_apart, "books|huibao check", marks=pytest.mark.slow),
        pytest.param(faults.paid_at_every_answer, "huibao check|books", marks=pytest.mark.slow),
        pytest.param(faults.late_death_forgotten, "covers begun, ended|covers", marks=pytest.mark.slow),
    ],
)
def test_a_planted_fault_is_found(plant: Plant, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(SimulationError) as failed:
        run(1, DAYS)
    # Which message of several is met first differs between the engines: its number may stand before what is said.
    assert re.search(rf"Error: (\d{{4}} )?({says})", str(failed.value)), str(failed.value)


@pytest.mark.slow
def test_without_a_fault_the_same_days_agree() -> None:
    assert run(1, DAYS).bills > 10
