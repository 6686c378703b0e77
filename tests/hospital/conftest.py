"""A made-up county with a hospital for each test of the interface."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.app import insured_county as county
from tests.hospital import world
from tests.hospital.world import Hospital


@pytest.fixture
def hospital(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hospital]:
    """Three insured people of the county, money in the special account, and a hospital that may ask."""
    monkeypatch.setenv("HUIBAO_GATEWAY_KEY", world.MASTER)
    county.insure(people=3)
    clock = world.Ticking(datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    with world.open_hospital(clock) as made:
        yield made
