"""The checks A1 to A21: each takes a page as it stands and the mode it is shown in, and says what is wrong with it.

`CHECKS` holds them in the order they are run over every page state: what looks at the focus first, what moves it last.
What needs more than one page (titles, steps of a job, papers, announcements) is called by its own test;
docs/ACCESSIBILITY.md says which, and what is left to people.
"""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks.charts import charts, forced
from tests.web.browser.checks.engines import engines
from tests.web.browser.checks.focus import shown
from tests.web.browser.checks.forms import doors, forms
from tests.web.browser.checks.keyboard import order
from tests.web.browser.checks.looks import fits, targets, text
from tests.web.browser.checks.manners import elder, session, status, still
from tests.web.browser.checks.words import figures, languages, plain

Check = Callable[[Page, str], list[str]]

CHECKS: Final[tuple[Check, ...]] = (
    forms,
    doors,
    engines,
    targets,
    text,
    status,
    languages,
    plain,
    figures,
    charts,
    forced,
    still,
    elder,
    session,
    fits,
)
"""On every page state, in every mode and width."""
AT_A_DESK: Final[tuple[Check, ...]] = (shown, order)
"""On every page state at 1280 pixels: where a keyboard stands."""


def faults(page: Page, mode: str) -> list[str]:
    """Everything they find."""
    width = (page.viewport_size or {"width": 0})["width"]
    found: list[str] = []
    for check in (*CHECKS, *(AT_A_DESK if width == 1280 else ())):
        found += check(page, mode)
    return list(dict.fromkeys(found))
