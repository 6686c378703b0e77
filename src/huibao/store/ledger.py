"""The books in the database: post, reverse, read, sum, close. Entries are appended under one lock and never change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from huibao.domain.ledger import (
    ONE_ENTRY_A_SUBJECT,
    PROTECTED,
    AccountKind,
    AccountRef,
    Break,
    Cause,
    Entry,
    Recorded,
    Transfer,
    append,
    breaks,
    content_hash,
    reversal,
)
from huibao.domain.ledger.admission import NOTHING_TO_REVERSE, Original, Posted, Standing, admit
from huibao.domain.ledger.closing import closing_problems
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define
from huibao.store.locks import lock_ledger
from huibao.store.models import ledger as table
from huibao.store.unit import unit_of_work

MAX_ENTRIES_A_POST = 20_000
"""A county-year's claims fit; larger loads post in batches, so that one lock is not held for minutes."""

ROWS_A_READ = 500
"""Rows fetched at a time, and ids asked for at once: below the parameter limit of every SQLite."""

TOO_MANY = define(
    "LEDGER-020",
    "一次提交 {found} 笔分录，上限为 {most} 笔。",
    "请分批提交。",
    "{found} entries at once, at most {most}.",
    "Post them in batches.",
)


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed period: its last day, and the end of the chain when it was closed."""

    through_on: date
    closed_at: datetime
    last_number: int
    head_hash: str
    accounts: int


def post(entries: Sequence[Entry], entered_at: datetime) -> tuple[Posted, ...]:
    """Append entries in order, all or none; one answer each, "exists" for those posted before (L4).

    Refused, with nothing written: another content under a known key, no row in MAY_FLOW (L7), a protected account
    below zero (L5), a closed period, a second payment (L6), a reversal that does not fit.
    """
    if len(entries) > MAX_ENTRIES_A_POST:
        raise Refused(TOO_MANY(found=len(entries), most=MAX_ENTRIES_A_POST))
    if not entries:
        return ()
    with unit_of_work():
        lock_ledger()
        head = head_entry()
        admission = admit(entries, _standing(entries, head))
        if admission.problems:
            raise Refused(admission.problems)
        _append(admission.new, head, entered_at)
    return admission.answers


def reverse(key: str, new_key: str, on: date, reason: str, entered_at: datetime) -> Posted:
    """Undo the entry of that key in full on a day. Refused when there is none, or it was undone before."""
    with unit_of_work():
        lock_ledger()
        original = entry_of(key)
        if original is None:
            raise Refused(NOTHING_TO_REVERSE(key=key))
        return post([reversal(original.entry, new_key, on, reason)], entered_at)[0]


def entry_of(key: str) -> Recorded | None:
    """The entry with this key, or None."""
    return next(iter(_records(table.Entry.objects.filter(key=key))), None)


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
    return _records(rows)


def entries_under(prefix: str) -> Iterator[Recorded]:
    """Entries whose keys begin so: what one use case posted under one key of its caller."""
    return _records(table.Entry.objects.filter(key__startswith=prefix))


def moved_out(cause: Cause, source: AccountRef) -> Fen:
    """What entries of one cause that stand have taken out of an account, fen."""
    ours = table.Transfer.objects.filter(entry__cause=cause.value, entry__reversed_by__isnull=True)
    ours = ours.filter(source__kind=source.kind.value, source__owner=source.owner, source__line=source.line)
    return Fen(int(ours.aggregate(total=Sum("fen"))["total"] or 0))


def reversed_entries() -> Iterator[Recorded]:
    """Those entries that another one has undone, in the order of the chain."""
    return _records(table.Entry.objects.filter(reversed_by__isnull=False))


def head_entry() -> Recorded | None:
    """The last entry of the chain, without its transfers; None when the books are empty."""
    row = table.Entry.objects.order_by("-number").select_related("reverses").first()
    return None if row is None else _recorded(row, ())


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


def _breaks_since_closing() -> Iterator[Break]:
    last = table.ClosedPeriod.objects.order_by("-through_on").first()
    if last is None or last.last_number == 0:
        yield from breaks(entries())
    else:
        yield from breaks(entries(after_number=last.last_number), last.head_hash, last.last_number)


def ref_of(row: table.Account) -> AccountRef:
    """The account a row stands for."""
    return AccountRef(AccountKind(row.kind), row.owner, row.line)


def _standing(batch: Sequence[Entry], head: Recorded | None) -> Standing:
    keys = {entry.key for entry in batch}
    undone = {entry.reverses for entry in batch if entry.reverses is not None}
    known: dict[str, tuple[int, str]] = {}
    for some in _split(sorted(keys)):
        for key, number, content in table.Entry.objects.filter(key__in=some).values_list(
            "key", "number", "content_hash"
        ):
            known[key] = (number, content)
    leaving = {
        move.source
        for entry in batch
        if entry.key not in known
        for move in entry.transfers
        if move.source.kind in PROTECTED
    }
    return Standing(
        closed_through=closed_through(),
        known=known,
        originals=_originals(undone),
        paid=_paid(batch),
        balances=_balances_of(leaving),
        last_number=head.number if head else 0,
    )


def _originals(keys: set[str]) -> dict[str, Original]:
    found: dict[str, Original] = {}
    for some in _split(sorted(keys)):
        rows = table.Entry.objects.filter(key__in=some)
        undone = set(rows.filter(reversed_by__isnull=False).values_list("key", flat=True))
        for record in _records(rows):
            found[record.entry.key] = Original(record.entry, record.entry.key in undone)
    return found


def _paid(batch: Sequence[Entry]) -> frozenset[tuple[Cause, str]]:
    found: set[tuple[Cause, str]] = set()
    for cause in ONE_ENTRY_A_SUBJECT:
        subjects = {entry.subject for entry in batch if entry.cause is cause}
        for some in _split(sorted(subjects)):
            standing = table.Entry.objects.filter(cause=cause.value, subject__in=some, reversed_by__isnull=True)
            found |= {(cause, subject) for subject in standing.values_list("subject", flat=True)}
    return frozenset(found)


def _append(new: Sequence[Entry], head: Recorded | None, entered_at: datetime) -> None:
    if not new:
        return
    pks = _account_pks({ref for entry in new for move in entry.transfers for ref in (move.source, move.target)})
    numbers = {row.key: row.number for row in _reversed_rows(new)}
    entry_rows: list[table.Entry] = []
    transfer_rows: list[table.Transfer] = []
    for entry in new:
        head = append(head, entry, entered_at)
        numbers[entry.key] = head.number
        entry_rows.append(_entry_row(head, numbers))
        transfer_rows += [
            table.Transfer(
                entry_id=head.number,
                position=position,
                source_id=pks[move.source],
                target_id=pks[move.target],
                fen=move.fen,
                payee=move.payee,
                takes_effect_on=entry.takes_effect_on,
            )
            for position, move in enumerate(entry.transfers)
        ]
    table.Entry.objects.bulk_create(entry_rows)
    table.Transfer.objects.bulk_create(transfer_rows)


def _reversed_rows(new: Sequence[Entry]) -> Iterator[table.Entry]:
    for some in _split(sorted({entry.reverses for entry in new if entry.reverses is not None})):
        yield from table.Entry.objects.filter(key__in=some).only("number", "key")


def _entry_row(record: Recorded, numbers: dict[str, int]) -> table.Entry:
    entry = record.entry
    return table.Entry(
        number=record.number,
        key=entry.key,
        cause=entry.cause.value,
        subject=entry.subject,
        takes_effect_on=entry.takes_effect_on,
        entered_at=record.entered_at,
        clause=entry.clause,
        approval=entry.approval,
        reason=entry.reason,
        reverses_id=None if entry.reverses is None else numbers[entry.reverses],
        content_hash=content_hash(entry),
        prev_hash=record.prev_hash,
        hash=record.hash,
    )


def _account_pks(refs: Iterable[AccountRef]) -> dict[AccountRef, int]:
    """Primary keys of these accounts, opening those that money touches for the first time."""
    wanted = set(refs)
    found = _known_accounts(wanted)
    fresh = sorted(wanted - found.keys())
    if fresh:
        table.Account.objects.bulk_create(
            [table.Account(kind=ref.kind.value, owner=ref.owner, line=ref.line) for ref in fresh]
        )
        found |= _known_accounts(fresh)
    return found


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


def _records(rows: QuerySet[table.Entry]) -> Iterator[Recorded]:
    """Entries with their transfers, read some hundred at a time so that any number of them fits in memory."""
    refs: dict[int, AccountRef] = {}
    after = 0
    while some := list(rows.filter(number__gt=after).order_by("number").select_related("reverses")[:ROWS_A_READ]):
        moves: dict[int, list[Transfer]] = {}
        numbers = [row.number for row in some]
        for move in table.Transfer.objects.filter(entry__in=numbers).order_by("entry", "position"):
            if not refs.keys() >= {move.source_id, move.target_id}:
                refs = {account.pk: ref_of(account) for account in table.Account.objects.all()}
            source, target = refs[move.source_id], refs[move.target_id]
            moves.setdefault(move.entry_id, []).append(Transfer(source, target, Fen(move.fen), move.payee))
        for row in some:
            yield _recorded(row, tuple(moves.get(row.number, ())))
        after = numbers[-1]


def _recorded(row: table.Entry, transfers: tuple[Transfer, ...]) -> Recorded:
    entry = Entry(
        key=row.key,
        cause=Cause(row.cause),
        subject=row.subject,
        takes_effect_on=row.takes_effect_on,
        transfers=transfers,
        clause=row.clause,
        approval=row.approval,
        reverses=row.reverses.key if row.reverses else None,
        reason=row.reason,
    )
    return Recorded(row.number, entry, row.entered_at, row.prev_hash, row.hash)


def _split(items: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(items), ROWS_A_READ):
        yield items[at : at + ROWS_A_READ]
