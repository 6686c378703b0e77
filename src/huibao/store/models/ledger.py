"""Tables of the books: accounts, entries, transfers, closed periods. Rows are added, never changed (L3)."""

from django.db import models
from django.db.models import F, Q


class Account(models.Model):
    """An account that money has touched; opened by its first transfer."""

    kind = models.CharField(max_length=16)
    owner = models.CharField(max_length=128)
    line = models.CharField(max_length=40, blank=True)

    class Meta:
        """One row per kind, owner and line."""

        app_label = "store"
        db_table = "account"
        constraints = (models.UniqueConstraint(fields=["kind", "owner", "line"], name="account_once"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner}:{self.line}"


class Entry(models.Model):
    """One entry of the hash chain. `number` counts from 1 without a gap."""

    number = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    cause = models.CharField(max_length=32)
    subject = models.CharField(max_length=400)
    takes_effect_on = models.DateField()
    entered_at = models.DateTimeField()
    clause = models.CharField(max_length=400)
    approval = models.CharField(max_length=400, null=True, blank=True)  # noqa: DJ001 - none and empty hash differently
    reason = models.CharField(max_length=400, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    content_hash = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Found by cause and subject (is this claim paid?) and by day (is its period closed?)."""

        app_label = "store"
        db_table = "entry"
        indexes = (
            models.Index(fields=["cause", "subject"], name="entry_cause_subject"),
            models.Index(fields=["takes_effect_on"], name="entry_takes_effect"),
        )
        constraints = (models.CheckConstraint(condition=Q(number__gt=0), name="entry_number_from_one"),)

    def __str__(self) -> str:
        return f"{self.number} {self.key}"


class Transfer(models.Model):
    """So many fen from one account to another, within an entry whose day it repeats so that sums need no join."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    position = models.IntegerField()
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    fen = models.BigIntegerField()
    payee = models.CharField(max_length=400, blank=True)
    takes_effect_on = models.DateField()

    class Meta:
        """Amounts above zero, never to oneself. The two indexes cover the sums that balances are made of."""

        app_label = "store"
        db_table = "transfer"
        indexes = (
            models.Index(fields=["source", "takes_effect_on", "fen"], name="transfer_out"),
            models.Index(fields=["target", "takes_effect_on", "fen"], name="transfer_in"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(fen__gt=0), name="transfer_above_zero"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="transfer_between_two"),
            models.UniqueConstraint(fields=["entry", "position"], name="transfer_position_once"),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.position} {self.fen}"


class ClosedPeriod(models.Model):
    """Everything up to and including `through_on` stands: no entry may take effect in it any more."""

    through_on = models.DateField(unique=True)
    closed_at = models.DateTimeField()
    last_number = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)

    class Meta:
        """The entry last in the chain when it was closed is kept, so that an auditor can pin it."""

        app_label = "store"
        db_table = "closed_period"

    def __str__(self) -> str:
        return str(self.through_on)


class ClosingBalance(models.Model):
    """An account's balance at the end of a closed period; the opening one of what comes after (L2)."""

    period = models.ForeignKey(ClosedPeriod, on_delete=models.PROTECT, related_name="balances")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    fen = models.BigIntegerField()

    class Meta:
        """One per account and period; an account without one stood at nothing."""

        app_label = "store"
        db_table = "closing_balance"
        constraints = (models.UniqueConstraint(fields=["period", "account"], name="closing_balance_once"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.fen}"


class Balance(models.Model):
    """What an account holds now; the database keeps it with every transfer (`store/balances.py`), L2 derives it anew.

    Without it each payment would sum a year's transfers to see whether the money is there.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="kept")
    fen = models.BigIntegerField()

    class Meta:
        """One per account that money has touched."""

        app_label = "store"
        db_table = "balance"

    def __str__(self) -> str:
        return f"{self.account_id} {self.fen}"
