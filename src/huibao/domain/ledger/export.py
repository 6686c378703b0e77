"""The books as text for others: JSON lines that carry the hash chain, CSV for a spreadsheet, Beancount for accountants.

Account names in Beancount are ASCII, because its grammar wants a capital first; the Chinese stands in metadata.
Amounts are written from whole fen, never through a fraction.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from huibao.domain.ledger.accounts import AccountKind, AccountRef
from huibao.domain.ledger.chain import chained_record, moment_text
from huibao.domain.ledger.entries import Entry, Recorded, canonical
from huibao.domain.ledger.flows import CAUSE_NAMES
from huibao.kernel.fen import FEN_A_YUAN
from huibao.rules.vocabulary import Line

CURRENCY = "CNY"

SHORT_HASH = 8
"""Digits of a hash that keep apart two owners whose ASCII forms look alike; 4 billion values for some thousands."""

NOT_ASCII_NAME = re.compile(r"[^A-Za-z0-9]+")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins so; such text gets an apostrophe before it."""

ROOTS: Mapping[AccountKind, tuple[str, str]] = {
    AccountKind.SOURCE: ("Income:Source", "来源"),
    AccountKind.FUND: ("Assets:Fund", "专项资金"),
    AccountKind.ALLOCATION: ("Assets:Allocation", "险种安排"),
    AccountKind.SPECIAL: ("Assets:Special", "承保机构专户"),
    AccountKind.SURPLUS: ("Assets:Surplus", "结转结余"),
    AccountKind.OPERATING: ("Expenses:Operating", "运营成本"),
    AccountKind.CLAIMS: ("Expenses:Claims", "赔付支出"),
    AccountKind.REFUND: ("Expenses:Refund", "退还保费"),
    AccountKind.CARE: ("Income:Care", "先诊疗后付费"),
    AccountKind.DEBT: ("Assets:Debt", "应收欠款"),
    AccountKind.REPAID: ("Expenses:Repaid", "欠款收回"),
    AccountKind.WRITTEN_OFF: ("Expenses:Written-Off", "欠款核销"),
}
"""Where each kind stands in Beancount, and its Chinese name. Sources are income (negative), as there."""

CSV_COLUMNS = (
    "number",
    "key",
    "cause",
    "subject",
    "takes_effect_on",
    "entered_at",
    "clause",
    "approval",
    "reverses",
    "reason",
    "position",
    "source",
    "target",
    "fen",
    "yuan",
    "payee",
    "hash",
)


def plain_yuan(fen: int) -> str:
    """Yuan with two decimals and no thousands commas: 123456 fen is "1234.56"."""
    yuan, part = divmod(abs(fen), FEN_A_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan}.{part:02d}"


def json_lines(records: Iterable[Recorded]) -> Iterator[str]:
    """One line an entry: what its hash covers, and the two hashes. The verifier reads this form."""
    for record in records:
        covered = chained_record(record.number, record.entry, record.entered_at)
        yield canonical({**covered, "prev_hash": record.prev_hash, "hash": record.hash}) + "\n"


def csv_lines(records: Iterable[Recorded]) -> Iterator[str]:
    """A header, then one line a transfer; text that a spreadsheet would run as a formula is made harmless."""
    yield _csv_row(CSV_COLUMNS)
    for record in records:
        entry = record.entry
        for position, move in enumerate(entry.transfers):
            yield _csv_row(
                (
                    str(record.number),
                    _harmless(entry.key),
                    entry.cause.value,
                    _harmless(entry.subject),
                    entry.takes_effect_on.isoformat(),
                    moment_text(record.entered_at),
                    _harmless(entry.clause),
                    _harmless(entry.approval or ""),
                    _harmless(entry.reverses or ""),
                    _harmless(entry.reason),
                    str(position),
                    move.source.code,
                    move.target.code,
                    str(move.fen),
                    plain_yuan(move.fen),
                    _harmless(move.payee),
                    record.hash,
                )
            )


def beancount_account(ref: AccountRef) -> str:
    """The account's name in Beancount's grammar; different accounts have different names."""
    parts = [ROOTS[ref.kind][0], _component(ref.owner)]
    if ref.line:
        parts.append("".join(word.capitalize() for word in ref.line.split("_")))
    return ":".join(parts)


def beancount_lines(
    records: Sequence[Recorded], closings: Iterable[tuple[date, Mapping[AccountRef, int]]], title: str
) -> Iterator[str]:
    """A Beancount file: accounts opened, every entry, and each closing as balance assertions on the day after."""
    yield f'option "title" "{_quoted(title)}"\noption "operating_currency" "{CURRENCY}"\n\n'
    refs = sorted({ref for record in records for move in record.entry.transfers for ref in (move.source, move.target)})
    if not refs:
        return
    opened_on = min(record.entry.takes_effect_on for record in records)
    for ref in refs:
        yield from _open(ref, opened_on)
    for record in records:
        yield from _transaction(record)
    for through_on, kept in closings:
        for ref in refs:
            yield (
                f"{through_on + timedelta(days=1)} balance {beancount_account(ref)}  "
                f"{plain_yuan(kept.get(ref, 0))} {CURRENCY}\n"
            )


def _open(ref: AccountRef, on: date) -> Iterator[str]:
    yield f"{on} open {beancount_account(ref)} {CURRENCY}\n"
    name = ROOTS[ref.kind][1] + (f"·{Line(ref.line).zh}" if ref.line else "")
    yield f'  code: "{_quoted(ref.code)}"\n  zh: "{_quoted(f"{name}·{ref.owner}")}"\n'


def _transaction(record: Recorded) -> Iterator[str]:
    entry = record.entry
    yield f'\n{entry.takes_effect_on} * "{CAUSE_NAMES[entry.cause][0]}" "{_quoted(entry.subject)}"\n'
    for name, value in _metadata(record, entry):
        yield f'  {name}: "{_quoted(value)}"\n'
    for move in entry.transfers:
        amount = plain_yuan(move.fen)
        yield f"  {beancount_account(move.source)}  -{amount} {CURRENCY}\n"
        yield f"  {beancount_account(move.target)}  {amount} {CURRENCY}\n"
        if move.payee:
            yield f'    payee: "{_quoted(move.payee)}"\n'


def _metadata(record: Recorded, entry: Entry) -> Iterator[tuple[str, str]]:
    yield "number", str(record.number)
    yield "key", entry.key
    yield "cause", entry.cause.value
    yield "clause", entry.clause
    for name, value in (("approval", entry.approval), ("reverses", entry.reverses), ("reason", entry.reason)):
        if value:
            yield name, value
    yield "entered", moment_text(record.entered_at)
    yield "hash", record.hash


def _component(owner: str) -> str:
    """An owner as one component: ASCII letters and digits; a short hash where something had to be left out."""
    plain = NOT_ASCII_NAME.sub("-", owner).strip("-")
    plain = plain[:1].upper() + plain[1:]
    if plain == owner:
        return plain
    short = hashlib.sha256(owner.encode()).hexdigest()[:SHORT_HASH]
    return f"{plain or 'X'}-{short}"


def _quoted(text: str) -> str:
    """Text for inside double quotes; line breaks become blanks, since one record is one line there."""
    return " ".join(text.splitlines()).replace("\\", "\\\\").replace('"', '\\"')


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv_row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
