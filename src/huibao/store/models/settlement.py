"""Settlements as rows: what was settled, who bore what, and where each person's yearly accumulators stand.

Settlements and their layers are facts and are never changed (triggers); an accumulator is a derivation kept at hand, so
that a cap can be taken under its lock.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huibao.store.sealed import SealedJSON, SealedText


class Settlement(models.Model):
    """One bill settled, or the reversal of one. Inputs and opening accumulators suffice to replay it (S6)."""

    number = models.CharField(max_length=96, unique=True)
    key = models.CharField(max_length=128, unique=True)
    content_hash = models.CharField(max_length=64)
    person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="settlements", db_index=False)
    contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="settlements")
    line = models.CharField(max_length=32)
    scheme_id = models.CharField(max_length=128)
    scheme_hash = models.CharField(max_length=64)
    benefit = models.CharField(max_length=64)
    accumulator_scope = models.CharField(max_length=128)
    policy_year_on = models.DateField()
    settles_on = models.DateField()
    known_on = models.DateField()
    entered_at = models.DateTimeField()
    hospital = models.CharField(max_length=32, blank=True)
    bill = SealedJSON()
    """Sealed: it names person and diagnosis."""
    groups = models.JSONField()
    settings = models.JSONField()
    opening = models.JSONField()
    closing = models.JSONField()
    bill_total_fen = models.BigIntegerField()
    self_pay_fen = models.BigIntegerField()
    reverses = models.OneToOneField("store.Settlement", on_delete=models.PROTECT, null=True, related_name="reversal")
    reason = SealedText(blank=True)

    class Meta:
        """A reversal is negative, everything else is not."""

        app_label = "store"
        db_table = "settlement"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, bill_total_fen__gte=0, self_pay_fen__gte=0)
                | Q(reverses__isnull=False, bill_total_fen__lte=0, self_pay_fen__lte=0),
                name="settlement_sign",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "accumulator_scope", "policy_year_on"], name="settlement_person_year"),
        ]

    def __str__(self) -> str:
        """Show the number alone."""
        return self.number


class SettlementLayer(models.Model):
    """What one payer bears of a settlement; `added_key` is set on a payer that came after settlement."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="layers", db_index=False)
    position = models.PositiveSmallIntegerField()
    payer = models.CharField(max_length=32)
    step = models.CharField(max_length=64)
    fen = models.BigIntegerField()
    reported = models.BooleanField()
    outside_bill = models.BooleanField(default=False)
    added_key = models.CharField(max_length=128, null=True, unique=True)  # noqa: DJ001 - unique, and NULL never collides
    added_on = models.DateField(null=True)

    class Meta:
        """One place for each line of a settlement."""

        app_label = "store"
        db_table = "settlement_layer"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["settlement", "position"], name="settlement_layer_once"),
        ]

    def __str__(self) -> str:
        """Show settlement and payer."""
        return f"{self.settlement_id}/{self.payer}"


class Accumulator(models.Model):
    """Where one person's yearly count of one kind stands: fen paid, days used, admissions. Never negative."""

    person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="accumulators", db_index=False)
    scope = models.CharField(max_length=128)
    year_on = models.DateField()
    name = models.CharField(max_length=64)
    value = models.BigIntegerField()

    class Meta:
        """One row a person, scope, year and name: the row whose lock guards the cap (S2)."""

        app_label = "store"
        db_table = "accumulator"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "scope", "year_on", "name"], name="accumulator_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="accumulator_not_negative"),
        ]

    def __str__(self) -> str:
        """Show scope, year and name."""
        return f"{self.scope}/{self.year_on}/{self.name}"
