"""The terms the law sets for a claim, as clocks that start, pause, stop, and say when they ran out. C2.

Days are counted from the day after the one that starts a clock (Civil Code art. 201); a day a clock pauses is not
counted. The first day of a pause is the day after the request for papers, its last the day the papers arrive.
Waiting for the disaster insurance does not pause the time to decide: the law excludes the wait for papers alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from huibao.domain.claims import problems
from huibao.domain.claims.claim import Claim, ClaimEvent, State, Verb
from huibao.kernel.invariant import invariant
from huibao.kernel.period import add_days, add_years
from huibao.kernel.problem import Problem
from huibao.rules import reference


class ClockName(StrEnum):
    """Which term."""

    DECIDE = "decide"
    PAY = "pay"
    SEND_REFUSAL = "send_refusal"
    ADVANCE = "advance"
    LIMITATION = "limitation"

    @property
    def zh(self) -> str:
        """Chinese name."""
        return NAMES[self][0]

    @property
    def en(self) -> str:
        """English name."""
        return NAMES[self][1]


NAMES: Final = {
    ClockName.DECIDE: ("作出核定", "decide"),
    ClockName.PAY: ("付款", "pay"),
    ClockName.SEND_REFUSAL: ("拒赔通知", "send refusal"),
    ClockName.ADVANCE: ("先行支付", "advance"),
    ClockName.LIMITATION: ("诉讼时效", "limitation"),
}


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A term: so many days, or years, and the article it rests on. A contract may shorten it where the law lets it."""

    name: ClockName
    days: int
    years: int
    article: str
    may_shorten: bool = True

    def due(self, started_on: date, paused_days: int = 0) -> date:
        """Return the last day of the term, pauses added."""
        return add_days(add_years(started_on, self.years), self.days + paused_days)

    @property
    def length(self) -> str:
        """The term in words."""
        return f"{self.years} 年/years" if self.years else f"{self.days} 天/days"


@dataclass(frozen=True, slots=True)
class ClockState:
    """A clock on one claim, as it stands today. `due_on` is the last day; `stopped_on` None while it runs."""

    name: ClockName
    started_on: date
    due_on: date
    paused_days: int
    ran_out: bool
    article: str
    stopped_on: date | None
    paused: bool
    round: int

    @property
    def running(self) -> bool:
        """Tell whether what the term is for is still to be done."""
        return self.stopped_on is None


@dataclass(frozen=True, slots=True)
class Span:
    """What starts a clock and what stops it. A reopening and a withdrawal stop every clock."""

    starts: frozenset[Verb]
    stops: frozenset[Verb]
    pauses: bool = False


ALWAYS_STOPS: Final = frozenset({Verb.REOPEN, Verb.WITHDRAW})

SPANS: Final[Mapping[ClockName, Span]] = {
    ClockName.DECIDE: Span(frozenset({Verb.REPORT, Verb.REOPEN}), frozenset({Verb.DECIDE, Verb.REFUSE}), pauses=True),
    ClockName.PAY: Span(frozenset({Verb.DECIDE}), frozenset({Verb.PAY, Verb.CLOSE})),
    ClockName.SEND_REFUSAL: Span(frozenset({Verb.REFUSE}), frozenset({Verb.SEND_REFUSAL})),
    ClockName.ADVANCE: Span(frozenset({Verb.COMPLETE_PAPERS}), frozenset({Verb.ADVANCE, Verb.DECIDE, Verb.REFUSE})),
}
"""The limitation period is not here: it runs from the day the claimant knew until the report."""

IN_LAW: Final[Mapping[str, ClockName]] = {
    "decide": ClockName.DECIDE,
    "pay": ClockName.PAY,
    "refuse": ClockName.SEND_REFUSAL,
    "advance": ClockName.ADVANCE,
    "limitation": ClockName.LIMITATION,
}
"""Names of the terms in the reference table of statutory clocks, and in the `claims` part of a contract."""


@cache
def statute() -> tuple[ClockRule, ...]:
    """Return the terms of the law, from the reference table. Insurance Law arts. 23 to 26."""
    return tuple(
        ClockRule(IN_LAW[clock.name], clock.days, clock.years, clock.article, clock.may_shorten)
        for clock in reference.clocks()
        if clock.name in IN_LAW
    )


def shortened(rules: Sequence[ClockRule], days: Mapping[str, int]) -> tuple[ClockRule, ...]:
    """Return the terms with what the contract shortens; check first with `check_terms`."""
    wanted = {IN_LAW[key]: value for key, value in days.items() if key in IN_LAW}
    return tuple(
        replace(rule, days=wanted[rule.name])
        if rule.may_shorten and wanted.get(rule.name, rule.days) < rule.days
        else rule
        for rule in rules
    )


def check_terms(rules: Sequence[ClockRule], days: Mapping[str, int]) -> tuple[Problem, ...]:
    """Return each term the contract would lengthen or may not touch: it may shorten, to one day at least."""
    return tuple(
        problems.CLOCK_LENGTHENED(
            clock=rule.name.zh,
            found=days[key],
            lawful=rule.length,
            article=rule.article,
            field=f"claims.{key}",
        )
        for key, name in IN_LAW.items()
        for rule in rules
        if rule.name is name and key in days and not (rule.may_shorten and 1 <= days[key] <= rule.days)
    )


def limitation(known_on: date, reported_on: date | None, today: date, rule: ClockRule) -> ClockState:
    """Return the limitation period: from the day the claimant knew to the report. Insurance Law art. 26."""
    due_on = rule.due(known_on)
    until = reported_on or today
    return ClockState(rule.name, known_on, due_on, 0, until > due_on, rule.article, reported_on, paused=False, round=1)


def clocks(claim: Claim, today: date, rules: Sequence[ClockRule]) -> tuple[ClockState, ...]:
    """Return every clock the claim ever started, ended ones and earlier rounds included, in the order they started.

    A clock that ran out never leaves the list, whatever was done later. C2.
    """
    by_name = {rule.name: rule for rule in rules}
    found: list[ClockState] = []
    for number, events in enumerate(_rounds(claim.events), 1):
        for name, span in SPANS.items():
            if name in by_name:
                found += _in_round(by_name[name], span, events, number, today)
    if ClockName.LIMITATION in by_name:
        reported = claim.events[0].on if claim.events else None
        found.append(limitation(claim.facts.known_on, reported, today, by_name[ClockName.LIMITATION]))
    found.sort(key=lambda clock: (clock.started_on, clock.round, clock.name))
    for clock in found:
        last_on = clock.stopped_on or today
        invariant(clock.ran_out == (last_on > clock.due_on), "C2", f"{claim.number} {clock.name}")
    return tuple(found)


def _rounds(events: Sequence[ClaimEvent]) -> list[list[ClaimEvent]]:
    """Split at each reopening, which ends one round and begins the next: it stands in both."""
    rounds: list[list[ClaimEvent]] = [[]]
    for event in events:
        rounds[-1].append(event)
        if event.verb is Verb.REOPEN:
            rounds.append([event])
    return rounds


def _in_round(rule: ClockRule, span: Span, events: Sequence[ClaimEvent], number: int, today: date) -> list[ClockState]:
    """Give each clock of that name in one round: a start while it already runs changes nothing."""
    found: list[ClockState] = []
    started: date | None = None
    pauses: list[tuple[date, date | None]] = []
    for at, event in enumerate(events):
        ends_round = event.verb in ALWAYS_STOPS and at > 0
        if started is None:
            if event.verb in span.starts and not ends_round:
                started, pauses = event.on, []
            continue
        if span.pauses:
            _note_pause(pauses, event)
        if event.verb in span.stops or ends_round:
            found.append(_state(rule, started, event.on, pauses, number, today))
            started = None
    if started is not None:
        found.append(_state(rule, started, None, pauses, number, today))
    return found


def _note_pause(pauses: list[tuple[date, date | None]], event: ClaimEvent) -> None:
    """A pause lasts while the claim stands in `papers_asked`."""
    if event.to is State.PAPERS_ASKED and event.frm is not State.PAPERS_ASKED:
        pauses.append((event.on, None))
    elif event.frm is State.PAPERS_ASKED and event.to is not State.PAPERS_ASKED and pauses:
        pauses[-1] = (pauses[-1][0], event.on)


def _state(
    rule: ClockRule,
    started_on: date,
    stopped_on: date | None,
    pauses: Iterable[tuple[date, date | None]],
    number: int,
    today: date,
) -> ClockState:
    last_on = stopped_on or today
    paused_days = 0
    paused = False
    for from_on, to_on in pauses:
        if from_on >= rule.due(started_on, paused_days):
            break  # a wait that begins when the time is over cannot bring it back
        until = min(to_on or last_on, last_on)
        paused_days += max((until - from_on).days, 0)
        paused = to_on is None and stopped_on is None
    due_on = rule.due(started_on, paused_days)
    ran_out = last_on > due_on
    return ClockState(rule.name, started_on, due_on, paused_days, ran_out, rule.article, stopped_on, paused, number)
