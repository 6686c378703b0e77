"""What is true of the made-up people, drawn by their numbers: one formula for one person and for columns of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from huibao.app.synthetic import figures as f
from huibao.app.synthetic.numbers import TEN_THOUSAND, Draw, Ints, Numbers, Whole, between, chance, choose, mixed
from huibao.kernel.identity import check_digit

DAYS: Final = 365
"""Nobody is born on 29 February."""
HUNDREDS, FOURS, CITIES, STEMS = 10, 24, 100, 8
SLOTS: Final = FOURS * HUNDREDS * DAYS * CITIES * STEMS
"""Different places in the made-up register; each person has one, so no two people share an identity number."""
MAX_PEOPLE: Final = 70_000_000
"""Fewer than the places of the register."""
STEP: Final = 43_112_609
"""A prime that shares no factor with SLOTS: neighbours in number are far apart in the register."""
FIRST_STEM: Final = 92
"""Third and fourth digit of a made-up address code: 92 to 99, which no prefecture has ever had (GB/T 2260)."""
MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_ENDS: Final = tuple(sum(MONTH_DAYS[: at + 1]) for at in range(12))
BEFORE_MONTH: Final = (0, *MONTH_ENDS[:-1])

ENJOYING, NOT_ENJOYING, INSTANT, NO_RELIEF = range(4)
NO_INSTITUTION, IN_REHABILITATION, IN_CARE = range(3)
CHILD_BAND, YOUNG_BAND = 0, 1
GONE_DEAD, GONE_MOVED, GONE_UNENTITLED, STAYED = range(4)
SEVERE_GRADES: Final = 2
INSTANT_DAYS: Final = (20, 300)
"""Days of the year between which instant help is recognised."""
LEAVING_DAYS: Final = (10, 354)


@dataclass(frozen=True, slots=True)
class Shares:
    """How common each circumstance is where the people live."""

    relief: bool
    """Whether they are on the relief rosters; then they are drawn by `RELIEF_STATUS`."""
    disabled: tuple[int, ...]
    """Per mille, by age band."""
    hardship: int
    institutions: bool


SHANDONG: Final = Shares(True, f.DISABLED_RELIEF.values, f.HARDSHIP_RELIEF.value, False)
HUNAN: Final = Shares(False, (1_000,) * 4, f.HARDSHIP_HOLDERS.value, True)
"""In Shandong relief rosters say who is insured (SD-3); in Hunan it is the holders of certificates (HN-2)."""


@dataclass(frozen=True, slots=True)
class Life:
    """What is true of a person, as numbers; of many, as columns."""

    household: Whole
    woman: Whole
    birth_year: Whole
    birth_month: Whole
    birth_day: Whole
    band: Whole
    order: Whole
    """The three digits of the identity number that tell people of one birthday apart."""
    address: Whole
    """Six digits of the identity number: province, 92 to 99, 00 to 99."""
    category: Whole
    """1 to 7 as on the certificate; 0 without."""
    grade: Whole
    hardship: Whole
    """0 none, else 1 + the place in HARDSHIP_KINDS."""
    relief: Whole
    instant_day: Whole
    """Day of the year (from 0) on which instant help is recognised; -1 where it is not."""
    institution: Whole
    athlete: Whole
    gone: Whole
    """GONE_… or STAYED."""
    gone_day: Whole
    """Day of the year (from 0) of leaving the roster; 365 where the person stays."""
    phone: Whole


def is_head(numbers: Numbers) -> Whole:
    """Tell whether a person opens a household. Person 0 does in any case."""
    return chance(numbers, Draw.HEAD, f.HEADS.value, TEN_THOUSAND)


def household_of(seed: int, person: int) -> int:
    """Return the number of the person who opens the household this one belongs to."""
    while person and not is_head(Ints(seed, person)):
        person -= 1
    return person


def live(own: Numbers, house: Numbers, person: Whole, household: Whole, place: tuple[Shares, int, int, int]) -> Life:
    """Return what is true of a person. `place`: shares, seed, province (2 digits) and the year of the contract.

    `own` draws for the person, `house` for the household, so that the members of one agree.
    """
    shares, seed, province, year = place
    band = own.where(
        person == household,
        choose(own, Draw.AGE_BAND, f.AGES_OF_HEADS.values),
        choose(own, Draw.AGE_BAND, f.AGES_OF_OTHERS.values),
    )
    youngest = own.pick(tuple(young for young, _ in f.AGE_BANDS), band)
    oldest = own.pick(tuple(old for _, old in f.AGE_BANDS), band)
    age = between(own, Draw.AGE, youngest, oldest)
    woman = chance(own, Draw.SEX, f.WOMEN.value) * 1
    address, day, order = register(person, woman, seed, province)
    month = own.rank(MONTH_ENDS, day)
    category, grade = disability(own, band, shares)
    relief, instant_day = standing(house, shares)
    gone = choose(own, Draw.LEFT, f.LEAVING.values)
    return Life(
        household=household,
        woman=woman,
        birth_year=year - age,
        birth_month=month + 1,
        birth_day=day - own.pick(BEFORE_MONTH, month) + 1,
        band=band,
        order=order,
        address=address,
        category=category,
        grade=grade,
        hardship=(1 + choose(house, Draw.HARDSHIP_KIND, f.HARDSHIP_KINDS.values))
        * chance(house, Draw.HARDSHIP, shares.hardship),
        relief=relief,
        instant_day=instant_day,
        institution=institution(own, band, category, shares),
        athlete=chance(own, Draw.ATHLETE, f.ATHLETES.value)
        * (category > 0)
        * (band == YOUNG_BAND)
        * shares.institutions,
        gone=gone,
        gone_day=own.where(gone == STAYED, DAYS, between(own, Draw.LEFT_ON, *LEAVING_DAYS)),
        phone=between(own, Draw.PHONE, 0, 10**7 - 1),
    )


def register(person: Whole, woman: Whole, seed: int, province: int) -> tuple[Whole, Whole, Whole]:
    """Return the person's own place in the made-up register: address code, day of birth in the year, order number.

    The order is 4 to 97 in its hundred, even for women, with a remainder of 0 or 1 by four: 2 and 3 stay free for the
    numbers of people who do not exist even here, which some roster faults need.
    """
    slot = (person * STEP + mixed(seed) % SLOTS) % SLOTS
    fours = slot % FOURS + 1
    slot //= FOURS
    order = slot % HUNDREDS * 100 + 4 * fours + 1 - woman
    slot //= HUNDREDS
    day = slot % DAYS
    slot //= DAYS
    return province * TEN_THOUSAND + (FIRST_STEM + slot // CITIES) * 100 + slot % CITIES, day, order


def is_made_up(identity: str) -> bool:
    """Tell whether an identity number is one of ours: no place with such an address code has ever been."""
    return identity[2:4].isdigit() and int(identity[2:4]) >= FIRST_STEM


def disability(own: Numbers, band: Whole, shares: Shares) -> tuple[Whole, Whole]:
    """Return category and grade on the certificate, 0 and 0 without one."""
    disabled = chance(own, Draw.DISABLED, own.pick(shares.disabled, band)) * 1
    category = 1 + choose(own, Draw.CATEGORY, f.CATEGORIES.values)
    low, high = f.GRADES_OF_SEVERE.values, f.GRADES_OF_OTHERS.values
    severe, rest = f.SEVERE.value, 1_000 - f.SEVERE.value
    weights = (severe * low[0], severe * low[1], rest * high[0], rest * high[1])
    return category * disabled, (1 + choose(own, Draw.GRADE, weights)) * disabled


def standing(house: Numbers, shares: Shares) -> tuple[Whole, Whole]:
    """Return the household's relief status, and the day of the year on which instant help was recognised or -1."""
    if not shares.relief:
        none = house.draw(Draw.RELIEF) * 0
        return none + NO_RELIEF, none - 1
    relief = choose(house, Draw.RELIEF, f.RELIEF_STATUS.values)
    return relief, house.where(relief == INSTANT, between(house, Draw.INSTANT_ON, *INSTANT_DAYS), -1)


def institution(own: Numbers, band: Whole, category: Whole, shares: Shares) -> Whole:
    """Return whether a disabled child is in rehabilitation, a disabled adult in care, or neither."""
    child = band == CHILD_BAND
    share = own.where(child, f.REHABILITATION.value, f.CARE.value)
    there = chance(own, Draw.INSTITUTION, share) * (category > 0) * shares.institutions
    return own.where(child, IN_REHABILITATION, IN_CARE) * there


def identity_of(life: Life) -> str:
    """Return the identity number of one person."""
    body = f"{life.address}{life.birth_year:04d}{life.birth_month:02d}{life.birth_day:02d}{life.order:03d}"
    return body + check_digit(body)


def county_weights(codes: tuple[str, ...], digits: Callable[[str], int] = int) -> tuple[int, ...]:
    """Return the made-up sizes of counties or towns: no table of populations is shipped."""
    least, most = f.COUNTY_SIZES.values
    return tuple(least + mixed(digits(code)) % (most - least + 1) for code in codes)
