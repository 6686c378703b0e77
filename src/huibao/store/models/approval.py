"""Table of approvals: what was asked, by whom, who decided, who paid. Only its state moves on, and only along its moves.

The checks below and the triggers of `store/approval_guards.py` hold whoever writes: nobody has two parts in the same
money (T2), and what is decided stays as it was decided.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huibao.store.models.staff import Staff
from huibao.store.sealed import SealedJSON, SealedText

STATES = ("asked", "approved", "done", "declined", "withdrawn", "returned")
ONCE = ("roster_import", "enrolment", "claim_deviation", "claim_payment", "write_off")
"""Kinds of which one subject has one open request; `tests/store/test_approval_store.py` holds it against the rules."""

UNDECIDED = Q(decided_by__isnull=True, decided_at__isnull=True)
DECIDED = Q(decided_by__isnull=False, decided_at__isnull=False)


class Approval(models.Model):
    """One request. A claim or a stay is its number; what people wrote about it, and the names of files, are sealed."""

    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=200)
    area = models.CharField(max_length=6)
    contract = models.CharField(max_length=64, blank=True)
    fen = models.BigIntegerField()
    terms = SealedJSON()
    note = SealedText(blank=True)
    key = models.CharField(max_length=200, unique=True)
    content = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    reason = SealedText(blank=True)
    paid_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    outcome = SealedText(blank=True)

    class Meta:
        """Found by what is open where, and by what it is about."""

        app_label = "store"
        db_table = "approval"
        indexes: ClassVar = [
            models.Index(fields=["state", "kind", "area"], name="approval_open"),
            models.Index(fields=["kind", "subject"], name="approval_about"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fen__gte=0), name="approval_fen"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="approval_state"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="approval_t2_decider_differs"
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | (~Q(paid_by=F("asked_by")) & ~Q(paid_by=F("decided_by"))),
                name="approval_t2_payer_differs",
            ),
            models.CheckConstraint(
                condition=(Q(state="asked", paid_by__isnull=True, ended_at__isnull=True) & UNDECIDED)
                | (Q(state="approved", paid_by__isnull=True, ended_at__isnull=True) & DECIDED)
                | (Q(state="declined", paid_by__isnull=True, ended_at__isnull=False) & DECIDED)
                | (Q(state="withdrawn", paid_by__isnull=True, ended_at__isnull=False) & UNDECIDED)
                | (Q(state="returned", paid_by__isnull=False, ended_at__isnull=False) & DECIDED)
                | (Q(state="done", ended_at__isnull=False) & DECIDED),
                name="approval_t2_parts_fit_state",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state__in=["asked", "approved"], kind__in=ONCE),
                name="approval_open_once",
            ),
        ]

    def __str__(self) -> str:
        """Show number, kind and state."""
        return f"{self.pk} {self.kind} {self.state}"
