"""All guards of the database, put up together: nobody ever writes between an old guard and its successor.

Every command brings the tables up to date first, also while hospitals settle. Where all guards stand as this program makes
them, nothing is touched, for a trigger made anew holds up every writer of its table; otherwise all are made in one
transaction, by one program at a time.
"""

import hashlib
from pathlib import Path
from types import ModuleType
from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from huibao.store import approval_guards, balances, claim_guards, cover_guards, guards, payout_guards

GUARDS: Final[tuple[ModuleType, ...]] = (
    guards,
    claim_guards,
    cover_guards,
    approval_guards,
    balances,
    payout_guards,
)
"""Each with `put_up(connection)`."""
LOCK_ID: Final = 4_820_003
"""PostgreSQL's advisory lock of whoever puts them up; see `locks`."""
STANDING: Final = {
    "postgresql": "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1",
}
REMEMBERED: Final = {
    "postgresql": "SELECT obj_description(to_regproc('huibao_facts_stay'), 'pg_proc')",
    "sqlite": "PRAGMA user_version",
}
"""Where the mark of what was put up last is kept: beside the guards themselves, so it goes wherever they go."""
KEEP: Final = {
    "postgresql": "COMMENT ON FUNCTION huibao_facts_stay() IS '{mark}'",
    "sqlite": "PRAGMA user_version = {mark}",
}
MARK_BITS: Final = 31
"""What SQLite keeps for a program."""


def put_up_all(connection: BaseDatabaseWrapper) -> None:
    """Make every guard that does not stand as it should: all at once, or nothing at all."""
    if _stand(connection):
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_ID])
            if _stand(connection):
                return
        for each in GUARDS:
            each.put_up(connection)
        cursor.execute(KEEP[connection.vendor].format(mark=_mark(connection)))


def stand_aside(connection: BaseDatabaseWrapper) -> None:
    """Take every guard down within the caller's transaction: for a migration that rewrites what they guard."""
    asks = {
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name, NULL FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asks[connection.vendor])
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"{f" ON {table}" if table else ""}')


def _stand(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(REMEMBERED[connection.vendor])
        row = cursor.fetchone()
    return row is not None and str(row[0]) == _mark(connection)


def _mark(connection: BaseDatabaseWrapper) -> str:
    """Tells one state from another: which triggers stand, and the program text that makes them."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor])
        standing = cursor.fetchall()
    digest = hashlib.sha256(repr(standing).encode())
    for each in GUARDS:
        digest.update(Path(str(each.__file__)).read_bytes())
    return str(int.from_bytes(digest.digest()[:8]) >> (64 - MARK_BITS))
