"""One benefit over many rows: the compiled loop where numba is at hand, the one-case program where it is not.

Both take the same columns and leave the same numbers (S7); a row that would be refused by itself is marked in the fault
column, moves no running sum and leaves zeros.
"""

import importlib.util
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from huibao.bulk.cache import compiled_loop
from huibao.domain.settlement.settled import policy_year
from huibao.kernel.invariant import invariant
from huibao.rules import bulk_source as text
from huibao.rules.bulk_source import BulkSource, bulk_source, change_days, compile_days, remainder_name
from huibao.rules.program import Program
from huibao.rules.scheme import Scheme
from huibao.rules.shelf import open_scheme

EPOCH: Final = date(1970, 1, 1)
"""Arrow counts days from here (date32)."""
MAX_READY: Final = 256
MAX_PERIOD_DAYS: Final = 11_000
"""About thirty years. The stretches of a longer period are narrowed to the days at hand: the loop looks through them."""

Column = npt.NDArray[Any]
Int64s = npt.NDArray[np.int64]
Faults = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class BulkProgram:
    """One benefit over a scheme's whole period as known on a day: the loop's text and the numbers of each day."""

    scheme: Scheme
    benefit_id: str
    known_on: date | None
    days: tuple[date, ...]
    """Days from which each row of the matrix counts, ascending."""
    programs: tuple[Program | None, ...]
    source: BulkSource
    matrix: Int64s
    """One row a day of `days` (rows of days without numbers hold zeros), one column a place in P."""

    @property
    def program(self) -> Program:
        """Any of the programs: lines, inputs and places are the same on all days."""
        return next(program for program in self.programs if program is not None)

    def places(self, name: str) -> slice:
        """Columns of the matrix that hold a param; KeyError where the benefit does not use it."""
        offsets = self.program.offsets
        first = offsets[name]
        later = [at for at in offsets.values() if at > first]
        return slice(first, min(later, default=self.matrix.shape[1]))

    def with_numbers(self, changes: Mapping[str, Sequence[int]], from_on: date | None = None) -> "BulkProgram":
        """The same loop with other numbers for some params, on every day or from a day on. Compiles nothing."""
        matrix = self.matrix.copy()
        rows = [at for at, day in enumerate(self.days) if from_on is None or day >= from_on]
        for name, numbers in changes.items():
            place = self.places(name)
            width = place.stop - place.start
            if len(numbers) not in {1, width}:
                raise ValueError(f"{name} takes 1 or {width} numbers, was given {len(numbers)}")
            matrix[rows, place] = np.asarray(numbers, dtype=np.int64)
        return replace(self, matrix=matrix)


def ready(
    scheme: Scheme | str,
    benefit_id: str,
    known_on: date | None = None,
    settings: Mapping[str, str | int] | None = None,
    outputs: tuple[str, ...] | None = None,
) -> BulkProgram:
    """The benefit ready to run over columns; refused as `compile_benefit` refuses. Kept, so asking again is quick."""
    opened = open_scheme(scheme) if isinstance(scheme, str) else scheme
    return _ready(opened, benefit_id, known_on, tuple(sorted((settings or {}).items())), outputs)


@lru_cache(maxsize=MAX_READY)
def _ready(
    scheme: Scheme,
    benefit_id: str,
    known_on: date | None,
    settings: tuple[tuple[str, str | int], ...],
    outputs: tuple[str, ...] | None,
) -> BulkProgram:
    days = change_days(scheme, benefit_id, known_on)
    programs = compile_days(scheme, benefit_id, days, known_on, dict(settings))
    some = next(program for program in programs if program is not None)
    invariant(len({p.source for p in programs if p is not None}) == 1, "S7", f"{scheme.scheme_id} differs by day")
    matrix = np.zeros((len(days), max(len(some.P), 1)), dtype=np.int64)
    for at, program in enumerate(programs):
        if program is not None:
            matrix[at, : len(program.P)] = program.P
    return BulkProgram(scheme, benefit_id, known_on, days, programs, bulk_source(some, outputs), matrix)


def has_numba() -> bool:
    """Whether the compiled loop can be used here."""
    return importlib.util.find_spec("numba") is not None


def engine_line(lang: str = "zh") -> str | None:
    """What to tell a person where the slow way serves; None where the compiled loop is at hand."""
    if has_numba():
        return None
    if lang == "en":
        return "numba is not installed: cases are settled one by one, about 50 times slower (pip install huibao[bulk])."
    return "未安装 numba：将逐笔结算，约慢 50 倍（pip install huibao[bulk]）。"


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of the cases, each person's rows together and by date. Day numbers count from 1970-01-01."""

    person: Int64s
    day: npt.NDArray[np.int32]
    inputs: Mapping[str, Column]
    """One column an input, of the width `WIDTHS` gives."""
    faults: Faults
    """0 where the row may be settled; 5 to 63 where the caller has found a fault. The run adds its own."""
    found: Int64s
    """What was found in a row with a fault: fen above the bill, or where a running sum would stand."""
    year: npt.NDArray[np.int32] | None = None
    """First day of the policy year of each row; None: by the scheme's own period."""
    open_at: npt.NDArray[np.int64] | None = None
    """For each row the place of its person's year in `opening`; None: all begin at nothing."""
    opening: Mapping[str, Int64s] | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The stretches of days within which neither the numbers nor the policy year change."""

    breaks: npt.NDArray[np.int32]
    slot_at: npt.NDArray[np.int32]
    """Row of the matrix; -1 where no number is in force."""
    slot_year: npt.NDArray[np.int32]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


@lru_cache(maxsize=MAX_READY)
def calendar(bulk: BulkProgram, first_no: int, last_no: int) -> Calendar:
    """Stretches that the days from `first_no` to `last_no` touch, clipped to the scheme's period."""
    period = bulk.scheme.period
    first = max(first_no, day_number(period.first_on))
    last = min(last_no, day_number(period.last_on))
    none = np.zeros(0, dtype=np.int32)
    if first > last:
        return Calendar(none, none, none)
    starts = {first, *(no for day in bulk.days if first < (no := day_number(day)) <= last)}
    at = first
    while at <= last:
        starts.add(at)
        at = day_number(policy_year(period, EPOCH + timedelta(days=at)).last_on) + 1
    ordered = sorted(starts)
    changes = [day_number(day) for day in bulk.days]
    rows = [bisect_right(changes, start) - 1 for start in ordered]
    return Calendar(
        np.array([*ordered, last + 1], dtype=np.int32),
        np.array([row if row >= 0 and bulk.programs[row] is not None else -1 for row in rows], dtype=np.int32),
        np.array(
            [day_number(policy_year(period, EPOCH + timedelta(days=start)).first_on) for start in ordered],
            dtype=np.int32,
        ),
    )


def calendar_of(bulk: BulkProgram, day: npt.NDArray[np.int32]) -> Calendar:
    """The calendar that holds every day of some rows: the whole period's, which is known already, unless it is long."""
    period = bulk.scheme.period
    if period.days <= MAX_PERIOD_DAYS:
        return calendar(bulk, day_number(period.first_on), day_number(period.last_on))
    return calendar(bulk, int(day.min()), int(day.max()))


def run(
    bulk: BulkProgram,
    rows: Rows,
    *,
    compiled: bool | None = None,
    outputs: dict[str, Int64s] | None = None,
    days: Calendar | None = None,
) -> dict[str, Int64s]:
    """Settle the rows; one int64 column for each output, zeros where `rows.faults` is not 0 afterwards.

    `outputs` may bring columns to fill again, and `days` a calendar that holds every day of the rows, for one who runs
    the same rows many times.
    `compiled` None takes the loop where numba is installed. Both ways give the same numbers (S7).
    """
    count = len(rows.person)
    if outputs is None:
        outputs = {name: np.empty(count, dtype=np.int64) for name in bulk.source.outputs}
    if not count:
        return outputs
    if days is None:
        days = calendar_of(bulk, rows.day)
    engine = _run_compiled if (has_numba() if compiled is None else compiled) else _run_one_by_one
    bad = engine(bulk, rows, days, outputs)
    if bad:
        for column in outputs.values():
            column[rows.faults != text.FINE] = 0
    return outputs


def _run_compiled(bulk: BulkProgram, rows: Rows, days: Calendar, outputs: Mapping[str, Int64s]) -> int:
    loop = compiled_loop(bulk.source, f"{bulk.scheme.scheme_id}_{bulk.benefit_id}")
    empty = np.zeros(1, dtype=np.int64)
    year = rows.year if rows.year is not None else np.zeros(1, dtype=np.int32)
    opening = rows.opening or {}
    return int(
        loop(
            len(rows.person),
            rows.person,
            rows.day,
            year,
            rows.year is not None,
            days.breaks,
            days.slot_at,
            days.slot_year,
            bulk.matrix,
            rows.open_at if rows.open_at is not None else empty,
            rows.open_at is not None,
            rows.faults,
            rows.found,
            *(rows.inputs[name] for name in bulk.source.inputs),
            *(opening.get(name, empty) for name in bulk.source.accumulators),
            *(outputs[name] for name in bulk.source.outputs),
        )
    )


def _run_one_by_one(bulk: BulkProgram, rows: Rows, days: Calendar, outputs: Mapping[str, Int64s]) -> int:
    """The one-case program row after row, with the same refusals as `Program.run` and in the same order."""
    program = bulk.program
    steps = [*(step.name for step in program.plan), remainder_name(program)]
    if program.has_conflict:
        steps.append("")  # the last value only tells of two exceptions at once
    places = {name: at for at, name in enumerate([*steps, *(f"closing.{name}" for name in program.accumulators)])}
    wanted = [(column, places[name]) for name, column in outputs.items()]
    limits = tuple(entry.max for entry in program.opening)
    vectors = [tuple(int(number) for number in row) for row in bulk.matrix]
    columns = [rows.inputs[name].tolist() for name in bulk.source.inputs]
    persons, on = rows.person.tolist(), rows.day.tolist()
    breaks, bad = days.breaks.tolist(), 0
    at_person: tuple[int, int] | None = None
    state: tuple[int, ...] = ()
    for row, (person, day) in enumerate(zip(persons, on, strict=True)):
        if rows.faults[row]:
            bad += 1
            continue
        slot = bisect_right(breaks, day) - 1
        if not breaks or slot < 0 or slot >= len(breaks) - 1 or days.slot_at[slot] < 0:
            inside = breaks and 0 <= slot < len(breaks) - 1
            rows.faults[row] = text.NOT_IN_FORCE if inside else text.OUTSIDE
            bad += 1
            continue
        year = int(rows.year[row]) if rows.year is not None else int(days.slot_year[slot])
        if at_person != (person, year):
            at_person, state = (person, year), _opening(bulk, rows, row)
        values, closing = program.claim(
            tuple(column[row] for column in columns), state, vectors[int(days.slot_at[slot])]
        )
        fault = _fault(program, values, closing, limits)
        if fault:
            rows.faults[row], rows.found[row] = fault
            bad += 1
            continue
        state = closing
        everything = (*values, *closing)
        for column, place in wanted:
            column[row] = everything[place]
    return bad


def _opening(bulk: BulkProgram, rows: Rows, row: int) -> tuple[int, ...]:
    names = bulk.source.accumulators
    if rows.open_at is None or rows.opening is None:
        return (0,) * len(names)
    at = int(rows.open_at[row])
    return tuple(int(rows.opening[name][at]) for name in names)


def _fault(
    program: Program, values: tuple[int, ...], closing: tuple[int, ...], limits: tuple[int, ...]
) -> tuple[int, int] | None:
    if program.has_conflict and values[-1]:
        return text.CONFLICTS, 0
    if values[program.remainder_at] < 0:
        return text.OVER, -values[program.remainder_at]
    for at, (value, most) in enumerate(zip(closing, limits, strict=True)):
        if not 0 <= value <= most:
            return text.FULL_FROM + at, value
    return None
