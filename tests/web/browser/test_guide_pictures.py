"""The guides' pictures show the pages as they are: what a page says now is what it said when its picture was made."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts.shots import GUIDE, IMAGES, pictured, said
from tests.web.browser import states
from tests.web.browser.conftest import demonstration
from tests.web.browser.console import Site, window

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration as the camera found it: what other tests have done in theirs stands on its home page."""
    with demonstration(tmp_path_factory.mktemp("untouched") / "demo") as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("account", GUIDE)
def test_a_picture_says_what_its_page_says(account: str, browser: Browser, untouched: Site) -> None:
    sitting = window(browser, untouched)
    sitting.sign_in(account)
    now = {name: said(sitting) for name in states.walk(sitting, states.EVERY[account]) if name in GUIDE[account]}
    sitting.page.context.close()
    kept = pictured()
    assert now == {name: kept[name] for name in now}, "the page changed: python -m scripts.shots --guide"


def test_each_picture_is_shown_by_a_guide_and_each_shown_is_made() -> None:
    made = {f"console-{name}.png" for shown in GUIDE.values() for name in shown}
    shown = {
        name
        for guide in GUIDES.glob("*.md")
        for name in re.findall(r"images/(console-[\w-]+\.png)", guide.read_text("utf-8"))
    }
    assert shown == made == {path.name for path in IMAGES.glob("console-*.png")}
    assert pictured().keys() == {name for states_of in GUIDE.values() for name in states_of}
