"""Debts of people treated before they paid, a page at a time: which stand, and what moved on one. SD-6.4."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet, Sum

from huibao.domain.ledger import AccountKind, AccountRef
from huibao.store.models import hospital
from huibao.store.models import ledger as table


@dataclass(frozen=True, slots=True)
class Standing:
    """A debt that stands: the hospital's code, the stay's number, what is owed, fen > 0."""

    hospital: str
    stay: str
    fen: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What made a debt larger (+) or smaller (−), fen: the entry's number, its day and its cause."""

    entry: int
    on: date
    cause: str
    fen: int


def standing(codes: Iterable[str], start: int, count: int) -> tuple[Standing, ...]:
    """Debts to these hospitals, the oldest first."""
    rows = _standing(codes).order_by("account_id").values_list("account__owner", "fen")[start : start + count]
    found = ((*str(owner).partition("/"), int(fen)) for owner, fen in rows)
    return tuple(Standing(code, stay, fen) for code, _, stay, fen in found)


def totals(codes: Iterable[str]) -> tuple[int, int]:
    """How many debts to these hospitals stand, and what they come to, fen."""
    found = _standing(codes).aggregate(count=Count("pk"), fen=Sum("fen"))
    return int(found["count"]), int(found["fen"] or 0)


def codes_within(areas: Sequence[str]) -> tuple[str, ...]:
    """Hospitals that serve a place within any of these areas (division codes, or the digits they begin with)."""
    rows = hospital.Institution.objects.order_by("code")
    return tuple(row.code for row in rows if any(str(one).startswith(stem) for one in row.areas for stem in areas))


def begun(numbers: Sequence[str]) -> dict[str, tuple[date, str]]:
    """Of each of these stays the day it began and the hospital's name."""
    rows = hospital.Stay.objects.filter(number__in=numbers).select_related("institution")
    return {row.number: (row.begun_at.date(), row.institution.name) for row in rows}


def moves(ref: AccountRef) -> tuple[Moved, ...]:
    """Everything that moved on one debt, in the order of the books."""
    here = table.Account.objects.filter(kind=ref.kind.value, owner=ref.owner, line=ref.line).first()
    if here is None:
        return ()
    rows = table.Transfer.objects.filter(Q(source=here) | Q(target=here)).select_related("entry")
    return tuple(
        Moved(row.entry_id, row.takes_effect_on, row.entry.cause, row.fen if row.target_id == here.pk else -row.fen)
        for row in rows.order_by("entry_id", "position")
    )


def _standing(codes: Iterable[str]) -> QuerySet[table.Balance]:
    """Debts to some hospitals; where those are all there are (a province), nothing has to be picked out."""
    wanted = set(codes)
    rows = table.Balance.objects.filter(account__kind=AccountKind.DEBT.value, fen__gt=0)
    if not wanted:
        return rows.none()
    if wanted >= set(hospital.Institution.objects.values_list("code", flat=True)):
        return rows
    return rows.filter(reduce(or_, [Q(account__owner__startswith=f"{code}/") for code in sorted(wanted)]))
