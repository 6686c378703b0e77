"""What a handler of background work is given: its parameters, the clock, and ways to tell how far it is and to keep things."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from huibao.kernel.clock import Clock
from huibao.store import kept
from huibao.store import work as store
from huibao.store.unit import in_unit_of_work, unit_of_work

EVERY: Final = 1.0
"""Seconds between two writings of progress."""


class Stopped(Exception):  # noqa: N818 - the work is stopped; nothing is in error
    """This run ends here: the worker stops, or the work has become somebody else's."""


@dataclass(slots=True)
class Task:
    """One run of a work. `ours` is taken away when the lease is lost or the worker stops."""

    id: int
    kind: str
    parameters: Mapping[str, Any]
    staff_id: int
    area: str
    clock: Clock
    lease: str = ""
    ours: bool = True
    _told_at: float = field(default=0.0)
    _step: tuple[str, str] = ("", "")
    _done: int = 0
    _whole: int = 0

    def step(self, zh: str, en: str, whole: int = 0) -> None:
        """Begin a step of so many units (0: unknown), and say so at once."""
        self._step, self._done, self._whole, self._told_at = (zh, en), 0, whole, 0.0
        self.advance(0)

    def advance(self, units: int) -> None:
        """So many units more are done. Raises Stopped when this run is to end."""
        self._done += units
        if not self.ours:
            raise Stopped
        now = time.monotonic()
        if now - self._told_at < EVERY or in_unit_of_work():
            return  # inside a transaction nobody would see it before its end
        self._told_at = now
        if self.lease and not store.tell(self.id, self.lease, self._done, self._whole, self._step):
            raise Stopped

    def ready(self, result: Mapping[str, Any]) -> None:
        """What was asked for is there already; something that may follow is still being made."""
        store.ready(self.id, self.lease, result)

    def keep_file(self, slot: str, name: str, media: str, content: bytes) -> None:
        """Keep a file for who asked."""
        with unit_of_work():
            kept.keep(name, media, content, self.clock.now(), self.id, slot)

    def keep_lines(self, head: str, lines: Iterable[Mapping[str, Any]]) -> int:
        """Keep a list, sealed; returns how many lines."""
        with unit_of_work():
            return store.keep_lines(self.id, head, lines)
