"""Sealing what must not be read from the raw database: AES-256-GCM, keys from outside it, several at once to change them.

A sealed text names its key: the first key seals, each that is known opens, so a new one is put in front and the old
one stays until everything was sealed anew (`store/rotation.py`). What is sealed can no longer be searched, so where
something has to be found by it, a blind index stands beside it: an HMAC under a key of its own, which tells nothing to
who lacks that key, although it is the same for the same value.
"""

import base64
import binascii
import hmac
import re
import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from huibao.kernel.problem import Refused, define

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
INDEX: Final = "index-"
"""A key whose name begins so serves for blind indexes; every other seals."""
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,23}")
MOST_KEYS: Final = 16
PACKED: Final = "*"
"""Before the body of a sealed text that was packed first; it is sealed with it, so it cannot be put there or removed."""
PACKED_FROM: Final = 512
"""Bytes from which packing a text makes it smaller: answers and bills, not numbers."""
SHORT_BYTES: Final = 8_192
SHORT: Final = (12, 5)
LONG: Final = (15, 8)
"""How far packing looks back (a power of two, bytes) and how much memory it takes; unpacking knows from what was packed."""
TAG_CHARS: Final = 2
INDEX_BYTES: Final = 18
"""144 bits of the HMAC: no two people in a country meet by chance."""
INDEX_CHARS: Final = TAG_CHARS + 24

NO_KEYS: Final = define(
    "VAULT-001",
    "没有配置加密密钥（HUIBAO_KEYS），敏感内容无法加密保存。",
    "请用 huibao keys new 生成密钥，保存在数据库以外的地方，并设入环境变量 HUIBAO_KEYS，或用 HUIBAO_KEYS_FILE 指明密钥文件。",
    "No key is set (HUIBAO_KEYS), so sensitive content cannot be sealed.",
    "Make keys with huibao keys new, keep them outside the database, and set them in HUIBAO_KEYS or name their file in "
    "HUIBAO_KEYS_FILE.",
)
BAD_KEYS: Final = define(
    "VAULT-002",
    "HUIBAO_KEYS 的第 {at} 个密钥读不出来；应为“名称:密钥”，密钥为 32 字节的 base64，名称不重复。",
    "请核对是否抄漏；huibao keys new 给出正确的写法。",
    "Key number {at} in HUIBAO_KEYS cannot be read; each is name:key, the key 32 bytes in base64, no name twice.",
    "See whether something was left out; huibao keys new shows the form.",
)
CANNOT_OPEN: Final = define(
    "VAULT-003",
    "加密内容无法解开：密钥“{key}”不在 HUIBAO_KEYS 中，或内容被改动。",
    "请把原来的密钥放回 HUIBAO_KEYS（可放在新密钥之后）；密钥没有变的，请运行 huibao keys check 找出被改动的内容。",
    "Sealed content cannot be opened: the key {key} is not in HUIBAO_KEYS, or the content was changed.",
    "Put the former key back into HUIBAO_KEYS; it may stand behind the new one. Where no key was changed, "
    "huibao keys check finds what was.",
)
NO_INDEX_KEY: Final = define(
    "VAULT-004",
    "HUIBAO_KEYS 中没有检索密钥（名称以 index- 开头），无法按身份证号查人。",
    "请把原来的检索密钥放回 HUIBAO_KEYS；新装的请用 huibao keys new 生成，它同时给出加密密钥和检索密钥。",
    "HUIBAO_KEYS has no key for searching (its name begins with index-), so nobody can be found by identity number.",
    "Put the former one back; a new installation makes both kinds with huibao keys new.",
)


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys at hand. `first` names the one that seals; indexes are by tag, the first one writes."""

    first: str
    sealing: AESGCM
    opening: Mapping[str, AESGCM]
    indexing: Mapping[str, bytes]
    marks: Mapping[str, str]
    """Name of a key → what tells it from another of the same name, and nothing of the key itself."""

    @property
    def writing(self) -> tuple[str, ...]:
        """Names of the keys that are written with: one that seals and, where there is one, one that indexes."""
        return (self.first, *[name for name in self.marks if name.startswith(INDEX)][:1])


def new_key(kind: str = "k") -> str:
    """A fresh key as HUIBAO_KEYS takes it: name:base64. A `kind` of "index-" makes one for blind indexes."""
    return f"{kind}{secrets.token_hex(3)}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def new_keys() -> str:
    """What a new installation needs: a key to seal with and one for blind indexes."""
    return f"{new_key()},{new_key(INDEX)}"


def ring() -> Ring:
    """The keys that are set. Refused when none is or one cannot be read."""
    return _ring(settings.HUIBAO_KEYS)


def ready_to_seal() -> bool:
    """Whether any key is set."""
    return bool(settings.HUIBAO_KEYS.strip())


def seal(text: str, about: str) -> str:
    """The text sealed with the first key. `about` says whose it is: moved to another place it does not open."""
    keys = ring()
    raw, mark = text.encode(), ""
    if len(raw) >= PACKED_FROM:
        raw, mark = _packed(raw), PACKED
    return f"{keys.first}:{mark}{binascii.b2a_base64(_sealed(keys.sealing, raw, about + mark), newline=False).decode()}"


def unseal(sealed: str, about: str) -> str:
    """The text again; Refused when its key is unknown or it was changed or moved."""
    name, _, body = sealed.partition(":")
    opens = ring().opening.get(name)
    if opens is None:
        raise Refused(CANNOT_OPEN(key=_shown(name)))
    mark = PACKED if body.startswith(PACKED) else ""
    try:
        raw = binascii.a2b_base64(body[len(mark) :])
        opened = opens.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], (about + mark).encode())
        return (zlib.decompress(opened) if mark else opened).decode()
    except (InvalidTag, ValueError, zlib.error):
        raise Refused(CANNOT_OPEN(key=name)) from None


def seal_bytes(content: bytes, about: str) -> bytes:
    """Content sealed like a text, for columns of bytes."""
    keys = ring()
    return keys.first.encode() + b":" + _sealed(keys.sealing, content, about)


def unseal_bytes(sealed: bytes, about: str) -> bytes:
    """The content again; Refused as by `unseal`."""
    name, _, raw = bytes(sealed).partition(b":")
    shown = _shown(name.decode("ascii", "replace"))
    opens = ring().opening.get(shown)
    if opens is None:
        raise Refused(CANNOT_OPEN(key=shown))
    try:
        return opens.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError):
        raise Refused(CANNOT_OPEN(key=shown)) from None


def blind(value: str, about: str) -> str:
    """What a value is found by in the place `about`, under the key that writes; "" for nothing."""
    if not value:
        return ""
    tag, key = next(iter(_indexing().items()))
    return _blind(tag, key, value, about)


def blinds(values: Iterable[str], about: str) -> list[str]:
    """Everything these values may stand under: once for each index key that is set, the writing one first."""
    found = [value for value in values if value]
    return [_blind(tag, key, value, about) for tag, key in _indexing().items() for value in found]


def index_tag() -> str:
    """How every index made with the writing key begins."""
    return next(iter(_indexing()))


def keyed(purpose: str, text: str) -> tuple[str, ...]:
    """Hexadecimal tags of a text that only who has an index key can make, one for each such key, the writing one first."""
    return tuple(hmac.digest(key, f"{purpose}\n{text}".encode(), "sha256").hex() for key in _indexing().values())


def _packed(raw: bytes) -> bytes:
    """Packed quickly. An answer looks back over few kilobytes; room for more would be cleared anew for each."""
    packer = zlib.compressobj(1, zlib.DEFLATED, *(SHORT if len(raw) <= SHORT_BYTES else LONG))
    return packer.compress(raw) + packer.flush()


def _sealed(key: AESGCM, raw: bytes, about: str) -> bytes:
    nonce = urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, raw, about.encode())


def _blind(tag: str, key: bytes, value: str, about: str) -> str:
    made = hmac.digest(key, f"{about}\n{value.strip().upper()}".encode(), "sha256")[:INDEX_BYTES]
    return tag + binascii.b2a_base64(made, newline=False).decode()


def _indexing() -> Mapping[str, bytes]:
    found = ring().indexing
    if not found:
        raise Refused(NO_INDEX_KEY())
    return found


def _shown(name: str) -> str:
    """A key's name as it may be told; a plain value where a sealed one should stand is not repeated."""
    return name if NAME.fullmatch(name) and not name.isdigit() and len(name) < KEY_BYTES else "?"


@lru_cache(maxsize=8)
def _ring(text: str) -> Ring:
    found: dict[str, bytes] = {}
    for at, each in enumerate(filter(None, re.split(r"[,\s]+", text.strip())), 1):
        name, _, body = each.partition(":")
        try:
            key = base64.urlsafe_b64decode(body)
        except (binascii.Error, ValueError):
            key = b""
        tags = {tag_of(one) for one in found if one.startswith(INDEX)}
        twice = name in found or (name.startswith(INDEX) and tag_of(name) in tags)
        if not NAME.fullmatch(name) or len(key) != KEY_BYTES or twice or at > MOST_KEYS:
            raise Refused(BAD_KEYS(at=at))
        found[name] = key
    seals = {name: AESGCM(key) for name, key in found.items() if not name.startswith(INDEX)}
    if not seals:
        raise Refused(NO_KEYS())
    return Ring(
        first=next(iter(seals)),
        sealing=next(iter(seals.values())),
        opening=seals,
        indexing={tag_of(name): key for name, key in found.items() if name.startswith(INDEX)},
        marks={name: hmac.digest(key, f"huibao key {name}".encode(), "sha256").hex() for name, key in found.items()},
    )


@cache
def tag_of(name: str) -> str:
    """Two letters by which an index tells the name of its key; a ring holds no two keys that share them."""
    return base64.b64encode(sha256(name.encode()).digest(), altchars=b"Zz").decode()[:TAG_CHARS]
