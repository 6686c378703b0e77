"""Whether a request comes from the institution it names: gateway headers, their signature, its time, and no replay.

Three ways to sign. **hmac-sha1** is what vendors send today: Base64 of HMAC-SHA1 over four headers; it does not cover the
message, so a signature counts once. **hmac-sm3** and **sm2** cover a nonce and the SM3 digest of the message too.
"""

import base64
import binascii
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1, sha256
from threading import Lock
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from huibao.app.hospital.institutions import HMAC_SHA1, HMAC_SM3, SM2, secret_of
from huibao.hospital.refusals import NO_HEADERS, OUT_OF_TIME, REPLAY, TOO_FAST, WHO, WRONG_SIGNATURE
from huibao.kernel.problem import Problem, ProblemKind
from huibao.store import institution as store
from huibao.store.institution import Credential

WINDOW: Final = timedelta(minutes=30)
TIMESTAMP_DIGITS: Final = 13
MAX_HEADER_CHARS: Final = 512
NAMES: Final = ("_api_name", "_api_version", "_api_timestamp", "_api_access_key", "_api_signature")
METHOD, NONCE = "_api_signature_method", "_api_nonce"
METHODS: Final = {"": HMAC_SHA1, "HMAC-SHA1": HMAC_SHA1, "HMAC-SM3": HMAC_SM3, "SM2": SM2}

GATEWAY: Final[Mapping[str, str]] = {
    NO_HEADERS.code: "缺少服务网关的请求头!",
    OUT_OF_TIME.code: "签名时间戳超时!",
    WHO.code: "非法用户!",
    WRONG_SIGNATURE.code: "签名不一致!",
    REPLAY.code: "签名不一致!",
}
"""What the gateway's own clients are used to read, by our code."""

MAX_KEPT: Final = 10_000
"""Institutions whose pace is watched at once."""


class Untrusted(Exception):  # noqa: N818 - said of a request: it is not trusted
    """The request is turned away before anything of it is read."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem for the answer."""
        super().__init__(problem.code)
        self.problem = problem

    @property
    def gateway(self) -> str:
        """The gateway's short message."""
        return GATEWAY.get(self.problem.code, "")


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who asks, for which transaction, and the mark by which the same signature is known again."""

    credential: Credential
    infno: str
    nonce: str


def _refuse(kind: ProblemKind, **values: object) -> Untrusted:
    return Untrusted(kind(**values))  # type: ignore[arg-type] # the kinds used here name no row, field or where


def verify(headers: Mapping[str, str], body: bytes, now: datetime, find: "Keys") -> Trusted:
    """Who sent this. `Untrusted` with what is wrong; comparing takes as long for a near miss as for a far one."""
    missing = [name for name in NAMES if not headers.get(name) or len(headers[name]) > MAX_HEADER_CHARS]
    if missing:
        raise _refuse(NO_HEADERS, missing=" " + "、".join(missing))
    _in_time(headers["_api_timestamp"], now)
    credential = find(headers["_api_access_key"])
    if credential is None or not credential.holds_at(now) or credential.institution.suspended:
        raise _refuse(WHO)
    method = METHODS.get(headers.get(METHOD, "").upper())
    if method != credential.algorithm:
        raise _refuse(WRONG_SIGNATURE)
    if method != HMAC_SHA1 and not headers.get(NONCE):
        raise _refuse(NO_HEADERS, missing=f" {NONCE}")
    text = signed_text(headers, body, method)
    if not _matches(credential, text, headers["_api_signature"]):
        raise _refuse(WRONG_SIGNATURE)
    seen = f"{credential.access_key}\n{headers[NONCE] if method != HMAC_SHA1 else text}"
    return Trusted(credential, headers["_api_name"], sha256(seen.encode("utf-8", "surrogatepass")).hexdigest())


def signed_text(headers: Mapping[str, str], body: bytes, method: str) -> str:
    """What is signed: names and values of the headers in the order of the names, joined by &."""
    parts = {name: headers[name] for name in NAMES if name != "_api_signature"}
    if method != HMAC_SHA1:
        parts |= {NONCE: headers[NONCE], "_api_body_sm3": sm3(body).hex()}
    return "&".join(f"{name}={parts[name]}" for name in sorted(parts))


def sign(secret: str, text: str, method: str) -> str:
    """The signature a hospital makes with a shared secret: Base64 of the keyed digest."""
    key, said = secret.encode(), text.encode("utf-8", "surrogatepass")
    if method == HMAC_SM3:
        keyed = HMAC(key, hashes.SM3())
        keyed.update(said)
        digest = keyed.finalize()
    else:
        digest = hmac.new(key, said, sha1).digest()
    return base64.b64encode(digest).decode()


def sm3(data: bytes) -> bytes:
    """SM3 digest (GB/T 32905)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _matches(credential: Credential, text: str, signature: str) -> bool:
    if credential.algorithm == SM2:
        import gmssl_pyx

        try:
            raw = base64.b64decode(signature, validate=True)
            point = bytes.fromhex(credential.public_key)
            return bool(gmssl_pyx.sm2_verify(point, text.encode("utf-8", "surrogatepass"), raw))
        except (binascii.Error, ValueError, gmssl_pyx.GmsslInnerError, gmssl_pyx.InvalidValueError):
            return False
    due = sign(secret_of(credential), text, credential.algorithm)
    return hmac.compare_digest(due.encode(), signature.encode("utf-8", "surrogatepass"))


def _in_time(timestamp: str, now: datetime) -> None:
    minutes = int(WINDOW.total_seconds()) // 60
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) == TIMESTAMP_DIGITS):
        raise _refuse(OUT_OF_TIME, minutes=minutes)
    off_ms = abs(int(timestamp) - int(now.timestamp() * 1000))
    if off_ms > int(WINDOW.total_seconds()) * 1000:
        raise _refuse(OUT_OF_TIME, minutes=minutes)


@dataclass(slots=True)
class Keys:
    """Credentials by access key, kept for some seconds so that not every request asks the database."""

    seconds: int
    kept: dict[str, tuple[int, Credential | None]] = field(default_factory=dict)

    def __call__(self, access_key: str) -> Credential | None:
        """The credential, or None; a change elsewhere shows after `seconds` at the latest."""
        now = time.monotonic_ns() // 1_000_000_000
        at, found = self.kept.get(access_key, (None, None))
        if at is None or now - at >= self.seconds:
            found = store.credential(access_key)
            if len(self.kept) > MAX_KEPT:
                self.kept.clear()
            self.kept[access_key] = (now, found)
        return found


@dataclass(slots=True)
class Pace:
    """How many requests each institution may still send this minute, in this process."""

    lock: Lock = field(default_factory=Lock)
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, code: str, limit: int) -> None:
        """Count one request; `Untrusted` above the limit."""
        minute = time.monotonic_ns() // 60_000_000_000
        with self.lock:
            at, count = self.seen.get(code, (minute, 0))
            count = count + 1 if at == minute else 1
            if len(self.seen) > MAX_KEPT:
                self.seen.clear()
            self.seen[code] = (minute, count)
        if count > limit:
            raise _refuse(TOO_FAST, limit=limit)
