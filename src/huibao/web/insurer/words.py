"""Words of a queue and a case: days left, states, verbs, where the reader's language picks one."""

from datetime import date
from typing import Final

from huibao.domain.claims.claim import Claim
from huibao.domain.claims.clocks import NAMES, ClockState
from huibao.domain.claims.standing import Standing
from huibao.domain.claims.words import NAMES as WORDS
from huibao.domain.claims.words import Named, State
from huibao.web.desk import Desk

FULL_BAR: Final = 30
"""Days left that fill the little bar: the longest term of a decision."""
PER_DAY: Final = 4
"""Length of a day in the bar."""
SOON: Final = 3
"""Days left from which a term is marked as near."""


def word(desk: Desk, named: Named) -> str:
    """A state, verb, cause or role as it is read here."""
    return desk.pick(*WORDS[named])


def left(desk: Desk, now: Standing, today: date) -> tuple[str, str, int]:
    """Days left in words, the mark that goes with it, and the length of the bar."""
    if now.clock is None:
        return desk.pick("没有期限在走", "no term runs"), "past", 0
    name = desk.pick(*NAMES[now.clock])
    if now.due_on is None:
        days = now.left_days or 0
        return (
            desk.pick(
                f"{name}：等材料，暂停；补齐后还有 {days} 天", f"{name}: paused for papers; {days} days left then"
            ),
            "wait",
            bar(days),
        )
    days = (now.due_on - today).days
    if days < 0:
        return desk.pick(f"{name}：逾期 {-days} 天", f"{name}: {-days} days overdue"), "no", 0
    if days == 0:
        return desk.pick(f"{name}：今天到期", f"{name}: due today"), "no", 0
    mark = "wait" if days <= SOON else "yes"
    return desk.pick(f"{name}：还有 {days} 天", f"{name}: {days} days left"), mark, bar(days)


def bar(days: int) -> int:
    """Length of the bar for so many days left."""
    return max(min(days, FULL_BAR), 0) * PER_DAY


def clock_words(desk: Desk, clock: ClockState, today: date) -> tuple[str, str]:
    """How a clock stands, in words, and its mark."""
    if clock.stopped_on is not None:
        late = (clock.stopped_on - clock.due_on).days
        if clock.ran_out:
            return desk.pick(f"已逾期 {late} 天办结", f"done {late} days late"), "no"
        return desk.pick("按期办结", "done in time"), "yes"
    days = (clock.due_on - today).days
    if clock.paused:
        return desk.pick(f"等材料，暂停；补齐后还有 {days} 天", f"paused for papers; {days} days left then"), "wait"
    if days < 0:
        return desk.pick(f"逾期 {-days} 天", f"{-days} days overdue"), "no"
    if days == 0:
        return desk.pick("今天到期", "due today"), "no"
    return desk.pick(f"还有 {days} 天", f"{days} days left"), "wait" if days <= SOON else "yes"


def term_bar(claim: Claim, clock: ClockState, today: date) -> tuple[int, int, int]:
    """How much of a term is used, and where in it the pause lies: lengths in hundredths of the whole term with its pause."""
    whole = max((clock.due_on - clock.started_on).days, 1)
    until = min(clock.stopped_on or today, clock.due_on)
    used = min(max((until - clock.started_on).days, 0), whole) * 100 // whole
    if not clock.paused_days or claim.asked_on is None or claim.asked_on < clock.started_on:
        return used, 0, 0
    begins = min((claim.asked_on - clock.started_on).days, whole) * 100 // whole
    return used, begins, max(min(clock.paused_days, whole) * 100 // whole, 1)


def state_mark(state: State) -> str:
    """The tag's kind of a state: words say it, the colour only helps."""
    if state in {State.PAID, State.DECIDED}:
        return "yes"
    if state in {State.REFUSED, State.PAYMENT_APPEALED, State.REFUSAL_APPEALED}:
        return "no"
    return "past" if state is State.WITHDRAWN else "wait"


def title(claim: Claim) -> str:
    """A case's number, for a heading."""
    return claim.number
