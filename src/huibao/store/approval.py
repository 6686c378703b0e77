"""Approvals in the database: asked, moved along, found by what waits for whom. One effect, however many decide at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from huibao.domain.approval import (
    OPEN,
    Act,
    Approval,
    Kind,
    Part,
    Request,
    State,
    moved,
    names_one_of_ours,
    number_in,
)
from huibao.domain.ledger import Cause
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define
from huibao.store.locks import lock_keys
from huibao.store.models import approval as table
from huibao.store.unit import must_be_in_unit

WITH_PEOPLE: Final = ("asked_by", "decided_by", "paid_by")

NOT_GIVEN: Final = define(
    "APPROVAL-007",
    "“{text}”不是一件已批准、待办理的申请，不能据以记账。",
    "系统外的批准文号请照原文填写，不要以 approval/ 开头。",
    "{text!r} is no request that was approved and waits to be carried out; nothing can be entered on it.",
    "Write the number of a document from outside as it stands there; it does not begin with approval/.",
)


@dataclass(frozen=True, slots=True)
class Remit:
    """Whose requests are meant: those of an area and all within it, or of one contract there."""

    area: str
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are looked for; an empty field asks for all."""

    kinds: frozenset[Kind] = frozenset()
    states: tuple[State, ...] = OPEN
    remits: tuple[Remit, ...] = ()
    not_by: int = 0
    """An account that had a part already: it may do nothing more with them."""
    asked_by: int = 0


def hold(request_key: str, kind: Kind, subject: str) -> None:
    """Hold a request's key and its subject until the unit of work ends, before looking whether either is known."""
    lock_keys("approval", [request_key, f"{kind.value}/{subject}"])


def record(request: Request, by: int, at: datetime) -> Approval:
    """A new request."""
    must_be_in_unit("record a request")
    row = table.Approval.objects.create(
        kind=request.kind.value,
        subject=request.subject,
        area=request.area,
        contract=request.contract,
        fen=request.fen,
        terms=dict(request.terms),
        note=request.note,
        key=request.key,
        content=request.content,
        state=State.ASKED.value,
        asked_by_id=by,
        asked_at=at,
    )
    return Approval(row.pk, request, State.ASKED, Part(by, at, request.note))


def by_key(key: str) -> Approval | None:
    """The request sent under a key."""
    return _one(table.Approval.objects.filter(key=key))


def by_number(number: int) -> Approval | None:
    """The request of that number, with the names of who had a part in it."""
    return _one(table.Approval.objects.filter(pk=number))


def by_numbers(numbers: Iterable[int]) -> dict[int, Approval]:
    """Several at once, by number."""
    rows = table.Approval.objects.filter(pk__in=set(numbers)).select_related(*WITH_PEOPLE)
    return {row.pk: _read(row) for row in rows}


def open_about(kind: Kind, subject: str) -> Approval | None:
    """The request about a subject that is still open, the oldest where there are several."""
    states = [state.value for state in OPEN]
    return _one(table.Approval.objects.filter(kind=kind.value, subject=subject, state__in=states))


def latest_about(kind: Kind, subject: str) -> Approval | None:
    """The last request about a subject, whatever became of it."""
    rows = table.Approval.objects.filter(kind=kind.value, subject=subject).order_by("-pk")
    row = rows.select_related(*WITH_PEOPLE).first()
    return None if row is None else _read(row)


def all_about(kind: Kind, subject: str, most: int) -> tuple[Approval, ...]:
    """Every request about a subject, the latest first, at most so many."""
    rows = table.Approval.objects.filter(kind=kind.value, subject=subject).order_by("-pk")
    return tuple(_read(row) for row in rows.select_related(*WITH_PEOPLE)[:most])


def move(number: int, act: Act, by: int | None, at: datetime, said: str = "", outcome: str = "") -> Approval | None:
    """Move a request along; None when it has moved on meanwhile and the act has no place any more. T2.

    `by` None: the software carries out what was approved. One statement compares and sets, so that of two who decide
    at once one alone has an effect.
    """
    must_be_in_unit("move a request")
    lock_keys("approval-move", [str(number)])
    before = by_number(number)
    to = moved(before.state, act) if before is not None else None
    if before is None or to is None:
        return None
    invariant(by is None or by not in before.had_a_part or act is Act.WITHDRAW, "T2", f"approval {number}: {act.value}")
    changes: dict[str, object] = {"state": to.value}
    if act in {Act.APPROVE, Act.DECLINE}:
        changes |= {"decided_by_id": by, "decided_at": at, "reason": said}
    if act in {Act.CARRY_OUT, Act.SEND_BACK}:
        changes |= {"paid_by_id": by, "outcome": outcome or said}
    if act is Act.WITHDRAW:
        changes |= {"outcome": said}
    if to is not State.APPROVED:
        changes |= {"ended_at": at}
    if not table.Approval.objects.filter(pk=number, state=before.state.value).update(**changes):
        return None
    return by_number(number)


def given(text: str | None, cause: Cause) -> None:
    """Refused where an entry's text claims to be one of our approvals and is none that was given for its cause. T3."""
    if not names_one_of_ours(text):
        return
    number = number_in(text)
    found = None if number is None else by_number(number)
    if found is None or found.state is not State.APPROVED or cause not in found.rule.causes:
        raise Refused(NOT_GIVEN(text=text))


def page(wanted: Wanted, first: int, most: int) -> tuple[Approval, ...]:
    """Requests from the `first` (0-based) on, what waits longest first among the open ones, the latest first else."""
    rows = _wanted(wanted)
    rows = rows.order_by("pk") if set(wanted.states) <= set(OPEN) else rows.order_by("-pk")
    return tuple(_read(row) for row in rows.select_related(*WITH_PEOPLE)[first : first + most])


def count(wanted: Wanted) -> int:
    """How many there are."""
    return _wanted(wanted).count()


def everything() -> tuple[Approval, ...]:
    """All of them in the order they were asked, for audits and the audit pack."""
    return tuple(_read(row) for row in table.Approval.objects.order_by("pk").select_related(*WITH_PEOPLE))


def _wanted(wanted: Wanted) -> QuerySet[table.Approval]:
    rows = table.Approval.objects.filter(state__in=[state.value for state in wanted.states])
    if wanted.kinds:
        rows = rows.filter(kind__in=sorted(kind.value for kind in wanted.kinds))
    if wanted.remits:
        here = Q(pk__in=())
        for remit in wanted.remits:
            within = Q(area__startswith=_stem(remit.area))
            here |= within & Q(contract=remit.contract) if remit.contract else within
        rows = rows.filter(here)
    if wanted.not_by:
        rows = rows.exclude(asked_by=wanted.not_by).exclude(Q(decided_by__isnull=False) & Q(decided_by=wanted.not_by))
    if wanted.asked_by:
        rows = rows.filter(asked_by=wanted.asked_by)
    return rows


def _stem(area: str) -> str:
    """The digits that every division within an area begins with."""
    stem = area.rstrip("0")
    return stem + "0" * (len(stem) % 2)


def _one(rows: QuerySet[table.Approval]) -> Approval | None:
    row = rows.order_by("pk").select_related(*WITH_PEOPLE).first()
    return None if row is None else _read(row)


def _read(row: table.Approval) -> Approval:
    request = Request(
        kind=Kind(row.kind),
        subject=row.subject,
        key=row.key,
        area=row.area,
        contract=row.contract,
        fen=Fen(row.fen),
        terms=row.terms,
        note=row.note,
    )
    decided = None
    if row.decided_by is not None and row.decided_at is not None:
        decided = Part(row.decided_by.pk, row.decided_at, row.reason, row.decided_by.shown)
    paid = None
    if row.paid_by is not None and row.ended_at is not None:
        paid = Part(row.paid_by.pk, row.ended_at, row.outcome, row.paid_by.shown)
    return Approval(
        number=row.pk,
        request=request,
        state=State(row.state),
        asked=Part(row.asked_by.pk, row.asked_at, row.note, row.asked_by.shown),
        decided=decided,
        paid=paid,
        ended_at=row.ended_at,
        outcome=row.outcome,
    )


def contents() -> dict[int, str]:
    """The fingerprint kept with each request, by number: what the audit holds against the request itself."""
    return dict(table.Approval.objects.values_list("pk", "content"))
