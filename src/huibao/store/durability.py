"""Whether what the database acknowledges survives a power cut: its settings are read back, weaker ones refused.

In simulated power cuts SQLite in WAL mode with synchronous=NORMAL loses acknowledged entries in most runs, and
FULL in none (tests/crash shows both), so a setting is not trusted because we asked for it but because it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection

from huibao.kernel.problem import Problem, Refused, define

SYNCHRONOUS_NAMES: Final = {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"}

WANTED: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "sqlite": {"journal_mode": frozenset({"wal"}), "synchronous": frozenset({"FULL", "EXTRA"})},
    "postgresql": {
        "fsync": frozenset({"on"}),
        "full_page_writes": frozenset({"on"}),
        "synchronous_commit": frozenset({"on", "local", "remote_write", "remote_apply"}),
        # Not durability itself, but a page the disk has spoilt is then an error and never a wrong amount.
        "data_checksums": frozenset({"on"}),
    },
}
"""For each engine, the settings that matter and the values under which nothing acknowledged is lost."""

WEAK = define(
    "STORE-001",
    "数据库设置 {setting} 为 {found}，断电可能丢失已确认的账目。",
    "须为 {wanted}；请改正数据库设置后重新启动。",
    "The database setting {setting} is {found}: a power cut may lose entries that were acknowledged.",
    "It must be {wanted}; mend the setting and start again.",
)
NOT_KNOWN = define(
    "STORE-002",
    "不支持数据库 {engine}，无法确认其断电安全。",
    "请使用 SQLite 或 PostgreSQL。",
    "The database {engine} is not supported: whether it survives a power cut is not known.",
    "Use SQLite or PostgreSQL.",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the database reports it, and the values that are strong enough."""

    name: str
    found: str
    wanted: frozenset[str]

    @property
    def strong(self) -> bool:
        """Whether nothing acknowledged is lost under it."""
        return self.found in self.wanted


def settings_found() -> tuple[Setting, ...]:
    """Read the durability settings back from the open connection; none for an engine we do not know."""
    wanted = WANTED.get(connection.vendor, {})
    found: list[Setting] = []
    with connection.cursor() as cursor:
        for name, values in wanted.items():
            cursor.execute(f"PRAGMA {name}" if connection.vendor == "sqlite" else f"SHOW {name}")
            value = str(cursor.fetchone()[0]).lower()
            found.append(Setting(name, SYNCHRONOUS_NAMES.get(value, value), values))
    return tuple(found)


def durability_problems() -> tuple[Problem, ...]:
    """What is too weak about the database as it is open now; empty when nothing acknowledged can be lost."""
    if connection.vendor not in WANTED:
        return (NOT_KNOWN(engine=connection.vendor),)
    return tuple(
        WEAK(setting=one.name, found=one.found, wanted=" / ".join(sorted(one.wanted)))
        for one in settings_found()
        if not one.strong
    )


def refuse_weak_durability() -> None:
    """Refuse to go on unless every durability setting is strong enough. Called at start."""
    problems = durability_problems()
    if problems:
        raise Refused(problems)
