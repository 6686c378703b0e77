"""Rows counted for statistics: who has a case, when it came in, when and how much our lines paid for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q, Sum

from huibao.domain.claims.claim import Verb
from huibao.domain.ledger import Cause
from huibao.store.models.claim import Claim
from huibao.store.models.coverage import Coverage
from huibao.store.models.ledger import Entry
from huibao.store.models.roster import Person, Roster
from huibao.store.models.settlement import Settlement

CHINA: Final = ZoneInfo("Asia/Shanghai")
CHUNK: Final = 500
"""Subjects asked for at once: below the parameter limit of every SQLite."""


@dataclass(frozen=True, slots=True)
class Case:
    """One bill or claim of one person: the day it came in, and the day and amount our lines paid, if they did."""

    person_id: int
    number: str
    line: str
    kind: str
    """"bill" or "claim"."""
    reported_on: date
    paid_on: date | None
    paid_fen: int


def cases(contract: str) -> Iterator[Case]:
    """Every standing bill and every claim under a contract; reversed settlements and reversals are left out."""
    return _cases(Q(contract__number=contract))


def cases_of_area(area: str) -> Iterator[Case]:
    """The same of everybody registered in a county, under whichever contract."""
    return _cases(Q(person__area=area))


def _cases(whose: Q) -> Iterator[Case]:
    rows = Settlement.objects.filter(whose, reverses__isnull=True, reversal__isnull=True)
    bills = list(rows.order_by("pk").values_list("person_id", "number", "line", "settles_on", "entered_at"))
    paid = _paid([number for _, number, *_ in bills])
    for person_id, number, line, settles_on, entered_at in bills:
        fen = paid.get(number, 0)
        on = entered_at.astimezone(CHINA).date() if fen else None
        yield Case(person_id, number, line, "bill", settles_on, on, fen)
    claims = Claim.objects.filter(whose).order_by("pk")
    counted = claims.annotate(
        reported_on=Min("events__on", filter=Q(events__verb=Verb.REPORT.value)),
        paid_on=Max("events__on", filter=Q(events__fen__isnull=False)),
        fen=Sum("events__fen"),
    )
    fields = ("person_id", "number", "line", "reported_on", "known_on", "paid_on", "fen")
    for person_id, number, line, reported_on, known_on, paid_on, fen in counted.values_list(*fields):
        yield Case(person_id, number, line, "claim", reported_on or known_on, paid_on, fen or 0)


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """How one roster's rows ended."""

    source: str
    agency: str
    taken_on: date
    rows_in: int
    ready: int
    doubtful: int
    refused: int
    duplicate: int


def rosters(area: str, limit: int) -> tuple[RosterCounts, ...]:
    """The rosters taken in for a county, the latest first."""
    rows = Roster.objects.filter(area=area).order_by("-taken_on", "-pk")
    fields = ("source", "agency", "taken_on", "rows_in", "ready", "doubtful", "refused", "duplicate")
    return tuple(RosterCounts(*row) for row in rows.values_list(*fields)[:limit])


def people_by_town(area: str) -> dict[str, int]:
    """Township code ("" unknown) → people registered in an area's county."""
    rows = Person.objects.filter(area=area).values_list("town").annotate(Count("pk")).order_by("town")
    return dict(rows)


def people_of(area: str) -> int:
    """People registered in an area's county, counted without regard to townships."""
    return Person.objects.filter(area=area).count()


def covers_by_town(contract: str) -> dict[str, int]:
    """Township code ("" unknown) → covers ever entered under a contract."""
    rows = Coverage.objects.filter(contract__number=contract).values_list("town").annotate(Count("pk"))
    return dict(rows.order_by("town"))


def covers_of(contract: str) -> int:
    """Covers ever entered under a contract, counted without regard to townships."""
    return Coverage.objects.filter(contract__number=contract).count()


def _paid(numbers: list[str]) -> dict[str, int]:
    """Settlement number → fen its standing entry paid; a settlement that moved no money is left out."""
    found: dict[str, int] = {}
    standing = Entry.objects.filter(cause=Cause.SETTLEMENT_PAID.value, reversed_by__isnull=True)
    for at in range(0, len(numbers), CHUNK):
        rows = standing.filter(subject__in=numbers[at : at + CHUNK]).values_list("subject")
        found |= {subject: int(fen) for subject, fen in rows.annotate(fen=Sum("transfers__fen")).order_by("subject")}
    return found
