"""A sitting at Django's client, opened in the database: how people sign in is tried elsewhere and hashes for seconds."""

from django.test import Client

from huibao.app.access import Reach, Role
from huibao.store import staff
from huibao.store.unit import unit_of_work
from huibao.web.desk import SITTING
from tests.app.staff_world import Hands


def seated(role: Role, clock: Hands, reach: Reach, name: str, *more: Reach) -> Client:
    """A browser at which an account of that role sits."""
    with unit_of_work():
        made = staff.record_staff(
            name,
            f"示范{name}",
            role.value,
            [(one.area, one.contract) for one in (reach, *more)],
            clock.now(),
            None,
            made_up=True,
        )
        staff.open_sitting(made, f"cookie-of-{name}", "full", "", "", clock.now())
    client = Client()
    client.cookies[SITTING] = f"cookie-of-{name}"
    return client
