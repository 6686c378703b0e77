"""Pages that are shown once and never again, in English: the link of an invitation, and the codes of a new account (A11)."""

import re
import time

import pyotp
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, borrow, window
from tests.web.browser.english import choose, wrong_in_english

WORDS = "blue-heron-in-the-reeds-41"


def pressed(page: Page, button: str, leads_to: str) -> None:
    """Press it, wait for the page it leads to, and find nothing wrong with that page's language."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("h1")).to_contain_text(leads_to)
    assert wrong_in_english(page) == []


def test_who_is_invited_in_english_reads_english_to_the_end(browser: Browser, site: Site, seat: Seat) -> None:
    keeper, newcomer = window(browser, site), window(browser, site)
    borrow(keeper, seat("guanli"))
    for each in (keeper, newcomer):
        choose(each, "en")
    keeper.go("/accounts")
    keeper.page.get_by_label("Account name", exact=True).fill(f"xin{time.time_ns() % 10**12}")
    keeper.page.get_by_label("Name", exact=True).fill("示范寅")
    keeper.page.get_by_label("Role", exact=True).select_option("county_clerk")
    pressed(keeper.page, "Invite", "Hand this link to")
    link = re.sub(r"^https?://[^/]+", "", keeper.page.locator("#invitation-link").inner_text().strip())
    keeper.page.context.close()

    newcomer.go(link)
    assert wrong_in_english(newcomer.page) == []
    newcomer.page.get_by_label("New password", exact=True).fill(WORDS)
    newcomer.page.get_by_label("The new password again").fill(WORDS)
    pressed(newcomer.page, "Continue", "second step")
    secret = newcomer.page.locator("#second-key").inner_text().replace(" ", "")
    newcomer.page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    pressed(newcomer.page, "Confirm", "recovery codes")
    newcomer.page.context.close()


def test_a_name_that_is_not_marked_and_a_title_nobody_translated_are_found(browser: Browser, site: Site) -> None:
    sitting = window(browser, site)
    choose(sitting, "en")
    sitting.go("/enter")
    assert wrong_in_english(sitting.page) == []
    sitting.page.evaluate("document.querySelector('main').append('衡山县'); document.title = '登录'")
    assert len(wrong_in_english(sitting.page)) == 2
    choose(sitting, "none")
    sitting.go("/enter")
    assert "in English: A11 an English page that does not say so" in wrong_in_english(sitting.page)
    sitting.page.context.close()
