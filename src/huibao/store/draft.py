"""Rosters on their way in as rows: the draft, its rows with findings (sealed), what was decided about each."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F
from django.utils.crypto import salted_hmac

from huibao.kernel.problem import Problem
from huibao.store.models import draft as table
from huibao.store.unit import must_be_in_unit
from huibao.store.vault import seal, unseal
from huibao.store.work import problems_of

BATCH: Final = 500
CODES_CHARS: Final = 200
OPEN: Final = ("reading", "columns", "looked", "refused", "asked", "taking")


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft as it stands; figures alone, nobody in it."""

    id: int
    staff_id: int
    staff: str
    area: str
    source: str
    taken_on: date
    file: int
    file_name: str
    file_sha256: str
    state: str
    version: int
    work: int | None
    summary: Mapping[str, Any]
    problems: tuple[Problem, ...]
    layouts: Sequence[Mapping[str, Any]]
    follows: int | None
    approval: int | None
    roster: int | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A row with findings, opened. `cells` and `mended`: meaning of the column → text."""

    number: int
    sheet: str
    row_no: int
    verdict: str
    decision: str = ""
    decided_by: int | None = None
    fresh: bool = False
    name: str = ""
    identity: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    mended: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Sheet and row as the sender sees them."""
        return self.sheet, self.row_no

    @property
    def standing(self) -> str:
        """What a form remembers of how the row stood: its decision, and what was put right (keyed: it stands in a page)."""
        return f"{self.decision or 'open'}-{mark_of(self.mended)[:12] if self.mended else ''}"


# --- drafts -------------------------------------------------------------------------------------------------------------


def record(fields: Mapping[str, Any]) -> int:
    """A new draft; returns its number."""
    must_be_in_unit("recording a draft")
    return int(table.RosterDraft.objects.create(**fields).pk)


def by_id(draft_id: int) -> DraftRecord | None:
    """The draft of this number."""
    return _draft(_rows().filter(pk=draft_id).first())


def same(sha256: str, source: str, area: str, taken_on: date) -> DraftRecord | None:
    """The draft of this very workbook for this purpose, unless it was put away."""
    rows = _rows().filter(file_sha256=sha256, source=source, area=area, taken_on=taken_on).exclude(state="away")
    return _draft(rows.first())


def of_areas(areas: Iterable[str], start: int, count: int) -> tuple[DraftRecord, ...]:
    """Drafts of these counties that were not put away, the latest first."""
    rows = _rows().filter(area__in=list(areas)).exclude(state="away").order_by("-id")[start : start + count]
    return tuple(found for row in rows if (found := _draft(row)) is not None)


def open_of(source: str, area: str) -> DraftRecord | None:
    """The latest draft of a source and county that is still being worked on."""
    rows = _rows().filter(source=source, area=area, state__in=["looked", "columns", "refused"])
    return _draft(rows.order_by("-id").first())


def change(draft_id: int, version: int | None, fields: Mapping[str, Any], at: datetime) -> bool:
    """Change a draft and count its version up; False when it moved on since `version`."""
    must_be_in_unit("changing a draft")
    rows = table.RosterDraft.objects.filter(pk=draft_id)
    if version is not None:
        rows = rows.filter(version=version)
    return bool(rows.update(**fields, version=F("version") + 1, changed_at=at))


def note_work(draft_id: int, work_id: int) -> None:
    """Which work is at a draft now; that alone is no change of the draft."""
    must_be_in_unit("noting the work of a draft")
    table.RosterDraft.objects.filter(pk=draft_id).update(work_id=work_id)


# --- rows ---------------------------------------------------------------------------------------------------------------


def replace_rows(draft_id: int, rows: Iterable[RowRecord]) -> int:
    """The rows with findings in place of the former ones; returns how many."""
    must_be_in_unit("recording rows of a draft")
    table.DraftRow.objects.filter(draft_id=draft_id).delete()
    made = [_row(draft_id, row) for row in rows]
    table.DraftRow.objects.bulk_create(made, batch_size=BATCH)
    return len(made)


def put_decision(draft_id: int, row: RowRecord, by: int, at: datetime) -> None:
    """Write what somebody decided about a row."""
    must_be_in_unit("deciding a row")
    made = _row(draft_id, row)
    table.DraftRow.objects.filter(draft_id=draft_id, number=row.number).update(
        verdict=row.verdict,
        codes=made.codes,
        mended=made.mended,
        decision=row.decision,
        decided_by_id=by,
        decided_at=at,
        sealed=made.sealed,
    )


def rows_of(
    draft_id: int, start: int = 0, count: int | None = None, *, verdict: str = "", undecided: bool = False
) -> tuple[RowRecord, ...]:
    """Rows with findings in the order of the sheet, opened."""
    rows = table.DraftRow.objects.filter(draft_id=draft_id).order_by("number")
    if verdict:
        rows = rows.filter(verdict=verdict)
    if undecided:
        rows = rows.filter(decision="")
    cut = rows[start:] if count is None else rows[start : start + count]
    return tuple(_opened(row) for row in cut)


def decided_rows(draft_id: int) -> tuple[RowRecord, ...]:
    """The rows somebody decided or put right."""
    rows = table.DraftRow.objects.filter(draft_id=draft_id).exclude(decision="", mended=False).order_by("number")
    return tuple(_opened(row) for row in rows)


def row_at(draft_id: int, number: int) -> RowRecord | None:
    """One row."""
    row = table.DraftRow.objects.filter(draft_id=draft_id, number=number).first()
    return _opened(row) if row is not None else None


def next_open(draft_id: int, after: int) -> tuple[int, int] | None:
    """The next doubtful row nobody decided, after this one or else from the top: its number, and how many stand before."""
    doubtful = table.DraftRow.objects.filter(draft_id=draft_id, verdict="doubtful")
    waiting = doubtful.filter(decision="").order_by("number").values_list("number", flat=True)
    found = waiting.filter(number__gt=after).first() or waiting.first()
    return (found, doubtful.filter(number__lt=found).count()) if found is not None else None


def tally(draft_id: int) -> dict[tuple[str, str], int]:
    """How many rows by verdict and decision."""
    rows = table.DraftRow.objects.filter(draft_id=draft_id).values_list("verdict", "decision").annotate(Count("id"))
    return {(verdict, decision): number for verdict, decision, number in rows}


def waiting_in(areas: Iterable[str]) -> tuple[int, int | None]:
    """Doubtful rows nobody decided in these counties' open drafts, and the latest such draft."""
    rows = table.DraftRow.objects.filter(
        draft__area__in=list(areas), draft__state="looked", verdict="doubtful", decision=""
    )
    return rows.count(), rows.order_by("-draft_id").values_list("draft_id", flat=True).first()


def empty_rows(draft_id: int) -> None:
    """Take the personal part out of every row: only where it stood, its findings and the decision stay."""
    with transaction.atomic():
        table.DraftRow.objects.filter(draft_id=draft_id).update(sealed="", mark="")


def mark_of(cells: Mapping[str, str]) -> str:
    """Keyed fingerprint of what a row says."""
    return salted_hmac(
        "huibao.draft", json.dumps(cells, sort_keys=True, ensure_ascii=False), algorithm="sha256"
    ).hexdigest()


def marks_of(draft_id: int) -> dict[tuple[str, int], str]:
    """Fingerprints of a draft's rows by place."""
    rows = table.DraftRow.objects.filter(draft_id=draft_id).values_list("sheet", "row_no", "mark")
    return {(sheet, row_no): mark for sheet, row_no, mark in rows}


def _row(draft_id: int, row: RowRecord) -> table.DraftRow:
    held = {
        "name": row.name,
        "identity": row.identity,
        "cells": dict(row.cells),
        "mended": dict(row.mended),
        "problems": [one.as_dict() for one in row.problems],
    }
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    return table.DraftRow(
        draft_id=draft_id,
        number=row.number,
        sheet=row.sheet,
        row_no=row.row_no,
        verdict=row.verdict,
        codes=" ".join(sorted({one.code for one in row.problems}))[:CODES_CHARS],
        mark=mark_of(row.cells),
        fresh=row.fresh,
        mended=bool(row.mended),
        decision=row.decision,
        decided_by_id=row.decided_by,
        sealed=seal(text, f"draft/{draft_id}/{row.number}"),
    )


def _opened(row: table.DraftRow) -> RowRecord:
    held = json.loads(unseal(row.sealed, f"draft/{row.draft_id}/{row.number}")) if row.sealed else {}
    return RowRecord(
        number=row.number,
        sheet=row.sheet,
        row_no=row.row_no,
        verdict=row.verdict,
        decision=row.decision,
        decided_by=row.decided_by_id,
        fresh=row.fresh,
        name=held.get("name", ""),
        identity=held.get("identity", ""),
        cells=held.get("cells", {}),
        mended=held.get("mended", {}),
        problems=problems_of(held.get("problems", ())),
    )


def _rows() -> Any:  # noqa: ANN401 - a query of Django's
    return table.RosterDraft.objects.select_related("staff")


def _draft(row: table.RosterDraft | None) -> DraftRecord | None:
    if row is None:
        return None
    return DraftRecord(
        id=row.pk,
        staff_id=row.staff_id,
        staff=row.staff.shown,
        area=row.area,
        source=row.source,
        taken_on=row.taken_on,
        file=row.file_id,
        file_name=row.file_name,
        file_sha256=row.file_sha256,
        state=row.state,
        version=row.version,
        work=row.work_id,
        summary=row.summary,
        problems=problems_of(row.problems),
        layouts=row.layouts,
        follows=row.follows_id,
        approval=row.approval,
        roster=row.roster_id,
        made_at=row.made_at,
    )
