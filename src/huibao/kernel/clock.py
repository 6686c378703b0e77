"""What the core knows about the present: only what it is handed. Clocks that tick live at the edge."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of the present moment; the core takes it as an argument and never looks at the wall itself."""

    def today(self) -> date:
        """Return the calendar day in China (UTC+8), the day by which terms and ages are counted."""
        ...

    def now(self) -> datetime:
        """Return the moment, with its time zone."""
        ...


@dataclass(frozen=True, slots=True)
class Behind:
    """A clock that runs whole days behind another: a demonstration stands in the year of its data, whatever the day."""

    wall: Clock
    days: int

    def today(self) -> date:
        """The day, so many days back."""
        return self.wall.today() - timedelta(days=self.days)

    def now(self) -> datetime:
        """The moment, so many days back."""
        return self.wall.now() - timedelta(days=self.days)


def wall_moment(clock: Clock) -> datetime:
    """The moment on the wall: what authenticators and other people's computers go by."""
    return clock.wall.now() if isinstance(clock, Behind) else clock.now()
