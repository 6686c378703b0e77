"""The books in the database: post, reverse, read, sum, close. Entries are appended under one lock and never change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from huibao.domain.ledger import (
    AccountRef,
    Break,
    Cause,
    Recorded,
    breaks,
)
from huibao.domain.ledger.closing import closing_problems
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused
from huibao.store.book_rows import ROWS_A_READ, entry_of, recorded, records, ref_of
from huibao.store.locks import lock_ledger
from huibao.store.models import ledger as table
from huibao.store.posting import MAX_ENTRIES_A_POST, post, reverse
from huibao.store.unit import unit_of_work

__all__ = [
    "MAX_ENTRIES_A_POST",
    "Closing",
    "balance",
    "balances",
    "close_period",
    "closed_through",
    "closings",
    "entries",
    "entries_under",
    "entry_of",
    "head_entry",
    "moved",
    "moved_out",
    "post",
    "ref_of",
    "reverse",
    "reversed_entries",
]


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed period: its last day, and the end of the chain when it was closed."""

    through_on: date
    closed_at: datetime
    last_number: int
    head_hash: str
    accounts: int


def entries(
    account: AccountRef | None = None,
    contract: str | None = None,
    subject: str | None = None,
    after_number: int = 0,
) -> Iterator[Recorded]:
    """Entries in the order of the chain, those that touch an account, or a contract's books, or concern a subject."""
    rows = table.Entry.objects.filter(number__gt=after_number)
    if subject is not None:
        rows = rows.filter(subject=subject)
    if account is not None:
        touched = table.Account.objects.filter(kind=account.kind.value, owner=account.owner, line=account.line)
        rows = rows.filter(Q(transfers__source__in=touched) | Q(transfers__target__in=touched)).distinct()
    if contract is not None:
        touched = table.Account.objects.filter(Q(owner=contract) | Q(owner__startswith=f"{contract}/"))
        rows = rows.filter(Q(transfers__source__in=touched) | Q(transfers__target__in=touched)).distinct()
    return records(rows)


def entries_under(prefix: str) -> Iterator[Recorded]:
    """Entries whose keys begin so: what one use case posted under one key of its caller."""
    return records(table.Entry.objects.filter(key__startswith=prefix))


def moved_out(cause: Cause, source: AccountRef) -> Fen:
    """What entries of one cause that stand have taken out of an account, fen."""
    ours = table.Transfer.objects.filter(entry__cause=cause.value, entry__reversed_by__isnull=True)
    ours = ours.filter(source__kind=source.kind.value, source__owner=source.owner, source__line=source.line)
    return Fen(int(ours.aggregate(total=Sum("fen"))["total"] or 0))


def reversed_entries() -> Iterator[Recorded]:
    """Those entries that another one has undone, in the order of the chain."""
    return records(table.Entry.objects.filter(reversed_by__isnull=False))


def head_entry() -> Recorded | None:
    """The last entry of the chain, without its transfers; None when the books are empty."""
    row = table.Entry.objects.order_by("-number").select_related("reverses").first()
    return None if row is None else recorded(row, ())


def balance(ref: AccountRef) -> Fen:
    """What an account holds, fen: its last closing balance and what came after (L2)."""
    return Fen(_balances_of([ref]).get(ref, 0))


def balances(on: date | None = None) -> dict[AccountRef, Fen]:
    """What every account holds at the end of a day (None: now), fen."""
    refs = {row.pk: ref_of(row) for row in table.Account.objects.all()}
    sums = _sums(None, on)
    return {ref: Fen(sums.get(pk, 0)) for pk, ref in sorted(refs.items(), key=lambda item: item[1])}


def moved(cause: Cause, contract: str, line: str | None = None) -> Fen:
    """What entries of one cause that stand (not reversed) moved in a contract's books, or in one line of them, fen."""
    ours = table.Transfer.objects.filter(entry__cause=cause.value, entry__reversed_by__isnull=True)
    of_contract = Q(owner=contract) | Q(owner__startswith=f"{contract}/")
    accounts = table.Account.objects.filter(of_contract)
    if line is not None:
        accounts = accounts.filter(line=line)
    ours = ours.filter(Q(source__in=accounts) | Q(target__in=accounts))
    return Fen(int(ours.aggregate(total=Sum("fen"))["total"] or 0))


def closed_through() -> date | None:
    """The last day of the last closed period; None when none was closed."""
    return table.ClosedPeriod.objects.order_by("-through_on").values_list("through_on", flat=True).first()


def closings() -> tuple[Closing, ...]:
    """Every closed period, in order."""
    return tuple(
        Closing(row.through_on, row.closed_at, row.last_number, row.head_hash, row.balances.count())
        for row in table.ClosedPeriod.objects.order_by("through_on")
    )


def close_period(through_on: date, today: date, closed_at: datetime) -> Closing:
    """Close everything through a day that is over, and keep each account's balance as the next opening one (L2).

    Refused when the day is not over or closed already, or a protected account stood below zero by date (L5).
    """
    with unit_of_work():
        lock_ledger()
        problems = tuple(closing_problems(through_on, today, closed_through(), balances(through_on)))
        if problems:
            raise Refused(problems)
        head = head_entry()
        broken = [found.number for found in _breaks_since_closing()]
        invariant(not broken, "L3", f"closing {through_on}: the chain does not hold at entries {broken[:10]}")
        sums = _sums(None, through_on)
        invariant(sum(sums.values()) == 0, "L1", f"closing {through_on}: balances sum to {sum(sums.values())}")
        period = table.ClosedPeriod.objects.create(
            through_on=through_on,
            closed_at=closed_at,
            last_number=head.number if head else 0,
            head_hash=head.hash if head else "",
        )
        rows = [table.ClosingBalance(period=period, account_id=pk, fen=fen) for pk, fen in sums.items() if fen]
        table.ClosingBalance.objects.bulk_create(rows, batch_size=ROWS_A_READ)
    return Closing(through_on, closed_at, period.last_number, period.head_hash, len(rows))


def moved_between(source: AccountRef, target: AccountRef) -> Fen:
    """What has moved from one account to another, less what moved back, reversals included."""
    pks = _known_accounts([source, target])
    if len(pks) < len({source, target}):
        return Fen(0)
    there, back = (
        table.Transfer.objects.filter(source_id=pks[one], target_id=pks[other]).aggregate(fen=Sum("fen"))["fen"] or 0
        for one, other in ((source, target), (target, source))
    )
    return Fen(there - back)


def _breaks_since_closing() -> Iterator[Break]:
    last = table.ClosedPeriod.objects.order_by("-through_on").first()
    if last is None or last.last_number == 0:
        yield from breaks(entries())
    else:
        yield from breaks(entries(after_number=last.last_number), last.head_hash, last.last_number)


def _known_accounts(refs: Iterable[AccountRef]) -> dict[AccountRef, int]:
    wanted = set(refs)
    found: dict[AccountRef, int] = {}
    for some in _split(sorted({ref.owner for ref in wanted})):
        for row in table.Account.objects.filter(owner__in=some):
            ref = ref_of(row)
            if ref in wanted:
                found[ref] = row.pk
    return found


def _balances_of(refs: Iterable[AccountRef]) -> dict[AccountRef, int]:
    pks = _known_accounts(refs)
    sums = _sums(list(pks.values()), None) if pks else {}
    return {ref: sums.get(pk, 0) for ref, pk in pks.items()}


def _sums(pks: list[int] | None, on: date | None) -> dict[int, int]:
    """Balance by account pk at the end of `on` (None: all there is): last closing before it, and what came after."""
    periods = table.ClosedPeriod.objects.order_by("-through_on")
    period = (periods if on is None else periods.filter(through_on__lte=on)).first()
    moves = table.Transfer.objects.all()
    found: dict[int, int] = {}
    if period is not None:
        moves = moves.filter(takes_effect_on__gt=period.through_on)
        kept = period.balances.all() if pks is None else period.balances.filter(account__in=pks)
        found = dict(kept.values_list("account_id", "fen"))
    if on is not None:
        moves = moves.filter(takes_effect_on__lte=on)
    for side, sign in (("source", -1), ("target", 1)):
        ours = moves if pks is None else moves.filter(**{f"{side}__in": pks})
        for pk, fen in ours.values_list(f"{side}_id").annotate(Sum("fen")).order_by():
            found[pk] = found.get(pk, 0) + sign * fen
    return found


def _split(items: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(items), ROWS_A_READ):
        yield items[at : at + ROWS_A_READ]
