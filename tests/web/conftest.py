"""What the tests of the pages share."""

import pytest
from pytest_django import Settings

from tests.app.staff_world import Hands
from tests.web.desk_world import pages_at


@pytest.fixture
def clock(settings: Settings) -> Hands:
    """A clock for the pages and for the test."""
    return pages_at(settings)
