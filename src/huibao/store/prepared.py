"""Statements that run many times a second: planned once a connection, and several sent in one trip.

PostgreSQL keeps a plan under a name; planning a question over nine tables takes it twice as long as answering it. The names
live in the server's session, so a pooler that gives each transaction another session (PgBouncer's transaction mode) must be
told to keep them.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

Statement = tuple[str, Sequence[Any]]
"""A statement's text and its values."""

Rows = list[tuple[Any, ...]]

TYPES: Final[dict[type, str]] = {list: "text[]", str: "text", date: "date", int: "bigint"}
"""How a value is handed over; JSON goes as text and is cast where it is used."""
MAX_NAMES: Final = 500

_ready: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""For each open connection, the names it has planned. A new connection has planned nothing."""


def trip(*statements: Statement, commits: bool = False) -> list[Rows]:
    """Run statements one after another; the rows that each gave. On PostgreSQL they go in one trip.

    Each has `%s` for every value, and the same text is planned once. A statement sees what was committed when it began: what
    a lock waited for is seen by those after it. `commits` lets the commit go along (`unit.is_outermost`); where a statement
    fails, nothing after it is run.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return [_alone(cursor, sql, values) for sql, values in statements]
        texts = [_execute(cursor, sql, values) for sql, values in statements]
        cursor.execute(
            "; ".join([*texts, *(["COMMIT"] if commits else [])]),
            [_list(one) if isinstance(one, list) else one for _, given in statements for one in given],
        )
        found = []
        for _ in statements:
            found.append(cursor.fetchall() if cursor.description is not None else [])
            cursor.nextset()
        return found


def _alone(cursor: CursorWrapper, sql: str, values: Sequence[Any]) -> Rows:
    cursor.execute(sql, values)
    return cursor.fetchall() if cursor.description is not None else []


def _execute(cursor: CursorWrapper, sql: str, values: Sequence[Any]) -> str:
    """The words that run a statement by its name, which is planned where this connection has not met it."""
    types = tuple(_type(value) for value in values)
    name, prepare, execute = _texts(sql, types)
    ready = _ready.setdefault(connection.connection, set())
    if name not in ready:
        cursor.execute(prepare)
        ready.add(name)
    return execute


@lru_cache(MAX_NAMES)
def _texts(sql: str, types: tuple[str, ...]) -> tuple[str, str, str]:
    name = f"huibao_{hashlib.sha256(f'{sql}{types}'.encode()).hexdigest()[:16]}"
    first, *rest = sql.split("%s")
    numbered = first + "".join(f"${at}{part}" for at, part in enumerate(rest, start=1))
    taken = f" ({', '.join(types)})" if types else ""
    given = f" ({', '.join(['%s'] * len(types))})" if types else ""
    return name, f"PREPARE {name}{taken} AS {numbered}", f"EXECUTE {name}{given}"


def _list(values: Sequence[str | int]) -> str:
    """A list as PostgreSQL writes one. The driver would look at each value for its type, which stands here already."""
    if values and isinstance(values[0], int):
        return f"{{{','.join(map(str, values))}}}"
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


def _type(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], int):
        return "bigint[]"
    return TYPES[type(value)]
