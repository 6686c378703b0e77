"""What identifies or reaches a person, and what says what ails him, is sealed where it stands; an index finds the person.

Rows that are there are sealed with the keys that are set, in the same transaction as the columns change: an office that
is stopped half-way stands where it stood. The way back opens them again.
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from huibao.store import guards, vault
from huibao.store.sealed import BlindIndex, SealedBytes, SealedJSON, SealedText

SEALED: Final = (
    ("person", ("identity", "phone", "address", "bank_account")),
    ("roster_row", ("identity",)),
    ("fact", ("detail",)),
    ("claim", ("what", "place")),
    ("claim_event", ("detail",)),
    ("debt_step", ("note",)),
    ("enrolment", ("result",)),
    ("message", ("answer",)),
    ("payer_call", ("said",)),
    ("settlement", ("bill", "reason")),
    ("stay", ("said",)),
    ("stay_event", ("said",)),
    ("interface_file", ("content",)),
)
AT_ONCE: Final = 1_000
CLOSED: Final = "rewrites what stands: the office is closed while it runs, once, so that nothing stays readable"


def seal_rows(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Seal every value there is, and give every person an index."""
    guards.take_down(editor.connection)
    for table, columns in SEALED:
        _change(editor.connection, table, columns, _sealed)
    with editor.connection.cursor() as cursor:
        for rows in _rows(editor.connection, "person", ("identity",)):
            found = [(vault.blind(vault.unseal(said, PERSON), f"{PERSON}_index"), pk) for pk, said in rows]
            cursor.executemany("UPDATE person SET identity_index = %s WHERE id = %s", found)


def open_rows(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write every value as it is."""
    guards.take_down(editor.connection)
    for table, columns in SEALED:
        _change(editor.connection, table, columns, _opened)


PERSON: Final = "person.identity"


def _sealed(value: Any, about: str) -> Any:  # noqa: ANN401 - text or bytes
    if isinstance(value, (bytes, memoryview)):
        return vault.seal_bytes(bytes(value), about)
    return vault.seal(value, about)


def _opened(value: Any, about: str) -> Any:  # noqa: ANN401 - text or bytes
    if isinstance(value, (bytes, memoryview)):
        return vault.unseal_bytes(bytes(value), about)
    return vault.unseal(value, about)


def _change(
    connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...], change: Callable[[Any, str], Any]
) -> None:
    places = [f"{table}.{column}" for column in columns]
    named = ", ".join(f'"{column}" = %s' for column in columns)
    with connection.cursor() as cursor:
        for rows in _rows(connection, table, columns):
            changed = [
                (*(change(value, at) if value else value for value, at in zip(values, places, strict=True)), pk)
                for pk, *values in rows
            ]
            cursor.executemany(f'UPDATE "{table}" SET {named} WHERE id = %s', changed)  # noqa: S608 - our own names


def _rows(connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...]) -> Iterator[list[tuple[Any, ...]]]:
    named = ", ".join(f'"{column}"' for column in columns)
    asks = f'SELECT id, {named} FROM "{table}" WHERE id > %s ORDER BY id LIMIT {AT_ONCE}'  # noqa: S608 - our own names
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(asks, [last])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


class Migration(migrations.Migration):
    """Sealed columns, the index by which a person is found, and the names of the keys that were used."""

    dependencies: ClassVar = [("store", "0004_accounts")]
    waives: ClassVar = {
        "RunPython: runs row by row on whatever is there; say it in SQL": "the database has no keys to seal with",
        "AddField person.identity_index: not null without db_default; the rows there have no value": CLOSED,
        "AddConstraint person: reads the whole table under a lock; add it not valid, then validate": CLOSED,
        **{
            f"AlterField {model}.{column}: may rewrite the table; add a field and fill it by and by": CLOSED
            for table, columns in SEALED
            for model in [table.replace("_", "")]
            for column in columns
        },
    }
    operations: ClassVar = [
        migrations.CreateModel(
            "VaultKey",
            fields=[
                ("name", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("mark", models.CharField(max_length=64)),
            ],
            options={"db_table": "vault_key"},
        ),
        migrations.RemoveIndex("rosterrow", "roster_row_identity"),
        migrations.AddField(
            "person", "identity_index", BlindIndex(of="identity", default=""), preserve_default=False
        ),
        migrations.AlterField("claim", "place", SealedText(blank=True)),
        migrations.AlterField("claim", "what", SealedText()),
        migrations.AlterField("claimevent", "detail", SealedJSON()),
        migrations.AlterField("debtstep", "note", SealedText(blank=True)),
        migrations.AlterField("enrolment", "result", SealedJSON()),
        migrations.AlterField("fact", "detail", SealedText(blank=True, default="")),
        migrations.AlterField("interfacefile", "content", SealedBytes()),
        migrations.AlterField("message", "answer", SealedText()),
        migrations.AlterField("payercall", "said", SealedJSON(default=dict)),
        migrations.AlterField("person", "address", SealedText(blank=True, default="")),
        migrations.AlterField("person", "bank_account", SealedText(blank=True, default="")),
        migrations.AlterField("person", "identity", SealedText()),
        migrations.AlterField("person", "phone", SealedText(blank=True, default="")),
        migrations.AlterField("rosterrow", "identity", SealedText(blank=True)),
        migrations.AlterField("settlement", "bill", SealedJSON()),
        migrations.AlterField("settlement", "reason", SealedText(blank=True)),
        migrations.AlterField("stay", "said", SealedJSON()),
        migrations.AlterField("stayevent", "said", SealedJSON()),
        migrations.RunPython(seal_rows, open_rows),
        migrations.AddConstraint(
            "person", models.UniqueConstraint(fields=["identity_index"], name="person_identity_once")
        ),
    ]
