"""A form sent after its session had ended is kept for its sender."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more column."""

    dependencies: ClassVar = [("store", "0009_supervision")]
    operations: ClassVar = [
        migrations.AddField(model_name="sitting", name="kept", field=models.TextField(blank=True, default="", db_default="")),
    ]
