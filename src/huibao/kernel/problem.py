"""What somebody else may get wrong, as a value: what is wrong, where, and what to do, in Chinese and English.

Each kind is defined once, next to the code that finds it, with a stable code such as ``ROSTER-012``; the
registry is what docs/PROBLEMS.md is generated from. `Refused` is the one exception by which a use case
declines as a whole, having done nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import Literal

CODE_SHAPE = re.compile(r"[A-Z]{2,16}-\d{3}")
"""Codes are NOUN-NNN; they are printed, searched for and quoted on the telephone, so they never change."""

MAX_VALUE_CHARS = 200
"""Values quoted in a message are cut here: a cell may hold a whole letter, a message may not."""

SENTENCE_ENDS = tuple("。！？；：….!?;:")
"""A message that ends otherwise gets its full stop, so that it does not run into what to do."""

ALWAYS_AT_HAND = frozenset({"row", "field", "where"})
"""Placeholders every template may use, filled from the problem's own place (empty when unknown)."""

Lang = Literal["zh", "en"]


class Severity(StrEnum):
    """What the problem does to the thing it is about."""

    REFUSED = "refused"
    """It cannot be taken in."""
    DOUBTFUL = "doubtful"
    """A person must look before it counts."""
    REPAIRED = "repaired"
    """It was put right by us, visibly; what was read and what was made of it are both in the text."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about somebody's input. `row` is 1-based as in the sheet; `where` is a file, sheet or path."""

    code: str
    says: str
    do: str
    row: int | None = None
    field: str | None = None
    where: str | None = None
    says_en: str = ""
    do_en: str = ""
    severity: Severity = Severity.REFUSED

    def text(self, lang: Lang = "zh") -> str:
        """Return one line for a person: code, place, what is wrong, what to do. English falls back to Chinese."""
        if lang == "en":
            place = [self.where, f"row {self.row}" if self.row is not None else None, self.field]
            says, do, colon, gap, stop = self.says_en or self.says, self.do_en or self.do, ": ", " ", "."
        else:
            place = [self.where, f"第 {self.row} 行" if self.row is not None else None, self.field]
            says, do, colon, gap, stop = self.says, self.do, "：", "", "。"
        found_at = " · ".join(part for part in place if part)
        ended = not do or says.endswith(SENTENCE_ENDS)
        return (
            f"[{self.code}] {found_at}{colon if found_at else ''}{says}{'' if ended else stop}{gap if do else ''}{do}"
        )

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the problem for JSON; every key is always present."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "where": self.where,
            "row": self.row,
            "field": self.field,
            "says": self.says,
            "do": self.do,
            "says_en": self.says_en,
            "do_en": self.do_en,
        }


class Refused(Exception):  # noqa: N818 - a use case "is refused"; the word is the domain's
    """A use case declines as a whole, having done nothing; `problems` say why."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        """Take one problem or several; none at all would be a refusal without a reason, which is our fault."""
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            msg = "Refused needs at least one Problem"
            raise ValueError(msg)
        super().__init__("\n".join(problem.text() for problem in self.problems))


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem: its code and its four templates. Calling it makes a `Problem`."""

    code: str
    zh_says: str
    zh_do: str
    en_says: str
    en_do: str
    severity: Severity = Severity.REFUSED

    def placeholders(self) -> frozenset[str]:
        """Return the names the caller must give values for."""
        return _placeholders(self.zh_says, self.zh_do, self.en_says, self.en_do)

    def __call__(
        self,
        *,
        row: int | None = None,
        field: str | None = None,
        where: str | None = None,
        **values: object,
    ) -> Problem:
        """Fill the templates. A missing or unknown value is our own mistake: `TypeError`, as for any call."""
        wanted = self.placeholders()
        if wanted != values.keys():
            msg = f"{self.code} takes the values {sorted(wanted)}, was given {sorted(values)}"
            raise TypeError(msg)
        filled: dict[str, str] = {name: _quoted(value) for name, value in values.items()}
        filled |= {"row": "" if row is None else str(row), "field": field or "", "where": where or ""}
        return Problem(
            code=self.code,
            says=self.zh_says.format_map(filled),
            do=self.zh_do.format_map(filled),
            row=row,
            field=field,
            where=where,
            says_en=self.en_says.format_map(filled),
            do_en=self.en_do.format_map(filled),
            severity=self.severity,
        )


KINDS: dict[str, ProblemKind] = {}
"""Every kind there is, by code. Filled by `define` at import time and only then."""


def define(
    code: str,
    zh_says: str,
    zh_do: str,
    en_says: str,
    en_do: str,
    severity: Severity = Severity.REFUSED,
) -> ProblemKind:
    """Register a kind of problem at import time. A malformed or taken code is refused with `ValueError`.

    Templates hold ``{placeholders}``; ``{row}``, ``{field}`` and ``{where}`` are always available.
    """
    if not CODE_SHAPE.fullmatch(code):
        msg = f"a problem code reads NOUN-NNN, e.g. ROSTER-012; found {code!r}"
        raise ValueError(msg)
    if code in KINDS:
        msg = f"problem code {code} is already taken: {KINDS[code].zh_says}"
        raise ValueError(msg)
    kind = ProblemKind(code, zh_says, zh_do, en_says, en_do, severity)
    KINDS[code] = kind
    return kind


def problem_catalogue() -> tuple[ProblemKind, ...]:
    """Return every kind defined so far, by code; docs/PROBLEMS.md is generated from it."""
    return tuple(KINDS[code] for code in sorted(KINDS))


@cache
def _placeholders(*templates: str) -> frozenset[str]:
    """The names in a kind's templates; each kind is told of millions of rows and taken apart once."""
    named: set[str] = set()
    for template in templates:
        named.update(name for _, name, _, _ in Formatter().parse(template) if name is not None)
    return frozenset(named - ALWAYS_AT_HAND)


def _quoted(value: object) -> str:
    text = str(value)
    return text if len(text) <= MAX_VALUE_CHARS else text[: MAX_VALUE_CHARS - 1] + "…"
