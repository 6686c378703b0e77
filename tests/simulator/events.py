"""Time in the simulator: a clock that stands where the story is, a queue of what comes next, dice by name, and the trace.

Everything is decided by one whole number. Each actor throws dice of its own, made from the seed and its name, so that another
actor's throws never change what it does.
"""

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from tests.hospital.world import Ticking

CHINA: Final = ZoneInfo("Asia/Shanghai")
LAST_EVENTS: Final = 15

Story = Generator[timedelta, None, None]
"""What an actor does, one step after the other; what it yields is how long it waits."""


class SimClock(Ticking):
    """Stands where the queue is, and moves a thousandth of a second whenever it is looked at."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.lock = Lock()

    def now(self) -> datetime:
        with self.lock:
            return super().now()

    def set(self, at: datetime) -> None:
        """Go on to a moment, never back."""
        self.at = max(self.at, at)


class MismatchError(AssertionError):
    """The product and the model do not agree."""


class SimulationError(AssertionError):
    """A run failed; the text says the seed, the day, the last events, and how to replay it."""


def agree(what: str, found: object, expected: object) -> None:
    """Hold what the product did against what the model says."""
    if found != expected:
        raise MismatchError(f"{what}\n  found    {found!r}\n  expected {expected!r}")


@dataclass(slots=True)
class Timeline:
    """The queue of stories, and the trace of what they did."""

    seed: int
    clock: SimClock
    queue: list[tuple[datetime, int, str, Story]] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    count: int = 0

    def dice(self, name: str) -> Random:
        """Dice of one actor."""
        return Random(f"{self.seed}/{name}")

    def begin(self, name: str, story: Story, at: datetime) -> None:
        """Let a story begin at a moment."""
        self.count += 1
        heapq.heappush(self.queue, (at, self.count, name, story))

    def tell(self, who: str, what: str) -> None:
        """Write down what happened."""
        self.trace.append(f"{self.clock.at:%Y-%m-%d %H:%M} {who}: {what}")

    def run(self, until: datetime) -> None:
        """Do everything that comes before a moment, in order."""
        while self.queue and self.queue[0][0] < until:
            at, _, name, story = heapq.heappop(self.queue)
            self.clock.set(at)
            try:
                wait = next(story)
            except StopIteration:
                continue
            self.begin(name, story, at + wait)


def moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A time of a day in China."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def minutes(count: int) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def every_day(act: Callable[[], None]) -> Story:
    """A story that does one thing a day, for ever."""
    while True:
        act()
        yield days(1)
