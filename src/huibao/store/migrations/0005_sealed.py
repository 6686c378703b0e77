"""Not yet anything."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing so far."""

    dependencies: ClassVar = [("store", "0004_accounts")]
    operations: ClassVar = []
