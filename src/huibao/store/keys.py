"""The keys a database was written with against the keys at hand: held together before anything is read or written.

Without this a wrong index key would look like a county without people, and the first import would record everybody anew.
"""

from collections.abc import Iterable

from django.db import connection

from huibao.kernel.problem import Problem, Refused, define
from huibao.store.models.vault import VaultKey
from huibao.store.vault import NO_KEYS, ready_to_seal, ring

KEY_GONE = define(
    "VAULT-005",
    "数据库中有用密钥“{key}”加密的内容，而现在配置的密钥中没有它。",
    "请把它放回 HUIBAO_KEYS 或密钥文件（可放在新密钥之后）；只有 huibao keys rotate 全部完成后才能撤下旧密钥。",
    "The database holds content under the key {key}, which is not among the keys that are set.",
    "Put it back into HUIBAO_KEYS or the key file; it may stand behind a new one. Take it out only after "
    "huibao keys rotate has finished.",
)
KEY_DIFFERS = define(
    "VAULT-006",
    "密钥“{key}”与数据库所用的同名密钥不同。",
    "请找回原来的密钥；新密钥请用另外的名称（huibao keys new）。",
    "The key {key} is not the one of that name which the database was written with.",
    "Find the former one; a new key needs another name (huibao keys new).",
)


def key_problems() -> list[Problem]:
    """What is wrong with the keys at hand for this database; nothing for a database that has none yet."""
    if VaultKey._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 - Django's way to a table's name
        return []
    known = dict(VaultKey.objects.order_by("name").values_list("name", "mark"))
    if not known:
        return []
    marks = ring().marks if ready_to_seal() else {}
    gone = [KEY_GONE(key=name) for name in known if name not in marks]
    return gone + [KEY_DIFFERS(key=name) for name, mark in known.items() if marks.get(name, mark) != mark]


def keys_named() -> tuple[str, ...]:
    """Names of the keys this database was written with."""
    if VaultKey._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 - the same
        return ()
    return tuple(VaultKey.objects.order_by("name").values_list("name", flat=True))


def fitting() -> list[Problem]:
    """What keeps this database from being read and written with the keys at hand: none set, one missing, another one."""
    return key_problems() or ([] if ready_to_seal() else [NO_KEYS()])


def begin_with(names: Iterable[str]) -> None:
    """Note that these keys are written with from now on. Refused while the keys at hand do not fit."""
    wrong = key_problems()
    if wrong:
        raise Refused(wrong)
    marks = ring().marks
    new = set(names) - set(keys_named())
    VaultKey.objects.bulk_create([VaultKey(name=name, mark=marks[name]) for name in sorted(new)], ignore_conflicts=True)


def forget(names: Iterable[str]) -> None:
    """Note that nothing is kept under these keys any more."""
    VaultKey.objects.filter(name__in=list(names)).delete()
