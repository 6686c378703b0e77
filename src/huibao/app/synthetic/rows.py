"""A made-up person as the row of a roster: every cell any agency might have, without faults."""

from datetime import date
from typing import Final

from huibao.app.synthetic.faults import Row
from huibao.app.synthetic.people import County, MadeUp
from huibao.kernel.certificate import DisabilityGrade

ORDER: Final = slice(14, 17)
"""Where an identity number tells people of one birthday apart."""
BIRTH_WAYS: Final = 3
"""In one row of so many the birth date is digits only."""
USUAL, HEAD, MEMBER = "正常", "户主", "家庭成员"
ADMITTED_ON: Final = date(2019, 3, 1)
SPORTS: Final = ("田径", "游泳", "举重", "乒乓球", "轮椅篮球")
VALID_YEARS: Final = 30
"""So that only the certificates planted as expired are; real ones are valid for ten years."""
INSTITUTIONS: Final = {"康复": "残疾儿童康复中心（虚构）", "托养": "阳光托养中心（虚构）"}


def row_of(county: County, person: MadeUp) -> Row:
    """Return everything any agency knows of the person, by what it is about."""
    town = person.town
    order = int(person.identity[ORDER])
    return {
        "name": person.name,
        "sex": person.sex.zh,
        "birth_on": f"{person.birth_on:%Y%m%d}" if order % BIRTH_WAYS == 0 else person.birth_on,
        "identity": person.identity,
        "certificate": person.certificate or None,
        "category": person.category.zh if person.category else None,
        "grade": DisabilityGrade(person.grade).zh if person.grade else None,
        "division": f"{town.code}000" if town else f"{county.code}000000",
        "county": county.name,
        "town": town.name if town else None,
        "village": person.village or None,
        "home_town": town.name if town else None,
        "home_village": person.village or None,
        "phone": person.phone,
        "guardian": person.guardian or None,
        "guardian_phone": person.guardian_phone or None,
        "issued_on": person.issued_on,
        "certificate_to": person.issued_on.replace(year=person.issued_on.year + VALID_YEARS)
        if person.issued_on
        else None,
        "certificate_state": USUAL,
        "standing": USUAL,
        "hardship": person.hardship or None,
        "recognised_on": f"{person.recognised_on:%Y-%m-%d}" if person.recognised_on else None,
        "household": f"{county.code}{person.household:08d}",
        "relation": HEAD if person.head else MEMBER,
        "relief": person.relief or None,
        "instant_on": f"{person.instant_on:%Y-%m-%d}" if person.instant_on else None,
        "institution": f"{county.name}{INSTITUTIONS.get(person.institution, '')}",
        "admitted_on": ADMITTED_ON,
        "sport": SPORTS[order % len(SPORTS)],
    }
