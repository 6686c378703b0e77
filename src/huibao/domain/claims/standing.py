"""Where a claim stands, in the few words a queue is ordered and counted by. Derived from its events; never the other way.

Nothing here depends on the present day, so that it can be kept beside the claim and still be true tomorrow: the day
a running clock ends is fixed by the events, and a pause keeps the number of days that will be left when it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huibao.domain.claims.claim import Claim
from huibao.domain.claims.clocks import ClockName, ClockRule, clocks
from huibao.domain.claims.words import State


@dataclass(frozen=True, slots=True)
class Standing:
    """State, last step, handler, and the clock that ends first.

    `due_on` is its last day, None where no clock runs or it is paused; `left_days` the days left of a paused one.
    """

    state: State
    step: int
    handler: str
    clock: ClockName | None = None
    due_on: date | None = None
    left_days: int | None = None


def standing(claim: Claim, rules: Sequence[ClockRule]) -> Standing:
    """Return where a claim with at least one event stands under these terms. C2."""
    last = claim.events[-1]
    found = [clock for clock in clocks(claim, last.on, rules) if clock.running]
    running = min((clock for clock in found if not clock.paused), key=lambda clock: clock.due_on, default=None)
    base = Standing(claim.state, last.no, claim.handler)
    if running is not None:
        return Standing(base.state, base.step, base.handler, running.name, running.due_on)
    paused = min(found, key=lambda clock: clock.due_on, default=None)
    if paused is None:
        return base
    left = (paused.due_on - last.on).days
    return Standing(base.state, base.step, base.handler, paused.name, None, left)
