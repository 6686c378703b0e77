"""A county's clerk at Django's test client: signed in for real, on the real middleware."""

from datetime import date, datetime

from django.test import Client
from pytest_django import Settings

from huibao.app.access import Reach, Role
from huibao.app.accounts import sign_in
from huibao.domain.roster.person import FactKind
from huibao.store.models.roster import Fact, Person
from huibao.web.desk import DEVICE, SITTING
from tests.app import staff_world as world
from tests.app.staff_world import HERE, Hands

NUMBER = "430423199001010038"
NAME = "欧阳虚构"
PHONE = "13900001234"


def pages_at(settings: Settings, at: datetime = Hands.at) -> Hands:
    """A clock for the pages and for the test; plain addresses, as `huibao serve` on one's own machine has them."""
    hands = Hands(at)
    settings.HUIBAO_CLOCK = hands
    settings.SECURE_SSL_REDIRECT = False
    return hands


def signed_in(role: Role, clock: Hands, reach: Reach | None = None, name: str = "li.wen") -> Client:
    """A browser in which both factors were given."""
    one = world.worker(name, role, clock, reach)
    half = world.opened(world.sign_in(name, clock).token, clock)
    full = sign_in.second_factor(half, one.code(clock), HERE, clock)
    client = Client()
    client.cookies[SITTING] = full.token
    client.cookies[DEVICE] = HERE.device_token
    return client


def somebody(number: str = NUMBER, area: str = "430423") -> int:
    """A made-up person on a county's roster with a certificate; returns the row."""
    row = Person.objects.create(
        name=NAME,
        identity=number,
        birth_on=date(1990, 1, 1),
        sex="male",
        phone=PHONE,
        area=area,
        entered_on=date(2026, 1, 1),
    )
    Fact.objects.create(
        person=row,
        kind=FactKind.DISABILITY.value,
        value="physical/2",
        detail=f"{number}42",
        from_on=date(2020, 1, 1),
        source="disability_certificate",
        agency="残联",
        area=area,
        entered_on=date(2026, 1, 1),
    )
    return row.pk
