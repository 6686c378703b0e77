"""How long a sign-in must wait after failures, so that guessing is slow and nobody can lock another out.

Failures count under four headings: the account from one source, the known device, the source, the account. Beyond a
few free tries each further one doubles the wait, up to a limit. A browser from which the account signed in before
waits only for its own failures: what strangers try elsewhere does not hold it up. No number of failures locks anything.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from huibao.store import staff as store

FORGET_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Measure:
    """Tries that cost nothing, and the longest wait after more."""

    free: int
    longest_seconds: int


OWN: Final = Measure(free=5, longest_seconds=900)
"""One account from one source or one known device: guessing."""
SOURCE: Final = Measure(free=50, longest_seconds=60)
"""One source, any accounts: an office behind one address must still get in."""
ACCOUNT: Final = Measure(free=20, longest_seconds=30)
"""One account from everywhere: an owner at a new computer is held up half a minute at most."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Under which headings a sign-in counts, and how each is measured."""

    own: str
    others: tuple[tuple[str, Measure], ...]

    @property
    def all(self) -> tuple[tuple[str, Measure], ...]:
        """Every heading with its measure."""
        return ((self.own, OWN), *self.others)


def headings(name: str, source: str, device: str, known: bool) -> Headings:
    """The headings of one sign-in."""
    if known:
        return Headings(_heading("device", name, device), ())
    others = ((_heading("source", source), SOURCE), (_heading("account", name), ACCOUNT))
    return Headings(_heading("pair", name, source), others)


def seconds_to_wait(under: Headings, now: datetime) -> int:
    """Seconds until the next try counts; 0: now."""
    kept = store.failures([heading for heading, _ in under.all], now - FORGET_AFTER)
    waits = [0]
    for heading, measure in under.all:
        count, last_at = kept.get(heading, (0, now))
        over = count - measure.free
        if over >= 0:
            delay = min(2 ** min(over + 1, 20), measure.longest_seconds)
            # A clock that was set back makes the last failure lie ahead: nobody waits for the clock to catch up.
            waits.append(delay - abs(int((now - last_at).total_seconds())))
    return max(waits)


def failed(under: Headings, now: datetime) -> None:
    """Count a failure under every heading."""
    store.count_failure([heading for heading, _ in under.all], now, FORGET_AFTER)


def succeeded(under: Headings) -> None:
    """Forget what failed under the own heading; the shared ones run out by themselves."""
    store.forget_failures([under.own])


def _heading(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
