"""Not yet anything."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing so far."""

    dependencies: ClassVar = [("store", "0008_claims_desk")]
    operations: ClassVar = []
