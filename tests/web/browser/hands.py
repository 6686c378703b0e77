"""Two ways to work at a desk: with the mouse, and with the keyboard alone. A job is told once and done by both.

Whatever leads to another page is waited for: the step ends when that page is whole, with its scripts run. No step looks
at a clock.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.browser.console import FOUND, MOST_CODES, PATIENCE_MS, Site, Sitting, window

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

MOST_TABS: Final = 250
"""More than any page has stops."""
MOST_OPTIONS: Final = 100
WAIT_MS: Final = 500
HAS_FOCUS: Final = "(elements) => elements.includes(document.activeElement)"


@dataclass
class Hand(ABC):
    """Who sits at a window and does a job in it."""

    sitting: Sitting
    steps: int = 0
    """Pages left behind so far."""

    name = ""

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.sitting.page

    @property
    def main(self) -> Locator:
        """Its main part."""
        return self.page.locator("main")

    @property
    def at(self) -> str:
        """The address of the page, from the site's root."""
        return self.page.url.removeprefix(self.sitting.site.address)

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Another page, whole, stands where this one stood."""
        with self.sitting.leaving():
            yield
        self.steps += 1

    def button(self, text: str) -> Locator:
        """A button of the main part (a link may be drawn as one), by its whole name."""
        return self.main.get_by_role("button", name=text, exact=True)

    def link(self, text: str) -> Locator:
        """A link of the main part, by its whole name."""
        return self.main.get_by_role("link", name=text, exact=True)

    def field(self, label: str) -> Locator:
        """A field, by its label."""
        return self.main.get_by_label(label, exact=True)

    def opens(self, path: str) -> None:
        """Type an address."""
        self.sitting.go(path)

    def home(self, job: str) -> None:
        """Begin a job where everybody begins: at the list of the first page."""
        self.opens("/")
        self.presses(self.link(job))

    def presses(self, what: Locator, key: str = "") -> None:
        """Press a button or follow a link to another page; `key` does the same without reaching for it."""
        with self.leaving():
            self.touches(what, key)

    def says(self, text: str) -> None:
        """The main part says so."""
        expect(self.main).to_contain_text(text)

    def is_at(self, what: Locator) -> None:
        """The page has put the focus there by itself."""
        expect(what).to_be_focused()

    def waits_for(self, what: Locator) -> None:
        """Open the page again until that stands there, as somebody does who waits for work done elsewhere."""
        for _ in range(PATIENCE_MS // WAIT_MS):
            if what.count():
                break
            self.page.wait_for_timeout(WAIT_MS)
            self.opens(self.at)
        expect(what).to_be_visible()

    @abstractmethod
    def touches(self, what: Locator, key: str = "") -> None:
        """Press something that leads nowhere."""

    @abstractmethod
    def writes(self, label: str, text: str) -> None:
        """Put a text into a field in place of what stands there."""

    @abstractmethod
    def chooses(self, label: str, value: str) -> None:
        """Choose from a list, by what the choice sends."""

    @abstractmethod
    def ticks(self, label: str) -> None:
        """Tick a box or one of several radios."""

    def gives(self, label: str, file: "FilePayload") -> None:
        """Hand a file to its field: no browser lets a test type into the picker of the system."""
        self.reaches(self.field(label))
        self.field(label).set_input_files(file)

    def reaches(self, what: Locator) -> None:
        """Be at something."""
        what.wait_for()

    def signs_in(self, account: str) -> None:
        """Both factors."""
        self.opens("/enter")
        self.writes("账号", account)
        self.writes("密码", self.sitting.site.password)
        self.presses(self.button("继续"))
        code = ""
        for _ in range(MOST_CODES):
            # A code serves once; another window may have used the one of this half minute.
            code = self.sitting.another_code(code)
            self.writes("验证码", code)
            with self.page.expect_response(lambda answer: answer.request.method == "POST") as answered, self.leaving():
                self.touches(self.button("登录"))
            if answered.value.status == FOUND:
                self.page.wait_for_url(lambda address: "/enter" not in address)
                return
        raise AssertionError(f"could not sign in: {self.main.inner_text()}")


class Mouse(Hand):
    """Clicks; types only what is to be written."""

    name = "mouse"

    def touches(self, what: Locator, key: str = "") -> None:  # noqa: ARG002 - the keyboard's way
        what.click()

    def writes(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def chooses(self, label: str, value: str) -> None:
        self.field(label).select_option(value)

    def ticks(self, label: str) -> None:
        self.field(label).check()


@dataclass
class Keys(Hand):
    """Never touches the mouse: Tab until it is there, then Enter, Space and the arrows."""

    name = "keyboard"
    pressed: list[str] = field(default_factory=list)
    """Keys that did something since this was last emptied: everything but Tab and what was written."""

    def key(self, name: str) -> None:
        """Press a key."""
        self.pressed.append(name)
        self.page.keyboard.press(name)

    def touches(self, what: Locator, key: str = "") -> None:
        what.wait_for()
        if not key:
            self.reaches(what)
        # Enter sends a form from the field one is in, and presses what the page itself has put the focus on.
        self.key(key or "Enter")

    def writes(self, label: str, text: str) -> None:
        box = self.field(label)
        self.reaches(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        expect(box).to_have_value(text)

    def chooses(self, label: str, value: str) -> None:
        box = self.field(label)
        self.reaches(box)
        self.page.keyboard.press("Home")
        for _ in range(MOST_OPTIONS):
            if box.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"{value} is not in the list {label}")

    def ticks(self, label: str) -> None:
        box = self.field(label)
        box.wait_for(state="attached")
        group = box.evaluate("(element) => element.type === 'radio' ? element.name : ''")
        # Of radios with one name Tab reaches one; the arrows reach the others and choose them.
        self.reaches(box if not group else self.main.locator(f"input[type=radio][name='{group}']"))
        for _ in range(MOST_OPTIONS):
            if box.evaluate_all(HAS_FOCUS):
                break
            self.page.keyboard.press("ArrowDown")
        if not box.is_checked():
            self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def reaches(self, what: Locator) -> None:
        what.first.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if what.evaluate_all(HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{what} is not reached by Tab on {self.at}")


@dataclass
class Crew:
    """Everybody a job needs, all working in one way."""

    browser: Browser
    site: Site
    way: type[Hand]
    seats: dict[str, Hand]
    """Colleagues who are signed in already, by account."""
    opened: list[Hand] = field(default_factory=list)

    def seated(self) -> Hand:
        """A fresh window."""
        return self.way(window(self.browser, self.site))

    def signs_in(self, account: str) -> Hand:
        """Whose job it is: a fresh window, signed in there."""
        hand = self.seated()
        self.opened.append(hand)
        hand.signs_in(account)
        return hand

    def colleague(self, account: str) -> Hand:
        """Somebody who is called in: signs in when first called, and stays."""
        if account not in self.seats:
            hand = self.seated()
            hand.signs_in(account)
            self.seats[account] = hand
        return self.seats[account]

    def leave(self) -> None:
        """Close the windows of this job."""
        for hand in self.opened:
            hand.page.context.close()


WAYS: Final[tuple[type[Hand], ...]] = (Mouse, Keys)
"""Each job is done in each of them."""
