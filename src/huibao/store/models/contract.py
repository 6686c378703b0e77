"""Contracts as rows: the document as signed, and the columns by which it is found."""

from django.db import models


class Contract(models.Model):
    """A signed contract; `document` is the text as it was handed in, `hash` the sha256 of what it says."""

    number = models.CharField(max_length=64, unique=True)
    scheme_id = models.CharField(max_length=128)
    scheme_hash = models.CharField(max_length=64)
    area = models.CharField(max_length=12)
    insurer = models.CharField(max_length=128)
    first_on = models.DateField()
    last_on = models.DateField()
    document = models.TextField()
    hash = models.CharField(max_length=64)
    entered_at = models.DateTimeField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "contract"
        constraints = (
            models.CheckConstraint(condition=models.Q(first_on__lte=models.F("last_on")), name="contract_days"),
        )
        indexes = (models.Index(fields=("scheme_id", "area"), name="contract_scheme_area"),)

    def __str__(self) -> str:
        return self.number


class ContractLine(models.Model):
    """One line a contract insures; the product that gives it and the whole premium for one person."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="lines")
    line = models.CharField(max_length=32)
    product = models.CharField(max_length=64)
    premium_fen = models.BigIntegerField()

    class Meta:
        """One line once a contract, and never for nothing."""

        app_label = "store"
        db_table = "contract_line"
        constraints = (
            models.UniqueConstraint(fields=("contract", "line"), name="contract_line_once"),
            models.CheckConstraint(condition=models.Q(premium_fen__gt=0), name="contract_line_premium"),
        )

    def __str__(self) -> str:
        return f"{self.contract_id}/{self.line}"
