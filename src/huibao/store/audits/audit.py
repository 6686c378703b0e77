"""What an audit is: a numbered invariant, in words, and the query that finds where live data break it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where an invariant does not hold: which row, and what is wrong with it."""

    where: str
    says_zh: str
    says_en: str


@dataclass(frozen=True, slots=True)
class Audit:
    """One question put to the live data. `run` yields nothing when the invariant holds."""

    number: str
    says_zh: str
    says_en: str
    run: Callable[[], Iterable[Broken]]
