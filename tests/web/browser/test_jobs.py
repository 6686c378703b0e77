"""Each job of each desk in a real browser, from sign-in to its result: with the mouse, and by keyboard alone."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.browser.console import Site
from tests.web.browser.hands import WAYS, Crew, Hand, Keys
from tests.web.browser.jobs import JOBS

Gather = Callable[[type[Hand]], Crew]
ON_POSTGRES = os.environ.get("HUIBAO_DB", "").startswith("postgres")
ONE_A_DESK = 5
"""The first jobs of the table are of five desks: what `make test` does on both engines; `make test-full` does all."""


def often(way: type[Hand], at: int) -> bool:
    """By the keyboard everything on SQLite; by the mouse, and on PostgreSQL, one job a desk."""
    everything = way is Keys and not ON_POSTGRES
    return everything or (at < ONE_A_DESK and (way is Keys or not ON_POSTGRES))


EACH = [
    pytest.param(way, job, id=f"{way.name}-{job}", marks=() if often(way, at) else pytest.mark.slow)
    for way in WAYS
    for at, job in enumerate(JOBS)
]


@pytest.fixture(scope="module")
def seats() -> dict[type[Hand], dict[str, Hand]]:
    """Colleagues by the way they work: each signs in once."""
    return {way: {} for way in WAYS}


@pytest.fixture
def gather(browser: Browser, workplace: Site, seats: dict[type[Hand], dict[str, Hand]]) -> Iterator[Gather]:
    """A crew for a job; its windows are closed afterwards."""
    crews: list[Crew] = []

    def gathered(way: type[Hand]) -> Crew:
        crews.append(Crew(browser, workplace, way, seats[way]))
        return crews[-1]

    yield gathered
    for crew in crews:
        crew.leave()


@pytest.mark.parametrize(("way", "job"), EACH)
def test_a_job_is_done_from_sign_in_to_its_result(way: type[Hand], job: str, gather: Gather) -> None:
    crew = gather(way)
    JOBS[job](crew)
    # Nothing was asked of any other site, and no script was refused.
    assert [stranger for hand in crew.opened for stranger in hand.sitting.strangers] == []
