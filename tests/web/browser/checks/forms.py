"""A8 and A21: labels, what the browser may fill in, pasting, errors at their field and in the summary, nothing asked twice."""

from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script

FORMS: Final = script("forms")

DOORS: Final = script("doors")
GIVEN: Final = script("given")


def forms(page: Page, mode: str) -> list[str]:
    """A8 of every form on the page. Looks at where the focus is: run it before anything moves it."""
    assert mode
    return list(page.evaluate(FORMS))


def doors(page: Page, mode: str) -> list[str]:
    """A21: whatever opens an account works with a password manager, with pasting, and without a face."""
    assert mode
    return list(page.evaluate(DOORS))


def given(page: Page) -> dict[str, str]:
    """The fields of the page's main part with what stands in them."""
    return dict(page.evaluate(GIVEN))


def asked_again(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """A8 (3.3.7) from one step of a job to the next: what was given must not be asked anew in an empty field."""
    return [f"A8 asked again: {label}" for label, text in before.items() if text and after.get(label) == ""]
