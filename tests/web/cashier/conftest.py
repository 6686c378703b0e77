"""The hospital's counter in an insured county, on a day of its year."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from huibao.app.access import Reach, Role
from huibao.store import institution as institutions
from huibao.store.unit import unit_of_work
from tests.app import insured_county as county
from tests.app.staff_world import Hands
from tests.hospital import world
from tests.web.desk_world import pages_at, signed_in


@pytest.fixture
def clock(settings: Settings) -> Hands:
    """Clocks of the pages and of the insured county: a day of its year."""
    return pages_at(settings, datetime(2020, 6, 20, 2, 0, tzinfo=UTC))


@pytest.fixture
def cashier(clock: Hands) -> Client:
    """The cashier of a made-up hospital, in an insured county."""
    county.insure(people=3, pool_fen=10**9)
    with unit_of_work():
        institutions.record_institution(world.institution(), clock.now())
    return signed_in(Role.HOSPITAL_CASHIER, clock, Reach(county.COUNTY, world.CODE), name="shou.fei")
