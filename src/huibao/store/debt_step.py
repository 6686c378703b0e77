"""What was agreed about a debt to a hospital, and when somebody was reminded; beside the books, never changed. SD-6.4."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from huibao.store.models import hospital as table
from huibao.store.stay import Stay
from huibao.store.unit import must_be_in_unit


@dataclass(frozen=True, slots=True)
class DebtStep:
    """An instalment agreed or a reminder sent."""

    kind: str
    due_on: date
    fen: int
    note: str
    plan: int
    entered_at: datetime = field(compare=False)


def add_debt_steps(stay: Stay, steps: Sequence[DebtStep]) -> None:
    """Write instalments agreed or reminders sent."""
    must_be_in_unit("add steps to a debt")
    table.DebtStep.objects.bulk_create(
        table.DebtStep(
            stay_id=stay.id,
            kind=step.kind,
            due_on=step.due_on,
            fen=step.fen,
            note=step.note,
            plan=step.plan,
            entered_at=step.entered_at,
        )
        for step in steps
    )


def debt_steps(stay: Stay) -> tuple[DebtStep, ...]:
    """What was agreed and sent about a stay's debt, in order."""
    rows = table.DebtStep.objects.filter(stay_id=stay.id).order_by("pk")
    return tuple(DebtStep(row.kind, row.due_on, row.fen, row.note, row.plan, row.entered_at) for row in rows)
