"""Which database an installation runs on: a SQLite file, or PostgreSQL by its address.

`HUIBAO_DB` is read here and nowhere else; a path is a file, `postgres://…` or `postgresql://…` an address as libpq
reads it (`postgresql:///huibao?host=/run/postgresql` for a socket).
"""

from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from huibao.store.address import is_address, without_password

DEFAULT_DB_FILE: Final = "huibao.sqlite3"

LOCK_WAIT_SECONDS: Final = 30
"""How long a writer waits for another writer before it gives up; a county's whole enrolment takes a few seconds."""

SQLITE_AT_CONNECT: Final = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
"""WAL lets readers go on while one writes; FULL, because WAL with NORMAL loses acknowledged entries in a power cut."""

POSTGRESQL_AT_CONNECT: Final = {
    "synchronous_commit": "on",
    "lock_timeout": f"{LOCK_WAIT_SECONDS}s",
    # Somebody who went away in the middle of a unit of work does not hold the ledger for everybody else.
    "idle_in_transaction_session_timeout": "10min",
    # The planner's guesses cost more than they gain in statements of a few rows each.
    "jit": "off",
    # What is prepared (`store/prepared.py`) looks up a few rows by their keys: planned once, not anew for every value.
    "plan_cache_mode": "force_generic_plan",
}
"""Asked for by every connection. What the cluster itself must keep (fsync, checksums) is read back at the start."""

KEPT_SECONDS: Final = 600
"""A connection is used again for ten minutes, then made anew: a server restarted behind us is met with a fresh one."""

MADE_FOR_DJANGO: Final = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",  # nosec B105 - the name of a setting
    "host": "HOST",
    "port": "PORT",
}


def database_settings(database: str | None) -> dict[str, Any]:
    """Django's settings for the database that `HUIBAO_DB` names (None or empty: the file of the working folder)."""
    if database and is_address(database):
        return _postgresql(database)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(database or DEFAULT_DB_FILE),
        "OPTIONS": {
            "init_command": SQLITE_AT_CONNECT,
            # Take the write lock at the start: two that both read first would deadlock at their first write.
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_WAIT_SECONDS,
        },
    }


def _postgresql(database: str) -> dict[str, Any]:
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        msg = (
            "PostgreSQL 需要附加组件，请运行：pip install 'huibao[postgres]' · PostgreSQL needs the extra named there."
        )
        raise ImproperlyConfigured(msg) from error
    try:
        said = conninfo_to_dict(database)
    except ProgrammingError as error:
        shown = without_password(database)
        msg = f"HUIBAO_DB 的地址读不出来：{shown} · The address in HUIBAO_DB cannot be read."
        raise ImproperlyConfigured(msg) from error
    given = str(said.pop("options", "") or "")
    asked = " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_AT_CONNECT.items())
    found: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
    }
    for ours, djangos in MADE_FOR_DJANGO.items():
        if ours in said:
            found[djangos] = str(said.pop(ours))
    # What the address says comes last and wins; weaker durability than is needed is refused when it is read back.
    found["OPTIONS"] = {**said, "options": f"{asked} {given}".strip()}
    return found
