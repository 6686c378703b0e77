"""银行存款余额调节表: a bank's statement dropped by finance, laid beside the books, read again as often as wanted. R5, SD-7.4.

Nothing is posted by it. The file is kept sealed (its texts may name people); what differs is worked out anew from the books
at each look, so that a voucher entered later takes its line off the list.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from huibao.app import books
from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.books import NO_SUCH_ACCOUNT, Ground
from huibao.app.printing import pdf
from huibao.domain.ledger import CAUSE_NAMES, AccountRef, Cause, parse_account
from huibao.domain.ledger.bank_statement import (
    MAX_ROWS,
    TOO_LARGE,
    BankLine,
    BookLine,
    Reconciled,
    read_statement,
    reconcile,
)
from huibao.domain.ledger.subjects import BANKED
from huibao.kernel.clock import Clock
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Problem, Refused, define
from huibao.store import books as store
from huibao.store import kept, payout, staff
from huibao.store.kept import Kept
from huibao.store.locks import lock_keys
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

MEDIA: Final = "application/x-huibao-bank-statement"
SHEET: Final = Path(__file__).with_name("bank_sheet.typ")
MOST_LISTED: Final = 12
"""Statements of one account on its page: a year of months."""
MOST_LOOKED_AT: Final = 300
MOST_PRINTED: Final = 400
"""Lines on the sheet: more are no reconciliation but a wrong file."""

NO_STATEMENT: Final = define(
    "BANK-007",
    "没有这份对账单，或不在您负责的范围内。",
    "请从账户的对账页面打开；内容已过保存期的，请重新上传。",
    "There is no such statement, or it is out of your reach.",
    "Open it from the account's page; where its time is over, send it again.",
)
BAD_PERIOD: Final = define(
    "BANK-008",
    "对账期间 {first} 至 {last} 不成立，或不在同一年。",
    "起止日期应在同一年，起在止之前，止不晚于今天。",
    "The period {first} to {last} makes no sense, or is not within one year.",
    "Both days lie in one year, in order, and not after today.",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A statement that was dropped: its number, until which day, and when it came."""

    id: int
    last_on: date
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """One statement beside the books as they are now."""

    id: int
    ground: Ground
    ref: AccountRef
    first_on: date
    last_on: date
    by: str
    taken_at: datetime
    sha256: str
    found: Reconciled

    def age(self, line: BankLine | BookLine) -> int:
        """Days from a line to the end of the period."""
        return (self.last_on - line.on).days


def account_of(ground: Ground, code: str) -> AccountRef:
    """An account of the area whose money lies in a bank. Refused for any other."""
    ref = parse_account(code)
    if isinstance(ref, Problem):
        raise Refused(ref)
    if ref.kind not in BANKED or not ground.scope.holds(ref):
        raise Refused(NO_SUCH_ACCOUNT(area=ground.area_name, code=code))
    return ref


def drop(
    actor: Actor, ground: Ground, code: str, content: bytes, period: tuple[date, date], clock: Clock, source: str = ""
) -> int:
    """Read a statement and keep it; returns its number. Refused, with nothing kept, where it cannot be relied on."""
    must(actor, Verb.HANDLE, Noun.BOOKS, ground.area)
    ref, (first_on, last_on) = account_of(ground, code), period
    if first_on > last_on or first_on.year != last_on.year or last_on > clock.today():
        raise Refused(BAD_PERIOD(first=first_on, last=last_on))
    read_statement(content, first_on, last_on)
    said = {
        "account": ref.code,
        "area": ground.area,
        "first_on": first_on.isoformat(),
        "last_on": last_on.isoformat(),
        "by": actor.staff_id,
        "file": base64.b64encode(content).decode("ascii"),
    }
    held = json.dumps(said).encode()
    with unit_of_work():
        lock_keys("bank statement", [ref.code])
        known = kept.same(MEDIA, held)
        if known is not None:
            return known.id  # sent twice
        made = kept.keep(f"{last_on.isoformat()} {ref.code}", MEDIA, held, clock.now())
        append(
            Deed(
                clock.now(),
                actor.staff_id,
                actor.role.value,
                "bank_statement",
                Noun.BOOKS.value,
                str(made.id),
                area=ground.area,
                source=source,
            )
        )
    return made.id


def listed(ground: Ground, ref: AccountRef) -> tuple[Listed, ...]:
    """The last statements of an account, the latest first."""
    found = []
    for one in kept.of_media(MEDIA, MOST_LOOKED_AT):
        until, _, code = one.name.partition(" ")
        if code == ref.code and int(until[:4]) == ground.year:
            found.append(Listed(one.id, date.fromisoformat(until), one.made_at))
    return tuple(found[:MOST_LISTED])


def sheet(actor: Actor, number: int, clock: Clock) -> Sheet:
    """One statement beside the books as they are now. That of an account out of reach is answered like none."""
    must(actor, Verb.READ, Noun.BOOKS)
    file = kept.kept(number)
    if file is None or file.media != MEDIA or file.removed_at is not None:
        raise Refused(NO_STATEMENT())
    said = json.loads(kept.content_of(number))
    try:
        ground = books.ground_of(actor, said["area"], int(said["last_on"][:4]), clock)
        ref = account_of(ground, said["account"])
    except Refused as refused:
        raise Refused(NO_STATEMENT()) from refused
    return _laid_beside(file, said, ground, ref)


def printed(made: Sheet) -> bytes:
    """The sheet as tagged PDF, A4, with room for the signatures."""
    found = made.found
    groups = [
        ("加：银行已收、账上未收", [_row(made, one, one.text) for one in found.bank_only if one.fen > 0]),
        ("减：银行已付、账上未付", [_row(made, one, one.text) for one in found.bank_only if one.fen < 0]),
        ("加：账上已收、银行未收", [_row(made, one, _words(one)) for one in found.book_only if one.fen > 0]),
        ("减：账上已付、银行未付", [_row(made, one, _words(one)) for one in found.book_only if one.fen < 0]),
    ]
    said = {
        "title": "银行存款余额调节表",
        "area": made.ground.area_name,
        "account": made.ground.name(made.ref),
        "period": f"{made.first_on.isoformat()} 至 {made.last_on.isoformat()}",
        "book": [yuan_text(found.book_closing_fen), yuan_text(found.book_adjusted_fen)],
        "bank": [yuan_text(found.bank_closing_fen), yuan_text(found.bank_adjusted_fen)],
        "groups": [
            [name, _sum(rows), [row[:-1] for row in rows[:MOST_PRINTED]], max(len(rows) - MOST_PRINTED, 0)]
            for name, rows in groups
        ],
        "agrees": found.agrees,
        "difference": yuan_text(abs(found.opening_difference_fen)),
        "matched": found.matched,
        "hash": made.sha256,
        "printed": made.ground.today.isoformat(),
    }
    return pdf(SHEET, said)


def _laid_beside(file: Kept, said: Mapping[str, Any], ground: Ground, ref: AccountRef) -> Sheet:
    first_on, last_on = date.fromisoformat(said["first_on"]), date.fromisoformat(said["last_on"])
    content = base64.b64decode(said["file"])
    bank = read_statement(content, first_on, last_on)
    opening = store.opening(ground.scope, ref, first_on)
    lines = _book_lines(ground, ref, first_on, last_on)
    found = reconcile(bank, lines, opening, opening + sum(one.fen for one in lines))
    who = staff.by_id(int(said["by"]))
    by = who.shown if who is not None else ""
    digest = hashlib.sha256(content).hexdigest()
    return Sheet(file.id, ground, ref, first_on, last_on, by, file.made_at, digest, found)


def _book_lines(ground: Ground, ref: AccountRef, first_on: date, last_on: date) -> tuple[BookLine, ...]:
    """The account's transfers of a period, payments of claims with the references their parts went to the bank under."""
    rows = store.journal(ground.scope, ref, (first_on, last_on), 0, MAX_ROWS + 1)
    if len(rows) > MAX_ROWS:
        raise Refused(TOO_LARGE(found=len(rows), unit="笔账 entries", limit=MAX_ROWS))
    paid = {row.subject.rpartition("/")[0] for row in rows if row.cause == Cause.CLAIM_PAID.value}
    references = payout.references_of(paid) if paid else {}
    return tuple(
        BookLine(row.entry, row.on, row.fen, row.cause, row.subject, frozenset(references.get(row.subject, ())))
        for row in rows
    )


def _words(one: BookLine) -> str:
    return f"第 {one.entry} 号凭证 {CAUSE_NAMES[Cause(one.cause)][0]}"


def _row(made: Sheet, one: BankLine | BookLine, text: str) -> list[Any]:
    return [one.on.isoformat(), text or "（无摘要）", str(made.age(one)), yuan_text(abs(one.fen)), one.fen]


def _sum(rows: list[list[Any]]) -> str:
    return yuan_text(abs(sum(row[-1] for row in rows)))
