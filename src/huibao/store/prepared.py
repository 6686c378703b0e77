"""Statements that run many times a second are planned once a connection: PostgreSQL keeps the plan under a name.

Planning a question over nine tables takes it twice as long as answering it. The names live in the server's session, so a
pooler that gives each transaction another session (PgBouncer's transaction mode) must be told to keep them.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

Statement = tuple[str, Sequence[Any]]
"""A statement's text and its values."""

TYPES: Final[dict[type, str]] = {list: "text[]", str: "text", date: "date", int: "bigint"}
"""How a value is handed over; JSON goes as text and is cast where it is used."""

_ready: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""For each open connection, the names it has planned. A new connection has planned nothing."""


def run(cursor: CursorWrapper, before: Sequence[Statement], sql: str, values: Sequence[Any]) -> None:
    """Run `before` (locks, each a statement apart) and then a statement by its name, in one trip; its answer comes next.

    `sql` has `%s` for each value, and the same text is planned once.
    """
    name = f"huibao_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
    ready = _ready.setdefault(connection.connection, set())
    if name not in ready:
        parts = sql.split("%s")
        numbered = "".join(f"{part}${at}" for at, part in enumerate(parts[:-1], start=1)) + parts[-1]
        cursor.execute(f"PREPARE {name} ({', '.join(TYPES[type(value)] for value in values)}) AS {numbered}")
        ready.add(name)
    statements = [*(text for text, _ in before), f"EXECUTE {name} ({', '.join(['%s'] * len(values))})"]
    cursor.execute("; ".join(statements), [value for _, given in before for value in given] + list(values))
    for _ in before:
        cursor.nextset()
