"""Which stay a remote payer was asked about, so that a message begun anew finds what was asked for the one before."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more column, with its index."""

    waives: ClassVar = {
        "AddIndex payercall: holds up every writer while it is built; build it concurrently": (
            "the table has two rows for each settlement of a region run as a platform and none elsewhere; its writers ask a "
            "remote payer for longer than the index of a million such rows takes"
        )
    }
    dependencies: ClassVar = [("store", "0011_sealed_texts")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="payercall",
            name="stay",
            field=models.CharField(blank=True, default="", db_default="", max_length=30),
        ),
        migrations.AddIndex(
            model_name="payercall", index=models.Index(fields=["institution", "stay"], name="payer_call_stay")
        ),
    ]
