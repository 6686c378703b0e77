"""What people write in their own words, and the names of their files, is sealed like what it may repeat."""

from collections.abc import Mapping
from typing import ClassVar, Final

from django.db import migrations

from huibao.store import resealing
from huibao.store.sealed import SealedJSON, SealedText

SEALED: Final = (
    ("approval", ("terms", "note", "reason", "outcome")),
    ("interface_file", ("name",)),
    ("kept_file", ("name",)),
    ("payment_line", ("reason",)),
    ("reminder", ("text",)),
    ("reminder_step", ("text",)),
    ("roster", ("file_name",)),
    ("roster_draft", ("file_name", "problems", "layouts")),
    ("work", ("problems",)),
)
CLOSED: Final = "rewrites what stands: the office is closed while it runs, once, so that nothing stays readable"


def waived() -> Mapping[str, str]:
    """Every column here is made anew."""
    altered = {
        f"AlterField {table.replace('_', '')}.{column}: may rewrite the table; add a field and fill it by and by": CLOSED
        for table, columns in SEALED
        for column in columns
    }
    return altered | {"RunPython: runs row by row on whatever is there; say it in SQL": "the database has no keys"}


class Migration(migrations.Migration):
    """Sealed columns in place of plain ones."""

    dependencies: ClassVar = [("store", "0010_kept_form")]
    waives: ClassVar = waived()
    operations: ClassVar = [
        resealing.guards_aside(),
        migrations.AlterField("approval", "terms", SealedJSON()),
        migrations.AlterField("approval", "note", SealedText(blank=True)),
        migrations.AlterField("approval", "reason", SealedText(blank=True)),
        migrations.AlterField("approval", "outcome", SealedText(blank=True)),
        migrations.AlterField("interfacefile", "name", SealedText()),
        migrations.AlterField("keptfile", "name", SealedText()),
        migrations.AlterField("paymentline", "reason", SealedText(blank=True)),
        migrations.AlterField("reminder", "text", SealedText()),
        migrations.AlterField("reminderstep", "text", SealedText(blank=True)),
        migrations.AlterField("roster", "file_name", SealedText()),
        migrations.AlterField("rosterdraft", "file_name", SealedText()),
        migrations.AlterField("rosterdraft", "problems", SealedJSON(default=list)),
        migrations.AlterField("rosterdraft", "layouts", SealedJSON(default=list)),
        migrations.AlterField("work", "problems", SealedJSON(default=list)),
        resealing.seals(SEALED),
    ]
