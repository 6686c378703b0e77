"""Whom a hospital means, and what that person is entitled to on a day."""

import hmac
from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.problems import NAME_DIFFERS, NO_PERSON, TOKEN_ALONE
from huibao.domain.roster import PersonFacts
from huibao.domain.roster.naming import Likeness, likeness, tidy_name
from huibao.domain.roster.person import Person
from huibao.kernel.certificate import read_certificate
from huibao.kernel.identity import read_identity
from huibao.kernel.problem import Refused
from huibao.rules.facts import within
from huibao.store import roster
from huibao.store import stay as stays
from huibao.store.entitled import Entitlement, entitled
from huibao.store.vault import keyed

CERTIFICATE: Final = "09"
"""psn_cert_type of a disability certificate; its number holds the identity number."""
BY_IDENTITY: Final = "02"
"""mdtrt_cert_type whose number is the identity number."""

PSN_DIGITS: Final = 12
TAG_CHARS: Final = 8


@dataclass(frozen=True, slots=True)
class Insured:
    """A person with all facts, and the covers in force on a day."""

    known: PersonFacts
    covers: tuple[Entitlement, ...]

    @property
    def person(self) -> Person:
        """The person alone."""
        return self.known.person


def psn_no(person: Person) -> str:
    """Our number for a person in messages: the row, and a tag that only whoever has our index key can make.

    Under a key, because the few numbers that fit a day of birth and a county are quickly tried.
    """
    return f"{person.id:0{PSN_DIGITS}d}{_tags(person)[0]}"


def _tags(person: Person) -> tuple[str, ...]:
    """The tag under each index key that is set: numbers given out before a change of keys still serve."""
    return tuple(tag[:TAG_CHARS].upper() for tag in keyed("psn", f"{person.id}/{person.identity}"))


def find(desk: Desk, certno: str, cert_type: str, number: str, name: str, day: date) -> Insured:
    """Whom a request means: by the document's number where it is stated, else by the person's number.

    Refused in the same words for who is unknown and for who is insured in an area the institution does not serve.
    """
    if certno:
        person = _by_document(certno, cert_type)
    elif number:
        person = by_psn_no(desk, number)
    else:
        raise Refused(TOKEN_ALONE(field="certno"))
    if person is None:
        raise Refused(NO_PERSON(field="certno" if certno else "psn_no"))
    if name and likeness(tidy_name(name).name, tidy_name(person.name).name) is Likeness.OTHER:
        raise Refused(NAME_DIFFERS(field="psn_name"))
    return insured(desk, person, day)


def insured(desk: Desk, person: Person, day: date) -> Insured:
    """A person with the covers of a day. Refused outside the areas the institution serves."""
    found = entitled(person.id, day)
    areas = {one.area for one in found.covers} or {found.area}
    if not any(serves(served, area) for served in desk.institution.areas for area in areas):
        raise Refused(NO_PERSON(field="psn_no"))
    return Insured(PersonFacts(person, found.facts), found.covers)


def serves(served: str, area: str) -> bool:
    """Whether an institution's area and a contract's are one, or one lies in the other (a city's pooling)."""
    return served == area or within(area, served) or within(served, area)


def by_psn_no(desk: Desk, number: str) -> Person | None:
    """The person of a number in messages: ours, or one this hospital used at an admission."""
    row = number[:PSN_DIGITS]
    if len(number) == PSN_DIGITS + TAG_CHARS and row.isascii() and row.isdigit():
        person_id = int(row)
        known = roster.people_by_ids([person_id]).get(person_id)
        if known is not None and any(
            hmac.compare_digest(tag.encode(), number[PSN_DIGITS:].encode()) for tag in _tags(known.person)
        ):
            return known.person
    by_stay = stays.person_of_psn_no(number, desk.institution)
    return roster.people_by_ids([by_stay])[by_stay].person if by_stay is not None else None


def _by_document(certno: str, cert_type: str) -> Person | None:
    if cert_type == CERTIFICATE:
        certificate = read_certificate(certno).value
        identity = certificate.identity if certificate else None
    else:
        identity = read_identity(certno).value
    return roster.person_by_identity(identity) if identity else None
