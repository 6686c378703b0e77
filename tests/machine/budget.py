"""How many programmes a state machine is put through in `make test-full`, and how long each is.

The profile's thousand examples are meant for pure functions. A programme is dear: each of its steps is a transaction or
several, on two engines all of it twice with the tables compared. So machines have numbers of their own, by what a step
costs; measured on two quiet cores each takes minutes, not hours.
"""

import os
from typing import Final

from hypothesis import settings

FULL: Final = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
STEPS: Final = 50
"""In a programme."""
OF_ROWS: Final = 300
"""Programmes whose steps write a row or two: books, rosters."""
OF_USE_CASES: Final = 100
"""Programmes whose steps are whole use cases: settle, decide, pay."""
ON_TWO_ENGINES: Final = 40
"""Programmes that run on SQLite and PostgreSQL together."""


def within(most: int, chosen: settings) -> settings:
    """The settings as they are in a short run; in the full one so many programmes of `STEPS` steps."""
    return settings(chosen, max_examples=most, stateful_step_count=STEPS) if FULL else chosen
