"""Passkeys: a key in the owner's own device signs in place of a code, bound to this site and to one sitting.

What is signed is drawn fresh, belongs to one sitting and one purpose, and serves once, for minutes. The site's name comes
from the settings alone. The device must have made sure of its user (PIN, finger, face); where it counts its signatures,
a count that does not go up is refused. The code by telephone stays for whoever has no script or no device at hand.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from huibao.app.access import Actor
from huibao.app.accounts import sign_in, waiting
from huibao.app.accounts.problems import NOT_MADE, SIGNED_OUT, TOO_MANY_PASSKEYS, WAIT, WRONG_PASSKEY
from huibao.app.accounts.sign_in import ISSUER, MOST_TRIES, Opened, Where
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import passkey as store
from huibao.store import staff as accounts
from huibao.store.passkey import PasskeyRecord
from huibao.store.staff import SittingRecord
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

MOST: Final = 10
"""Keys an account may have."""
NAME_CHARS: Final = 40
ANSWER_CHARS: Final = 16_384
"""A longer answer is not read."""
CHALLENGE_BYTES: Final = 32
SERVES: Final = timedelta(minutes=5)
ADDING: Final = "add"
ENTERING: Final = "enter"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom devices sign for: the origin pages come from, and the host in it."""

    origin: str
    id: str


def relying_party() -> RelyingParty | None:
    """As the settings say; None where the installation has not said its own address."""
    host = urlsplit(settings.HUIBAO_ORIGIN).hostname
    return RelyingParty(settings.HUIBAO_ORIGIN, host) if host else None


def passkeys(actor: Actor) -> tuple[PasskeyRecord, ...]:
    """The account's keys."""
    return store.of_staff(actor.staff_id)


def begin_adding(actor: Actor, sitting: SittingRecord, code: str, where: Where, clock: Clock) -> None:
    """A code of the moment allows this sitting to add one key within minutes."""
    if len(store.of_staff(actor.staff_id)) >= MOST:
        raise Refused(TOO_MANY_PASSKEYS(most=MOST))
    sign_in.prove_again(actor, code, where, clock)
    store.set_challenge(sitting.id, _fresh(ADDING, clock.now()))


def to_add(actor: Actor, sitting: SittingRecord, clock: Clock) -> str:
    """What the browser needs to make a key, as JSON; "" where no code was given just now."""
    party, challenge = relying_party(), _standing(store.challenge(sitting.id), ADDING, clock.now())
    if party is None or not challenge:
        return ""
    chosen = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.REQUIRED
    )
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=ISSUER,
        user_name=actor.name,
        user_id=f"account {actor.staff_id}".encode(),
        challenge=challenge,
        authenticator_selection=chosen,
        exclude_credentials=[_described(one) for one in store.of_staff(actor.staff_id)],
        timeout=int(SERVES.total_seconds()) * 1000,
    )
    return options_to_json(options)


def add(actor: Actor, sitting: SittingRecord, name: str, answer: str, where: Where, clock: Clock) -> None:
    """Keep the key a device made. Refused unless it answers what this sitting waited for, from our own pages."""
    now = clock.now()
    party, challenge = relying_party(), _standing(store.take_challenge(sitting.id), ADDING, now)
    if party is None or not challenge:
        raise Refused(NOT_MADE())
    said = _read(answer)
    made = _trying(
        lambda: verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    )
    if made is None:
        raise Refused(NOT_MADE())
    told = said["response"].get("transports")
    ways = " ".join(one.value for one in AuthenticatorTransport if isinstance(told, list) and one.value in told)
    number = bytes_to_base64url(made.credential_id)
    with unit_of_work():
        if len(store.of_staff(actor.staff_id)) >= MOST:
            raise Refused(TOO_MANY_PASSKEYS(most=MOST))
        kept = store.record(
            actor.staff_id, number, made.credential_public_key, made.sign_count, name[:NAME_CHARS], ways, now
        )
        if kept is None:
            raise Refused(NOT_MADE())
        append(_deed(now, actor, "add_passkey", str(kept), where))


def remove(actor: Actor, passkey_id: int, code: str, where: Where, clock: Clock) -> None:
    """Take a key of one's own away, against a code of the moment."""
    sign_in.prove_again(actor, code, where, clock)
    with unit_of_work():
        if store.remove(actor.staff_id, passkey_id):
            append(_deed(clock.now(), actor, "end_passkey", str(passkey_id), where))


def to_enter(sitting: SittingRecord, clock: Clock) -> str:
    """What the browser needs to sign in by a key, as JSON; "" where the account has none. Makes a fresh challenge."""
    party, own = relying_party(), store.of_staff(sitting.staff.id)
    if party is None or not own or sitting.stage != "code":
        return ""
    kept = _fresh(ENTERING, clock.now())
    store.set_challenge(sitting.id, kept)
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=base64url_to_bytes(kept.rpartition(".")[2]),
        allow_credentials=[_described(one) for one in own],
        user_verification=UserVerificationRequirement.REQUIRED,
        timeout=int(SERVES.total_seconds()) * 1000,
    )
    return options_to_json(options)


def enter(sitting: SittingRecord, answer: str, where: Where, clock: Clock) -> Opened:
    """Second step of signing in by a key. A few wrong answers end the sitting, as wrong codes do."""
    now = clock.now()
    known = accounts.is_known_device(sitting.staff.id, where.device_token)
    under = waiting.headings(sitting.staff.name, where.source, where.device_token, known)
    if (seconds := waiting.seconds_to_wait(under, now)) > 0:
        raise Refused(WAIT(seconds=seconds))
    with unit_of_work():
        used = _verified(sitting, answer, now)
        if used is not None:
            waiting.succeeded(under)
            return sign_in.full(sitting, where, now, purpose="passkey")
        waiting.failed(under, now)
        tries = accounts.count_try(sitting.id)
        role, outcome = sitting.staff.role, WRONG_PASSKEY.code
        append(Deed(now, sitting.staff.id, role, "sign_in", "sitting", outcome=outcome, source=where.source))
        if tries >= MOST_TRIES:
            accounts.end_sitting(sitting.staff.id, sitting.id, now)
    raise Refused(SIGNED_OUT() if tries >= MOST_TRIES else WRONG_PASSKEY())


def _verified(sitting: SittingRecord, answer: str, now: datetime) -> PasskeyRecord | None:
    """The key that signed what this sitting waited for; None when anything about the answer is not as it must be."""
    party, challenge = relying_party(), _standing(store.take_challenge(sitting.id), ENTERING, now)
    if party is None or not challenge:
        return None
    said = _read(answer)
    used = store.find(sitting.staff.id, str(said.get("id", "")))
    if used is None:
        return None
    proven = _trying(
        lambda: verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=used.public_key,
            credential_current_sign_count=used.sign_count,
            require_user_verification=True,
        )
    )
    if proven is None or not store.note_use(used.id, used.sign_count, proven.new_sign_count, now):
        return None
    return used


def _read(answer: str) -> dict[str, Any]:
    """What the browser sent; {} where it is no answer at all."""
    said = _trying(lambda: json.loads(answer)) if len(answer) <= ANSWER_CHARS else None
    return said if isinstance(said, dict) and isinstance(said.get("response"), dict) else {}


def _trying(verify: Callable[[], T]) -> T | None:
    """What verifying gives, None where it refuses."""
    try:
        return verify()
    except Exception:  # noqa: BLE001 - keys, CBOR and certificates of a stranger's device are read here by four libraries, each with errors of its own: whatever they say, the answer is not taken
        return None


def _fresh(purpose: str, now: datetime) -> str:
    return f"{purpose}.{int(now.timestamp())}.{bytes_to_base64url(secrets.token_bytes(CHALLENGE_BYTES))}"


def _standing(kept: str, purpose: str, now: datetime) -> bytes:
    """The challenge of a purpose while it serves; b"" otherwise."""
    of, _, rest = kept.partition(".")
    given_at, _, challenge = rest.partition(".")
    if of != purpose or abs(int(now.timestamp()) - int(given_at)) > SERVES.total_seconds():
        return b""
    return base64url_to_bytes(challenge)


def _described(one: PasskeyRecord) -> PublicKeyCredentialDescriptor:
    ways = [AuthenticatorTransport(way) for way in one.transports]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential), transports=ways or None)


def _deed(now: datetime, actor: Actor, verb: str, ref: str, where: Where) -> Deed:
    return Deed(now, actor.staff_id, actor.role.value, verb, "passkey", ref, source=where.source)
