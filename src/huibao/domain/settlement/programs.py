"""Programs at hand: compiled once for each scheme, benefit, day and contract's values, and kept."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from huibao.rules.compiler import compile_benefit
from huibao.rules.program import Program
from huibao.rules.shelf import open_scheme

KEPT: Final = 4096
"""Programs kept: ten contracts over a year of days; one is some tens of kilobytes."""


def program_for(
    scheme_id: str, benefit: str, on: date, known_on: date | None, settings: Mapping[str, int | str]
) -> Program:
    """Program of a scheme's benefit as in force on a day and known on another, with a contract's own values."""
    return _kept(scheme_id, benefit, on, known_on, tuple(sorted(settings.items())))


@lru_cache(maxsize=KEPT)
def _kept(
    scheme_id: str, benefit: str, on: date, known_on: date | None, settings: tuple[tuple[str, int | str], ...]
) -> Program:
    return compile_benefit(open_scheme(scheme_id), benefit, on, known_on, dict(settings))
