"""Tables of background work: what waits, runs or is done, under whose lease, how far; its lists and files, sealed.

Work and files are working papers: they go after their time. What work does to people and money is recorded elsewhere.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huibao.store.sealed import SealedJSON, SealedText


class Work(models.Model):
    """One long job somebody asked for. The key names what was asked, so that asking twice starts it once."""

    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=32)
    parameters = models.JSONField(default=dict)
    """Numbers of ours, days and areas; nothing about a person."""
    staff = models.ForeignKey("store.Staff", on_delete=models.PROTECT, related_name="works")
    area = models.CharField(max_length=6)
    state = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(default=0)
    """Units of the present step, 0 while it is not known how many."""
    says = models.CharField(max_length=100, blank=True, default="")
    says_en = models.CharField(max_length=100, blank=True, default="")
    tries = models.IntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    problems = SealedJSON(default=list)
    """Why it was refused, which may repeat what somebody sent."""

    class Meta:
        """Found by who waits for it and by what is to be done next."""

        app_label = "store"
        db_table = "work"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "refused", "failed"]), name="work_state"
            ),
            models.CheckConstraint(condition=~Q(state="running") | Q(lease_until__isnull=False), name="work_leased"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "id"], name="work_open", condition=Q(state__in=["waiting", "running"])),
            models.Index(fields=["staff", "id"], name="work_of_staff"),
        ]

    def __str__(self) -> str:
        """Show kind and state."""
        return f"{self.kind} {self.state}"


class WorkBlock(models.Model):
    """Some hundred lines of a list that work made, sealed as one."""

    work = models.ForeignKey("store.Work", on_delete=models.CASCADE, related_name="blocks")
    head = models.CharField(max_length=16)
    block = models.IntegerField()
    lines = models.IntegerField()
    sealed = models.TextField()

    class Meta:
        """Each block once."""

        app_label = "store"
        db_table = "work_block"
        constraints: ClassVar = [models.UniqueConstraint(fields=["work", "head", "block"], name="work_block_once")]

    def __str__(self) -> str:
        """Show which list."""
        return f"{self.head} {self.block}"


class KeptFile(models.Model):
    """A file somebody sent or is to fetch, sealed; emptied when its time is over."""

    work = models.ForeignKey("store.Work", on_delete=models.CASCADE, null=True, related_name="files")
    slot = models.CharField(max_length=32, blank=True, default="")
    """Which of the work's files it is; made again, it takes the place of the former."""
    name = SealedText()
    media = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """One file in each place of a work."""

        app_label = "store"
        db_table = "kept_file"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work", "slot"], name="kept_file_slot", condition=Q(work__isnull=False)),
            models.CheckConstraint(
                condition=Q(sealed__isnull=False) | Q(removed_at__isnull=False), name="kept_file_whole_or_gone"
            ),
        ]

    def __str__(self) -> str:
        """Show its size alone: a name may tell whom it is about."""
        return f"file of {self.size} bytes"
