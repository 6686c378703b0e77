"""States of what all share: the door, home, people, coverage, one's own account, the keeper's accounts."""

import time
from typing import Final

import pyotp

from tests.web.browser.console import Site, Sitting, State, invitation


def insured_number(site: Site) -> str:
    """The made-up number of somebody covered today who had a claim, else of anybody covered today."""
    return str(site.ask("insured_number"))


def former_number(site: Site) -> str:
    """The made-up number of somebody on the county's roster without cover today."""
    return str(site.ask("former_number"))


def find(sitting: Sitting, number: str) -> None:
    """Search for a number."""
    sitting.go("/people")
    sitting.page.get_by_label("身份证号", exact=True).fill(number)
    with sitting.leaving():
        sitting.page.get_by_role("button", name="查询").click()


def unmasked(sitting: Sitting) -> None:
    """A person's page in full."""
    find(sitting, insured_number(sitting.site))
    sitting.page.get_by_label("查看完整信息的用途").select_option("check_identity")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="显示完整信息").click()


def unmask_without_purpose(sitting: Sitting) -> None:
    """The form for the full details sent empty."""
    find(sitting, insured_number(sitting.site))
    with sitting.leaving():
        sitting.page.get_by_role("button", name="显示完整信息").click()


def wrong_password(sitting: Sitting) -> None:
    """A refused sign-in."""
    sitting.go("/enter")
    sitting.page.get_by_label("账号", exact=True).fill("jingban")
    sitting.page.get_by_label("密码", exact=True).fill("not-this-one-either")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="继续").click()


def empty_sign_in(sitting: Sitting) -> None:
    """The sign-in form sent empty."""
    sitting.go("/enter")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="继续").click()


def asked_for_code(sitting: Sitting) -> None:
    """The second step."""
    sitting.go("/enter")
    sitting.page.get_by_label("账号", exact=True).fill("fuhe")
    sitting.page.get_by_label("密码", exact=True).fill(sitting.site.password)
    with sitting.leaving():
        sitting.page.get_by_role("button", name="继续").click()


def wrong_new_password(sitting: Sitting) -> None:
    """A new password that is too short and typed differently."""
    sitting.go("/account/password")
    sitting.page.get_by_label("密码", exact=True).fill(sitting.site.password)
    sitting.page.get_by_label("新密码", exact=True).fill("huibao")
    sitting.page.get_by_label("再输入一次新密码").fill("other")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="修改").click()


def another_sitting(sitting: Sitting) -> None:
    """The page on which a sitting elsewhere is ended."""
    number = sitting.site.ask("sits_elsewhere", "jingban")
    sitting.go("/account")
    with sitting.leaving():
        sitting.page.locator(f"form[action$='/{number}/end'] button").click()


def joining(sitting: Sitting) -> None:
    """An invitation opened."""
    sitting.go(invitation(sitting.site))


def joining_with_two_passwords(sitting: Sitting) -> None:
    """An invitation answered with two passwords that differ."""
    sitting.page.get_by_label("新密码", exact=True).fill("qingshan-lvshui-77")
    sitting.page.get_by_label("再输入一次新密码").fill("qingshan-lvshui-78")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="继续").click()


def setting_up(sitting: Sitting) -> None:
    """The same invitation answered well: the second factor is to be set up."""
    sitting.page.get_by_label("新密码", exact=True).fill("qingshan-lvshui-77")
    sitting.page.get_by_label("再输入一次新密码").fill("qingshan-lvshui-77")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="继续").click()


def codes_shown(sitting: Sitting) -> None:
    """The second factor confirmed: the recovery codes, shown once."""
    secret = sitting.page.locator("#second-key").inner_text().replace(" ", "")
    sitting.page.get_by_label("验证码", exact=True).fill(pyotp.TOTP(secret).now())
    with sitting.leaving():
        sitting.page.get_by_role("button", name="确认").click()


OUTSIDE: Final[dict[str, State]] = {
    "sign-in": lambda s: s.go("/enter"),
    "sign-in-empty": empty_sign_in,
    "sign-in-refused": wrong_password,
    "session-ended": lambda s: s.go("/enter?ended=1"),
    "code": asked_for_code,
    "not-found": lambda s: s.go("/nothing-here"),
    "join": joining,
    "join-wrong": joining_with_two_passwords,
    "second-factor": setting_up,
    "codes-shown": codes_shown,
}
"""Reached without signing in; those of an invitation one after another."""

INSIDE: Final[dict[str, State]] = {
    "home": lambda s: s.go("/"),
    "find": lambda s: s.go("/people"),
    "find-bad-number": lambda s: find(s, "43042319990101123"),
    "find-nobody": lambda s: find(s, "110101199003070054"),
    "person-covered": lambda s: find(s, insured_number(s.site)),
    "person-not-covered": lambda s: find(s, former_number(s.site)),
    "person-no-purpose": unmask_without_purpose,
    "person-full": unmasked,
    "coverage": lambda s: s.go("/coverage"),
    "coverage-bad-day": lambda s: s.go("/coverage?on=morgen"),
    "coverage-no-contract": lambda s: s.go("/coverage?on=2019-01-01"),
    "account": lambda s: s.go("/account"),
    "end-sitting": another_sitting,
    "password": lambda s: s.go("/account/password"),
    "password-wrong": wrong_new_password,
    "recovery-codes": lambda s: s.go("/account/codes"),
}
"""Reached by the county's clerk."""


def invitation_wrong(sitting: Sitting) -> None:
    """An invitation sent with a name and an area that will not do."""
    sitting.go("/accounts")
    sitting.page.get_by_label("账号", exact=True).fill("王")
    sitting.page.get_by_label("姓名", exact=True).fill("示范寅")
    sitting.page.get_by_label("岗位", exact=True).select_option("county_clerk")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="邀请", exact=True).click()


def invited(sitting: Sitting) -> None:
    """A link to hand over."""
    sitting.go("/accounts")
    sitting.page.get_by_label("账号", exact=True).fill(f"xin{time.time_ns() % 10**12}")
    sitting.page.get_by_label("姓名", exact=True).fill("示范寅")
    sitting.page.get_by_label("岗位", exact=True).select_option("county_clerk")
    with sitting.leaving():
        sitting.page.get_by_role("button", name="邀请", exact=True).click()


KEEPING: Final[dict[str, State]] = {
    "accounts": lambda s: s.go("/accounts"),
    "accounts-wrong": invitation_wrong,
    "accounts-invited": invited,
    "accounts-anew": lambda s: s.go("/accounts/fuhe/invite"),
    "accounts-end": lambda s: s.go("/accounts/fuhe/end"),
}
"""Reached by the keeper of accounts."""
