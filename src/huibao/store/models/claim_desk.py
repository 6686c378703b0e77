"""What the insurer's desk keeps beside claims: where each stands, accounts to pay to, and visits.

A standing is derived from the claim's steps and only saves asking them all for a queue; C2 checks that it is true.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huibao.store.sealed import SealedText


class ClaimStanding(models.Model):
    """Where one claim stands: by this a queue is ordered and counted."""

    claim = models.OneToOneField("store.Claim", on_delete=models.PROTECT, primary_key=True, related_name="standing")
    contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=24)
    step = models.PositiveIntegerField()
    handler = models.CharField(max_length=64, blank=True)
    clock = models.CharField(max_length=16, blank=True)
    due_on = models.DateField(null=True)
    """Last day of the running clock that ends first; NULL where none runs or it is paused."""
    left_days = models.IntegerField(null=True)
    """Days left of a paused clock."""

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "claim_standing"
        indexes: ClassVar = [
            models.Index(fields=["contract", "due_on"], name="claim_standing_due"),
            models.Index(fields=["contract", "handler", "due_on"], name="claim_standing_whose"),
            models.Index(fields=["contract", "state", "due_on"], name="claim_standing_state"),
        ]

    def __str__(self) -> str:
        """Show claim and state."""
        return f"{self.claim_id} {self.state}"


class PayeeAccount(models.Model):
    """The account one payee of a claim is paid to; the number is sealed. A correction is another row (trigger)."""

    claim = models.ForeignKey("store.Claim", on_delete=models.PROTECT, related_name="payee_accounts")
    payee = models.CharField(max_length=64)
    no = models.PositiveIntegerField()
    """1, 2, … for each payee of the claim."""
    bank = models.CharField(max_length=64)
    sealed = models.CharField(max_length=400)
    tail = models.CharField(max_length=4)
    """The last digits, by which people recognise it."""
    key = models.CharField(max_length=128, unique=True)
    by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "payee_account"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "payee", "no"], name="payee_account_once"),
        ]

    def __str__(self) -> str:
        """Show the claim and the last digits alone."""
        return f"{self.claim_id} {self.tail}"


class Visit(models.Model):
    """Somebody goes to who cannot come: planned, then done or called off, once."""

    claim = models.ForeignKey("store.Claim", on_delete=models.PROTECT, related_name="visits")
    contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="+")
    visitor = models.CharField(max_length=64)
    """Account name of who goes."""
    on = models.DateField()
    purpose = models.CharField(max_length=16)
    note = SealedText(blank=True)
    key = models.CharField(max_length=128, unique=True)
    by = models.CharField(max_length=64)
    planned_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, blank=True)
    """"" while it is to come; done or called_off."""
    result = SealedText(blank=True)
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """An outcome has its moment and its doer."""

        app_label = "store"
        db_table = "claim_visit"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="claim_visit_ended",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "outcome", "on"], name="claim_visit_day")]

    def __str__(self) -> str:
        """Show claim and day."""
        return f"{self.claim_id} {self.on}"
