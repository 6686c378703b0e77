"""The model of people and covers: who is listed since when, who is insured, and what that costs. Slow, and obvious.

Nothing of the product's own reckoning is used: lists of days, walked day by day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
AREA: Final = "370323"
MEDICAL, ACCIDENT = "medical_supplementary", "accident"
LINES: Final = (MEDICAL, ACCIDENT)
RELIEF, HELP = "poverty_relief", "instant_help"
PREMIUM: Final = {MEDICAL: 130_00, ACCIDENT: 15_00}


def half_up(part: int, whole: int) -> int:
    """The nearest whole number, halves up."""
    return (2 * part + whole) // (2 * whole)


def by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split so that the parts sum to the whole; the spare fen go to the largest remainders, the first of equal ones."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


@dataclass(slots=True)
class Span:
    """From a day to a day; no last day while it lasts."""

    first: date
    last: date | None = None
    value: str = ""

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(slots=True)
class Terms:
    """A contract as the model knows it."""

    number: str
    first: date
    last: date
    payers: dict[str, list[tuple[str, int]]]
    """Line → who pays what share of the premium, in hundredths."""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def due(self, line: str, first: date, last: date) -> int:
        """Premium for some days: by the day."""
        return half_up(PREMIUM[line] * ((last - first).days + 1), self.days)


@dataclass(slots=True)
class Cover:
    """Somebody insured for a line."""

    contract: str
    line: str
    first: date
    last: date
    planned_last: date
    premium: int
    shares: dict[str, int]
    key: str
    reason: str = ""
    refunds: dict[str, int] = field(default_factory=dict)
    end_key: str = ""
    relied: date = date.min
    """The last day on which a standing bill or an agreed claim rests."""
    waits: list[date] = field(default_factory=list)
    """Days of discharge of bills that wait for a payer."""

    @property
    def rests_on(self) -> date:
        """The last day for which something was settled, agreed or paid under this cover, or is about to be."""
        return max([self.relied, *self.waits])

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(slots=True)
class Someone:
    """What the offices have been told of one person, and the covers he or she has."""

    number: int
    identity: str
    listed: dict[str, list[Span]] = field(default_factory=lambda: {RELIEF: [], HELP: []})
    home: list[Span] = field(default_factory=list)
    died: date | None = None
    covers: list[Cover] = field(default_factory=list)

    def groups(self, day: date) -> list[str]:
        return [kind for kind in (RELIEF, HELP) if any(span.holds(day) for span in self.listed[kind])]

    def home_on(self, day: date) -> Span | None:
        found = [span for span in self.home if span.holds(day)]
        return found[-1] if found else None

    def dead(self, day: date) -> bool:
        return self.died is not None and self.died <= day

    def covered(self, line: str, day: date) -> Cover | None:
        return next((one for one in self.covers if one.line == line and one.holds(day)), None)

    def list_as(self, kind: str, first: date, county: str) -> None:
        """A county's list names the person: a new span unless one is open."""
        if not any(span.last is None and span.value == county for span in self.listed[kind]):
            self.listed[kind].append(Span(first, None, county))

    def strike(self, kind: str, taken_on: date, county: str) -> None:
        """A county's list no longer names the person."""
        for span in self.listed[kind]:
            if span.last is None and span.value == county:
                span.last = taken_on - DAY

    def live_at(self, town: str, taken_on: date) -> None:
        """A list says where the person is registered."""
        now = self.home[-1] if self.home else None
        if now is not None and now.value == town:
            return
        if now is not None:
            now.last = taken_on - DAY
        self.home.append(Span(taken_on, None, town))


class County:
    """Everybody known, with the contracts; one method for each thing an office does."""

    def __init__(self, contracts: Sequence[Terms]) -> None:
        self.contracts = {one.number: one for one in contracts}
        self.people: dict[str, Someone] = {}

    def enrol(self, contract: str, on: date, key: str) -> tuple[int, int, int]:
        """Insure who should be, end what has ended. Returns (covers begun, covers ended, ends refused for what was paid)."""
        terms = self.contracts[contract]
        judged = max(on, terms.first)
        begun = ended = refused = 0
        for person in self.people.values():
            for line in LINES:
                held = next(
                    (c for c in person.covers if (c.contract, c.line) == (contract, line) and c.holds(judged)), None
                )
                if held is not None:
                    end = self._ends(person, held, judged)
                    if end is None:
                        continue
                    reason, last = end
                    if held.rests_on > last:
                        refused += 1
                    else:
                        self._end(terms, held, reason, last, key)
                        ended += 1
                elif self._enter(person, terms, line, judged, key):
                    begun += 1
        return begun, ended, refused

    def _ends(self, person: Someone, held: Cover, on: date) -> tuple[str, date] | None:
        home = person.home_on(on)
        if person.dead(on) and person.died is not None:
            reason, last = "died", person.died
        elif home is not None and not home.value.startswith(AREA):
            reason, last = "moved", home.first - DAY
        elif not person.groups(on):
            out = on
            while out > held.first and not person.groups(out - DAY):
                out -= DAY
            reason, last = "left_group", out - DAY
        else:
            return None
        last = max(last, held.first - DAY)
        return None if last >= held.last else (reason, last)

    def _end(self, terms: Terms, held: Cover, reason: str, last: date, key: str) -> None:
        kept = terms.due(held.line, held.first, last) if last >= held.first else 0
        if last == held.planned_last:
            kept = held.premium
        back = held.premium - kept
        who = list(held.shares)
        held.refunds = (
            dict(zip(who, by_largest_remainder(back, [held.shares[one] for one in who]), strict=True)) if back else {}
        )
        held.last, held.reason, held.end_key = last, reason, key

    def leave(self, person: Someone, contract: str, on: date, key: str) -> list[Cover] | None:
        """Somebody withdraws after a day; None where a bill or claim paid later stands against it."""
        mine = [one for one in person.covers if one.contract == contract and one.holds(on) and one.last > on]
        if any(one.rests_on > on for one in mine):
            return None
        for one in mine:
            self._end(self.contracts[contract], one, "withdrew", on, key)
        return mine

    def _enter(self, person: Someone, terms: Terms, line: str, on: date, key: str) -> bool:
        home = person.home_on(on)
        groups = person.groups(on)
        if home is None or not home.value.startswith(AREA) or not groups or person.dead(on):
            return False
        mine = [one for one in person.covers if one.line == line]
        if any(one.contract == terms.number and one.reason == "withdrew" for one in mine):
            return False
        first = min(self._from(person, terms, group, on) for group in groups)
        ended = [one for one in mine if one.reason and one.last >= one.first]
        if any(one.contract == terms.number for one in ended):
            inside = on
            while inside > terms.first and person.groups(inside - DAY):
                inside -= DAY
            first = max(first, inside)
        for one in ended:
            if one.first <= terms.last and one.planned_last >= terms.first:
                first = max(first, one.last + DAY)
        away = [span.last for span in person.home if not span.value.startswith(AREA) and span.last and span.first <= on]
        first = max([first, *(last + DAY for last in away)])
        if first > terms.last:
            return False
        if any(one.contract == terms.number and one.first <= one.last and one.last >= first for one in mine):
            return False
        due = PREMIUM[line] if first == terms.first else terms.due(line, first, terms.last)
        payers = terms.payers[line]
        whole = by_largest_remainder(PREMIUM[line], [share for _, share in payers])
        parts = by_largest_remainder(due, whole)
        shares = {who: part for (who, _), part in zip(payers, parts, strict=True)}
        person.covers.append(Cover(terms.number, line, first, terms.last, terms.last, due, shares, key))
        return True

    @staticmethod
    def _from(person: Someone, terms: Terms, group: str, on: date) -> date:
        """Listed for relief: the whole period. Instant help: from the day of recognition, which may reach over two lists."""
        if group == RELIEF:
            return terms.first
        day = on
        while day > terms.first and any(span.holds(day - DAY) for span in person.listed[HELP]):
            day -= DAY
        return max(day, terms.first)

    def unpaid(self, contract: str, line: str, paid: set[str]) -> dict[str, dict[str, int]]:
        """Batches whose premium nobody has paid: key → payer → fen."""
        found: dict[str, dict[str, int]] = {}
        for person in self.people.values():
            for one in person.covers:
                if (one.contract, one.line) == (contract, line) and f"{one.key}:{line}" not in paid:
                    bill = found.setdefault(one.key, {})
                    for who, fen in one.shares.items():
                        bill[who] = bill.get(who, 0) + fen
        return {key: bill for key, bill in found.items() if sum(bill.values())}

    def owed_back(self, contract: str, line: str, paid: set[str]) -> dict[str, dict[str, int]]:
        """Batches by which premium is to go back: key → payer → fen; none before its premium was paid."""
        found: dict[str, dict[str, int]] = {}
        waits: set[str] = set()
        for person in self.people.values():
            for one in person.covers:
                if (one.contract, one.line) != (contract, line) or not one.end_key:
                    continue
                if f"{one.key}:{line}" not in paid:
                    waits.add(one.end_key)
                back = found.setdefault(one.end_key, {})
                for who, fen in one.refunds.items():
                    back[who] = back.get(who, 0) + fen
        return {
            key: bill
            for key, bill in found.items()
            if sum(bill.values()) and key not in waits and f"{key}:{line}:refund" not in paid
        }
