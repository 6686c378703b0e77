"""The books as finance reads them: turnovers between accounts of an area, one account's journal, months, one voucher.

Everything is summed by the database over the accounts of an area ("scope"); of accounts outside it (where money comes
from) only what they gave to or got from the area counts, so that debits and credits agree in every scope.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from huibao.domain.ledger import AccountKind, AccountRef, Recorded
from huibao.store.book_rows import records, ref_of
from huibao.store.models import hospital
from huibao.store.models import ledger as table

MOST_ACCOUNTS: Final = 50_000
"""Accounts of one scope; a province has some thousands."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What moved from one account to another, fen: before a period, and within it."""

    source: AccountRef
    target: AccountRef
    before_fen: int
    within_fen: int


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One transfer as an account sees it: what came (+) or went (−), fen."""

    entry: int
    on: date
    cause: str
    subject: str
    other: AccountRef
    fen: int
    reverses: int | None
    approval: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """How many transfers touched an account on a day, and what came and went, fen."""

    on: date
    count: int
    in_fen: int
    out_fen: int


class Scope:
    """The accounts of an area (or of several): its funds, its contracts' accounts, its hospitals' debts."""

    def __init__(self, stem: str | tuple[str, ...], contracts: Iterable[str]) -> None:
        numbers = set(contracts)
        hospitals = {
            one.code
            for one in hospital.Institution.objects.all()
            if any(str(area).startswith(stem) for area in one.areas)
        }
        self.refs: dict[int, AccountRef] = {}
        self.inside: set[int] = set()
        for row in table.Account.objects.all()[:MOST_ACCOUNTS]:
            ref = ref_of(row)
            self.refs[row.pk] = ref
            if (
                (ref.kind is AccountKind.FUND and ref.area.startswith(stem))
                or ref.contract in numbers
                or ref.hospital in hospitals
            ):
                self.inside.add(row.pk)
        self._pks = {ref: pk for pk, ref in self.refs.items()}
        self.whole = all(pk in self.inside for pk, ref in self.refs.items() if ref.kind is not AccountKind.SOURCE)
        """The scope is everything there is but the world outside: then nothing has to be picked out."""

    def holds(self, ref: AccountRef) -> bool:
        """Whether an account is the area's own."""
        return self.pk_of(ref) in self.inside

    def pk_of(self, ref: AccountRef) -> int | None:
        """The account's row, if money ever touched it."""
        return self._pks.get(ref)


def turnovers(scope: Scope, first_on: date, last_on: date) -> dict[AccountRef, tuple[int, int, int]]:
    """What each account held before a period, what came within it and what went, fen; up to the period's last day.

    Summed within the two indexes of transfers. Of accounts outside the scope only what concerns it: that is asked for
    apart, and only where money crosses its edge.
    """
    found: dict[int, list[int]] = {}
    moves = table.Transfer.objects.filter(takes_effect_on__lte=last_on)
    outside = [] if scope.whole else sorted(scope.refs.keys() - scope.inside)
    for side, other, sign, at in (("source_id", "target_id", -1, 2), ("target_id", "source_id", 1, 1)):
        own = moves if scope.whole else moves.filter(**{f"{side}__in": scope.inside})
        edge = [] if scope.whole else [moves.filter(**{f"{side}__in": outside, f"{other}__in": scope.inside})]
        for rows in (own, *edge):
            for row in _summed(rows, side, first_on):
                sums = found.setdefault(row[side], [0, 0, 0])
                sums[0] += sign * int(row["before"] or 0)
                sums[at] += int(row["during"] or 0)
    return {scope.refs[pk]: (sums[0], sums[1], sums[2]) for pk, sums in found.items()}


def pairs(scope: Scope, first_on: date, last_on: date) -> tuple[Pair, ...]:
    """What moved between each two accounts of which one is in the scope, up to the period's last day."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    moves = table.Transfer.objects.filter(takes_effect_on__lte=last_on)
    ours = Q(source__in=scope.inside) | Q(target__in=scope.inside)
    for row in _summed(moves if scope.whole else moves.filter(ours), "source_id target_id", first_on):
        at = (row["source_id"], row["target_id"])
        found[at] = (int(row["before"] or 0), int(row["during"] or 0))
    return tuple(
        Pair(scope.refs[source], scope.refs[target], before, within)
        for (source, target), (before, within) in sorted(found.items())
    )


def _summed(moves: QuerySet[table.Transfer], by: str, first_on: date) -> "QuerySet[table.Transfer, dict[str, Any]]":
    during = Sum(Case(When(takes_effect_on__gte=first_on, then=F("fen"))))
    before = Sum(Case(When(takes_effect_on__lt=first_on, then=F("fen"))))
    rows: QuerySet[table.Transfer, dict[str, Any]] = moves.values(*by.split()).annotate(before=before, during=during)
    return rows.order_by()


def deals_with(scope: Scope, ref: AccountRef) -> bool:
    """Whether an account outside the scope ever gave to it or got from it."""
    return scope.pk_of(ref) is not None and _touching(scope, ref).exists()


def opening(scope: Scope, ref: AccountRef, before: date) -> int:
    """What an account held before a day, fen."""
    came, went = _sides(scope, ref)
    sums = [side.filter(takes_effect_on__lt=before).aggregate(fen=Sum("fen"))["fen"] or 0 for side in (came, went)]
    return int(sums[0]) - int(sums[1])


def days(scope: Scope, ref: AccountRef, first_on: date, last_on: date) -> tuple[Day, ...]:
    """Each day of a period on which something touched the account. Summed within the index: a year is at most 366 rows."""
    found: dict[date, list[int]] = {}
    for at, side in enumerate(_sides(scope, ref)):
        rows = side.filter(takes_effect_on__range=(first_on, last_on)).values("takes_effect_on")
        for row in rows.annotate(count=Count("pk"), fen=Sum("fen")).order_by():
            day = found.setdefault(row["takes_effect_on"], [0, 0, 0])
            day[0] += row["count"]
            day[1 + at] += int(row["fen"])
    return tuple(Day(on, *found[on]) for on in sorted(found))


def journal(scope: Scope, ref: AccountRef, period: tuple[date, date], start: int, most: int) -> tuple[JournalRow, ...]:
    """Transfers of a period from `start` (0-based) on, by day, then as entered. Keep the period short: it is sorted."""
    pk = scope.pk_of(ref)
    rows = _touching(scope, ref).filter(takes_effect_on__range=period)
    page = rows.order_by("takes_effect_on", "entry_id", "position").select_related("entry")[start : start + most]
    return tuple(
        JournalRow(
            entry=row.entry_id,
            on=row.takes_effect_on,
            cause=row.entry.cause,
            subject=row.entry.subject,
            other=scope.refs[row.source_id if row.target_id == pk else row.target_id],
            fen=row.fen if row.target_id == pk else -row.fen,
            reverses=row.entry.reverses_id,
            approval=row.entry.approval,
        )
        for row in page
    )


def entry(number: int) -> Recorded | None:
    """The entry of that number."""
    return next(iter(records(table.Entry.objects.filter(number=number))), None)


def reversed_by(number: int) -> int | None:
    """The entry that undid this one."""
    return table.Entry.objects.filter(reverses=number).values_list("number", flat=True).first()


def number_of(key: str | None) -> int | None:
    """The number of the entry with that key."""
    return table.Entry.objects.filter(key=key).values_list("number", flat=True).first() if key else None


def about(subject: str, most: int) -> tuple[tuple[int, str, date], ...]:
    """Entries about one subject (number, cause, day), in order."""
    rows = table.Entry.objects.filter(subject=subject).order_by("number")
    return tuple(rows.values_list("number", "cause", "takes_effect_on")[:most])


def on_approvals(texts: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """Entries that name each of these approvals."""
    found: dict[str, tuple[int, ...]] = {}
    rows = table.Entry.objects.filter(approval__in=list(texts)).order_by("number")
    for text, number in rows.values_list("approval", "number"):
        found[str(text)] = (*found.get(str(text), ()), number)
    return found


def years() -> tuple[int, int] | None:
    """The first and the last year in which anything takes effect; None in empty books."""
    days = table.Transfer.objects.order_by("takes_effect_on").values_list("takes_effect_on", flat=True)
    first = days.first()
    last = days.last()
    return None if first is None or last is None else (first.year, last.year)


def _touching(scope: Scope, ref: AccountRef) -> QuerySet[table.Transfer]:
    """An account's transfers; of one outside the scope, those with the scope's accounts alone."""
    pk = scope.pk_of(ref)
    moves = table.Transfer.objects
    if scope.whole or pk in scope.inside:
        return moves.filter(Q(source=pk) | Q(target=pk))
    return moves.filter(Q(source=pk, target__in=scope.inside) | Q(target=pk, source__in=scope.inside))


def _sides(scope: Scope, ref: AccountRef) -> tuple[QuerySet[table.Transfer], QuerySet[table.Transfer]]:
    """What came to an account and what went from it; of one outside the scope, with the scope's accounts alone."""
    pk = scope.pk_of(ref)
    came, went = table.Transfer.objects.filter(target=pk), table.Transfer.objects.filter(source=pk)
    if scope.whole or pk in scope.inside:
        return came, went
    return came.filter(source__in=scope.inside), went.filter(target__in=scope.inside)
