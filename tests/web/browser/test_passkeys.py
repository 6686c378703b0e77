"""Passkeys with Chromium's own virtual device: added, used in place of a code, refused by the device, removed; by keyboard."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.web.browser.checks import faults
from tests.web.browser.console import Site, Sitting, invitation, plain_text, window

PASSWORD = "qingshan-lvshui-77"  # noqa: S105 - of a made-up account
STEP_SECONDS = 30
MOST_STOPS = 60


@dataclass
class Newcomer:
    """A fresh account in a window of its own, its telephone and a device with a fingerprint reader."""

    sitting: Sitting
    name: str
    secret: str
    devtools: CDPSession
    device: str
    last_step: int = 0
    used: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The window's page."""
        return self.sitting.page

    def send_code(self, button: str) -> None:
        """Enter a code that was not used and send it, again where its half minute passed meanwhile."""
        where = self.page.url
        for _ in range(4):
            now = int(time.time()) // STEP_SECONDS
            self.last_step = max(now - 1, self.last_step + 1)
            while self.last_step > int(time.time()) // STEP_SECONDS + 1:
                self.page.wait_for_timeout(500)
            code = pyotp.TOTP(self.secret).generate_otp(self.last_step)
            self.page.get_by_label("验证码", exact=True).fill(code)
            with self.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
                self.page.locator("main").get_by_role("button", name=button, exact=True).click()
            if answered.value.status != 422:
                return
            expect(self.page.get_by_label("验证码", exact=True)).to_have_value("")
        raise AssertionError(f"no code was taken at {where}")

    def press_towards(self, name: str) -> None:
        """Tab to the button of that name and press Enter."""
        self.page.locator("body").evaluate("() => { document.activeElement.blur(); }")
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.textContent").strip() == name:
                self.page.keyboard.press("Enter")
                return
        raise AssertionError(f"no way to {name} by keyboard")

    def give_password(self) -> None:
        """The first step of signing in."""
        self.sitting.go("/enter")
        self.page.get_by_label("账号", exact=True).fill(self.name)
        self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="继续").click()
        self.page.wait_for_url("**/enter/code*")

    def leave(self) -> None:
        """Sign out."""
        self.page.get_by_role("button", name="退出", exact=True).first.click()
        self.page.wait_for_url("**/enter")

    def know_the_finger(self, *, known: bool) -> None:
        """Whether the device makes sure of its user from now on."""
        self.devtools.send("WebAuthn.setUserVerified", {"authenticatorId": self.device, "isUserVerified": known})


@pytest.fixture
def newcomer(browser: Browser, site: Site) -> Iterator[Newcomer]:
    """Somebody invited, joined and with a telephone, at the site's own name: no device signs for a bare address."""
    named = replace(site, address=site.address.replace("127.0.0.1", "localhost"))
    sitting = window(browser, named)
    path = invitation(site)
    sitting.go(path)
    said = plain_text(sitting.page)
    found = re.search(r"xin\d+", said)
    assert found is not None, said
    sitting.page.get_by_label("新密码", exact=True).fill(PASSWORD)
    sitting.page.get_by_label("再输入一次新密码").fill(PASSWORD)
    sitting.page.locator("main").get_by_role("button").click()
    sitting.page.wait_for_url("**/enter/second")
    secret = re.search(r"(?:[A-Z2-7]{4} ?){8}", plain_text(sitting.page))
    assert secret is not None
    devtools = sitting.page.context.new_cdp_session(sitting.page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    kind = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    more = {"hasResidentKey": True, "automaticPresenceSimulation": True}
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": kind | more})["authenticatorId"]
    one = Newcomer(sitting, found.group(), secret.group().replace(" ", ""), devtools, device)
    button = sitting.page.locator("main").get_by_role("button").last.inner_text()
    one.send_code(button)
    sitting.go("/account")
    yield one
    sitting.page.context.close()


def add_a_key(one: Newcomer) -> None:
    """From one's account to a key, by keyboard once the code is given."""
    one.sitting.go("/account/passkeys")
    one.send_code("继续")
    one.page.wait_for_url("**/account/passkeys/new")
    one.page.get_by_label("名称", exact=True).fill("办公室电脑")
    expect(one.page.get_by_role("button", name="创建通行密钥")).to_be_visible()
    one.press_towards("创建通行密钥")
    one.page.wait_for_url("**/account/passkeys?added=1")


def test_a_key_is_added_signs_in_by_keyboard_and_is_removed(newcomer: Newcomer) -> None:
    one = newcomer
    add_a_key(one)
    expect(one.page.get_by_role("status").filter(has_text="通行密钥已添加")).to_be_visible()
    expect(one.page.get_by_role("row").filter(has_text="办公室电脑")).to_contain_text("还没有用过")
    one.leave()

    one.give_password()
    expect(one.page.get_by_role("button", name="用通行密钥登录")).to_be_visible()
    one.press_towards("用通行密钥登录")
    one.page.wait_for_url(f"{one.sitting.site.address}/")

    one.sitting.go("/account/passkeys")
    expect(one.page.get_by_role("row").filter(has_text="办公室电脑")).not_to_contain_text("还没有用过")
    one.page.get_by_role("link", name="移除 办公室电脑").click()
    one.page.wait_for_url("**/remove")
    one.send_code("移除")
    one.page.wait_for_url("**/account/passkeys?removed=1")
    expect(one.page.get_by_text("还没有通行密钥。")).to_be_visible()
    one.leave()
    one.give_password()
    expect(one.page.get_by_label("验证码", exact=True)).to_be_visible()
    expect(one.page.get_by_role("button", name="用通行密钥登录")).to_have_count(0)
    assert one.sitting.strangers == []


def test_a_device_that_does_not_know_its_user_says_so_aloud_and_the_code_still_serves(newcomer: Newcomer) -> None:
    one = newcomer
    add_a_key(one)
    one.leave()
    one.give_password()
    one.know_the_finger(known=False)
    one.press_towards("用通行密钥登录")
    says = one.page.locator("[data-passkey-says]")
    expect(says).to_have_attribute("role", "status")
    expect(says).to_contain_text("没有完成")
    expect(one.page.get_by_role("button", name="用通行密钥登录")).to_be_focused()
    one.send_code("登录")
    one.page.wait_for_url(f"{one.sitting.site.address}/")


def test_a_spent_page_signed_once_more_is_refused_in_words(newcomer: Newcomer) -> None:
    one = newcomer
    add_a_key(one)
    one.leave()
    one.give_password()
    other = one.page.context.new_page()
    other.goto(f"{one.sitting.site.address}/enter/code")  # a fresh challenge for the same sitting
    one.press_towards("用通行密钥登录")
    expect(one.page.get_by_role("alert")).to_contain_text("通行密钥没有通过验证")
    one.press_towards("用通行密钥登录")
    one.page.wait_for_url(f"{one.sitting.site.address}/")


def test_without_scripts_the_code_serves_and_the_page_says_what_the_key_needs(
    browser: Browser, newcomer: Newcomer
) -> None:
    one = newcomer
    add_a_key(one)
    plain = window(browser, one.sitting.site, java_script_enabled=False)
    plain.go("/enter")
    plain.page.get_by_label("账号", exact=True).fill(one.name)
    plain.page.get_by_label("密码", exact=True).fill(PASSWORD)
    plain.page.get_by_role("button", name="继续").click()
    plain.page.wait_for_url("**/enter/code*")
    expect(plain.page.get_by_text("通行密钥需要浏览器允许运行脚本。")).to_be_visible()
    expect(plain.page.get_by_role("button", name="用通行密钥登录")).to_have_count(0)
    there = replace(one, sitting=plain)
    there.send_code("登录")
    plain.page.wait_for_url(f"{plain.site.address}/")
    plain.page.context.close()


@pytest.mark.slow
def test_the_pages_of_keys_have_no_faults(newcomer: Newcomer) -> None:
    """After the keys were used: Chromium answers for its devices no more once a check has looked through it."""
    one = newcomer
    add_a_key(one)
    assert faults(one.page, "normal") == []
    one.send_code("继续")
    one.page.wait_for_url("**/account/passkeys/new")
    expect(one.page.get_by_role("button", name="创建通行密钥")).to_be_visible()
    assert faults(one.page, "normal") == []
    one.sitting.go("/account/passkeys")
    one.page.get_by_role("link", name="移除 办公室电脑").click()
    one.page.wait_for_url("**/remove")
    assert faults(one.page, "normal") == []
    one.sitting.go("/account")
    one.leave()
    one.give_password()
    expect(one.page.get_by_role("button", name="用通行密钥登录")).to_be_visible()
    assert faults(one.page, "normal") == []
