"""Each job of each desk in a real browser, from sign-in to its result: with the mouse, and by keyboard alone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.browser.console import Site
from tests.web.browser.hands import WAYS, Crew, Hand
from tests.web.browser.jobs import JOBS

Gather = Callable[[type[Hand]], Crew]
EACH = [pytest.param(way, job, id=f"{way.name}-{job}") for way in WAYS for job in JOBS]


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
