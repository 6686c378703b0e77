"""What the tests of the insurer's desk share."""

import pytest

from tests.app.staff_world import Hands
from tests.web.insurer import insurer_world
from tests.web.insurer.insurer_world import Office


@pytest.fixture
def office(clock: Hands) -> Office:
    """The insurer's office on the day of the accident."""
    return insurer_world.opened(clock)
