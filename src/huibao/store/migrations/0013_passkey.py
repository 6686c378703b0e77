"""Passkeys beside the codes of a telephone, and the challenge that a sitting waits for."""

from typing import ClassVar

from django.db import migrations, models

from huibao.store.sealed import SealedText


class Migration(migrations.Migration):
    """A table of its own, and one more column of a sitting."""

    dependencies: ClassVar = [("store", "0012_payer_call_stay")]
    operations: ClassVar = [
        migrations.CreateModel(
            "Passkey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("credential", models.CharField(max_length=1366, unique=True)),
                ("public_key", models.BinaryField()),
                ("sign_count", models.BigIntegerField(default=0)),
                ("name", SealedText()),
                ("transports", models.CharField(blank=True, default="", max_length=64)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "staff",
                    models.ForeignKey(on_delete=models.deletion.PROTECT, related_name="passkeys", to="store.staff"),
                ),
            ],
            options={"db_table": "passkey"},
        ),
        migrations.AddField(
            "sitting", "challenge", models.CharField(blank=True, db_default="", default="", max_length=100)
        ),
    ]
