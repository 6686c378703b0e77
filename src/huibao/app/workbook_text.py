"""Reading rosters written as text: csv, tsv, txt in UTF-8, GB18030 or UTF-16, of any size and never held whole.

A text is gone through once to learn its encoding, its hash and whether it is a text at all; what does not read is told
with its line and byte. Then its rows can be gone through as often as one likes.
"""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import IO, Final

from huibao.app.workbook_refusals import (
    CUT_OFF,
    ENCODING,
    MAX_COLUMNS,
    MIB,
    NO_SUCH_SHEET,
    NOT_A_WORKBOOK,
    TOO_MANY_ROWS,
    TOO_WIDE,
    UNREADABLE,
)
from huibao.kernel.problem import Refused

UTF16_MARKS: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
WEB_PAGE: Final = re.compile(rb"^\s*(?:<!doctype html|<html|<table|<\?xml[^>]*>\s*<html|<meta)", re.IGNORECASE)
TEXT_QUOTED: Final = re.compile(r'="(.*)"')
"""How exports protect digits in csv: ="430…"."""
DELIMITERS: Final = ",\t;|"
ENDINGS: Final = frozenset({".csv", ".txt", ".tsv"})
LOOKED_AT: Final = 10_000
"""Characters of a text in which its delimiter is looked for."""
BLOCK: Final = 4 * MIB
STRETCH: Final = 10_000
"""Rows read at once where a caller wants one after the other."""


@dataclass(frozen=True, slots=True)
class Text:
    """How a text is written, found by going through it once. `opened` gives its bytes from the first on."""

    name: str
    opened: Callable[[], IO[bytes]]
    sha256: str
    encoding: str
    delimiter: str
    lines: int
    ended: bool
    """Whether its last line ends as the others do."""
    paired: bool
    """Whether it holds an even number of quotation marks."""
    protected: bool
    """Whether any cell may be protected as ="430…"."""

    def rows(self, limit: int) -> Iterator[list[str]]:
        """Its rows from the first on; the caller may stop where it likes. Refused above `limit` rows."""
        for stretch in self.stretches(STRETCH, limit):
            yield from stretch

    def stretches(self, size: int, limit: int) -> Iterator[list[list[str]]]:
        """Its rows from the first on, so many at a time; all that is refused is refused here."""
        before: list[str] = []
        last: list[str] = []
        held = 0
        with self._text() as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            try:
                while rows := list(islice(reader, size)):
                    self._narrow(rows, held)
                    held += len(rows)
                    if held > limit:
                        raise Refused(TOO_MANY_ROWS(where=self.name, rows=f"> {limit}", limit=limit))
                    before, last = rows[-2] if len(rows) > 1 else last, rows[-1]
                    yield [self._plain(row) for row in rows] if self.protected else rows
            except csv.Error as error:
                raise Refused(UNREADABLE(where=self.name, row=reader.line_num, why=error)) from None
        self._whole(before, last, held)

    def pick(self, numbers: Iterable[int]) -> Iterator[list[str]]:
        """The rows with these numbers, from 1 and ascending, of a text that was gone through without a refusal."""
        with self._text() as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            at = 0
            for number in numbers:
                yield self._plain(next(islice(reader, number - at - 1, None)))
                at = number

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self.opened(), encoding=self.encoding, newline="")

    def _plain(self, row: list[str]) -> list[str]:
        return [unquoted(cell) for cell in row] if self.protected else row

    def _narrow(self, rows: list[list[str]], held: int) -> None:
        if max(map(len, rows)) <= MAX_COLUMNS:
            return
        at = next(at for at, row in enumerate(rows, held + 1) if len(row) > MAX_COLUMNS)
        found = len(rows[at - held - 1])
        raise Refused(TOO_WIDE(where=self.name, row=at, what="列 / columns", found=found, limit=MAX_COLUMNS))

    def _whole(self, before: list[str], last: list[str], number: int) -> None:
        """Refuse a text whose last row was cut off: too short without a line end, or within an open quotation."""
        if not self.ended and len(last) < len(before):
            why_zh = f"只有 {len(last)} 列，上一行有 {len(before)} 列，且没有换行"
            why_en = f"{len(last)} columns where the row before has {len(before)}, and no line end"
        elif not self.paired and last and (not self.ended or "\n" in last[-1]):
            why_zh, why_en = "引号没有配对", "a quotation is not closed"
        else:
            return
        raise Refused(CUT_OFF(where=self.name, row=number, why_zh=why_zh, why_en=why_en))


def look_over(name: str, opened: Callable[[], IO[bytes]], sheet: str | None = None, block: int = BLOCK) -> Text:
    """Go through a text once, `block` bytes at a time; refused where it is none, with the place that does not read."""
    path = PurePath(name)
    if sheet is not None and sheet != path.stem:
        raise Refused(NO_SUCH_SHEET(where=name, sheet=sheet, sheets=path.stem))
    with opened() as file:
        begins = file.read(512)
    if WEB_PAGE.match(begins):
        raise Refused(NOT_A_WORKBOOK(where=name, what="网页改名而成 / a web page renamed"))
    marked = UTF16_MARKS.get(begins[:2])
    # The byte order mark is left to the reader: a decoder that takes it off counts its bytes from behind it.
    tries = [("utf-16", marked)] if marked else [("utf-8-sig", "utf-8"), ("gb18030", "gb18030")]
    furthest = (0, 1)
    for encoding, codec in tries:
        found = _gone_through(opened, codec, block)
        if isinstance(found, tuple):
            furthest = max(furthest, found)
            continue
        if found.zeros or path.suffix.lower() not in ENDINGS:
            raise Refused(NOT_A_WORKBOOK(where=name, what=path.suffix or "?"))
        return Text(
            name=name,
            opened=opened,
            sha256=found.digest.hexdigest(),
            encoding=encoding,
            delimiter=delimiter_of(found.start.removeprefix("\ufeff")),
            lines=found.lines + (not found.ended),
            ended=found.ended,
            paired=found.quotes % 2 == 0,
            protected=found.protected,
        )
    at, line = furthest
    raise Refused(ENCODING(where=name, at=at + 1, line=line))


@dataclass(slots=True)
class _Seen:
    """What was seen of a text so far."""

    digest: "hashlib._Hash"
    start: str = ""
    lines: int = 0
    quotes: int = 0
    ended: bool = True
    zeros: bool = False
    protected: bool = False
    held: str = ""
    """The last character, where ="…" may lie over two blocks."""

    def take(self, text: str) -> None:
        """Look at the next characters."""
        if not text:
            return
        if len(self.start) < LOOKED_AT:
            self.start += text[:LOOKED_AT]
        self.lines += text.count("\n")
        self.quotes += text.count('"')
        self.zeros = self.zeros or "\x00" in text
        self.protected = self.protected or '="' in self.held + text
        self.ended = text[-1] in "\r\n"
        self.held = text[-1]


def _gone_through(opened: Callable[[], IO[bytes]], codec: str, block: int) -> _Seen | tuple[int, int]:
    """What the text holds in this encoding; or (byte from 0, line from 1) of what does not read in it."""
    seen = _Seen(hashlib.sha256())
    decoder = codecs.getincrementaldecoder(codec)()
    at = 0
    with opened() as file:
        while True:
            piece = file.read(block)
            waiting = len(decoder.getstate()[0])
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(codec, "ignore").count("\n")
                return at - waiting + error.start, seen.lines + before + 1
            seen.digest.update(piece)
            seen.take(text)
            at += len(piece)
            if not piece:
                return seen


def delimiter_of(text: str) -> str:
    """The mark between cells: the one that stands most often in a line of the text's beginning."""
    first = text[: text.find("\n")] if "\n" in text else text
    lines = text[:LOOKED_AT].splitlines() or [first]
    return max(DELIMITERS, key=lambda mark: max(line.count(mark) for line in lines))


def unquoted(cell: str) -> str:
    """The cell without the quoting by which exports protect digits."""
    if cell.startswith('="') and (found := TEXT_QUOTED.fullmatch(cell)):
        return found[1]
    return cell
