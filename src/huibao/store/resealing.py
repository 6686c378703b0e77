"""Columns that stood in the open, sealed where they stand, and opened again on the way back: for migrations alone.

A migration says which columns; the rows are rewritten in its own transaction, so an office that is stopped half-way stands
where it stood. The guards step aside for it and are put up again when migrating is over (`store/apps.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from huibao.store import protection, vault

AT_ONCE: Final = 1_000
Columns = Sequence[tuple[str, Sequence[str]]]
"""Tables with the columns that change."""


def guards_aside() -> migrations.RunPython:
    """The first step of such a migration: SQLite makes a table anew, and a trigger elsewhere may look at it meanwhile."""
    return migrations.RunPython(_aside, _aside)


def seals(columns: Columns) -> migrations.RunPython:
    """The step that rewrites the rows; the columns must hold text (or bytes) by then."""

    def forward(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        rewrite(editor.connection, columns, seal_value)

    def back(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        rewrite(editor.connection, columns, open_value)

    return migrations.RunPython(forward, back)


def rewrite(connection: BaseDatabaseWrapper, columns: Columns, change: Callable[[Any, str], Any]) -> None:
    """Change every value there is; what is empty stays empty."""
    protection.stand_aside(connection)
    for table, names in columns:
        _change(connection, table, tuple(names), change)


def seal_value(value: Any, about: str) -> Any:  # noqa: ANN401 - text or bytes
    """A value as its sealed column keeps it."""
    if isinstance(value, (bytes, memoryview)):
        return vault.seal_bytes(bytes(value), about)
    return vault.seal(value, about)


def open_value(value: Any, about: str) -> Any:  # noqa: ANN401 - text or bytes
    """A value as it was before."""
    if isinstance(value, (bytes, memoryview)):
        return vault.unseal_bytes(bytes(value), about)
    return vault.unseal(value, about)


def rows(connection: BaseDatabaseWrapper, table: str, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """Number and columns of every row, some at a time."""
    named = ", ".join(f'"{column}"' for column in columns)
    asks = f'SELECT id, {named} FROM "{table}" WHERE id > %s ORDER BY id LIMIT {AT_ONCE}'  # noqa: S608 - our own names
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(asks, [last])
            found = cursor.fetchall()
        if not found:
            return
        yield found
        last = found[-1][0]


def _aside(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    protection.stand_aside(editor.connection)


def _change(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], change: Callable[[Any, str], Any]
) -> None:
    places = [f"{table}.{column}" for column in columns]
    named = ", ".join(f'"{column}" = %s' for column in columns)
    with connection.cursor() as cursor:
        for some in rows(connection, table, columns):
            changed = [
                (*(change(value, at) if value else value for value, at in zip(values, places, strict=True)), pk)
                for pk, *values in some
            ]
            cursor.executemany(f'UPDATE "{table}" SET {named} WHERE id = %s', changed)  # noqa: S608 - our own names
