"""The one door for locks: keys before people, people before the ledger; sorted, each kind once per transaction.

Sorted and taken at once, two transactions can wait for each other only in one direction, so they never deadlock.
On SQLite the unit of work holds the database's only write lock already; on PostgreSQL rows and an advisory lock
are taken here.
"""

from collections.abc import Iterable
from typing import Final

from django.db import connection

from huibao.store.unit import must_be_in_unit

TRAIL_LOCK_ID = 4_820_002
"""The same for the record of acts."""
LEDGER_LOCK_ID = 4_820_001
"""PostgreSQL's advisory lock by which entries are appended to the hash chain one transaction after another."""

KEY_LOCK_CLASS = 4_820
"""PostgreSQL's advisory locks of names; two names that fall on one number wait for each other, and no more."""

HOLD_PEOPLE: Final = "SELECT id FROM person WHERE identity_index = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
HOLD_PEOPLE_BY_ID: Final = """
SELECT count(*) FROM (SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE) held
"""
"""Counted, because half a million numbers need not come back to whoever sent them."""
HOLD_LEDGER: Final = f"SELECT pg_advisory_xact_lock({LEDGER_LOCK_ID})"
"""The same locks on PostgreSQL as text, for whoever asks a question in the same trip."""

MAX_PEOPLE_A_LOCK = 1_000_000
"""More people than any county has; a caller that wants more has not split its batch."""


def lock_keys(kind: str, keys: Iterable[str] = ("",)) -> None:
    """Hold names of something until the unit of work ends: a request's key, what is counted up, a whole kind of work.

    Taken first, before looking whether the key is known: of two who send one at once, the second finds the first's answer.
    """
    must_be_in_unit("lock_keys")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for key in sorted(set(keys)):
                cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [KEY_LOCK_CLASS, f"{kind}/{key}"])


def lock_people(person_ids: Iterable[int]) -> tuple[int, ...]:
    """Hold these people's rows until the unit of work ends; returns the ids, sorted, each once.

    The person's row is held rather than its accumulators', because it exists before the first of those does.
    """
    must_be_in_unit("lock_people")
    ids = tuple(sorted(set(person_ids)))
    if len(ids) > MAX_PEOPLE_A_LOCK:
        msg = f"at most {MAX_PEOPLE_A_LOCK} people are locked at once, asked for {len(ids)}"
        raise ValueError(msg)
    if connection.vendor == "postgresql" and ids:
        with connection.cursor() as cursor:
            cursor.execute(HOLD_PEOPLE_BY_ID, [list(ids)])
    return ids


def lock_accumulators(person_ids: Iterable[int], scheme: str = "", year: int = 0) -> tuple[int, ...]:
    """Hold everything these people have accumulated, before reading any of it (S2: caps are never overspent).

    One lock a person covers all schemes and years: who settles two bills of one person at once is rare, and a
    finer lock would have to name rows that do not exist yet. `scheme` and `year` say what it is for.
    """
    del scheme, year
    return lock_people(person_ids)


def lock_ledger() -> None:
    """Hold the end of the hash chain until the unit of work ends. Taken last, after any people's rows."""
    must_be_in_unit("lock_ledger")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(HOLD_LEDGER)


def lock_trail() -> None:
    """Hold the end of the record of acts until the unit of work ends. Taken by itself, or after the ledger's."""
    must_be_in_unit("lock_trail")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({TRAIL_LOCK_ID})")
