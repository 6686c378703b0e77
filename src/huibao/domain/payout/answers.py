"""The bank's answer: read, and laid beside our lines. What cannot be acted upon is named, and touches nothing.

Paid and rejected are facts; a line that is silent stays open; a second answer of the same kind changes nothing, one of
another kind is refused, so that no order of files can pay or undo anything twice.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from huibao.domain.payout import problems
from huibao.kernel.fen import MAX_FEN, parse_yuan, yuan_text
from huibao.kernel.problem import Problem, Refused

MAX_BYTES: Final = 2_000_000
MAX_ROWS: Final = 5_000
MAX_REASON_CHARS: Final = 200
COLUMNS: Final = ("付款编号", "结果", "金额", "日期", "原因")
"""Number of the payment, paid or rejected, yuan, day, reason of a rejection."""
ENGLISH: Final = {"reference": "付款编号", "result": "结果", "amount": "金额", "date": "日期", "reason": "原因"}


class Answer(StrEnum):
    """What the bank says of one payment."""

    PAID = "paid"
    REJECTED = "rejected"

    @property
    def zh(self) -> str:
        """Chinese word."""
        return {"paid": "已付", "rejected": "退回"}[self.value]


WORDS: Final = {
    **dict.fromkeys(("paid", "成功", "已付", "支付成功"), Answer.PAID),
    **dict.fromkeys(("rejected", "失败", "退回", "退票", "支付失败"), Answer.REJECTED),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the bank's file: which payment, what became of it, fen, day, and why."""

    row: int
    reference: str
    answer: Answer
    fen: int
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One of our lines as it stands: `answer` None while the bank is silent."""

    reference: str
    fen: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a file of answers comes to: rows to act upon, those known already, what is odd, and who is still silent."""

    news: tuple[Row, ...] = ()
    known: tuple[Row, ...] = ()
    odd: tuple[Problem, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sheet:
    rows: list[Row] = field(default_factory=list)
    odd: list[Problem] = field(default_factory=list)


def read_answers(content: bytes) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """Return the rows of a bank's file and what is wrong with single ones. Refused where it is no such file at all."""
    if len(content) > MAX_BYTES:
        raise Refused(problems.TOO_LARGE(found=len(content), unit="字节 bytes", limit=MAX_BYTES))
    try:
        lines = list(csv.reader(io.StringIO(_decoded(content), newline="")))
    except csv.Error as error:
        raise Refused(problems.NOT_A_RETURN(why="不是 CSV not a CSV", columns="、".join(COLUMNS))) from error
    if len(lines) > MAX_ROWS:
        raise Refused(problems.TOO_LARGE(found=len(lines), unit="行 rows", limit=MAX_ROWS))
    at, places = _header(lines)
    sheet = _Sheet()
    for number, cells in enumerate(lines[at + 1 :], at + 2):
        if any(cell.strip() for cell in cells):
            _read_row(sheet, number, {name: _at(cells, place) for name, place in places.items()})
    return tuple(sheet.rows), tuple(sheet.odd)


def reconcile(sent: Sequence[Sent], rows: Sequence[Row]) -> Reconciled:
    """Lay the bank's rows beside our lines. Each line is in at most one of `news`, and only while it had no answer."""
    ours = {line.reference: line for line in sent}
    said: dict[str, Answer] = {line.reference: line.answer for line in sent if line.answer is not None}
    news: list[Row] = []
    known: list[Row] = []
    odd: list[Problem] = []
    here: set[str] = set()
    for row in rows:
        line = ours.get(row.reference)
        if line is None:
            odd.append(problems.UNKNOWN_LINE(row=row.row, reference=row.reference))
        elif row.fen != line.fen:
            odd.append(
                problems.OTHER_AMOUNT(
                    row=row.row, reference=row.reference, found=yuan_text(row.fen), ours=yuan_text(line.fen)
                )
            )
        elif row.reference in said and said[row.reference] is row.answer:
            known.append(row)
        elif row.reference in said:
            before = "本文件前面的结果" if row.reference in here else "先前的回盘"
            odd.append(problems.CONTRADICTS(row=row.row, reference=row.reference, before=before))
        else:
            if row.answer is Answer.REJECTED and not row.reason:
                odd.append(problems.NO_WHY(row=row.row, reference=row.reference))
            news.append(row)
            said[row.reference] = row.answer
            here.add(row.reference)
    silent = tuple(line.reference for line in sent if line.reference not in said)
    return Reconciled(tuple(news), tuple(known), tuple(odd), silent)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(problems.NOT_A_RETURN(why="不是文本文件 not a text file", columns="、".join(COLUMNS)))


def _header(lines: Sequence[Sequence[str]]) -> tuple[int, Mapping[str, int]]:
    for at, cells in enumerate(lines[:10]):
        names = [ENGLISH.get(cell.strip().lower(), cell.strip()) for cell in cells]
        if set(COLUMNS) <= set(names):
            return at, {name: names.index(name) for name in COLUMNS}
    raise Refused(problems.NOT_A_RETURN(why="没有找到表头 no header", columns="、".join(COLUMNS)))


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _read_row(sheet: _Sheet, number: int, cells: Mapping[str, str]) -> None:
    answer = WORDS.get(cells["结果"].lower())
    if answer is None:
        sheet.odd.append(_bad(number, "结果", cells["结果"], "成功或失败 paid or rejected"))
        return
    try:
        fen = parse_yuan(cells["金额"])
    except ValueError:
        fen = None
    if fen is None or not 0 < fen <= MAX_FEN:
        sheet.odd.append(_bad(number, "金额", cells["金额"], "元，两位小数 yuan"))
        return
    try:
        on = date.fromisoformat(cells["日期"].replace("/", "-"))
    except ValueError:
        sheet.odd.append(_bad(number, "日期", cells["日期"], "年-月-日 YYYY-MM-DD"))
        return
    sheet.rows.append(Row(number, cells["付款编号"], answer, fen, on, cells["原因"][:MAX_REASON_CHARS]))


def _bad(row: int, what: str, found: str, expected: str) -> Problem:
    return problems.BAD_ROW(row=row, what=what, found=found or "空 empty", expected=expected)
