"""Sealing what must not be read from the raw database: AES-256-GCM, keys from outside it, several at once to change them.

A sealed text names its key: the first key seals, each that is known opens, so a new one is put in front and the old
one stays until everything was sealed anew.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from huibao.kernel.problem import Refused, define

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12

NO_KEYS: Final = define(
    "VAULT-001",
    "没有配置加密密钥（HUIBAO_KEYS），敏感内容无法加密保存。",
    "请用 huibao account key 生成密钥，保存在数据库以外的地方，并设入环境变量 HUIBAO_KEYS。",
    "No key is set (HUIBAO_KEYS), so sensitive content cannot be sealed.",
    "Make one with huibao account key, keep it outside the database, and set it in HUIBAO_KEYS.",
)
BAD_KEYS: Final = define(
    "VAULT-002",
    "HUIBAO_KEYS 的第 {at} 个密钥读不出来；应为“名称:密钥”，密钥为 32 字节的 base64。",
    "请核对是否抄漏；huibao account key 给出正确的写法。",
    "Key number {at} in HUIBAO_KEYS cannot be read; each is name:key, the key 32 bytes in base64.",
    "See whether something was left out; huibao account key shows the form.",
)
CANNOT_OPEN: Final = define(
    "VAULT-003",
    "加密内容无法解开：密钥“{key}”不在 HUIBAO_KEYS 中，或内容被改动。",
    "请把原来的密钥放回 HUIBAO_KEYS（可放在新密钥之后）。",
    "Sealed content cannot be opened: the key {key} is not in HUIBAO_KEYS, or the content was changed.",
    "Put the former key back into HUIBAO_KEYS; it may stand behind the new one.",
)


def new_key() -> str:
    """A fresh key as HUIBAO_KEYS takes it: name:base64."""
    name = f"k{secrets.token_hex(3)}"
    return f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def keys() -> Mapping[str, bytes]:
    """Name → key, the sealing one first. Refused when none is set or one cannot be read."""
    found: dict[str, bytes] = {}
    for at, each in enumerate(filter(None, settings.HUIBAO_KEYS.split(",")), 1):
        name, _, text = each.strip().partition(":")
        try:
            key = base64.urlsafe_b64decode(text)
        except (binascii.Error, ValueError):
            key = b""
        if not name or len(key) != KEY_BYTES:
            raise Refused(BAD_KEYS(at=at))
        found[name] = key
    if not found:
        raise Refused(NO_KEYS())
    return found


def seal(text: str, about: str) -> str:
    """The text sealed with the first key. `about` says whose it is: moved to another row it does not open."""
    name, key = next(iter(keys().items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), about.encode())
    return f"{name}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, about: str) -> str:
    """The text again; Refused when its key is unknown or it was changed or moved."""
    name, _, body = sealed.partition(":")
    key = keys().get(name)
    if key is None:
        raise Refused(CANNOT_OPEN(key=name))
    raw = base64.urlsafe_b64decode(body)
    try:
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
    except InvalidTag:
        raise Refused(CANNOT_OPEN(key=name)) from None
