"""The people of the made-up county and what is true of each: the truth the rosters are then written from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from huibao.app.synthetic.names import DOTTED, make_name, village_names
from huibao.domain.roster.place import short_code
from huibao.kernel.certificate import DisabilityCategory, DisabilityGrade, certificate_number
from huibao.kernel.identity import EXCEL_TAIL, Sex, check_digit
from huibao.rules.reference import division_table

MAX_PEOPLE: Final = 200_000
"""More than any county's roster; a larger number is a slip of the finger."""

VILLAGES_A_TOWN: Final = 8
SHARE_UNKNOWN_TOWN: Final = 5
"""Per mille of people of whom no agency knows the township."""


@dataclass(frozen=True, slots=True)
class Place:
    """A township of the county: its real division code (9 digits) and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class County:
    """The county the people are registered in: real code and names, invented inhabitants."""

    code: str
    name: str
    towns: tuple[Place, ...]


def county_of(code: str, on: date) -> County:
    """Return the real county with its townships as of a day; only the demonstration counties' towns are shipped."""
    table = division_table()
    towns = tuple(Place(short_code(town.code), town.name) for town in table.below(code, on))
    if not towns:
        msg = f"no townships of {code} are shipped"
        raise ValueError(msg)
    return County(code, table.name_on(code, on) or code, towns)


@dataclass(frozen=True, slots=True)
class Shares:
    """How common each circumstance is, per mille of people. Demonstration values; no statistics were used."""

    relief_enjoying: int
    relief_not_enjoying: int
    instant_help: int
    disabled: int
    hardship: int
    """Of people with a disability: subsistence allowance, destitute or low income."""
    rehabilitation: int
    care: int
    athletes: int


SHANDONG: Final = Shares(780, 180, 12, 160, 350, 0, 0, 0)
HUNAN: Final = Shares(0, 0, 0, 1000, 460, 300, 25, 6)
"""`rehabilitation` counts among children with a disability, the others among all."""

HARDSHIPS: Final = ("低保", "低保", "低保", "特困", "低保边缘", "低收入")
"""Three of six receive the allowance: the usual order of sizes, nothing more."""

CATEGORY_WEIGHTS: Final = (12, 18, 2, 40, 10, 12, 6)
GRADE_WEIGHTS: Final = (16, 26, 30, 28)


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One made-up person. Empty text and None say that it is not so."""

    name: str
    sex: Sex
    birth_on: date
    identity: str
    town: Place | None
    village: str
    phone: str
    guardian: str
    guardian_phone: str
    category: DisabilityCategory | None
    grade: int
    certificate: str
    issued_on: date | None
    hardship: str
    recognised_on: date | None
    """Day of recognition of the hardship."""
    relief: str
    instant_on: date | None
    institution: str
    """Kind of institution: 康复, 托养 or none."""
    athlete: bool


def make_people(rng: Random, county: County, count: int, shares: Shares, year: int) -> tuple[MadeUp, ...]:
    """Return so many people, no two with one number; the year is that of the contract."""
    if not 1 <= count <= MAX_PEOPLE:
        msg = f"1 to {MAX_PEOPLE} people, asked for {count}"
        raise ValueError(msg)
    villages = {town.code: village_names(rng, VILLAGES_A_TOWN) for town in county.towns}
    weights = [rng.randint(4, 16) for _ in county.towns]
    taken: set[str] = set()
    people = [_person(rng, county, shares, year, villages, weights, taken) for _ in range(count)]
    for at in range(0, count, EVERY_DOTTED):
        people[at] = replace(people[at], name=rng.choice(DOTTED))
    return tuple(people)


EVERY_DOTTED: Final = 50
"""One name in so many has a middle dot."""


def _person(
    rng: Random,
    county: County,
    shares: Shares,
    year: int,
    villages: dict[str, tuple[str, ...]],
    weights: Sequence[int],
    taken: set[str],
) -> MadeUp:
    sex = rng.choice((Sex.MALE, Sex.FEMALE))
    birth_on = _birth(rng, year)
    identity = _identity(rng, county.code, birth_on, sex, taken)
    town = None if rng.randrange(1000) < SHARE_UNKNOWN_TOWN else rng.choices(county.towns, weights)[0]
    age = year - birth_on.year
    disabled = rng.randrange(1000) < shares.disabled
    category = rng.choices(tuple(DisabilityCategory), CATEGORY_WEIGHTS)[0] if disabled else None
    grade = rng.choices((1, 2, 3, 4), GRADE_WEIGHTS)[0] if disabled else 0
    issued_on = date(rng.randint(max(2009, birth_on.year + 1), year - 1), rng.randint(1, 12), rng.randint(1, 28))
    hardship = rng.choice(HARDSHIPS) if disabled and rng.randrange(1000) < shares.hardship else ""
    child = age < CHILD_YEARS
    standing = rng.randrange(1000)
    relief = instant = ""
    if standing < shares.relief_enjoying:
        relief = "脱贫享受政策"
    elif standing < shares.relief_enjoying + shares.relief_not_enjoying:
        relief = "脱贫不享受政策"
    elif standing < shares.relief_enjoying + shares.relief_not_enjoying + shares.instant_help:
        instant = "即时帮扶"
    at_institution = ""
    if disabled and child and rng.randrange(1000) < shares.rehabilitation:
        at_institution = "康复"
    elif disabled and not child and rng.randrange(1000) < shares.care:
        at_institution = "托养"
    athletic = ATHLETE_AGES[0] <= age <= ATHLETE_AGES[1] and disabled and rng.randrange(1000) < 4 * shares.athletes
    return MadeUp(
        name=make_name(rng, sex),
        sex=sex,
        birth_on=birth_on,
        identity=identity,
        town=town,
        village=rng.choice(villages[town.code]) if town else "",
        phone=_phone(rng),
        guardian=make_name(rng, rng.choice((Sex.MALE, Sex.FEMALE))) if child or grade == 1 else "",
        guardian_phone=_phone(rng) if child or grade == 1 else "",
        category=category,
        grade=grade,
        certificate=certificate_number(identity, category, DisabilityGrade(grade)) if category else "",
        issued_on=issued_on if disabled else None,
        hardship=hardship,
        recognised_on=date(year - rng.randint(1, 4), rng.randint(1, 12), rng.randint(1, 28)) if hardship else None,
        relief=relief,
        instant_on=date(year, 1, 1) + timedelta(days=rng.randint(20, 300)) if instant else None,
        institution=at_institution,
        athlete=athletic,
    )


CHILD_YEARS: Final = 17
ATHLETE_AGES: Final = (18, 40)


def _birth(rng: Random, year: int) -> date:
    """A day of birth: some children, many of working age, most of them old, as such rosters are."""
    youngest, oldest = rng.choices(((3, 16), (19, 39), (40, 64), (65, 92)), (8, 14, 38, 40))[0]
    return date(year - rng.randint(youngest, oldest), rng.randint(1, 12), rng.randint(1, 28))


def _identity(rng: Random, county: str, birth_on: date, sex: Sex, taken: set[str]) -> str:
    """A number nobody in the county has yet; never one that ends in 000, which would look like Excel's damage."""
    while True:
        order = 10 * rng.randrange(100) + 2 * rng.randrange(5) + (1 if sex is Sex.MALE else 0)
        body = f"{county}{birth_on:%Y%m%d}{order:03d}"
        number = body + check_digit(body)
        if number not in taken and not number.endswith(EXCEL_TAIL):
            taken.add(number)
            return number


def _phone(rng: Random) -> str:
    """A number of the shape of a mobile phone; never to be rung."""
    return f"1990{rng.randrange(10**7):07d}"
