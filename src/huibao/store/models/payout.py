"""Payment files to the bank, their lines, and what the bank answered. Account numbers are sealed.

A line is never changed but for the bank's answer, which is given once; the database itself refuses a second line for
the same part of a payment unless the one before was rejected, so that nobody is paid twice.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huibao.store.sealed import SealedJSON, SealedText


class PaymentFile(models.Model):
    """One file of payments, as it was made; its text can be written again to the byte."""

    number = models.CharField(max_length=64, unique=True)
    contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="+")
    lines = models.PositiveIntegerField()
    fen = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=128, unique=True)
    by = models.CharField(max_length=64)
    made_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "payment_file"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(lines__gt=0, fen__gt=0), name="payment_file_pays"),
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "made_at"], name="payment_file_made")]

    def __str__(self) -> str:
        """Show the number."""
        return self.number


class PaymentLine(models.Model):
    """One part of one claim's payment to one payee. `answer`: "" while the bank is silent, paid or rejected."""

    file = models.ForeignKey(PaymentFile, on_delete=models.PROTECT, related_name="payments")
    no = models.PositiveIntegerField()
    claim = models.ForeignKey("store.Claim", on_delete=models.PROTECT, related_name="payment_lines")
    payment = models.PositiveIntegerField()
    """Which payment of the claim it belongs to: 1, 2, …"""
    part = models.PositiveIntegerField()
    """Which payee of it: 1, 2, …"""
    fen = models.BigIntegerField()
    payee = models.CharField(max_length=64)
    bank = models.CharField(max_length=64, blank=True)
    sealed = models.CharField(max_length=400)
    tail = models.CharField(max_length=4)
    account_no = models.PositiveIntegerField()
    """Number of the payee account it goes to; 0 the one of the roster."""
    answer = models.CharField(max_length=16, blank=True)
    reason = SealedText(blank=True)
    """The bank's words, which may repeat an account or a name."""
    answered_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """One standing line for each part of a payment: no double payment."""

        app_label = "store"
        db_table = "payment_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "no"], name="payment_line_once"),
            models.UniqueConstraint(
                fields=["claim", "payment", "part"], condition=~Q(answer="rejected"), name="payment_line_not_twice"
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="payment_line_pays"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=["paid", "rejected"], answered_at__isnull=False),
                name="payment_line_answered",
            ),
        ]

    def __str__(self) -> str:
        """Show file and number."""
        return f"{self.file_id}-{self.no}"


class PaymentReturn(models.Model):
    """One return file of the bank as it came, by its hash: taken in once."""

    file = models.ForeignKey(PaymentFile, on_delete=models.PROTECT, related_name="returns")
    hash = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    paid = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    """Answers that were there already."""
    odd = SealedJSON()
    """Rows nobody could act on: row number, code and words of the problem, which may repeat an account."""
    by = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "payment_return"
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "hash"], name="payment_return_once")]

    def __str__(self) -> str:
        """Show the file's row."""
        return f"{self.file_id} {self.taken_at}"
