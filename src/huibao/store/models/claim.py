"""Claims as rows: what was reported, and every step since. No row holds a state: it is where the last event led (C1)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huibao.store.sealed import SealedJSON, SealedText


class Claim(models.Model):
    """One reported event of one person under one cover. Facts of the report; never changed (trigger)."""

    number = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=128, unique=True)
    content_hash = models.CharField(max_length=64)
    person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="claims")
    coverage = models.ForeignKey("store.Coverage", on_delete=models.PROTECT, related_name="claims")
    contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="claims")
    line = models.CharField(max_length=32)
    product = models.CharField(max_length=64)
    happened_on = models.DateField()
    known_on = models.DateField()
    cause = models.CharField(max_length=32)
    what = SealedText()
    place = SealedText(blank=True)
    channel = models.CharField(max_length=16)
    reporter = models.CharField(max_length=16)
    reporter_name = models.CharField(max_length=64)
    entered_at = models.DateTimeField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "claim"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(known_on__gte=models.F("happened_on")), name="claim_known_after"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "line", "happened_on"], name="claim_person_line_day")]

    def __str__(self) -> str:
        """Show the number alone."""
        return self.number


class ClaimEvent(models.Model):
    """One step of a claim. The trigger lets it follow only where the table of moves leads (C1)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events")
    no = models.PositiveIntegerField()
    verb = models.CharField(max_length=24)
    frm = models.CharField(max_length=24)
    to = models.CharField(max_length=24)
    on = models.DateField()
    by_role = models.CharField(max_length=16)
    by_name = models.CharField(max_length=64)
    detail = SealedJSON()
    """Sealed: injuries, heirs with their identity numbers, accounts."""
    fen = models.BigIntegerField(null=True)
    """What this step pays; NULL where it pays nothing."""
    entry_key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 - unique, and NULL never collides
    key = models.CharField(max_length=128, null=True, unique=True)  # noqa: DJ001 - set on the last step of an order
    content_hash = models.CharField(max_length=64, blank=True)
    entered_at = models.DateTimeField()

    class Meta:
        """Steps are numbered from 1 without a gap; money and its entry come together (L6)."""

        app_label = "store"
        db_table = "claim_event"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "no"], name="claim_event_once"),
            models.CheckConstraint(
                condition=Q(fen__isnull=True, entry_key__isnull=True) | Q(fen__gt=0, entry_key__isnull=False),
                name="claim_event_l6",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["verb", "on"], name="claim_event_verb_day")]

    def __str__(self) -> str:
        """Show claim, place and step."""
        return f"{self.claim_id}.{self.no} {self.verb}"
