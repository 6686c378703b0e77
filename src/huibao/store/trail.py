"""The record of acts: appended one after another, each hash covering the one before (T1)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from huibao.domain.ledger.chain import GENESIS, moment_text
from huibao.kernel.invariant import invariant
from huibao.store.locks import lock_trail
from huibao.store.models import staff as table
from huibao.store.unit import must_be_in_unit

CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, before it has a place in the record. `ref` is a number of ours, never a person's."""

    at: datetime
    staff_id: int | None
    role: str
    verb: str
    noun: str
    ref: str = ""
    area: str = ""
    purpose: str = ""
    outcome: str = "done"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A deed in its place."""

    number: int
    deed: Deed
    prev_hash: str
    hash: str
    who: str = ""
    """Name shown of who did it."""


def link(prev_hash: str, number: int, deed: Deed) -> str:
    """SHA-256 (hex) over the hash before, the number and the deed."""
    said = json.dumps(
        {**asdict(deed), "at": moment_text(deed.at), "number": number}, ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(f"{prev_hash}\n{said}".encode()).hexdigest()


def append(deed: Deed) -> Act:
    """Put a deed at the end of the record, within the unit of work that does it."""
    must_be_in_unit("record an act")
    lock_trail()
    last = table.Act.objects.order_by("-number").values_list("number", "hash").first()
    number, prev_hash = (last[0] + 1, last[1]) if last else (1, GENESIS)
    made = Act(number, deed, prev_hash, link(prev_hash, number, deed))
    invariant(last is None or made.prev_hash == last[1], "T1", f"act {number}")
    table.Act.objects.create(number=number, prev_hash=prev_hash, hash=made.hash, **asdict(deed))
    return made


def breaks(acts: Iterable[Act]) -> Iterator[tuple[int, str, str]]:
    """Where the chain does not hold: number, and what is wrong in Chinese and English. T1."""
    before, number = GENESIS, 0
    for act in acts:
        number += 1
        if act.number != number:
            yield act.number, f"编号应为 {number}，有记录缺失", f"number should be {number}: acts are missing"
            number = act.number
        if act.prev_hash != before:
            yield number, "没有接上前一条", "does not follow the act before"
        if act.hash != link(act.prev_hash, act.number, act.deed):
            yield number, "内容与其散列不符，已被改动", "content differs from its hash: it was changed"
        before = act.hash


def all_acts() -> Iterator[Act]:
    """Every act in order."""
    rows = table.Act.objects.order_by("number")
    for row in rows.iterator(chunk_size=CHUNK):
        yield _act(row)


def head() -> tuple[int, str]:
    """Number and hash of the last act; of an empty record 0 and the hash a chain begins with."""
    last = table.Act.objects.order_by("-number").values_list("number", "hash").first()
    return (int(last[0]), str(last[1])) if last else (0, GENESIS)


def acts_about(noun: str, ref: str, limit: int) -> tuple[Act, ...]:
    """Who did what with one thing, the latest first."""
    rows = table.Act.objects.filter(noun=noun, ref=ref).select_related("staff").order_by("-number")[:limit]
    return tuple(_act(row, row.staff.shown if row.staff else "") for row in rows)


def _act(row: table.Act, who: str = "") -> Act:
    deed = Deed(
        at=row.at,
        staff_id=row.staff_id,
        role=row.role,
        verb=row.verb,
        noun=row.noun,
        ref=row.ref,
        area=row.area,
        purpose=row.purpose,
        outcome=row.outcome,
        source=row.source,
    )
    return Act(row.number, deed, row.prev_hash, row.hash, who)
