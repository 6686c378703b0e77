"""Who waits at one moment goes together: one of the waiting does the work of all, and nobody waits for company.

A commit costs as much for twenty as for one, and so does most of a question. The first who comes while nothing is under way
leads at once and alone; those who come meanwhile find somebody at work and wait. When the leader is done, the first of them
leads the others.
"""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

One = TypeVar("One")
Found = TypeVar("Found")


@dataclass(slots=True)
class _Place(Generic[One, Found]):
    """A place in the line; `called` is set when the answer is there, or when it is this one's turn to lead."""

    one: One
    marks: frozenset[Hashable]
    called: Event = field(default_factory=Event)
    found: tuple[Found] | None = None
    fault: BaseException | None = None


class Company(Generic[One, Found]):
    """A line in which `work` is done for up to `most` at once. `marks_of`: no two that share a mark go together."""

    def __init__(
        self,
        work: Callable[[Sequence[One]], Sequence[Found]],
        marks_of: Callable[[One], frozenset[Hashable]],
        most: int,
    ) -> None:
        self._work, self._marks_of, self._most = work, marks_of, most
        self._waiting: deque[_Place[One, Found]] = deque()
        self._lock = Lock()
        self._led = False

    def __call__(self, one: One) -> Found:
        """What the work found for this one; an exception of the work is everybody's who went together."""
        place = _Place[One, Found](one, self._marks_of(one))
        with self._lock:
            self._waiting.append(place)
            leads, self._led = not self._led, True
        if not leads:
            place.called.wait()
        if place.found is None and place.fault is None:
            self._lead()
        if place.fault is not None:
            raise place.fault
        if place.found is None:
            raise AssertionError("whoever leads is the first of the company")
        return place.found[0]

    def _lead(self) -> None:
        """Do the work of the first who wait, this one among them, and call who is next."""
        company = self._gathered()
        try:
            found = self._work([place.one for place in company])
            for place, each in zip(company, found, strict=True):
                place.found = (each,)
        except BaseException as fault:  # noqa: BLE001 - raised again in the thread of everybody whose work it was
            for place in company:
                place.found, place.fault = None, fault
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._led = following is not None
            for place in company:
                place.called.set()
            if following is not None:
                following.called.set()

    def _gathered(self) -> list[_Place[One, Found]]:
        """The first of the line, and those after it that share no mark with anybody before them."""
        company: list[_Place[One, Found]] = []
        marks: set[Hashable] = set()
        with self._lock:
            left: deque[_Place[One, Found]] = deque()
            for place in self._waiting:
                if len(company) < self._most and not marks & place.marks:
                    company.append(place)
                else:
                    left.append(place)
                marks |= place.marks
            self._waiting = left
        return company
