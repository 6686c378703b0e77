"""A clock that stands days behind another: the day and the moment move back together, the wall stays the wall."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from huibao.kernel.clock import Behind, wall_moment

NOON = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)


@dataclass
class Wall:
    """A wall clock that stands still."""

    def today(self) -> date:
        return NOON.date()

    def now(self) -> datetime:
        return NOON


def test_day_and_moment_are_so_many_days_back() -> None:
    behind = Behind(Wall(), 98)
    assert behind.today() == date(2026, 11, 23)
    assert behind.now() == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_authenticators_go_by_the_wall() -> None:
    assert wall_moment(Behind(Wall(), 98)) == wall_moment(Wall()) == NOON
