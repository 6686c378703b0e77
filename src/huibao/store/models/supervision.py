"""Figures kept at hand for whoever supervises, and reminders to a county.

Kept figures are derived: they are counted anew from people, covers and claims, and `huibao check` counts them again (A2).
Reminders are facts.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huibao.store.sealed import SealedText


class TallyRun(models.Model):
    """When a county was counted last, for which day, and what was the latest on record then."""

    area = models.CharField(max_length=6, unique=True)
    on = models.DateField()
    counted_at = models.DateTimeField()
    marks = models.JSONField()
    """Table → the largest row number of the county's own when it was counted: later rows tell that figures are old."""

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "tally_run"

    def __str__(self) -> str:
        """Show area and day."""
        return f"{self.area} {self.on}"


class TallyRow(models.Model):
    """Persons of one township on one day: in the group, insured for the line, with a case, and paid."""

    area = models.CharField(max_length=6)
    part = models.CharField(max_length=9, blank=True)
    scheme_id = models.CharField(max_length=128)
    groups = models.CharField(max_length=512)
    line = models.CharField(max_length=32)
    on = models.DateField()
    people = models.IntegerField()
    insured = models.IntegerField()
    reported = models.IntegerField()
    paid = models.IntegerField()

    class Meta:
        """Each step lies within the one before (A1)."""

        app_label = "store"
        db_table = "tally"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "on", "scheme_id", "groups", "line", "part"], name="tally_once"),
            models.CheckConstraint(
                condition=Q(people__gte=F("insured"), insured__gte=F("reported"), reported__gte=F("paid"), paid__gte=0),
                name="tally_a1",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["on", "area"], name="tally_day_area")]

    def __str__(self) -> str:
        """Show part and day."""
        return f"{self.part or self.area} {self.on}"


class TallyWait(models.Model):
    """Claims of a county whose clock stopped in a month after so many days, and how many of them were late."""

    area = models.CharField(max_length=6)
    clock = models.CharField(max_length=16)
    month_on = models.DateField()
    days = models.IntegerField()
    cases = models.IntegerField()
    late = models.IntegerField()

    class Meta:
        """Late ones are among them."""

        app_label = "store"
        db_table = "tally_wait"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "clock", "month_on", "days"], name="tally_wait_once"),
            models.CheckConstraint(condition=Q(cases__gte=F("late"), late__gte=0), name="tally_wait_late"),
        ]

    def __str__(self) -> str:
        """Show area and clock."""
        return f"{self.area} {self.clock} {self.days}"


class Reminder(models.Model):
    """What a supervisor asks of a county, by a day. Never changed (trigger)."""

    key = models.CharField(max_length=64, unique=True)
    area = models.CharField(max_length=6)
    subject = models.CharField(max_length=16)
    text = SealedText()
    due_on = models.DateField()
    asked_by = models.ForeignKey("store.Staff", on_delete=models.PROTECT, related_name="reminders")
    asked_at = models.DateTimeField()

    class Meta:
        """Found by county."""

        app_label = "store"
        db_table = "reminder"
        indexes: ClassVar = [models.Index(fields=["area", "due_on"], name="reminder_of_area")]

    def __str__(self) -> str:
        """Show county and day."""
        return f"{self.area} {self.due_on}"


class ReminderStep(models.Model):
    """The county saw a reminder first, or answered it: each once."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8)
    text = SealedText(blank=True)
    by = models.ForeignKey("store.Staff", on_delete=models.PROTECT, related_name="reminder_steps")
    at = models.DateTimeField()

    class Meta:
        """An answer says something."""

        app_label = "store"
        db_table = "reminder_step"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reminder", "kind"], name="reminder_step_once"),
            models.CheckConstraint(
                condition=Q(kind="seen", text="") | (Q(kind="answered") & ~Q(text="")), name="reminder_step_kind"
            ),
        ]

    def __str__(self) -> str:
        """Show reminder and step."""
        return f"{self.reminder_id} {self.kind}"
