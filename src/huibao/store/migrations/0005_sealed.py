"""What identifies or reaches a person, and what says what ails him, is sealed where it stands; an index finds the person.

Rows that are there are sealed with the keys that are set, in the same transaction as the columns change: an office that
is stopped half-way stands where it stood. The way back opens them again.
"""

from typing import ClassVar, Final

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from huibao.store import resealing, vault
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
CLOSED: Final = "rewrites what stands: the office is closed while it runs, once, so that nothing stays readable"
PERSON: Final = "person.identity"


def index_rows(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give every person an index."""
    with editor.connection.cursor() as cursor:
        for rows in resealing.rows(editor.connection, "person", ("identity",)):
            found = [(vault.blind(vault.unseal(said, PERSON), f"{PERSON}_index"), pk) for pk, said in rows]
            cursor.executemany("UPDATE person SET identity_index = %s WHERE id = %s", found)


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
        resealing.guards_aside(),
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
        resealing.seals(SEALED),
        migrations.RunPython(index_rows, migrations.RunPython.noop),
        migrations.AddConstraint(
            "person", models.UniqueConstraint(fields=["identity_index"], name="person_identity_once")
        ),
    ]
