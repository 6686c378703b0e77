"""A person's own say on what columns mean: read from a file, put over the guesses, checked against the source."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from huibao.domain.roster import refusals
from huibao.domain.roster.column import TITLES, Column, title
from huibao.domain.roster.header import CERTAIN, Guess, Layout
from huibao.domain.roster.source import Source, missing_columns
from huibao.domain.roster.words import plain
from huibao.kernel.problem import Problem

LETTERS: Final = re.compile(r"[A-Z]{1,3}")
BY_TITLE: Final = {zh: column for column, (zh, _) in TITLES.items()}


def chosen(layout: Layout, wishes: Mapping[str, Any]) -> tuple[Layout, tuple[Problem, ...]]:
    """Return the layout with the wishes ({"identity": "身份证号" or "E"}) put over the guesses, and what is wrong."""
    problems: list[Problem] = []
    known = "、".join(f"{column}（{title(column)}）" for column in Column)
    by_index: dict[int, Column] = {}
    for name, target in wishes.items():
        column = Column(name) if name in set(Column) else BY_TITLE.get(name)
        index = _index(layout, target) if isinstance(target, str) else None
        if column is None:
            problems.append(refusals.BAD_MAPPING(what=f"不认识“{name}” / unknown meaning", known=known))
        elif index is None:
            found = "、".join(label for label in layout.labels if label)
            problems.append(refusals.BAD_MAPPING(what=f"没有列“{target}”（有：{found}） / no such column", known=known))
        else:
            by_index[index] = column
    taken = set(by_index.values())
    guesses = tuple(
        Guess(guess.index, guess.label, by_index[guess.index], CERTAIN, "由人指定", "said by a person")
        if guess.index in by_index
        else replace(guess, column=None, confidence=0, reason="让与指定的列", reason_en="given up to the column named")
        if guess.column in taken
        else guess
        for guess in layout.guesses
    )
    return replace(layout, guesses=guesses), tuple(problems)


def remembered(layout: Layout, columns: Mapping[str, int]) -> Layout:
    """Return the layout with a mapping somebody confirmed before."""
    by_index = {index: Column(name) for name, index in columns.items()}
    return replace(
        layout,
        guesses=tuple(
            Guess(guess.index, guess.label, column, CERTAIN, "上次已确认", "confirmed before")
            if (column := by_index.get(guess.index)) is not None
            else replace(guess, column=None, confidence=0)
            for guess in layout.guesses
        ),
    )


def lacking(source: Source, layout: Layout, where: str) -> tuple[Problem, ...]:
    """Say which columns the source needs and the sheet does not have, with the headers found."""
    missing = missing_columns(source, frozenset(layout.mapping))
    if not missing:
        return ()
    names = "、".join("或".join(title(column) for column in need) for need in missing)
    found = "、".join(label for label in layout.labels if label)
    return (refusals.MISSING_COLUMNS(where=where, source=source.title, missing=names, found=found),)


def _index(layout: Layout, target: str) -> int | None:
    """Index of a column by its header text, or by its letters as a spreadsheet shows them."""
    for guess in layout.guesses:
        if target and target in {guess.label, guess.label.rsplit("/", 1)[-1]}:
            return guess.index
    for guess in layout.guesses:
        if target and guess.label and plain(target) == plain(guess.label.rsplit("/", 1)[-1]):
            return guess.index
    if LETTERS.fullmatch(target):
        index = 0
        for letter in target:
            index = index * 26 + ord(letter) - ord("A") + 1
        return index - 1 if index <= len(layout.guesses) else None
    return None
