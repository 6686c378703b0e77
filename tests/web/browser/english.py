"""A page state once more in English: what is wrong with its language, its title and its parts (A11)."""

from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks.words import HAN, languages
from tests.web.browser.console import Sitting
from tests.web.browser.states import SETTLED

ONCE: Final = {"accounts-invited", "codes-shown"}
"""States that are shown once and never again: seen in English by `test_in_english.py`."""
PARTS: Final = (
    "main :is(h1, h2, h3, table, form, fieldset, input:not([type=hidden]), select, textarea, button, img, svg)"
)


def in_english(sitting: Sitting, name: str, *, back: bool) -> tuple[list[str], str]:
    """What is wrong with the state in English, and its title there; `back`: what comes next starts from this page."""
    page = sitting.page
    sent = sitting.document is not None and sitting.document.request.method == "POST"
    if name in ONCE:
        return [], f"{name}: shown once"
    there = page.locator(PARTS).count()
    _read_in(sitting, "en", sent=sent)
    found, title = wrong_in_english(page), page.title()
    # What was sent once more may have lost its file, and says so: then it is another page.
    if not sent and page.locator(PARTS).count() != there:
        found.append(f"A11 {page.locator(PARTS).count()} parts in English, {there} in Chinese")
    if back:
        _read_in(sitting, "none", sent=sent)
    else:
        choose(sitting, "none")
    return found, title


def wrong_in_english(page: Page) -> list[str]:
    """A11 of a page that is read in English."""
    found = languages(page, "normal")
    if page.locator("html").get_attribute("lang") != "en":
        found.append("A11 an English page that does not say so")
    if HAN.search(page.title()):
        found.append(f"A11 Chinese in the title of an English page: {page.title()}")
    if page.locator("h1").count() != 1:
        found.append("A11 h1: not exactly one in English")
    return [f"in English: {each}" for each in found]


def _read_in(sitting: Sitting, language: str, *, sent: bool) -> None:
    choose(sitting, language)
    if sent:
        sitting.page.reload()
    else:
        sitting.page.goto(sitting.page.url)
    sitting.page.wait_for_function(SETTLED)


def choose(sitting: Sitting, language: str) -> None:
    """From the next page on the window reads in that language: "en", or "none" for Chinese."""
    sitting.page.context.add_cookies([{"name": "huibao_comfort", "value": language, "url": sitting.site.address}])
