"""The people of the made-up county and what is true of each: the truth the rosters are then written from."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

from huibao.app.synthetic import figures
from huibao.app.synthetic.names import name_of, village_names
from huibao.app.synthetic.numbers import Draw, Ints, Numbers, Whole, between, chance, choose
from huibao.app.synthetic.persons import CHILD_BAND, STAYED, Shares, county_weights, identity_of, is_head, live
from huibao.domain.roster.place import short_code
from huibao.kernel.certificate import DisabilityCategory, DisabilityGrade, certificate_number
from huibao.kernel.identity import Sex
from huibao.rules.reference import division_table

MAX_PEOPLE: Final = 200_000
"""More than any county's roster; a larger number is a slip of the finger."""

VILLAGES_A_TOWN: Final = 8


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


RELIEF_WORDS: Final = ("脱贫享受政策", "脱贫不享受政策", "", "")
"""What the relief roster says, by relief status."""
INSTITUTION_WORDS: Final = ("", "康复", "托养")
HARDSHIP_WORDS: Final = ("", *figures.HARDSHIP_KINDS.labels)


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
    household: int
    """Number of the household, which is that of its head."""
    head: bool
    left_on: date | None
    """Day of dying, moving away or no longer belonging to the group."""


def make_people(rng: Random, county: County, count: int, shares: Shares, year: int) -> tuple[MadeUp, ...]:
    """Return so many people, no two with one number; the year is that of the contract."""
    return people_from(rng.getrandbits(SEED_BITS), county, count, shares, year)


def people_from(seed: int, county: County, count: int, shares: Shares, year: int) -> tuple[MadeUp, ...]:
    """The same from a seed: the first people of a made-up province of that seed, moved into one county."""
    if not 1 <= count <= MAX_PEOPLE:
        msg = f"1 to {MAX_PEOPLE} people, asked for {count}"
        raise ValueError(msg)
    found, household = [], 0
    for person in range(count):
        household = person if is_head(Ints(seed, person)) else household
        found.append(person_from(seed, county, person, household, (shares, year)))
    return tuple(found)


SEED_BITS: Final = 62


def person_from(seed: int, county: County, person: int, household: int, where: tuple[Shares, int]) -> MadeUp:
    """Return one person of a province in words; `where` gives shares and year."""
    shares, year = where
    own, house = Ints(seed, person), Ints(seed, household)
    life = live(own, house, person, household, (shares, seed, int(county.code[:2]), year))
    identity = identity_of(life)
    town, village = home(house, county)
    category = tuple(DisabilityCategory)[life.category - 1] if life.category else None
    guarded = life.band == CHILD_BAND or life.grade == 1
    guardian = Ints(seed, GUARDIANS + person)
    return MadeUp(
        name=name_of(own, life.woman),
        sex=Sex.FEMALE if life.woman else Sex.MALE,
        birth_on=date(life.birth_year, life.birth_month, life.birth_day),
        identity=identity,
        town=town,
        village=village,
        phone=phone_text(life.phone),
        guardian=name_of(guardian, between(guardian, Draw.SEX, 0, 1)) if guarded else "",
        guardian_phone=phone_text(between(guardian, Draw.PHONE, 0, 10**7 - 1)) if guarded else "",
        category=category,
        grade=life.grade,
        certificate=certificate_number(identity, category, DisabilityGrade(life.grade)) if category else "",
        issued_on=day_before(own, Draw.ISSUED, max(FIRST_ISSUED, life.birth_year + 1), year) if category else None,
        hardship=HARDSHIP_WORDS[life.hardship],
        recognised_on=day_before(house, Draw.HARDSHIP_ON, year - 4, year) if life.hardship else None,
        relief=RELIEF_WORDS[life.relief],
        instant_on=date(year, 1, 1) + timedelta(days=life.instant_day) if life.instant_day >= 0 else None,
        institution=INSTITUTION_WORDS[life.institution],
        athlete=bool(life.athlete),
        household=household,
        head=person == household,
        left_on=None if life.gone == STAYED else date(year, 1, 1) + timedelta(days=life.gone_day),
    )


FIRST_ISSUED: Final = 2009
GUARDIANS: Final = 100_000_000
"""Added to a person's number for the draws of the guardian, who is not among the people."""


def home(house: Ints, county: County) -> tuple[Place | None, str]:
    """Return town and village of a household; nobody knows those of a few, or where a county's towns are not shipped."""
    if not county.towns or chance(house, Draw.VILLAGE, figures.NO_TOWN.value):
        return None, ""
    town = county.towns[choose(house, Draw.TOWN, county_weights(tuple(town.code for town in county.towns)))]
    return town, _villages(town.code)[between(house, Draw.VILLAGE, 0, VILLAGES_A_TOWN - 1)]


@cache
def _villages(town: str) -> tuple[str, ...]:
    return village_names(town, VILLAGES_A_TOWN)


DAYS_A_YEAR: Final = 12 * 28
"""Days drawn for papers: the first 28 of each month."""


def day_before(numbers: Ints, what: int, first_year: int, year: int) -> date:
    """Return a drawn day from the first year on and before `year`."""
    return date(*day_parts(numbers, what, first_year, year))


def day_parts(numbers: Numbers, what: int, first_year: Whole, year: int) -> tuple[Whole, Whole, Whole]:
    """Return year, month and day of a drawn day from the first year on and before `year`."""
    at = between(numbers, what, 0, numbers.most(year - first_year, 1) * DAYS_A_YEAR - 1)
    days = at % DAYS_A_YEAR
    return first_year + at // DAYS_A_YEAR, days // 28 + 1, days % 28 + 1


NOBODYS: Final = "1640"
"""164 is given to no operator in the ministry's table of mobile numbers (工业和信息化部, as of March 2023)."""


def phone_text(number: int) -> str:
    """Return a number of the shape of a mobile phone that no operator has been given."""
    return f"{NOBODYS}{number:07d}"
