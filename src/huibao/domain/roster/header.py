"""Finding the header of a sheet and guessing what its columns mean, each guess with its confidence and reason.

A sheet may begin with title rows; its header may take several rows with merged cells (户籍地址 over 区, 街道 and
社区). Rows are scored by how many known header words they hold; the best one, with the rows above or below that
belong to it, is the header. Guesses are shown to a person, confirmed once and remembered.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

from huibao.domain.roster.column import Column, title
from huibao.domain.roster.words import BY_WORD, PARENTS, plain

Cell = str | int | float | bool | date | None  # not money: what a workbook stores, to be recognised as damage
"""What a reader of workbooks hands over; a float can only come from outside and is never calculated with."""

MAX_HEADER_DEPTH: Final = 3
MAX_TITLE_ROWS: Final = 30
"""The header must begin within so many rows: no sender writes a longer preamble, and each row more costs time."""
LEAST_WORDS: Final = 2
"""A row with a single known word is a title (残疾人名册), not a header."""
SAMPLE_ROWS: Final = 50
HANDED_BACK: Final = ("核对结论", "原因", "处理办法")
"""What we ourselves add at the right edge of a workbook that goes back to its sender: no part of the sender's header."""

CERTAIN: Final = 100
LIKELY: Final = 80
BY_CONTENT: Final = 60

DIGITS: Final = re.compile(r"\d{6,}")
IDENTITY_LIKE: Final = re.compile(r"'?\d{17}[\dXx]")
CERTIFICATE_LIKE: Final = re.compile(r"'?\d{17}[\dXx][1-7][1-4]([Bb]\d)?")
MOST_PERCENT: Final = 60

Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""Merged ranges: ((first row, first column), (last row, last column)), from 0."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the column at `index` (from 0) seems to mean. `confidence` is a percentage, 0 where nothing was found."""

    index: int
    label: str
    column: Column | None
    confidence: int
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the header stands (rows from 0), how many rows it takes, and what its columns seem to mean."""

    first: int
    depth: int
    guesses: tuple[Guess, ...]

    @property
    def first_data(self) -> int:
        """First row (from 0) after the header."""
        return self.first + self.depth

    @property
    def mapping(self) -> dict[Column, int]:
        """Column → index, for the guesses that found something."""
        return {guess.column: guess.index for guess in self.guesses if guess.column is not None}

    @property
    def labels(self) -> tuple[str, ...]:
        """The header texts, parents and children joined by "/"."""
        return tuple(guess.label for guess in self.guesses)

    @property
    def fingerprint(self) -> str:
        """Hash of the header texts; a mapping is remembered for exactly this header."""
        return hashlib.sha256("\x1f".join(self.labels).encode()).hexdigest()


def find_header(rows: Sequence[Sequence[Cell]], merged: Merged = ()) -> Layout | None:
    """Return the layout of a sheet, or None when no row within the first 30 reads like a header."""
    head = rows[:MAX_TITLE_ROWS]
    scores = [0 if _is_data(row) else _score([(_text(cell),) for cell in row]) for row in head]
    best = max(range(len(head)), key=lambda at: (scores[at], -at), default=None)
    if best is None or scores[best] < 1:
        return None
    options: list[tuple[int, int, int, list[tuple[str, ...]]]] = []
    for depth in range(1, MAX_HEADER_DEPTH + 1):
        for first in range(max(0, best - depth + 1), best + 1):
            block = rows[first : first + depth]
            if len(block) == depth and not any(_is_data(row) or _is_title(row) for row in block):
                paths = _paths(rows, first, depth, merged)
                options.append((_score(paths), -depth, -first, paths))
    score, depth, first, paths = max(options, key=lambda option: option[:3])
    if score < LEAST_WORDS:
        return None
    sample = rows[-first - depth : -first - depth + SAMPLE_ROWS]
    return Layout(-first, -depth, _guess(_senders_own(paths), sample))


def is_header_again(row: Sequence[Cell], layout: Layout) -> bool:
    """Tell whether a row repeats the header, as printed page breaks leave it in the middle of a sheet."""
    labels = [guess.label.rsplit("/", 1)[-1] for guess in layout.guesses]
    same = sum(1 for cell, label in zip(row, labels, strict=False) if label and _text(cell) == label)
    return same >= LEAST_WORDS and 2 * same > sum(1 for label in labels if label)


@lru_cache(maxsize=4096)
def meaning(path: tuple[str, ...]) -> tuple[Column | None, int, str, str]:
    """Return (column, confidence, reason, English reason) for a header path, parents first."""
    words = [plain(part) for part in path if plain(part)]
    if not words:
        return None, 0, "表头为空", "no header text"
    own = words[-1]
    if len(words) > 1:
        parent = "".join(words[:-1])
        stem = next((stem for stem in PARENTS if stem in parent), None)
        # The longest word counts: 社区 ends in 区 and is none.
        child = max((word for word in PARENTS[stem] if word in own), key=len, default=None) if stem else None
        if stem and child:
            return PARENTS[stem][child], CERTAIN, f"“{parent}”之下的“{own}”", f"“{own}” under “{parent}”"
    for word in (own, "".join(words)):
        if word in BY_WORD:
            column = BY_WORD[word]
            return column, CERTAIN, f"表头就是“{word}”", f"the header is “{word}”"
    held = [word for word in BY_WORD if len(word) > 1 and word in own]
    if held:
        word = max(held, key=lambda text: (len(text), own.endswith(text)))
        return BY_WORD[word], LIKELY, f"表头含“{word}”", f"the header contains “{word}”"
    if len(words) > 1:
        return meaning(path[:-1]) if own in words[:-1] else (None, 0, "没有认识的词", "no known word")
    return None, 0, "没有认识的词", "no known word"


def _guess(paths: Sequence[tuple[str, ...]], sample: Sequence[Sequence[Cell]]) -> tuple[Guess, ...]:
    """Guess each column; of two columns for one meaning the surer one, then the left one, keeps it."""
    found: list[Guess] = []
    for index, path in enumerate(paths):
        column, confidence, reason, reason_en = meaning(path)
        seen = _by_content(index, sample)
        unsure = confidence < CERTAIN or column in {Column.IDENTITY, Column.CERTIFICATE}
        if seen is not None and unsure and seen is not column:
            column, confidence = seen, BY_CONTENT
            reason = f"内容像{title(seen)}"
            reason_en = f"its values look like a {title(seen, 'en')}"
        found.append(
            Guess(index, "/".join(dict.fromkeys(part for part in path if part)), column, confidence, reason, reason_en)
        )
    kept: dict[Column, Guess] = {}
    for guess in sorted(found, key=lambda g: (-g.confidence, g.index)):
        if guess.column is not None:
            kept.setdefault(guess.column, guess)
    return tuple(
        guess
        if guess.column is None or kept[guess.column] is guess
        else Guess(
            guess.index,
            guess.label,
            None,
            0,
            f"“{title(guess.column)}”已由第 {kept[guess.column].index + 1} 列担任",
            f"column {kept[guess.column].index + 1} already is the {title(guess.column, 'en')}",
        )
        for guess in found
    )


def _by_content(index: int, sample: Sequence[Sequence[Cell]]) -> Column | None:
    texts = [text for row in sample if index < len(row) and (text := _text(row[index]))]
    if not texts:
        return None
    for shape, column in ((CERTIFICATE_LIKE, Column.CERTIFICATE), (IDENTITY_LIKE, Column.IDENTITY)):
        if 100 * sum(1 for text in texts if shape.fullmatch(text)) >= MOST_PERCENT * len(texts):
            return column
    return None


def _paths(rows: Sequence[Sequence[Cell]], first: int, depth: int, merged: Merged) -> list[tuple[str, ...]]:
    """Header texts of each column from top to bottom, merged cells filled in; csv has no merges, so blanks inherit."""
    width = max(len(row) for row in rows[first : first + depth])
    grid = [[_text(row[at]) if at < len(row) else "" for at in range(width)] for row in rows[first : first + depth]]
    for (top, left), (bottom, right) in merged:
        for row in range(max(top, first), min(bottom, first + depth - 1) + 1):
            for at in range(left, min(right, width - 1) + 1):
                if top >= first:
                    grid[row - first][at] = grid[top - first][left]
    if not merged:
        for above, below in pairwise(grid):
            for at in range(1, width):
                if not above[at] and below[at]:
                    above[at] = above[at - 1]
    return [tuple(line[at] for line in grid) for at in range(width)]


def _senders_own(paths: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The header without what we added when we handed it back: mended and sent again it is the header it was."""
    width, added = len(paths), len(HANDED_BACK)
    while width > added and tuple(path[-1] for path in paths[width - added : width]) == HANDED_BACK:
        width -= added
        while width < len(paths) and width and not any(paths[width - 1]):
            width -= 1
    return paths[:width]


def _score(paths: Sequence[tuple[str, ...]]) -> int:
    """How many different meanings the columns have."""
    return len({column for path in paths if (column := meaning(path)[0]) is not None})


def _is_data(row: Sequence[Cell]) -> bool:
    """A row with a number, a date or a long run of digits is about somebody, not about columns."""
    return any(
        (isinstance(cell, str) and DIGITS.search(cell) is not None) or isinstance(cell, (int, float, date))
        for cell in row
        if cell is not None
    )


def _is_title(row: Sequence[Cell]) -> bool:
    return sum(1 for cell in row if _text(cell)) <= 1


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)
