"""One site, one Chromium and one window for each account, for all tests in a browser: they run on one worker."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.browser.console import Site, Sitting, chromium, serving, window

Seat = Callable[[str], Sitting]


@contextmanager
def demonstration(folder: Path) -> Iterator[Site]:
    """A demonstration of our own, on the engine under test."""
    if os.environ.get("HUIBAO_DB", "").startswith("postgres"):
        from scripts.postgres import temporary

        with temporary() as cluster, serving(folder, cluster.new_database()) as running:
            yield running
        return
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What is looked at: its pages stand as the demonstration made them."""
    with demonstration(tmp_path_factory.mktemp("site") / "demo") as running:
        yield running


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Another one, in which jobs are done: what they leave is seen by no test of a page."""
    with demonstration(tmp_path_factory.mktemp("workplace") / "demo") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all."""
    # Until it ends, Playwright's loop stands in this thread: Django would take every later test for one that must not wait.
    with pytest.MonkeyPatch.context() as patch, chromium() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture(scope="session")
def seat(browser: Browser, site: Site) -> Seat:
    """A window in which the account asked for is signed in; each account has one, whatever page it was left on."""
    taken: dict[str, Sitting] = {}

    def seated(account: str) -> Sitting:
        if account not in taken:
            taken[account] = window(browser, site)
            taken[account].sign_in(account)
        return taken[account]

    return seated


@pytest.fixture
def clerk(seat: Seat) -> Sitting:
    """The county's clerk, signed in."""
    return seat("jingban")
