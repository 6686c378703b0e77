"""Entries: one cause, one idempotency key, one or more transfers. Balanced by construction, never changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from huibao.domain.ledger.accounts import AccountRef
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant

MAX_TRANSFERS = 10_000
"""A county's premium of one line has a transfer per payer; more than this is two entries run together."""

MAX_KEY_CHARS = 200
"""Keys are made of contract, settlement and claim numbers; longer ones are no keys but contents."""

MAX_TEXT_CHARS = 400
"""Subject, clause, approval and reason are references and short sentences."""


class Cause(StrEnum):
    """Why money moved. Each entry has exactly one (L6)."""

    FUND_RECEIVED = "fund_received"
    FUND_ALLOCATED = "fund_allocated"
    LINE_ALLOCATED = "line_allocated"
    ALLOCATION_RETURNED = "allocation_returned"
    PREMIUM_PAID = "premium_paid"
    PREMIUM_REFUNDED = "premium_refunded"
    SETTLEMENT_PAID = "settlement_paid"
    CLAIM_PAID = "claim_paid"
    OPERATING_COST = "operating_cost"
    LINE_MOVED = "line_moved"
    SURPLUS_CARRIED = "surplus_carried"
    PROFIT_RETURNED = "profit_returned"
    INSURER_PAID_IN = "insurer_paid_in"
    CARE_ON_CREDIT = "care_on_credit"
    DEBT_REPAID = "debt_repaid"
    DEBT_WRITTEN_OFF = "debt_written_off"
    DEBT_TAKEN_OVER = "debt_taken_over"
    REVERSED = "reversed"


ONE_ENTRY_A_SUBJECT = frozenset({Cause.SETTLEMENT_PAID, Cause.CLAIM_PAID, Cause.PREMIUM_PAID, Cause.PREMIUM_REFUNDED})
"""Causes whose subject is paid by exactly one entry that stands (L6): a second payment is refused."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many fen (> 0) from one account to another. `payee` says who got it where that is outside the books."""

    source: AccountRef
    target: AccountRef
    fen: Fen
    payee: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to money, once. `subject` is what caused it (a settlement's number, a contract's …).

    `takes_effect_on` is the day it counts for; when it was entered is the store's to say. `reverses` names the
    key of the entry this one undoes.
    """

    key: str
    cause: Cause
    subject: str
    takes_effect_on: date
    transfers: tuple[Transfer, ...]
    clause: str
    approval: str | None = None
    reverses: str | None = None
    reason: str = ""

    @property
    def total_fen(self) -> Fen:
        """Sum of the transfers, fen."""
        return Fen(sum(transfer.fen for transfer in self.transfers))


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as the book holds it: its number in the chain (from 1), when it was entered, and the two hashes."""

    number: int
    entry: Entry
    entered_at: datetime
    prev_hash: str
    hash: str


def entry_record(entry: Entry) -> dict[str, object]:
    """The content of an entry as plain values; what is hashed, exported and compared on a retry (L4)."""
    return {
        "key": entry.key,
        "cause": entry.cause.value,
        "subject": entry.subject,
        "takes_effect_on": entry.takes_effect_on.isoformat(),
        "clause": entry.clause,
        "approval": entry.approval,
        "reverses": entry.reverses,
        "reason": entry.reason,
        "transfers": [
            {"source": move.source.code, "target": move.target.code, "fen": int(move.fen), "payee": move.payee}
            for move in entry.transfers
        ],
    }


CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(record: Mapping[str, object]) -> str:
    """One text for one record: JSON with sorted keys and no blanks, so that a hash means the same everywhere."""
    return CANONICAL.encode(record)


def content_hash(entry: Entry) -> str:
    """SHA-256 (hex) of the content. The same key with another hash is refused (L4)."""
    return hashlib.sha256(canonical(entry_record(entry)).encode()).hexdigest()


def reversal(entry: Entry, key: str, on: date, reason: str) -> Entry:
    """The entry that undoes this one in full on a day: each transfer mirrored, in reverse order."""
    return Entry(
        key=key,
        cause=Cause.REVERSED,
        subject=entry.subject,
        takes_effect_on=on,
        transfers=mirrored(entry.transfers),
        clause=entry.clause,
        reverses=entry.key,
        reason=reason,
    )


def mirrored(transfers: Iterable[Transfer]) -> tuple[Transfer, ...]:
    """Each transfer with source and target exchanged, last first."""
    return tuple(Transfer(move.target, move.source, move.fen, move.payee) for move in reversed(tuple(transfers)))


def balances(entries: Iterable[Entry], opening: Mapping[AccountRef, int] | None = None) -> dict[AccountRef, int]:
    """Balance of each account, fen, derived from transfers alone (L2); they sum to what the opening ones do (L1)."""
    found: dict[AccountRef, int] = dict(opening or {})
    before = sum(found.values())
    for entry in entries:
        for move in entry.transfers:
            found[move.source] = found.get(move.source, 0) - move.fen
            found[move.target] = found.get(move.target, 0) + move.fen
    invariant(sum(found.values()) == before, "L1", f"balances sum to {sum(found.values())}, not {before}")
    return found
