"""Rows of the books as values: accounts, and entries with their transfers in the order of the chain."""

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

from huibao.domain.ledger import AccountKind, AccountRef, Cause, Entry, Recorded, Transfer
from huibao.kernel.fen import Fen
from huibao.store.models import ledger as table

ROWS_A_READ: Final = 500
"""Rows fetched at a time, and ids asked for at once: below the parameter limit of every SQLite."""


def entry_of(key: str) -> Recorded | None:
    """The entry with this key, or None."""
    return next(iter(records(table.Entry.objects.filter(key=key))), None)


def ref_of(row: table.Account) -> AccountRef:
    """The account a row stands for."""
    return AccountRef(AccountKind(row.kind), row.owner, row.line)


def records(rows: QuerySet[table.Entry]) -> Iterator[Recorded]:
    """Entries with their transfers, read some hundred at a time so that any number of them fits in memory."""
    refs: dict[int, AccountRef] = {}
    after = 0
    while some := list(rows.filter(number__gt=after).order_by("number").select_related("reverses")[:ROWS_A_READ]):
        moves: dict[int, list[Transfer]] = {}
        numbers = [row.number for row in some]
        found = list(table.Transfer.objects.filter(entry__in=numbers).order_by("entry", "position"))
        # Only those that are named: every stay with a debt has an account of its own.
        unknown = {pk for move in found for pk in (move.source_id, move.target_id)} - refs.keys()
        refs |= {account.pk: ref_of(account) for account in table.Account.objects.filter(pk__in=unknown)}
        for move in found:
            source, target = refs[move.source_id], refs[move.target_id]
            moves.setdefault(move.entry_id, []).append(Transfer(source, target, Fen(move.fen), move.payee))
        for row in some:
            yield recorded(row, tuple(moves.get(row.number, ())))
        after = numbers[-1]


def recorded(row: table.Entry, transfers: tuple[Transfer, ...]) -> Recorded:
    """A row as a link of the chain, with its transfers."""
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
