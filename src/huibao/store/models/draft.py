"""Tables of rosters on their way in: dropped, looked at, put right, checked, approved; only then people are recorded.

A draft holds nothing readable about anybody: the workbook and each row with findings are sealed, and emptied when the
roster was taken in or put away.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huibao.store.sealed import SealedJSON, SealedText


class RosterDraft(models.Model):
    """A workbook somebody dropped. `version` goes up with each change, so that two at one draft notice each other."""

    staff = models.ForeignKey("store.Staff", on_delete=models.PROTECT, related_name="drafts")
    area = models.CharField(max_length=6)
    source = models.CharField(max_length=32)
    taken_on = models.DateField()
    file = models.ForeignKey("store.KeptFile", on_delete=models.PROTECT, related_name="+")
    file_name = SealedText()
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8)
    version = models.IntegerField(default=0)
    work = models.ForeignKey("store.Work", on_delete=models.PROTECT, null=True, related_name="+")
    summary = models.JSONField(default=dict)
    """Counts, differences, money by payer, townships: figures alone."""
    problems = SealedJSON(default=list)
    """Findings about the workbook, which may repeat what stands in it."""
    layouts = SealedJSON(default=list)
    """Headers and what they seem to mean, for somebody to confirm."""
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    approval = models.BigIntegerField(null=True)
    roster = models.ForeignKey("store.Roster", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """The stations of a draft; of one workbook for one purpose only one is open."""

        app_label = "store"
        db_table = "roster_draft"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["reading", "columns", "looked", "refused", "asked", "taking", "taken", "away"]),
                name="roster_draft_state",
            ),
            models.UniqueConstraint(
                fields=["file_sha256", "source", "area", "taken_on"],
                name="roster_draft_once",
                condition=~Q(state="away"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["area", "state"], name="roster_draft_open")]

    def __str__(self) -> str:
        """Show source, area and station."""
        return f"{self.source} {self.area} {self.state}"


class DraftRow(models.Model):
    """A row of a draft that is not ready, and what somebody decided about it."""

    draft = models.ForeignKey("store.RosterDraft", on_delete=models.CASCADE, related_name="rows")
    number = models.IntegerField()
    sheet = models.CharField(max_length=128)
    row_no = models.IntegerField()
    verdict = models.CharField(max_length=9)
    codes = models.CharField(max_length=200, blank=True, default="")
    mark = models.CharField(max_length=64)
    """Keyed fingerprint of the row's cells: tells whether the next workbook still says the same."""
    fresh = models.BooleanField(default=False)
    """Not so in the workbook before."""
    mended = models.BooleanField(default=False)
    decision = models.CharField(max_length=6, blank=True, default="")
    decided_by = models.ForeignKey("store.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sealed = models.TextField(blank=True, default="")

    class Meta:
        """Each row once, in the order of the sheet."""

        app_label = "store"
        db_table = "draft_row"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_row_number"),
            models.UniqueConstraint(fields=["draft", "sheet", "row_no"], name="draft_row_once"),
            models.CheckConstraint(
                condition=Q(decision__in=["", "accept", "reject", "mend"]), name="draft_row_decision"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["draft", "verdict", "decision"], name="draft_row_open")]

    def __str__(self) -> str:
        """Show where it stands."""
        return f"{self.sheet}:{self.row_no} {self.verdict}"
