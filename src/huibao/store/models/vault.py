"""Which keys the database was written with: their names and a mark, so that a wrong key is noticed before anything is done."""

from django.db import models


class VaultKey(models.Model):
    """A key that something may be sealed or indexed with. Its `mark` is an HMAC by it, and tells nothing of it."""

    name = models.CharField(max_length=24, primary_key=True)
    mark = models.CharField(max_length=64)

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "vault_key"

    def __str__(self) -> str:
        """Show the name; the key itself is nowhere here."""
        return self.name
