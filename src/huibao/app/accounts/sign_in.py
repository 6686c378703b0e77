"""Signing in: name and password, then the second factor; each step on record, each sitting with limits."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from unicodedata import normalize

import pyotp
from django.conf import settings

from huibao.app.access import Actor, Reach, Role
from huibao.app.accounts import waiting
from huibao.app.accounts.passwords import hashed, matches
from huibao.app.accounts.problems import SIGNED_OUT, WAIT, WRONG, WRONG_CODE
from huibao.kernel.clock import Clock, wall_moment
from huibao.kernel.problem import Refused
from huibao.store import staff as store
from huibao.store.staff import SittingRecord, StaffRecord
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

IDLE: Final = timedelta(minutes=30)
"""Nothing done for so long ends a sitting: a shared office computer is soon somebody else's."""
LONGEST: Final = timedelta(hours=10)
"""A working day; then both factors are asked again."""
CODE_WITHIN: Final = timedelta(minutes=10)
SEEN_EVERY: Final = timedelta(seconds=60)
"""A sitting in use writes the moment at most so often."""
MOST_TRIES: Final = 5
STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 5
TOKEN_BYTES: Final = 32
ISSUER: Final = "惠保 Huibao"


@dataclass(frozen=True, slots=True)
class Where:
    """From where somebody signs in: address, kind of browser, and the secret by which the browser is known."""

    source: str = ""
    device: str = ""
    device_token: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A cookie's secret, and what is to be proven next: "code", "enrol" (set up a second factor) or "full"."""

    token: str
    stage: str


def actor_of(one: StaffRecord) -> Actor:
    """The account as the access door knows it."""
    reaches = tuple(Reach(area, contract) for area, contract in one.reaches)
    return Actor(one.id, one.name, one.shown, Role(one.role), reaches)


def sign_in(name: str, password: str, where: Where, clock: Clock) -> Opened:
    """First step. Refused with one and the same answer whether name or password is wrong."""
    now = clock.now()
    name = name.strip().casefold()[:64]
    found = store.by_name(name)
    known = found is not None and store.is_known_device(found.id, where.device_token)
    under = waiting.headings(name, where.source, where.device_token, known)
    seconds = waiting.seconds_to_wait(under, now)
    if seconds > 0:
        raise Refused(WAIT(seconds=seconds))
    right = matches(password, found.password if found is not None else "")
    barred = found is not None and (found.ended_at is not None or (found.made_up and not settings.HUIBAO_DEMONSTRATION))
    if found is None or not right or barred:
        with unit_of_work():
            waiting.failed(under, now)
            append(_deed(now, found, "sign_in", where, outcome=WRONG.code))
        raise Refused(WRONG())
    token = secrets.token_urlsafe(TOKEN_BYTES)
    stage = "code" if found.has_totp else "enrol"
    with unit_of_work():
        store.open_sitting(found.id, token, stage, where.device, where.source, now)
    return Opened(token, stage)


def sitting_of(token: str, clock: Clock) -> SittingRecord | None:
    """The sitting of a cookie while its limits last; None otherwise. Using it is noted once a minute."""
    found = store.sitting(token) if token else None
    if found is None:
        return None
    now = clock.now()
    idle, longest = (IDLE, LONGEST) if found.stage == "full" else (CODE_WITHIN, CODE_WITHIN)
    # A clock that was set back must not lengthen a sitting: what lies that far ahead ends it too.
    if abs(now - found.seen_at) > idle or abs(now - found.began_at) > longest:
        with unit_of_work():
            store.end_sitting(found.staff.id, found.id, now)
        return None
    if now - found.seen_at > SEEN_EVERY:
        with unit_of_work():
            store.see(found.id, now)
    return found


def second_factor(sitting: SittingRecord, code: str, where: Where, clock: Clock) -> Opened:
    """Second step: the code of the moment, or a recovery code. A few wrong ones end the sitting."""
    now = clock.now()
    known = store.is_known_device(sitting.staff.id, where.device_token)
    under = waiting.headings(sitting.staff.name, where.source, where.device_token, known)
    seconds = waiting.seconds_to_wait(under, now)
    if seconds > 0:
        raise Refused(WAIT(seconds=seconds))
    with unit_of_work():
        right = _code_is_right(sitting.staff, code, clock)
        if right:
            waiting.succeeded(under)
            return full(sitting, where, now)
        waiting.failed(under, now)
        tries = store.count_try(sitting.id)
        append(_deed(now, sitting.staff, "sign_in", where, outcome=WRONG_CODE.code))
        if tries >= MOST_TRIES:
            store.end_sitting(sitting.staff.id, sitting.id, now)
    raise Refused(SIGNED_OUT() if tries >= MOST_TRIES else WRONG_CODE())


def second_factor_to_set_up(sitting: SittingRecord) -> tuple[str, str]:
    """The secret being set up in this sitting and the text of its picture (otpauth); made once, shown until done."""
    secret = store.pending_secret(sitting.id)
    if not secret:
        secret = pyotp.random_base32()
        with unit_of_work():
            store.set_pending(sitting.id, secret)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=sitting.staff.name, issuer_name=ISSUER)


def confirm_second_factor(
    sitting: SittingRecord, code: str, where: Where, clock: Clock
) -> tuple[Opened, tuple[str, ...]]:
    """Take the second factor once a code of it was given; returns the recovery codes, shown this once."""
    now = clock.now()
    secret = store.pending_secret(sitting.id)
    step = _matching_step(secret, code, wall_moment(clock)) if secret else None
    if step is None:
        raise Refused(WRONG_CODE())
    codes = _fresh_codes()
    with unit_of_work():
        store.set_totp(sitting.staff.id, secret)
        store.spend_step(sitting.staff.id, step)
        store.set_recovery_codes(sitting.staff.id, [_plain(code) for code in codes])
        store.set_pending(sitting.id, "")
        append(_deed(now, sitting.staff, "set_second", where))
        opened = full(sitting, where, now)
    return opened, codes


def renew_recovery_codes(actor: Actor, code: str, where: Where, clock: Clock) -> tuple[str, ...]:
    """New recovery codes against a code of the moment; the former ones serve no more."""
    codes = _fresh_codes()
    found = prove_again(actor, code, where, clock)
    with unit_of_work():
        store.set_recovery_codes(actor.staff_id, [_plain(code) for code in codes])
        append(_deed(clock.now(), found, "renew_codes", where))
    return codes


def prove_again(actor: Actor, code: str, where: Where, clock: Clock) -> StaffRecord:
    """A code of the moment before a factor changes; wrong ones wait like those at the door, and are on record."""
    now = clock.now()
    found = store.by_name(actor.name)
    under = waiting.headings(actor.name, where.source, where.device_token, known=True)
    if (seconds := waiting.seconds_to_wait(under, now)) > 0:
        raise Refused(WAIT(seconds=seconds))
    with unit_of_work():
        if found is not None and _code_is_right(found, code, clock):
            return found
        waiting.failed(under, now)
        append(_deed(now, found, "prove", where, outcome=WRONG_CODE.code))
    raise Refused(WRONG_CODE())


def sign_out(sitting: SittingRecord, where: Where, clock: Clock) -> None:
    """End this sitting."""
    now = clock.now()
    with unit_of_work():
        store.end_sitting(sitting.staff.id, sitting.id, now)
        append(_deed(now, sitting.staff, "sign_out", where))


def sittings(actor: Actor, clock: Clock) -> tuple[SittingRecord, ...]:
    """Where this account is signed in, the latest first."""
    return store.sittings_of(actor.staff_id, clock.now() - IDLE)


def end_sitting(actor: Actor, sitting_id: int, where: Where, clock: Clock) -> bool:
    """End a sitting of one's own; False when there is no such."""
    now = clock.now()
    with unit_of_work():
        ended = store.end_sitting(actor.staff_id, sitting_id, now)
        if ended:
            append(
                Deed(now, actor.staff_id, actor.role.value, "sign_out", "sitting", str(sitting_id), source=where.source)
            )
    return ended


def change_password(actor: Actor, old: str, new: str, keep: int, where: Where, clock: Clock) -> None:
    """A new password against the old one; every other sitting ends. Whether the new one is good was looked at."""
    now = clock.now()
    found = store.by_name(actor.name)
    under = waiting.headings(actor.name, where.source, where.device_token, known=True)
    if (seconds := waiting.seconds_to_wait(under, now)) > 0:
        raise Refused(WAIT(seconds=seconds))
    if found is None or not matches(old, found.password):
        with unit_of_work():
            waiting.failed(under, now)
        raise Refused(WRONG())
    with unit_of_work():
        store.set_password(actor.staff_id, hashed(new), now)
        store.end_sittings(actor.staff_id, now, but=keep)
        append(_deed(now, found, "set_password", where))


def recovery_codes_left(actor: Actor) -> int:
    """How many recovery codes are unused."""
    return store.recovery_codes_left(actor.staff_id)


def code_of_a_demonstration(sitting: SittingRecord, clock: Clock) -> str:
    """The code of the moment of a made-up account; "" for any other."""
    if not sitting.staff.made_up:
        return ""
    return pyotp.TOTP(store.totp_secret(sitting.staff.id)).at(wall_moment(clock))


def _code_is_right(staff: StaffRecord, code: str, clock: Clock) -> bool:
    plain = _plain(code)
    if plain.isdigit():
        step = _matching_step(store.totp_secret(staff.id), plain, wall_moment(clock))
        return step is not None and store.spend_step(staff.id, step)
    return store.spend_recovery_code(staff.id, plain, clock.now())


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step the code is of: this one, the one before or the one after, for clocks a little off."""
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // STEP_SECONDS
    plain = _plain(code)
    for each in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.generate_otp(each).encode(), plain.encode()):
            return each
    return None


def full(sitting: SittingRecord, where: Where, now: datetime, purpose: str = "") -> Opened:
    """Both factors were proven: a new cookie, and the browser is known from now on. Within the caller's unit of work."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    store.promote(sitting.id, token, "full", now)
    if where.device_token:
        store.remember_device(sitting.staff.id, where.device_token, now)
    append(_deed(now, sitting.staff, "sign_in", where, purpose=purpose))
    return Opened(token, "full")


def _fresh_codes() -> tuple[str, ...]:
    """Codes as they are written on paper: letters and digits in two groups, one letter at least."""
    codes: list[str] = []
    while len(codes) < RECOVERY_CODES:
        text = secrets.token_hex(RECOVERY_BYTES)
        if not text.isdigit():
            codes.append(f"{text[:5]}-{text[5:]}")
    return tuple(codes)


def _plain(code: str) -> str:
    """As it was meant: without blanks and hyphens; full-width digits of an input method are digits."""
    return "".join(normalize("NFKC", code[:64]).split()).replace("-", "").casefold()[:32]


def _deed(
    now: datetime, staff: StaffRecord | None, verb: str, where: Where, outcome: str = "done", purpose: str = ""
) -> Deed:
    role, staff_id = (staff.role, staff.id) if staff is not None else ("", None)
    return Deed(now, staff_id, role, verb, "sitting", purpose=purpose, outcome=outcome, source=where.source)
