"""What is known about a person on one day: the facts that conditions of groups may ask about."""

from dataclasses import dataclass
from enum import StrEnum

LEVEL_DIGITS = (2, 4, 6, 9, 12)
"""Digits of a division code that name the province, city, county, town and village; zeros fill the rest."""


class DisabilityCategory(StrEnum):
    """Category on the disability certificate, in the order of its digits 1 to 7; `none` without certificate."""

    NONE = "none"
    VISUAL = "visual"
    HEARING = "hearing"
    SPEECH = "speech"
    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    MENTAL = "mental"
    MULTIPLE = "multiple"


class PovertyRelief(StrEnum):
    """Poverty-relief status: out of poverty and still enjoying the policy, out of it without, or none. SD-3."""

    NONE = "none"
    ENJOYING = "enjoying"
    NOT_ENJOYING = "not_enjoying"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsOnDay:
    """The dated facts of one person as they stand on one day. Every field has the meaning "nothing known" as default."""

    certificate: bool = False
    """Holds a valid disability certificate."""
    disability_category: DisabilityCategory = DisabilityCategory.NONE
    disability_grade: int = 0
    """Certificate grade 1 (most severe) to 4; 0 without certificate."""
    subsistence_allowance: bool = False
    """In a household with subsistence allowance (低保)."""
    destitute: bool = False
    """Supported as destitute (特困)."""
    subsistence_marginal: bool = False
    """On the margin of subsistence allowance (低保边缘)."""
    low_income: bool = False
    poverty_relief: PovertyRelief = PovertyRelief.NONE
    instant_help: bool = False
    """Recognised for instant help (即时帮扶). SD-3."""
    unstable: bool = False
    """Out of poverty but unstable (脱贫不稳定)."""
    marginal: bool = False
    """On the margin of poverty (边缘易致贫)."""
    sudden_hardship: bool = False
    """In sudden severe hardship (突发严重困难)."""
    rehabilitation_institution: bool = False
    """In training at a rehabilitation institution. HN-2.2."""
    care_institution: bool = False
    """In day or residential care at an institution (托养). HN-2.2."""
    athlete: bool = False
    """Athlete with a disability. HN-2.2."""
    age: int = 0
    """Full years on the day, 0..130."""
    domicile: str = ""
    """Division code of the registered residence, 6, 9 or 12 digits; empty when unknown."""
    alive: bool = True


def within(code: str, area: str) -> bool:
    """Tell whether a division code lies in an area: 430100 and 430102003 lie within 430000. False for an empty code."""
    stem = area
    for level in LEVEL_DIGITS:
        if len(area) >= level and not area[level:].strip("0"):
            stem = area[:level]
            break
    return bool(code) and code.startswith(stem)
