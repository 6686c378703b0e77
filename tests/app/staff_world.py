"""Accounts for tests: made by the invitation everybody gets, on a clock that the test moves."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyotp
from django.conf import settings

from huibao.app.access import Actor, Reach, Role
from huibao.app.accounts.invitation import invite, join
from huibao.app.accounts.sign_in import (
    Opened,
    Where,
    actor_of,
    confirm_second_factor,
    second_factor_to_set_up,
    sitting_of,
)
from huibao.app.accounts.sign_in import sign_in as first_step
from huibao.store import staff as store
from huibao.store.staff import SittingRecord
from huibao.store.vault import new_key

PASSWORD = "four-words-nobody-has-19"  # noqa: S105 - of a made-up account
COUNTY = "430423"
HERE = Where("10.0.0.5", "Firefox · Linux", "this-browser")
ELSEWHERE = Where("203.0.113.9", "Chrome · Windows", "")


@dataclass
class Hands:
    """A clock the test moves."""

    at: datetime = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)

    def today(self) -> date:
        return self.at.astimezone(ZoneInfo("Asia/Shanghai")).date()

    def now(self) -> datetime:
        return self.at

    def on(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


@dataclass
class Worker:
    """An account with its second factor at hand."""

    actor: Actor
    secret: str
    codes: tuple[str, ...]

    def code(self, clock: Hands) -> str:
        return pyotp.TOTP(self.secret).at(clock.now())


def keys() -> None:
    """Keys as an installation has them."""
    settings.HUIBAO_KEYS = settings.HUIBAO_KEYS or new_key()


def opened(token: str, clock: Hands) -> SittingRecord:
    """The sitting of a token that serves."""
    found = sitting_of(token, clock)
    assert found is not None
    return found


def worker(name: str, role: Role, clock: Hands, reach: Reach | None = None) -> Worker:
    """Invited, joined, second factor set up; signed in once from HERE."""
    keys()
    token = invite(name, f"示范{name}", role, [reach or Reach(COUNTY)], clock)
    sitting = opened(join(token, PASSWORD, HERE, clock).token, clock)
    secret, _ = second_factor_to_set_up(sitting)
    code = pyotp.TOTP(secret).at(clock.now())
    _, codes = confirm_second_factor(sitting, code, HERE, clock)
    clock.on(seconds=31)
    record = store.by_name(name)
    assert record is not None
    return Worker(actor_of(record), secret, codes)


def sign_in(name: str, clock: Hands, where: Where = HERE, password: str = PASSWORD) -> Opened:
    """The first step."""
    return first_step(name, password, where, clock)
