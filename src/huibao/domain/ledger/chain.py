"""The hash chain: each entry's hash covers the one before, so that no past entry changes unnoticed (L3)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from huibao.domain.ledger.entries import Entry, Recorded, canonical, entry_record

GENESIS = "0" * 64
"""What the first entry's hash follows."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: the entry's number and what was expected there."""

    number: int
    key: str
    says_zh: str
    says_en: str


def moment_text(moment: datetime) -> str:
    """A moment in UTC to the microsecond, always of the same length, so that it hashes the same everywhere."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def chained_record(number: int, entry: Entry, entered_at: datetime) -> dict[str, object]:
    """What one link of the chain covers: the content, its number and the moment it was entered."""
    return {**entry_record(entry), "number": number, "entered_at": moment_text(entered_at)}


def link(prev_hash: str, number: int, entry: Entry, entered_at: datetime) -> str:
    """SHA-256 (hex) over the hash before and this entry's record."""
    text = f"{prev_hash}\n{canonical(chained_record(number, entry, entered_at))}"
    return hashlib.sha256(text.encode()).hexdigest()


def append(prev: Recorded | None, entry: Entry, entered_at: datetime) -> Recorded:
    """The entry as the next link after `prev` (None: the first)."""
    return append_after(prev.number, prev.hash, entry, entered_at) if prev else append_after(0, "", entry, entered_at)


def append_after(number: int, head_hash: str, entry: Entry, entered_at: datetime) -> Recorded:
    """The entry as the next link after the one of that number and hash (0: the first link of all)."""
    prev_hash = head_hash if number else GENESIS
    return Recorded(number + 1, entry, entered_at, prev_hash, link(prev_hash, number + 1, entry, entered_at))


def breaks(records: Iterable[Recorded], prev_hash: str = GENESIS, number: int = 0) -> Iterable[Break]:
    """Every place where the chain does not hold: a gap in the numbers, a hash that does not follow, changed content."""
    for record in records:
        number += 1
        key = record.entry.key
        if record.number != number:
            yield Break(
                record.number, key, f"编号应为 {number}，有分录缺失", f"number should be {number}: entries missing"
            )
            number = record.number
        if record.prev_hash != prev_hash:
            yield Break(number, key, "没有接上前一笔分录", "does not follow the entry before")
        if record.hash != link(record.prev_hash, record.number, record.entry, record.entered_at):
            yield Break(number, key, "内容与其散列不符，已被改动", "content differs from its hash: it was changed")
        prev_hash = record.hash
