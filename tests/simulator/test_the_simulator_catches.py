"""Test of the tests: a fault planted in the product makes the simulator fail, within days. Each is one that somebody really made."""

import pytest

from tests.hospital import world
from tests.simulator import agencies, claims_desk, faults, network, wards
from tests.simulator.events import SimulationError
from tests.simulator.faults import Plant
from tests.simulator.year import run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore:No directory at")]

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
        (network, "BREAKS", 0.3),
        (agencies, "FIRST_DEATHS", 3),
        (agencies, "FIRST_PEOPLE", 12),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize(
    "plant",
    [
        faults.state_beside_the_table,
        faults.state_beside_the_table_and_no_trigger,
        faults.cap_read_before_the_lock,
        faults.amounts_through_float,
        faults.posted_apart,
        faults.checked_while_writing,
        faults.paid_at_every_answer,
        faults.answered_before_it_is_kept,
        faults.late_death_forgotten,
        faults.settled_twice_under_two_numbers,
    ],
)
def test_a_planted_fault_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(SimulationError) as failed:
        run(1, DAYS)
