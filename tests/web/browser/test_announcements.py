"""A10: work in the background says how far it is: in one region that stays, in words, never twice within three seconds."""

import re

from playwright.sync_api import Browser, Route

from tests.web.browser import states
from tests.web.browser.checks.manners import QUIET_MS, announced, too_often, watch
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, borrow, window

STEPS = ("正在读取 10%", "正在核对 40%", "正在核对 40%", "正在核对 80%")
"""What the server says when it is asked: the third time nothing changed."""


def followed(sitting: Sitting) -> list[str]:
    """Make a work that is done look like one that goes on, told by `STEPS`; returns what was asked of the server."""
    page = sitting.page
    asked: list[str] = []
    page.clock.install()
    states.EVERY["jingban"]["county-work-done"](sitting)
    source = page.content()
    part = page.url.partition("?")[0] + "?part=1"

    def going_on(route: Route) -> None:
        route.fulfill(
            response=route.fetch(), body=source.replace('<div id="follow">', f'<div id="follow" data-follow="{part}">')
        )

    def step(route: Route) -> None:
        said = STEPS[min(len(asked), len(STEPS) - 1)]
        asked.append(said)
        route.fulfill(content_type="text/html", body=f'<div role="status" class="huibao-answer"><p>{said}</p></div>')

    page.route(re.compile(r"\?part=1$"), step)
    page.route(re.compile(r"\?stay=1$"), going_on)
    page.reload()
    page.wait_for_load_state("load")
    return asked


def test_progress_is_announced_in_words_and_not_too_often(browser: Browser, site: Site, seat: Seat) -> None:
    sitting = window(browser, site)
    borrow(sitting, seat("jingban"))
    asked = followed(sitting)
    watch(sitting.page)
    status = sitting.page.locator("#follow [role=status]")
    sitting.page.clock.run_for(1_100)
    status.get_by_text(STEPS[0]).wait_for()
    for said in STEPS[1:]:
        with sitting.page.expect_response(re.compile(r"\?part=1$")):
            sitting.page.clock.run_for(QUIET_MS)
        status.get_by_text(said).wait_for()
    heard = announced(sitting.page)
    sitting.page.context.close()
    assert len(asked) == len(STEPS)
    # What did not change is not said again.
    assert [words for _, words, _ in heard] == [STEPS[0], STEPS[1], STEPS[3]]
    assert too_often(heard) == []
