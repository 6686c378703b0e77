"""Figures for whoever supervises: kept for counties of any size, counted on the spot where an area is small. S15, HN-1.

A county is counted as a whole, for today and for the ends of the last months and years, by the worker or by
`huibao report count`. A page then asks for a few sums. What it shows says when it was counted, and whether rosters or
covers came in since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from huibao.app import work
from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.chart import is_wide
from huibao.app.statistics import NO_CONTRACT, CoverageReport, area_names
from huibao.app.work import WorkRecord
from huibao.app.work.task import Task
from huibao.domain.statistics import (
    AreaCount,
    Asked,
    ClockWait,
    Goal,
    Tally,
    TargetCoverage,
    by_day,
    goals_of,
    sorted_counts,
)
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define
from huibao.rules.facts import within
from huibao.rules.reference import division_table
from huibao.rules.shelf import open_scheme
from huibao.store import recount
from huibao.store import tally as store
from huibao.store.unit import snapshot, unit_of_work

MONTHS: Final = 12
"""Ends of months that are kept, before today."""
YEARS: Final = 3
"""Ends of years that are kept: the report of February speaks of the year before."""
SMALL: Final = 3_000
"""People up to which an area is counted while the page waits."""
DECEMBER: Final = 12

NOT_COUNTED = define(
    "REPORT-006",
    "{area} 在 {on} 的数字还没有统计。",
    "请点“重新统计”，或用 huibao report count --area {area} 统计；每天应自动统计一次。",
    "The figures of {area} on {on} have not been counted yet.",
    "Press “Count again”, or run huibao report count --area {area}; it should run by itself every day.",
)


@dataclass(frozen=True, slots=True)
class CountyFigures:
    """One county's figures on a day."""

    code: str
    on: date
    counted_at: datetime | None
    """When they were kept; None: counted just now."""
    old: bool
    """Rosters or covers were entered since."""
    tallies: tuple[Tally, ...]
    """As a whole (part "") or, for a county asked by itself, by township."""


@dataclass(frozen=True, slots=True)
class Boards:
    """Coverage of an area: one report for each group and line, and how fresh the figures are."""

    reports: tuple[CoverageReport, ...]
    counties: tuple[CountyFigures, ...]
    uncounted: tuple[str, ...]
    """Counties with a contract in force that were never counted for such a day."""

    @property
    def counted_at(self) -> datetime | None:
        """The earliest count among those shown; None where all was counted just now."""
        return min((one.counted_at for one in self.counties if one.counted_at), default=None)

    @property
    def on(self) -> date | None:
        """The earliest day among those shown."""
        return min((one.on for one in self.counties), default=None)

    @property
    def old(self) -> tuple[str, ...]:
        """Counties whose rosters or covers changed since."""
        return tuple(one.code for one in self.counties if one.old)


# --- counting -----------------------------------------------------------------------------------------------------------


def days_kept(today: date) -> tuple[date, ...]:
    """Today, the ends of the twelve months before, and of the last three years."""
    found = {today}
    end = today.replace(day=1) - timedelta(days=1)
    for _ in range(MONTHS):
        found.add(end)
        end = end.replace(day=1) - timedelta(days=1)
    found |= {date(today.year - back, DECEMBER, 31) for back in range(1, YEARS + 1)}
    return tuple(sorted(found))


def count_county(area: str, clock: Clock) -> int:
    """Count a county anew and keep the figures; returns how many are kept."""
    days = days_kept(clock.today())
    marks = store.marks_of(area)
    with snapshot():
        found = recount.tallies_of(area, days)
        waits = recount.clock_waits_of(area, clock.today())
    with unit_of_work():
        store.keep(area, days, found, waits, marks, clock.now())
    return len(found)


def counties_to_count(area: str) -> tuple[str, ...]:
    """Counties of an area with people on record."""
    return store.counties_with_people(area)


def count_in_background(task: Task) -> Mapping[str, Any]:
    """Count every county of the area asked for, one after the other; counting again does no harm."""
    codes = counties_to_count(str(task.parameters["area"]))
    task.step("逐县统计", "counting county by county", len(codes))
    kept = 0
    for code in codes:
        kept += count_county(code, task.clock)
        task.advance(1)
    return {"counties": len(codes), "figures": kept}


def count_again(actor: Actor, area: str, key: str, clock: Clock) -> WorkRecord:
    """Ask for the figures of an area to be counted anew in the background. Refused outside one's own."""
    must(actor, Verb.READ, Noun.SUPERVISION, area)
    return work.start("figures-count", {"area": area}, actor, key, clock, area=area)


# --- asking -------------------------------------------------------------------------------------------------------------


def figures(area: str, on: date) -> tuple[CountyFigures, ...]:
    """What is known of each county of an area for a day: counted now where the area is small, else as kept.

    Kept are certain days: for another one the last kept day before it answers, and says so.
    """
    with snapshot():
        kept = store.runs(area)
        small = store.people_in(area, SMALL) <= SMALL
        codes = tuple(sorted({*kept, *_insured(area, on)}))
        found: dict[str, tuple[date, store.Run | None]] = {}
        for code in codes:
            run = kept.get(code)
            if run is not None and not run.old and on in run.days:
                found[code] = (on, run)
            elif small:
                found[code] = (on, None)
            elif run is not None and any(day <= on for day in run.days):
                found[code] = (max(day for day in run.days if day <= on), run)
        sums = _kept_sums(area, {code: day for code, (day, run) in found.items() if run is not None})
        return tuple(
            CountyFigures(code, day, run.counted_at, run.old, sums.get(code, ()))
            if run is not None
            else CountyFigures(code, day, None, old=False, tallies=_now(code, day, wide=is_wide(area)))
            for code, (day, run) in found.items()
        )


def boards(area: str, on: date) -> Boards:
    """Coverage of every target group of an area: a county's by township, a wider area's by county. Refused with none."""
    insured = _insured(area, on)
    if not insured:
        raise Refused(NO_CONTRACT(area=area, on=on))
    found = figures(area, on)
    missing = tuple(sorted(set(insured) - {one.code for one in found}))
    if not found:
        raise Refused(NOT_COUNTED(area=area, on=on))
    asked = sorted(
        {tally.asked for one in found for tally in one.tallies}, key=lambda one: (one.scheme_id, one.key, one.line)
    )
    names = area_names(area, on)
    return Boards(tuple(_report(area, on, one, found, names) for one in asked), found, missing)


def months(area: str, on: date) -> Mapping[str, tuple[Tally, ...]]:
    """County → its kept figures of the ends of months up to the day, and of the day itself."""
    with snapshot():
        kept = store.runs(area)
        days = {day for run in kept.values() for day in run.days if day <= on and (on - day).days <= MONTHS * 31 + 1}
        return store.of_counties(area, days)


def goals_of_asked(asked: Asked) -> tuple[Goal, ...]:
    """The goals set for a group and line."""
    return goals_of(open_scheme(asked.scheme_id), asked.groups, asked.line)[0]


def waits(area: str, clock_name: str, from_on: date) -> tuple[tuple[str, ClockWait], ...]:
    """(county, claims whose clock stopped in a month after so many days), from a month on. C2."""
    return store.waits_of(area, from_on, clock_name)


def _insured(area: str, on: date) -> tuple[str, ...]:
    """Counties of an area, or the county itself, for which a contract is in force on the day."""
    held = {one.area for one in recount.in_force() if one.first_on <= on <= one.last_on}
    if not is_wide(area):
        return (area,) if any(within(area, one) for one in held) else ()
    direct = {one for one in held if within(one, area) and not is_wide(one)}
    if any(is_wide(one) and (within(one, area) or within(area, one)) for one in held):
        direct |= {
            each.code for each in division_table().counties(area, on) if any(within(each.code, one) for one in held)
        }
    return tuple(sorted(direct))


def _now(code: str, on: date, *, wide: bool) -> tuple[Tally, ...]:
    found = recount.tallies_of(code, (on,))
    return tuple(by_day(found).values()) if wide else found


def _kept_sums(area: str, days: Mapping[str, date]) -> Mapping[str, tuple[Tally, ...]]:
    if not days:
        return {}
    if not is_wide(area):
        return {area: store.of_county(area, days[area])}
    summed = store.of_counties(area, days.values())
    return {code: tuple(one for one in each if one.on == days.get(code)) for code, each in summed.items()}


def _report(
    area: str, on: date, asked: Asked, found: Sequence[CountyFigures], names: Mapping[str, str]
) -> CoverageReport:
    scheme = open_scheme(asked.scheme_id)
    goals, source = goals_of(scheme, asked.groups, asked.line)
    rows: dict[str, tuple[int, int]] = {} if is_wide(area) else {code: (0, 0) for code in names if code != area}
    for one in found:
        for tally in one.tallies:
            if tally.asked == asked:
                rows[one.code if is_wide(area) else tally.part] = (tally.people, tally.insured)
    titles = [scheme.groups[group].title for group in asked.groups]
    zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
    counted = _coverage(area, on, asked, source, rows, goals)
    return CoverageReport(asked.scheme_id, f"{zh} · {asked.line.zh}", f"{en} · {asked.line.en}", counted, names)


def _coverage(
    area: str, on: date, asked: Asked, source: str, rows: Mapping[str, tuple[int, int]], goals: tuple[Goal, ...]
) -> TargetCoverage:
    counts = [AreaCount(code, people, insured) for code, (people, insured) in rows.items()]
    whole = AreaCount(area, sum(one.people for one in counts), sum(one.insured for one in counts))
    return TargetCoverage(asked.key, asked.line.value, on, source, whole, sorted_counts(counts), goals)
