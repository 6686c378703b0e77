"""A15, A16, A19: larger print that is kept, plain words at the door, and pages that come at once."""

import pytest
from playwright.sync_api import Browser

from tests.web.browser import states
from tests.web.browser.checks.timing import slow
from tests.web.browser.checks.words import hard, prose
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, borrow, window

TRIES = 3


def test_larger_print_is_one_press_away_kept_and_leads_nowhere_else(browser: Browser, site: Site, seat: Seat) -> None:
    sitting = window(browser, site)
    borrow(sitting, seat("jingban"))
    sitting.page.context.clear_cookies(name="huibao_comfort")
    for path in ("/people", "/coverage?on=2019-01-01"):
        sitting.go(path)
        controls = sitting.page.locator("main :is(a, button, input, select)").count()
        sitting.page.get_by_role("button", name="长辈版", exact=True).click()
        sitting.page.locator("html.huibao-elder").wait_for()
        assert sitting.page.url == site.address + path
        assert sitting.page.locator("main :is(a, button, input, select)").count() == controls
        sitting.go("/account")
        sitting.page.locator("html.huibao-elder").wait_for()
        sitting.page.get_by_role("button", name="退出长辈版").click()
        sitting.page.locator("html:not(.huibao-elder)").wait_for()
    sitting.page.context.close()


def test_the_door_is_written_in_plain_words(browser: Browser, site: Site) -> None:
    sitting = window(browser, site)
    said: list[str] = []
    for _ in states.walk(sitting, states.EVERY[states.NOBODY]):
        said += prose(sitting.page)
    sitting.page.context.close()
    assert len(said) > len(states.EVERY[states.NOBODY])
    assert hard(said) == []


@pytest.mark.slow
@pytest.mark.parametrize("account", [one for one in states.EVERY if one])
def test_no_page_takes_the_server_a_second(account: str, browser: Browser, site: Site, seat: Seat) -> None:
    sitting = window(browser, site)
    borrow(sitting, seat(account))
    taken: dict[str, float] = {}
    for name in states.walk(sitting, states.EVERY[account]):
        if sitting.document is None or sitting.document.request.method != "GET":
            continue
        # The best of three: the machine may be busy with other things, the page is not slower for it.
        waits = []
        for _ in range(TRIES):
            answer = sitting.page.goto(sitting.page.url)
            assert answer is not None
            timing = answer.request.timing
            waits.append(timing["responseStart"] - timing["requestStart"])
        taken[name] = min(waits)
    sitting.page.context.close()
    assert taken
    assert slow(taken) == []
