"""G5: made-up years, each decided by one number, in which everything that can go wrong does; every night all audits and the model."""

import os

import pytest
from django.db import connection

from tests.hospital import world
from tests.simulator import network
from tests.simulator.emptied import emptied
from tests.simulator.events import MismatchError, SimulationError, Timeline
from tests.simulator.year import run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore:No directory at")]

SAMPLE = os.environ.get("HUIBAO_TEST_PROFILE") == "sample"


@pytest.fixture(autouse=True)
def _master_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)


@pytest.mark.parametrize("seed,days", [(11, 15)] if SAMPLE else [(7, 26)])
def test_some_weeks_agree_with_the_model_to_the_fen(seed: int, days: int) -> None:
    done = run(seed, days)
    assert done.people >= 30
    assert done.bills >= 1


once = pytest.mark.skipif(SAMPLE, reason="shown on the other engine")


@once
def test_the_same_seed_does_the_same_to_the_byte() -> None:
    first = run(5, 14)
    emptied()
    again = run(5, 14)
    assert first.trace == again.trace
    assert len(first.trace) > 20


@once
def test_a_run_that_fails_says_how_to_see_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: Timeline, who: str, what: str) -> None:
        self.trace.append(f"{who}: {what}")
        if "enrols" in what:
            raise MismatchError("made up")

    monkeypatch.setattr(Timeline, "tell", wrong)
    with pytest.raises(
        SimulationError, match=r"seed 42, day 5 .*\n(.*\n)*replay: python -m tests.simulator --seed 42 --days 6"
    ):
        run(42, 9)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(101, 104))
def test_a_whole_year_agrees_with_the_model(seed: int) -> None:
    done = run(seed, 365)
    assert done.bills > 50
    assert done.claims > 20


def test_a_statement_that_fails_undoes_the_whole_message() -> None:
    with network.failing(1), connection.cursor() as cursor, pytest.raises(Exception, match="made up"):
        cursor.execute("UPDATE nothing SET nowhere = 1")
