"""The made-up county, its hospitals and a clerk at the console, on record before the load begins."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bench.hospital_settings import Then

POOL_FEN: Final = 10**12
HOSPITALS: Final = 8
A_DAY: Final = 999
"""Made-up identity numbers there are for one birthday and division."""


@dataclass(frozen=True, slots=True)
class County:
    """Who may be admitted, by identity number and name; hospitals with their keys; the cookie of a signed-in clerk."""

    people: Sequence[tuple[str, str]]
    hospitals: Sequence[tuple[str, str, str]]
    cookie: str


def made(people: int) -> County:
    """Set the county up in the empty database of HUIBAO_DB."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    found = _people(people)
    _insured(len(found))
    county = County(found, _hospitals(), f"huibao_sitting={_clerk()}")
    connections.close_all()
    return county


def _people(count: int) -> list[tuple[str, str]]:
    """Registered, with the facts that make them insured."""
    from huibao.domain.roster.person import FactKind
    from huibao.store.models import roster as table
    from tests.app import insured_county as county

    born = [date(1960, 3, 2) + timedelta(days=at // A_DAY) for at in range(count)]
    rows = [
        table.Person(
            name=f"测试{at:05d}",
            identity=county.identity(1 + at % A_DAY, born[at]),
            birth_on=born[at],
            sex="female",
            area=county.COUNTY,
            town="370323100",
            entered_on=county.START,
        )
        for at in range(count)
    ]
    people = table.Person.objects.bulk_create(rows, batch_size=2_000)
    said = ((FactKind.POVERTY_RELIEF, "enjoying"), (FactKind.DOMICILE, "370323100"))
    facts = (
        table.Fact(
            person=person,
            kind=kind,
            value=value,
            from_on=date(2019, 12, 31),
            source="test",
            agency="test",
            entered_on=county.START,
        )
        for person in people
        for kind, value in said
    )
    table.Fact.objects.bulk_create(facts, batch_size=2_000)
    return [(person.identity, person.name) for person in people]


def _insured(people: int) -> None:
    """A contract, everybody enrolled, premiums paid, and money for the claims."""
    from huibao.app import funds
    from huibao.app.contract import add_contract
    from huibao.app.enrolment import enrol
    from huibao.domain.ledger import SourceKind
    from huibao.kernel.fen import Fen
    from huibao.rules.vocabulary import Line
    from tests.app import insured_county as county

    clock, fund = Then(), "provincial_poverty_fund"
    add_contract(county.CONTRACT_TEXT, "contract.yaml", clock)
    enrol(county.CONTRACT, county.START, "enrol-2020", clock)
    total = Fen(people * 145_00)
    funds.receive(county.COUNTY, fund, total, SourceKind.FISCAL, county.START, "receive", clock)
    for line, premium in ((Line.MEDICAL_SUPPLEMENTARY, 130_00), (Line.ACCIDENT, 15_00)):
        part, key = Fen(people * premium), f"-{line.value}"
        funds.allocate_line(county.COUNTY, fund, county.CONTRACT, line, part, county.START, "line" + key, clock)
        funds.pay_premium(county.CONTRACT, line, county.START, "premium" + key, clock)
    funds.pay_in(county.CONTRACT, Line.MEDICAL_SUPPLEMENTARY, Fen(POOL_FEN), county.START, "pay-in", clock)


def _hospitals() -> list[tuple[str, str, str]]:
    from huibao.app.hospital import institutions
    from tests.hospital import world

    found = []
    for at in range(HOSPITALS):
        code = f"H3703230{at:04d}"
        key = institutions.add_institution(world.institution(code), institutions.HMAC_SHA1, "", f"AK-soak-{at}", Then())
        found.append((code, key.access_key, key.secret))
    return found


def _clerk() -> str:
    """The secret of a county clerk's sitting: both factors passed."""
    from huibao.app.access import Role
    from huibao.store import staff
    from huibao.store.unit import unit_of_work
    from tests.app import insured_county as county

    token, now = secrets.token_urlsafe(32), Then().now()
    with unit_of_work():
        who = staff.record_staff(
            "soak", "压测员", Role.COUNTY_CLERK.value, [(county.COUNTY, "")], now, None, made_up=False
        )
        staff.open_sitting(who, token, "full", "", "", now)
    return token
