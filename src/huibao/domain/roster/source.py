"""The agencies' rosters: which columns each needs and which facts its rows state. One row of the table per source."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from huibao.domain.roster.column import Column
from huibao.domain.roster.person import FactKind


class SourceId(StrEnum):
    """The kinds of roster that agencies send."""

    DISABILITY_CERTIFICATE = "disability_certificate"
    LOW_INCOME = "low_income"
    POVERTY_RELIEF = "poverty_relief"
    INSTANT_HELP = "instant_help"
    REHABILITATION = "rehabilitation"
    CARE = "care"
    ATHLETES = "athletes"


KIND_COLUMNS: Final = (
    Column.PERSON_KIND,
    Column.SUBSISTENCE,
    Column.DESTITUTE,
    Column.SUBSISTENCE_MARGINAL,
    Column.LOW_INCOME,
    Column.RELIEF,
)
"""Any of them says which hardship a person is in."""

CHILD_LAST_AGE: Final = 17
"""A child is under eighteen full years (Civil Code art. 17); rehabilitation places are for children. HN-2.2."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of roster. `needs`: of each tuple of columns at least one must be there. `states`: what being listed means."""

    id: SourceId
    title: str
    title_en: str
    agency: str
    needs: tuple[tuple[Column, ...], ...]
    states: FactKind | None
    begins: tuple[Column, ...] = ()
    """Columns that give the day the stated fact begins, the first filled one counts; else the roster's day."""
    last_age: int | None = None
    clause: str = ""


IDENTIFIED: Final = ((Column.NAME,), (Column.IDENTITY, Column.CERTIFICATE))

SOURCES: Final[dict[SourceId, Source]] = {
    source.id: source
    for source in (
        Source(
            SourceId.DISABILITY_CERTIFICATE,
            "持证残疾人名册",
            "holders of disability certificates",
            "残联",
            (*IDENTIFIED, (Column.CERTIFICATE, Column.CATEGORY), (Column.CERTIFICATE, Column.GRADE)),
            FactKind.DISABILITY,
            (Column.CERTIFICATE_FROM,),
            clause="HN-2.2",
        ),
        Source(
            SourceId.LOW_INCOME,
            "低保、特困、低收入人口名册",
            "subsistence allowance, destitute and low-income people",
            "民政",
            (*IDENTIFIED, KIND_COLUMNS),
            None,
            (Column.RECOGNISED_ON,),
            clause="HN-1",
        ),
        Source(
            SourceId.POVERTY_RELIEF,
            "脱贫人口和监测对象名册",
            "people out of poverty and those watched",
            "乡村振兴（扶贫）",
            (*IDENTIFIED, (Column.RELIEF, Column.PERSON_KIND)),
            None,
            (Column.RECOGNISED_ON,),
            clause="SD-3",
        ),
        Source(
            SourceId.INSTANT_HELP,
            "即时帮扶人口名册",
            "people under instant help",
            "乡村振兴（扶贫）",
            (*IDENTIFIED, (Column.RECOGNISED_ON,)),
            FactKind.INSTANT_HELP,
            (Column.RECOGNISED_ON,),
            clause="SD-4 tail",
        ),
        Source(
            SourceId.REHABILITATION,
            "康复机构受训儿童名册",
            "children in training at rehabilitation institutions",
            "残联",
            (*IDENTIFIED, (Column.INSTITUTION,)),
            FactKind.REHABILITATION_INSTITUTION,
            (Column.ADMITTED_ON,),
            last_age=CHILD_LAST_AGE,
            clause="HN-2.2",
        ),
        Source(
            SourceId.CARE,
            "托养机构残疾人名册",
            "people in care at institutions",
            "残联",
            (*IDENTIFIED, (Column.INSTITUTION,)),
            FactKind.CARE_INSTITUTION,
            (Column.ADMITTED_ON,),
            clause="HN-2.2",
        ),
        Source(
            SourceId.ATHLETES,
            "残疾人运动员名册",
            "athletes with disabilities",
            "残联",
            IDENTIFIED,
            FactKind.ATHLETE,
            (Column.ADMITTED_ON,),
            clause="HN-2.2",
        ),
    )
}


def missing_columns(source: Source, present: frozenset[Column]) -> tuple[tuple[Column, ...], ...]:
    """Return the needs no present column meets, each as its alternatives."""
    return tuple(need for need in source.needs if not present.intersection(need))


def guess_source(present: frozenset[Column], title: str) -> SourceId | None:
    """Return the kind of roster that columns and title rows suggest, None when nothing does. Only a suggestion."""
    if "托养" in title or "照护" in title:
        return SourceId.CARE
    if "运动员" in title or Column.SPORT in present:
        return SourceId.ATHLETES
    if "康复" in title:
        return SourceId.REHABILITATION
    if "即时帮扶" in title:
        return SourceId.INSTANT_HELP
    if Column.RELIEF in present:
        return SourceId.POVERTY_RELIEF
    if {Column.CERTIFICATE, Column.GRADE} & present:
        return SourceId.DISABILITY_CERTIFICATE
    if present & set(KIND_COLUMNS):
        return SourceId.LOW_INCOME
    return SourceId.INSTANT_HELP if Column.RECOGNISED_ON in present else None
