"""Indexes that no question uses are dropped: each settlement wrote some thirty entries into them, of eighty in all.

A foreign key's own index, where another begins with the same column, and the ones PostgreSQL gets for `LIKE` on columns that
are only ever asked for whole. An entry's key is asked for by its beginning and keeps its own.
"""

from typing import Any, ClassVar, Final

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEYS: Final = (
    ("accumulator", "person_id"),
    ("message", "institution_id"),
    ("settlement", "person_id"),
    ("settlement_layer", "settlement_id"),
    ("transfer", "entry_id"),
)
"""Foreign keys with which another index begins."""
WHOLE: Final = (
    ("entry", "hash"),
    ("nonce", "value"),
    ("settlement", "number"),
    ("settlement", "key"),
    ("settlement_layer", "added_key"),
    ("stay_settlement", "setl_id"),
)
"""Columns that are never asked for by their beginning."""


def drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop each by its column: their names are Django's."""
    connection = editor.connection
    for table, column in (*KEYS, *WHOLE):
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
            for name, of in found.items():
                unique = of["unique"] or of["primary_key"]
                if of["columns"] == [column] and of["index"] and not unique:
                    cursor.execute(f"DROP INDEX {editor.quote_name(name)}")


def make_again(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The way back: the foreign keys' indexes. What served `LIKE` was never used and stays away."""
    with editor.connection.cursor() as cursor:
        for table, column in KEYS:
            cursor.execute(f"CREATE INDEX {table}_{column}_again ON {table} ({column})")


def key(to: str, related_name: str) -> "models.Field[Any, Any]":
    """A foreign key without an index of its own."""
    return models.ForeignKey(
        to, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, db_index=False
    )


class Migration(migrations.Migration):
    """Indexes only."""

    waives: ClassVar = {
        "SeparateDatabaseAndState: no rule for it yet": (
            "only drops indexes: no row is read or written, and a writer waits for a moment"
        )
    }
    dependencies: ClassVar = [("store", "0013_passkey")]
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, make_again)],
            state_operations=[
                migrations.AlterField("accumulator", "person", key("store.person", "accumulators")),
                migrations.AlterField("message", "institution", key("store.institution", "messages")),
                migrations.AlterField("settlement", "person", key("store.person", "settlements")),
                migrations.AlterField("settlementlayer", "settlement", key("store.settlement", "layers")),
                migrations.AlterField("transfer", "entry", key("store.entry", "transfers")),
            ],
        )
    ]
