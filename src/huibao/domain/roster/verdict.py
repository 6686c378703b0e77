"""What becomes of a row: its verdict, the person it is about, the facts it states, everything found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from huibao.domain.roster.column import Column
from huibao.domain.roster.header import Cell
from huibao.domain.roster.person import FactKind
from huibao.domain.roster.place import Places
from huibao.domain.roster.source import Source
from huibao.kernel.certificate import Certificate
from huibao.kernel.identity import Sex
from huibao.kernel.problem import Problem, Severity


class Verdict(StrEnum):
    """How a row ends; each row ends exactly one way. R1."""

    READY = "ready"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


class Standing(StrEnum):
    """What the row says of the person's place on the roster."""

    LISTED = "listed"
    DECEASED = "deceased"
    MOVED = "moved"
    GONE = "gone"
    """Left the institution, certificate cancelled, or every column says no."""
    UNKNOWN = "unknown"
    """It cannot be told whom the row is about."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as read: sheet, number as the sender sees it (from 1), cells, and columns whose formula has no saved value."""

    sheet: str
    row_no: int
    cells: tuple[Cell, ...] | list[Cell]
    unsaved: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """The person a row is about."""

    name: str
    identity: str
    birth_on: date
    sex: Sex
    domicile: str
    phone: str = ""
    address: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class FactDraft:
    """What a row states; its source is the row itself."""

    kind: FactKind
    value: str
    from_on: date
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RowResult:
    """A row judged. `facts` of a refused row are those that end something: a death."""

    sheet: str
    row_no: int
    verdict: Verdict
    standing: Standing
    person: PersonDraft | None
    facts: tuple[FactDraft, ...]
    problems: tuple[Problem, ...]
    name: str = ""
    certificate: Certificate | None = None

    @property
    def disability(self) -> str:
        """Category and grade of the disability stated, "physical/2", or nothing."""
        return next((fact.value for fact in self.facts if fact.kind is FactKind.DISABILITY), "")


@dataclass(frozen=True, slots=True)
class RowContext:
    """What all rows of one roster share."""

    source: Source
    mapping: Mapping[Column, int]
    taken_on: date
    area: str
    places: Places


VERDICT_OF: Final = {Severity.REFUSED: Verdict.REFUSED, Severity.DOUBTFUL: Verdict.DOUBTFUL}


def verdict_of(problems: tuple[Problem, ...] | list[Problem]) -> Verdict:
    """The gravest finding decides: refused before doubtful; repairs alone leave a row ready."""
    verdict = Verdict.READY
    for problem in problems:
        if problem.severity is Severity.REFUSED:
            return Verdict.REFUSED
        if problem.severity is Severity.DOUBTFUL:
            verdict = Verdict.DOUBTFUL
    return verdict
