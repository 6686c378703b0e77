"""Where each claim stands, kept beside its steps so that a queue is counted and ordered by the database.

Written in the same unit of work as the steps themselves; what was recorded before there were standings gets one after
the migration. The audit of C2 works each out again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connections
from django.db.models import Count, F, Q, QuerySet

from huibao.domain.claims.claim import Claim, State
from huibao.domain.claims.clocks import ClockName, ClockRule, shortened, statute
from huibao.domain.claims.standing import Standing, standing
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store.models import claim as claim_table
from huibao.store.models import claim_desk as table
from huibao.store.unit import must_be_in_unit

SOON_DAYS: Final = 7
"""What is due within a week is told apart from what is due later."""
APPEALED: Final = (State.PAYMENT_APPEALED.value, State.REFUSAL_APPEALED.value)


@dataclass(frozen=True, slots=True)
class Queued:
    """One claim of a queue: number and person's row, what it is about, and where it stands."""

    number: str
    person_id: int
    insured: str
    happened_on: date
    cause: str
    contract: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Counts:
    """How many claims of some contracts run, by the end of their clock; `mine` of all those."""

    every: int
    overdue: int
    today: int
    soon: int
    later: int
    paused: int
    appealed: int
    mine: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims a queue shows: of these contracts, of one handler ("" all), in these states (none: all), when due."""

    contracts: tuple[str, ...]
    handler: str = ""
    states: tuple[State, ...] = ()
    when: str = ""


def keep(claim: Claim, rules: Sequence[ClockRule]) -> None:
    """Write down where a claim stands now, within the unit of work that moved it."""
    must_be_in_unit("keep a standing")
    values = _values(standing(claim, rules))
    if not table.ClaimStanding.objects.filter(claim__number=claim.number).update(**values):
        pk, contract_id = claim_table.Claim.objects.values_list("pk", "contract_id").get(number=claim.number)
        table.ClaimStanding.objects.create(claim_id=pk, contract_id=contract_id, **values)


def queue(wanted: Wanted, today: date, start: int, count: int) -> tuple[Queued, ...]:
    """Claims in the order they are due: running clocks by their last day, then paused ones, then those without."""
    rows = _wanted(wanted, today).select_related("claim", "contract").annotate(insured=F("claim__person__name"))
    ordered = rows.order_by(F("due_on").asc(nulls_last=True), F("left_days").asc(nulls_last=True), "claim__number")
    return tuple(_queued(row) for row in ordered[start : start + count])


def how_many(wanted: Wanted, today: date) -> int:
    """How many claims that is."""
    return _wanted(wanted, today).count()


def counts(numbers: Sequence[str], mine: str, today: date) -> Counts:
    """What runs under these contracts, in one question."""
    rows = table.ClaimStanding.objects.filter(contract__number__in=numbers)
    found = rows.aggregate(
        every=Count("pk", filter=_open(today)),
        overdue=Count("pk", filter=_when("overdue", today)),
        today=Count("pk", filter=_when("today", today)),
        soon=Count("pk", filter=_when("soon", today)),
        later=Count("pk", filter=_when("later", today)),
        paused=Count("pk", filter=_when("paused", today)),
        appealed=Count("pk", filter=_when("appealed", today)),
        mine=Count("pk", filter=_open(today) & Q(handler=mine)),
    )
    return Counts(**found)


def by_state(numbers: Sequence[str]) -> dict[State, int]:
    """How many claims stand in each state."""
    rows = table.ClaimStanding.objects.filter(contract__number__in=numbers).values_list("state")
    return {State(state): count for state, count in rows.annotate(n=Count("pk")).order_by()}


def neighbours(wanted: Wanted, number: str, today: date) -> tuple[str, str]:
    """The claims before and after one in a queue, "" at its ends; both "" where it is not in it."""
    here = table.ClaimStanding.objects.filter(claim__number=number).values_list("due_on", "left_days").first()
    if here is None:
        return "", ""
    rows = _wanted(wanted, today)
    after = rows.filter(_after(*here, number)).order_by(*_order()).values_list("claim__number", flat=True).first()
    before = (
        rows.exclude(_after(*here, number))
        .exclude(claim__number=number)
        .order_by(*_order(back=True))
        .values_list("claim__number", flat=True)
        .first()
    )
    return before or "", after or ""


def fill(using: str) -> int:
    """Give a standing to claims that have none: what was recorded before there were any. Returns how many."""
    connection = connections[using]
    if using != "default" or "claim_standing" not in connection.introspection.table_names():
        return 0
    lacking = claim_table.Claim.objects.filter(standing__isnull=True).values_list("number", "pk", "contract_id")
    ids = {number: (pk, contract_id) for number, pk, contract_id in lacking}
    for claim, now in standings(ids):
        pk, contract_id = ids[claim.number]
        table.ClaimStanding.objects.create(claim_id=pk, contract_id=contract_id, **_values(now))
    return len(ids)


def standings(numbers: Iterable[str]) -> Iterator[tuple[Claim, Standing]]:
    """Claims with where their steps say they stand, worked out anew."""
    rules: dict[str, Sequence[ClockRule]] = {}
    wanted = list(numbers)
    for at in range(0, len(wanted), claims.BATCH):
        for claim in claims.claims_of(wanted[at : at + claims.BATCH]):
            if not claim.events:
                continue
            contract = claim.facts.contract
            if contract not in rules:
                rules[contract] = shortened(statute(), contracts.contract(contract).claim_days)
            yield claim, standing(claim, rules[contract])


def kept(number: str) -> Standing | None:
    """What is written down of one claim."""
    return next((now for _, now in kept_of([number])), None)


def kept_of(numbers: Sequence[str]) -> Iterator[tuple[str, Standing]]:
    """What is written down of claims, by number; nothing of one that has none."""
    for at in range(0, len(numbers), claims.BATCH):
        some = numbers[at : at + claims.BATCH]
        for row in table.ClaimStanding.objects.filter(claim__number__in=some).select_related("claim"):
            yield row.claim.number, _standing(row)


def _values(now: Standing) -> dict[str, Any]:
    return {
        "state": now.state.value,
        "step": now.step,
        "handler": now.handler,
        "clock": now.clock.value if now.clock else "",
        "due_on": now.due_on,
        "left_days": now.left_days,
    }


def _wanted(wanted: Wanted, today: date) -> "QuerySet[table.ClaimStanding]":
    rows = table.ClaimStanding.objects.filter(contract__number__in=wanted.contracts)
    if wanted.handler:
        rows = rows.filter(handler=wanted.handler)
    if wanted.states:
        return rows.filter(state__in=[state.value for state in wanted.states])
    return rows.filter(_when(wanted.when, today) if wanted.when else _open(today))


def _open(today: date) -> Q:
    del today
    return ~Q(clock="") | Q(state__in=APPEALED)


def _when(when: str, today: date) -> Q:
    soon = today + timedelta(days=SOON_DAYS)
    return {
        "overdue": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "soon": Q(due_on__gt=today, due_on__lte=soon),
        "later": Q(due_on__gt=soon),
        "paused": Q(due_on__isnull=True) & ~Q(clock=""),
        "appealed": Q(state__in=APPEALED),
    }[when]


def _order(*, back: bool = False) -> tuple[Any, ...]:
    if back:
        return (F("due_on").desc(nulls_first=True), F("left_days").desc(nulls_first=True), "-claim__number")
    return (F("due_on").asc(nulls_last=True), F("left_days").asc(nulls_last=True), "claim__number")


def _after(due_on: date | None, left_days: int | None, number: str) -> Q:
    """What comes later in the order of the queue; nothing comes before a day that is missing."""
    same = Q(due_on=due_on) if due_on else Q(due_on__isnull=True)
    later = Q(due_on__gt=due_on) | Q(due_on__isnull=True) if due_on else Q(pk__in=[])
    same_left = Q(left_days=left_days) if left_days is not None else Q(left_days__isnull=True)
    later_left = Q(left_days__gt=left_days) | Q(left_days__isnull=True) if left_days is not None else Q(pk__in=[])
    return later | (same & later_left) | (same & same_left & Q(claim__number__gt=number))


def _queued(row: table.ClaimStanding) -> Queued:
    one = row.claim
    insured = getattr(row, "insured", "")
    return Queued(one.number, one.person_id, insured, one.happened_on, one.cause, row.contract.number, _standing(row))


def _standing(row: table.ClaimStanding) -> Standing:
    return Standing(
        State(row.state),
        row.step,
        row.handler,
        ClockName(row.clock) if row.clock else None,
        row.due_on,
        row.left_days,
    )
