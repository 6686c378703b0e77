"""What the demonstration tells: chapters, each a small table and a sentence, in Chinese and English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Lang


class Text(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """Return it in one."""
        return self.en if lang == "en" else self.zh


Cell = str | int | Text

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in JSON and for people; figures stand to the right."""

    key: str
    zh: str
    en: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the story."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Story:
    """The whole demonstration: its chapters, the files it left, whether everything was in balance."""

    seed: int
    people: int
    chapters: tuple[Chapter, ...]
    files: tuple[tuple[str, Text], ...]
    """File name → what it is."""
    balanced: bool


def yuan(fen: int) -> str:
    """Return an amount for a table, yuan with two decimals."""
    return yuan_text(fen)


def shown(cell: Cell, lang: Lang) -> str:
    """Return a cell as it is shown."""
    return cell.text(lang) if isinstance(cell, Text) else str(cell)


def chapter_data(chapter: Chapter) -> Mapping[str, Any]:
    """Return a chapter for JSON: rows as mappings; texts in both languages."""
    return {
        "name": chapter.name,
        "title": chapter.title._asdict(),
        "note": chapter.note._asdict(),
        "rows": [dict(_pairs(chapter, row)) for row in chapter.rows],
    }


def _pairs(chapter: Chapter, row: tuple[Cell, ...]) -> Iterator[tuple[str, Any]]:
    for column, cell in zip(chapter.columns, row, strict=True):
        yield column.key, cell._asdict() if isinstance(cell, Text) else cell
