"""Institutions and the keys they sign with: added, keys changed, suspended.

No secret is stored. A secret is derived from the installation's master key, which lives outside the database, and the
access key; a new access key is a new secret. Of the master key only a fingerprint is kept, so that it can be changed too.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Final

from huibao.app.hospital.problems import BAD_INSTITUTION, KNOWN_INSTITUTION, NO_INSTITUTION, NO_MASTER
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import institution as store
from huibao.store.institution import Credential, Institution
from huibao.store.unit import unit_of_work

MASTER_ENV: Final = "HUIBAO_GATEWAY_KEY"
MIN_MASTER_CHARS: Final = 32
CODE_CHARS: Final = 12
AREA_CHARS: Final = 6
MAX_AREAS: Final = 200
MAX_A_MINUTE: Final = 600_000
MOST_DERIVED: Final = 1_024
"""Access keys whose secrets a process has at hand; it holds the master key they follow from anyway."""

HMAC_SHA1: Final = "hmac-sha1"
HMAC_SM3: Final = "hmac-sm3"
SM2: Final = "sm2"
ALGORITHMS: Final = (HMAC_SHA1, HMAC_SM3, SM2)
SM2_PUBLIC_CHARS: Final = 128
"""An uncompressed point without its leading 04: 64 bytes as hex."""

LEVELS: Final = frozenset(str(number) for number in range(1, 15))
"""Dictionary hosp_lv."""

OVERLAP: Final = timedelta(days=7)
"""How long the old keys go on after new ones are made, so that a hospital can change over without a gap."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What the hospital is handed, once: the secret is not kept anywhere and can only be derived again."""

    institution: Institution
    access_key: str
    algorithm: str
    secret: str


def masters() -> tuple[bytes, ...]:
    """The installation's master keys, newest first. Refused when there is none, or it is too short."""
    keys = tuple(key.encode() for key in os.environ.get(MASTER_ENV, "").split(",") if key)
    if not keys or any(len(key) < MIN_MASTER_CHARS for key in keys):
        raise Refused(NO_MASTER())
    return keys


def secret_of(credential: Credential) -> str:
    """The secret of a credential; Refused when its master key is gone."""
    for master in masters():
        if fingerprint(master) == credential.master:
            return derived(master, credential.access_key)
    raise Refused(NO_MASTER())


@lru_cache(MOST_DERIVED)
def fingerprint(master: bytes) -> str:
    """A short name of a master key that says nothing about it."""
    return hashlib.sha256(b"huibao gateway master" + master).hexdigest()[:16]


@lru_cache(MOST_DERIVED)
def derived(master: bytes, access_key: str) -> str:
    """The secret that belongs to an access key under a master key."""
    digest = hmac.new(master, f"gateway/{access_key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def add_institution(one: Institution, algorithm: str, public_key: str, access_key: str, clock: Clock) -> NewKey:
    """Record an institution with its first credential. Said again with the same content, it makes a further key."""
    _check(one)
    with unit_of_work():
        known = store.institution(one.code)
        if known is not None and replace(known, id=0, suspended=False) != replace(one, id=0, suspended=False):
            raise Refused(KNOWN_INSTITUTION(code=one.code))
        recorded = known or store.record_institution(one, clock.now())
        return _new_key(recorded, algorithm, public_key, access_key, clock)


def rotate(code: str, algorithm: str, public_key: str, access_key: str, clock: Clock) -> NewKey:
    """Make a new credential; those before go on for a week and then end."""
    with unit_of_work():
        made = _new_key(existing(code), algorithm, public_key, access_key, clock)
        store.end_credentials(code, clock.now() + OVERLAP, but=made.access_key)
        return made


def suspend(code: str, clock: Clock, *, resume: bool = False) -> Institution:
    """Refuse everything an institution asks from now on, or let it ask again."""
    with unit_of_work():
        existing(code)
        store.suspend(code, None if resume else clock.now())
        return existing(code)


def existing(code: str) -> Institution:
    """The institution of that code; Refused when there is none."""
    found = store.institution(code)
    if found is None:
        raise Refused(NO_INSTITUTION(code=code))
    return found


def _new_key(one: Institution, algorithm: str, public_key: str, access_key: str, clock: Clock) -> NewKey:
    if algorithm not in ALGORITHMS:
        raise Refused(BAD_INSTITUTION(what=f"algorithm {algorithm}"))
    if algorithm == SM2:
        shaped = len(public_key) == SM2_PUBLIC_CHARS and all(char in "0123456789abcdef" for char in public_key)
        if not shaped:
            raise Refused(BAD_INSTITUTION(what="SM2 公钥应为 128 位小写十六进制 / SM2 public key: 128 hex digits"))
        master, secret = b"", ""
    else:
        master = masters()[0]
        secret = derived(master, access_key)
    name = fingerprint(master) if master else ""
    store.record_credential(Credential(one, access_key, algorithm, name, public_key, clock.now(), None))
    return NewKey(one, access_key, algorithm, secret)


def _check(one: Institution) -> None:
    faults = (
        (len(one.code) != CODE_CHARS or not one.code.isascii() or not one.code.isalnum(), f"编码 code {one.code!r}"),
        (not one.name.strip(), "名称为空 name"),
        (one.level not in LEVELS, f"等级 level {one.level!r}"),
        (not 0 < len(one.areas) <= MAX_AREAS, "服务区域 areas"),
        (any(len(area) != AREA_CHARS or not area.isdigit() for area in one.areas), "服务区域 areas"),
        (not 0 < one.a_minute <= MAX_A_MINUTE, f"每分钟限额 a_minute {one.a_minute}"),
    )
    for wrong, what in faults:
        if wrong:
            raise Refused(BAD_INSTITUTION(what=what))
