"""A made-up province: who lives there, a block of people at a time, each block by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa

from huibao.app.synthetic.claims import PLAIN, Knobs
from huibao.app.synthetic.numbers import Draw, choose
from huibao.app.synthetic.persons import (
    DAYS,
    HUNAN,
    IN_CARE,
    IN_REHABILITATION,
    INSTANT,
    MAX_PEOPLE,
    SHANDONG,
    STAYED,
    Life,
    Shares,
    county_weights,
    household_of,
    is_head,
    live,
)
from huibao.bulk.synthetic.columns import Column, Columns
from huibao.kernel.division import COUNTY_DIGITS
from huibao.kernel.problem import Refused, define
from huibao.rules.facts import DisabilityCategory, FactsOnDay, PovertyRelief
from huibao.rules.groups import holds
from huibao.rules.reference import division_table
from huibao.rules.scheme import Scheme

BLOCK: Final = 65_536
"""People of a block: what a step holds in memory, about 50 MB with its claims."""
SHIFT: Final = 16
DEFAULT_AREA: Final = "370000"
NATION: Final = "000000"
"""Area of a scheme for the whole country; its people are made up in the default area."""
UNMADE: Final = ("unstable", "marginal", "sudden_hardship")
"""Facts of which nobody is made; where a scheme's groups ask for them, everybody counts as insured."""

BAD_SIZE = define(
    "SYNTHETIC-001",
    "虚构人数应在 1 至 {most} 之间，读到 {found}",
    "请调整 --people。",
    "A made-up province has 1 to {most} people, found {found}",
    "Choose another --people.",
)
NO_COUNTIES = define(
    "SYNTHETIC-002",
    "区划 {area} 在 {day} 下没有县级单位",
    "请给出省、市或县的六位区划代码（如 370000）。",
    "The area {area} has no counties on {day}",
    "Give the six digits of a province, city or county (such as 370000).",
)


@dataclass(frozen=True, slots=True)
class Province:
    """A made-up province (or city, or county) of so many people. Person p is the same in a larger one."""

    people: int
    seed: int = 1
    area: str = DEFAULT_AREA
    knobs: Knobs = field(default=PLAIN)
    year: int = 2020
    shares: Shares | None = None
    """How common each circumstance is; None: by province, Hunan's or Shandong's."""

    def __post_init__(self) -> None:
        """Refuse a size or an area that cannot be."""
        if not 1 <= self.people <= MAX_PEOPLE:
            raise Refused(BAD_SIZE(most=MAX_PEOPLE, found=self.people))
        self.counties  # noqa: B018 - refused where the area has none

    @property
    def counties(self) -> tuple[str, ...]:
        """Codes of its counties, in use on the first day of the year."""
        return counties_of(self.area, date(self.year, 1, 1))

    @property
    def place(self) -> tuple[Shares, int, int, int]:
        """What `live` needs to know."""
        by_area = HUNAN if self.area.startswith("43") else SHANDONG
        return self.shares or by_area, self.seed, int(self.area[:2]), self.year

    @property
    def blocks(self) -> int:
        """How many blocks of people there are."""
        return -(-self.people // BLOCK)


def province_of(scheme: Scheme, people: int, seed: int = 1, knobs: Knobs = PLAIN) -> Province:
    """Return a province in which a scheme's people live: holders of certificates where its groups ask for them."""
    asked = " ".join(group.when for group in scheme.groups.values())
    holders = replace(HUNAN, relief="poverty_relief" in asked)
    area = DEFAULT_AREA if scheme.area == NATION else scheme.area
    return Province(
        people, seed, area, knobs, scheme.period.first_on.year, holders if "certificate" in asked else SHANDONG
    )


@cache
def counties_of(area: str, on: date) -> tuple[str, ...]:
    """Codes of the counties of an area on a day; a county is its own."""
    table = division_table()
    if not (area.isdigit() and len(area) == COUNTY_DIGITS) or table.name_on(area, on) is None:
        raise Refused(NO_COUNTIES(area=area, day=on))
    inside = tuple(row.code for row in table.counties(area, on)) if area.endswith("00") else (area,)
    if not inside:
        raise Refused(NO_COUNTIES(area=area, day=on))
    return inside


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """A stretch of the province's people, as columns."""

    first: int
    number: Column
    own: Columns
    house: Columns
    life: Life
    county: Column
    """Place of the county in `Province.counties`."""

    def __len__(self) -> int:
        return len(self.number)


def people_of(province: Province, first: int = 0, people: int | None = None) -> People:
    """Return so many people from a number on; by default all the rest."""
    count = province.people - first if people is None else min(people, province.people - first)
    number = np.arange(first, first + count, dtype=np.int64)
    own = Columns.of(province.seed, number)
    heads = np.where(is_head(own), number, -1)
    heads[0] = household_of(province.seed, first)
    household = np.maximum.accumulate(heads)
    house = Columns.of(province.seed, household)
    life = live(own, house, number, household, province.place)
    county = choose(house, Draw.COUNTY, county_weights(province.counties))
    return People(first, number, own, house, life, county)


def blocks_of(province: Province) -> Iterator[People]:
    """Go through everybody a block at a time."""
    for at in range(province.blocks):
        yield people_of(province, at * BLOCK, BLOCK)


def area_column(province: Province, county: Column) -> pa.DictionaryArray:
    """The county codes of people or claims."""
    return pa.DictionaryArray.from_arrays(pa.array(county.astype(np.int16)), pa.array(province.counties))


# --- groups ---------------------------------------------------------------------------------------------------------
KINDS_OF_HARDSHIP: Final = ("subsistence_allowance", "destitute", "subsistence_marginal", "low_income")
RELIEF: Final = (PovertyRelief.ENJOYING, PovertyRelief.NOT_ENJOYING, PovertyRelief.NONE, PovertyRelief.NONE)
WIDTHS: Final = (("category", 8), ("grade", 5), ("hardship", 5), ("relief", 4), ("institution", 3), ("athlete", 2))
AGES: Final = 128


def in_groups(scheme: Scheme, people: People, age: Column) -> Mapping[str, Column]:
    """Return who is in which group, by the scheme's own conditions. Each combination of facts is asked once."""
    ages = any("age" in group.when for group in scheme.groups.values())
    code: Column = age * ages
    for name, width in WIDTHS:
        code = code * width + getattr(people.life, name)
    combinations, place = np.unique(code, return_inverse=True)
    return {
        name: np.array([_member(group.when, int(one)) for one in combinations], dtype=np.int64)[place]
        for name, group in scheme.groups.items()
    }


def insured(scheme: Scheme, groups: Mapping[str, Column]) -> Column | None:
    """Return who is insured: the members of any group. None: everybody."""
    if not groups or any(word in group.when for group in scheme.groups.values() for word in UNMADE):
        return None
    found: Column = np.logical_or.reduce([member != 0 for member in groups.values()])
    return found


@cache
def _member(when: str, code: int) -> bool:
    return holds(when, _facts(code))


@cache
def _facts(code: int) -> FactsOnDay:
    parts: dict[str, int] = {}
    for name, width in reversed(WIDTHS):
        code, parts[name] = divmod(code, width)
    hardship: dict[str, Any] = {name: parts["hardship"] == at for at, name in enumerate(KINDS_OF_HARDSHIP, 1)}
    return FactsOnDay(
        certificate=parts["category"] > 0,
        disability_category=tuple(DisabilityCategory)[parts["category"]],
        disability_grade=parts["grade"],
        poverty_relief=RELIEF[parts["relief"]],
        instant_help=parts["relief"] == INSTANT,
        rehabilitation_institution=parts["institution"] == IN_REHABILITATION,
        care_institution=parts["institution"] == IN_CARE,
        athlete=parts["athlete"] > 0,
        age=code,
        **hardship,
    )


def covered(life: Life) -> tuple[Column, Column]:
    """Return the first and last day of the year (from 0) on which each person is covered; none where first > last."""
    return np.maximum(life.instant_day, 0), np.where(life.gone == STAYED, DAYS - 1, life.gone_day - 1)


def ages_of(people: People, day: Column, at: Column | None = None) -> Column:
    """Return full years on a day (days since 1970), of everybody or of the people at these places."""
    months = day.astype("datetime64[D]").astype("datetime64[M]")
    years = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    in_month = day - months.astype("datetime64[D]").astype(np.int64) + 1
    life = people.life
    born = [one if at is None else one[at] for one in (life.birth_year, life.birth_month, life.birth_day)]
    before = (month < born[1]) | ((month == born[1]) & (in_month < born[2]))
    found: Column = years - born[0] - before
    return found
