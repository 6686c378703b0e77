"""A bank's statement laid beside an account of the books: what both have, what the bank alone has, what the books alone have.

The sheet accountants call 银行存款余额调节表: each side's balance, corrected by what only the other side has, must come to
the same. Nothing is posted by it. The file's columns are described in docs/bank-statement.md.
"""

import csv
import io
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from huibao.kernel.fen import MAX_FEN, parse_yuan, yuan_text
from huibao.kernel.problem import Problem, Refused, define

MAX_BYTES: Final = 4_000_000
MAX_ROWS: Final = 20_000
MAX_TOLD: Final = 20
"""Rows that are named when a file is wrong: whoever mends so many finds the rest."""
MAX_TEXT_CHARS: Final = 200
MOST_DAYS_APART: Final = 30
"""Days between the bank's line and the books' that may still be the same payment; further apart a person looks."""
COLUMNS: Final = ("日期", "摘要", "收入", "支出", "余额", "凭证号")
"""Day, text, what came, what went, the balance after it (yuan), and a number that leads to the voucher (may be empty)."""
ENGLISH: Final = dict(zip(("date", "text", "in", "out", "balance", "reference"), COLUMNS, strict=True))
NEEDED: Final = frozenset(COLUMNS) - {"凭证号"}
HEADER_ROWS: Final = 10

NOT_A_STATEMENT: Final = define(
    "BANK-001",
    "读不出银行对账单：{why}。",
    "应为 UTF-8 或 GB18030 编码的 CSV，表头为：{columns}。",
    "The bank's statement cannot be read: {why}.",
    "It is a CSV in UTF-8 or GB18030 with the columns {columns}.",
)
TOO_LARGE: Final = define(
    "BANK-002",
    "对账单有 {found} {unit}，超过上限 {limit}。",
    "请核对是否选错了文件，或分段对账。",
    "The statement has {found} ({unit}), above the limit of {limit}.",
    "Check whether the right file was chosen, or take a shorter period.",
)
BAD_CELL: Final = define(
    "BANK-003",
    "第 {row} 行的{what}读不出来：{found}。",
    "应为{expected}。",
    "Row {row}: {what} cannot be read: {found}.",
    "Expected: {expected}.",
)
ONE_SIDE: Final = define(
    "BANK-004",
    "第 {row} 行的收入和支出应恰有一项大于零。",
    "请核对这一行；收入和支出写在各自的列，不写负数。",
    "Row {row}: exactly one of what came and what went is above zero.",
    "Check the row; each has its own column, and neither is negative.",
)
NOT_RUNNING: Final = define(
    "BANK-005",
    "第 {row} 行的余额应为 {expected} 元，读到 {found} 元。",
    "对账单可能缺行或被改动，请向银行重新取得。",
    "Row {row}: the balance should be {expected} yuan, found {found}.",
    "Rows may be missing or changed: get the statement from the bank again.",
)
OUT_OF_PERIOD: Final = define(
    "BANK-006",
    "第 {row} 行的日期 {day} 不在 {first} 至 {last} 之间，或早于前一行。",
    "请核对对账期间，按日期先后排列。",
    "Row {row}: {day} is not between {first} and {last}, or earlier than the row before.",
    "Check the period; rows stand in the order of their days.",
)


@dataclass(frozen=True, slots=True)
class BankLine:
    """One row of the bank: its row in the file, day, fen (+ came, − went), the balance after it, what it says."""

    row: int
    on: date
    fen: int
    balance_fen: int
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class BookLine:
    """One transfer of the account: the entry's number, day, fen (+ came, − went), and the numbers it may go by at a bank."""

    entry: int
    on: date
    fen: int
    cause: str = ""
    subject: str = ""
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Both sides laid beside each other, fen. Openings are before the period's first line, closings after its last."""

    bank_opening_fen: int
    bank_closing_fen: int
    book_opening_fen: int
    book_closing_fen: int
    matched: int
    bank_only: tuple[BankLine, ...]
    book_only: tuple[BookLine, ...]

    @property
    def book_adjusted_fen(self) -> int:
        """The books' balance with what the bank alone has."""
        return self.book_closing_fen + sum(one.fen for one in self.bank_only)

    @property
    def bank_adjusted_fen(self) -> int:
        """The bank's balance with what the books alone have."""
        return self.bank_closing_fen + sum(one.fen for one in self.book_only)

    @property
    def opening_difference_fen(self) -> int:
        """What the two sides differed by before the period began: it can only be explained by earlier lines."""
        return self.book_opening_fen - self.bank_opening_fen

    @property
    def agrees(self) -> bool:
        """Whether both sides come to the same once corrected."""
        return self.book_adjusted_fen == self.bank_adjusted_fen


@dataclass(slots=True)
class _Read:
    lines: list[BankLine] = field(default_factory=list)
    wrong: list[Problem] = field(default_factory=list)


def read_statement(content: bytes, first_on: date, last_on: date) -> tuple[BankLine, ...]:
    """Return the rows in the order of their days. Refused, with every wrong row named, where one cannot be relied on."""
    if len(content) > MAX_BYTES:
        raise Refused(TOO_LARGE(found=len(content), unit="字节 bytes", limit=MAX_BYTES))
    try:
        rows = list(csv.reader(io.StringIO(_decoded(content), newline="")))
    except csv.Error as error:
        raise _unreadable("不是 CSV not a CSV") from error
    if len(rows) > MAX_ROWS:
        raise Refused(TOO_LARGE(found=len(rows), unit="行 rows", limit=MAX_ROWS))
    at, places = _header(rows)
    read = _Read()
    for number, cells in enumerate(rows[at + 1 :], at + 2):
        if any(cell.strip() for cell in cells):
            _read_row(read, number, {name: _cell(cells, place) for name, place in places.items()})
    if not read.lines and not read.wrong:
        raise _unreadable("没有一行 no rows")
    lines = read.lines
    if lines and lines[0].on > lines[-1].on:
        lines = lines[::-1]  # many banks write the latest first
    wrong = read.wrong or [*_days_wrong(lines, first_on, last_on), *_balances_wrong(lines)]
    if wrong:
        raise Refused(tuple(wrong[:MAX_TOLD]))
    return tuple(lines)


def reconcile(
    bank: Sequence[BankLine], books: Sequence[BookLine], book_opening_fen: int, book_closing_fen: int
) -> Reconciled:
    """Lay both sides beside each other: by the number a line goes by, then by amount and day. Each line matches once.

    `bank` holds at least one line. Of equal amounts the earlier meet first, at most a month apart; an entry whose parts
    (the payers of one premium, say) went through the bank as one sum is met by that sum.
    """
    bank_only, book_only = _by_entry(*_by_amount(*_by_day(*_by_number(bank, books))))
    return Reconciled(
        bank_opening_fen=bank[0].balance_fen - bank[0].fen,
        bank_closing_fen=bank[-1].balance_fen,
        book_opening_fen=book_opening_fen,
        book_closing_fen=book_closing_fen,
        matched=len(bank) - len(bank_only),
        bank_only=tuple(sorted(bank_only, key=lambda one: (one.on, one.row))),
        book_only=tuple(sorted(book_only, key=lambda one: (one.on, one.entry))),
    )


def _by_number(bank: Sequence[BankLine], books: Sequence[BookLine]) -> tuple[list[BankLine], list[BookLine]]:
    """What is left of either side once lines of one number and amount have met."""
    named: dict[tuple[str, int], list[int]] = {}
    for at, book in enumerate(books):
        for name in (str(book.entry), *sorted(book.names)):
            named.setdefault((name, book.fen), []).append(at)
    taken: set[int] = set()
    left: list[BankLine] = []
    for line in bank:
        waiting = named.get((line.reference, line.fen), []) if line.reference else []
        found = next((at for at in waiting if at not in taken), None)
        if found is None:
            left.append(line)
        else:
            taken.add(found)
    return left, [book for at, book in enumerate(books) if at not in taken]


def _by_day(bank: Sequence[BankLine], books: Sequence[BookLine]) -> tuple[list[BankLine], list[BookLine]]:
    """What is left of either side once equal amounts of one day have met."""
    here: dict[tuple[int, date], list[BookLine]] = {}
    for book in reversed(books):
        here.setdefault((book.fen, book.on), []).append(book)
    left = []
    for line in bank:
        waiting = here.get((line.fen, line.on))
        if waiting:
            waiting.pop()
        else:
            left.append(line)
    return left, [book for rest in here.values() for book in rest]


def _by_amount(bank: Sequence[BankLine], books: Sequence[BookLine]) -> tuple[list[BankLine], list[BookLine]]:
    """What is left of either side once equal amounts within a month have met, the earlier first."""
    here: dict[int, deque[BookLine]] = {}
    for book in sorted(books, key=lambda one: (one.on, one.entry)):
        here.setdefault(book.fen, deque()).append(book)
    left_bank, left_books = [], []
    for line in sorted(bank, key=lambda one: (one.on, one.row)):
        waiting = here.get(line.fen, deque())
        while waiting and (line.on - waiting[0].on).days > MOST_DAYS_APART:
            left_books.append(waiting.popleft())
        if waiting and (waiting[0].on - line.on).days <= MOST_DAYS_APART:
            waiting.popleft()
        else:
            left_bank.append(line)
    return left_bank, [*left_books, *(book for rest in here.values() for book in rest)]


def _by_entry(bank: Sequence[BankLine], books: Sequence[BookLine]) -> tuple[list[BankLine], list[BookLine]]:
    """What is left of either side once entries of several parts have met the bank's one sum."""
    parts: dict[int, list[BookLine]] = {}
    for book in books:
        parts.setdefault(book.entry, []).append(book)
    whole = [
        BookLine(entry, own[0].on, sum(one.fen for one in own), names=frozenset())
        for entry, own in parts.items()
        if len(own) > 1
    ]
    left_bank, left_whole = _by_amount(*_by_day(bank, whole))
    still = {one.entry for one in left_whole} | {entry for entry, own in parts.items() if len(own) == 1}
    return left_bank, [book for book in books if book.entry in still]


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _unreadable("不是文本文件 not a text file")


def _unreadable(why: str) -> Refused:
    return Refused(NOT_A_STATEMENT(why=why, columns="、".join(COLUMNS)))


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, Mapping[str, int]]:
    for at, cells in enumerate(rows[:HEADER_ROWS]):
        names = [ENGLISH.get(cell.strip().lower(), cell.strip()) for cell in cells]
        if set(names) >= NEEDED:
            return at, {name: names.index(name) for name in COLUMNS if name in names}
    raise _unreadable("没有找到表头 no header")


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip()[:MAX_TEXT_CHARS] if place < len(cells) else ""


def _read_row(read: _Read, number: int, cells: Mapping[str, str]) -> None:
    """Take a row in, or say what is wrong with each of its cells."""
    wrong: list[Problem] = []
    try:
        on = date.fromisoformat(cells["日期"].replace("/", "-"))
    except ValueError:
        on = date.min
        wrong.append(_bad(number, "日期", cells["日期"], "年-月-日 YYYY-MM-DD"))
    sums = {}
    for name in ("收入", "支出", "余额"):
        text = cells[name]
        try:
            sums[name] = int(parse_yuan(text)) if text not in {"", "-", "—"} or name == "余额" else 0
        except ValueError:
            wrong.append(_bad(number, name, text, "元，最多两位小数 yuan"))
    if not wrong:
        came, went = sums["收入"], sums["支出"]
        if min(came, went) < 0 or (came > 0) == (went > 0) or max(came, went) > MAX_FEN:
            wrong.append(ONE_SIDE(row=number))
    if wrong:
        read.wrong += wrong
        return
    fen = sums["收入"] - sums["支出"]
    read.lines.append(BankLine(number, on, fen, sums["余额"], cells["摘要"], cells.get("凭证号", "")))


def _days_wrong(lines: Sequence[BankLine], first_on: date, last_on: date) -> Iterable[Problem]:
    before = first_on
    for line in lines:
        if not before <= line.on <= last_on:
            yield OUT_OF_PERIOD(row=line.row, day=line.on, first=first_on, last=last_on)
        else:
            before = line.on


def _balances_wrong(lines: Sequence[BankLine]) -> Iterable[Problem]:
    for before, line in pairwise(lines):
        expected = before.balance_fen + line.fen
        if line.balance_fen != expected:
            yield NOT_RUNNING(row=line.row, expected=yuan_text(expected), found=yuan_text(line.balance_fen))


def _bad(row: int, what: str, found: str, expected: str) -> Problem:
    return BAD_CELL(row=row, what=what, found=found or "空 empty", expected=expected)
