"""What the core knows about the present: only what it is handed. Clocks that tick live at the edge."""

from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of the present moment; the core takes it as an argument and never looks at the wall itself."""

    def today(self) -> date:
        """Return the calendar day in China (UTC+8), the day by which terms and ages are counted."""
        ...

    def now(self) -> datetime:
        """Return the moment, with its time zone."""
        ...
