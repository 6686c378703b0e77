"""Reminders to a county as rows: what was asked, when it was seen, what was answered. Facts: added, never changed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from huibao.store.models.supervision import Reminder, ReminderStep
from huibao.store.tally import span
from huibao.store.unit import must_be_in_unit

SEEN: Final = "seen"
ANSWERED: Final = "answered"
_ANSWERS: Final = ReminderStep.objects.filter(reminder=OuterRef("pk"), kind=ANSWERED)


@dataclass(frozen=True, slots=True)
class ReminderRecord:
    """A reminder with what the county did about it."""

    id: int
    key: str
    area: str
    subject: str
    text: str
    due_on: date
    asked_by: str
    asked_at: datetime
    seen_at: datetime | None
    answered_at: datetime | None
    answer: str
    answered_by: str


def record(key: str, area: str, subject: str, text: str, due_on: date, staff_id: int, at: datetime) -> int:
    """Write a reminder; its row."""
    must_be_in_unit("recording a reminder")
    made = Reminder.objects.create(
        key=key, area=area, subject=subject, text=text, due_on=due_on, asked_by_id=staff_id, asked_at=at
    )
    return made.pk


def step(reminder_id: int, kind: str, text: str, staff_id: int, at: datetime) -> bool:
    """Write that it was seen or answered; False when that stands there already."""
    must_be_in_unit("a reminder's step")
    if ReminderStep.objects.filter(reminder_id=reminder_id, kind=kind).exists():
        return False
    ReminderStep.objects.create(reminder_id=reminder_id, kind=kind, text=text, by_id=staff_id, at=at)
    return True


def by_id(reminder_id: int) -> ReminderRecord | None:
    """The reminder in that row, or None."""
    return next(iter(_records(Reminder.objects.filter(pk=reminder_id))), None)


def by_key(key: str) -> ReminderRecord | None:
    """What was asked under a key, or None."""
    return next(iter(_records(Reminder.objects.filter(key=key))), None)


def reminders(area: str, start: int, count: int, *, open_only: bool = False) -> tuple[ReminderRecord, ...]:
    """Reminders to the counties of an area, those without an answer first, each by the day they are due."""
    rows = _of(area, open_only=open_only).annotate(done=Exists(_ANSWERS)).order_by("done", "due_on", "pk")
    return _records(rows[start : start + count])


def open_counts(area: str, today: date) -> tuple[int, int]:
    """How many of an area's reminders wait for an answer, and how many of those are overdue."""
    rows = _of(area, open_only=True)
    return rows.count(), rows.filter(due_on__lt=today).count()


def next_due(area: str) -> date | None:
    """The earliest day on which an answer is due, None where none is."""
    return _of(area, open_only=True).order_by("due_on").values_list("due_on", flat=True).first()


def _of(area: str, *, open_only: bool) -> "QuerySet[Reminder]":
    first, last = span(area)
    rows = Reminder.objects.filter(area__gte=first, area__lte=last)
    return rows.exclude(Exists(_ANSWERS)) if open_only else rows


def _records(rows: "QuerySet[Any]") -> tuple[ReminderRecord, ...]:
    loaded = list(rows.select_related("asked_by"))
    steps = ReminderStep.objects.filter(reminder__in=[row.pk for row in loaded]).select_related("by")
    done = {(one.reminder_id, one.kind): one for one in steps}
    found = []
    for row in loaded:
        seen, answer = done.get((row.pk, SEEN)), done.get((row.pk, ANSWERED))
        found.append(
            ReminderRecord(
                row.pk,
                row.key,
                row.area,
                row.subject,
                row.text,
                row.due_on,
                row.asked_by.shown,
                row.asked_at,
                seen.at if seen else None,
                answer.at if answer else None,
                answer.text if answer else "",
                answer.by.shown if answer else "",
            )
        )
    return tuple(found)
