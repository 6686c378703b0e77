"""Many scenarios over one part of the claims in a single compiled call: the loop of the rules, block after block.

A block of rows is small enough to stay in the processor's own memory while every scenario passes over it: amounts are
added up where they were just written. The text is the rules' own loop with a driver below it; numba compiles both once.
Without numba the same is done step by step with the one-case program.
"""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from huibao.bulk.cache import load_text
from huibao.bulk.kernel import BulkProgram, Calendar, Column, Int64s, has_numba, run
from huibao.bulk.whatif.people import Part
from huibao.bulk.whatif.tally import NO_LINE, Tally, _add_up, add_up, empty_tally
from huibao.rules.bulk_source import BulkSource, remainder_name
from huibao.rules.scheme import Kind

FAULT_KINDS: Final = 256
NOTHING: Final = np.zeros(1, dtype=np.int64)


@dataclass(slots=True, eq=False)
class Passes:
    """What some scenarios come to over a part: a tally each, the rows each refused, and whether they are the base's."""

    tallies: list[Tally]
    refused: npt.NDArray[np.int64]
    """Rows by scenario and fault."""
    differs: npt.NDArray[np.uint8]
    """1 where a scenario refuses other rows than `faults` has."""
    faults: npt.NDArray[np.uint8]
    """Fault of each row under the base."""


def passes(
    part: Part,
    programs: Sequence[BulkProgram],
    days: Sequence[Calendar],
    line_fen: int | None,
    base_faults: npt.NDArray[np.uint8] | None = None,
    *,
    together: bool = True,
) -> Passes:
    """Run scenarios that share one loop over a part. Without `base_faults` the first of them is the base.

    Few are not worth a driver of their own: they go one after the other through the rules' own loop.
    """
    count = len(part.rows.person)
    source = programs[0].source
    columns = len(source.outputs)
    faults = np.zeros(count, dtype=np.uint8) if base_faults is None else base_faults
    found = Passes(
        [empty_tally(part.units, columns) for _ in programs],
        np.zeros((len(programs), FAULT_KINDS), dtype=np.int64),
        np.zeros(len(programs), dtype=np.uint8),
        faults,
    )
    act = _compiled if together and base_faults is not None and has_numba() else _step_by_step
    act(part, programs, days, NO_LINE if line_fen is None else line_fen, found, base_faults is None)
    return found


def _step_by_step(
    part: Part, programs: Sequence[BulkProgram], days: Sequence[Calendar], line: int, found: Passes, is_base: bool
) -> None:
    rows = replace(part.rows, found=np.zeros(len(part.rows.person), dtype=np.int64))
    rest_at = programs[0].source.outputs.index(remainder_name(programs[0].program))
    for nth, program in enumerate(programs):
        faults = np.zeros(len(part.unit), dtype=np.uint8)
        outputs = run(program, replace(rows, faults=faults), days=days[nth], compiled=has_numba())
        amounts = np.stack(list(outputs.values()))
        found.refused[nth] = np.bincount(faults, minlength=FAULT_KINDS)
        if is_base and nth == 0:
            found.faults[:] = faults
        found.differs[nth] = np.any((faults != 0) != (found.faults != 0))
        add_up(found.tallies[nth], part.unit, part.ends, faults, amounts, rest_at, line)


def _compiled(
    part: Part, programs: Sequence[BulkProgram], days: Sequence[Calendar], line: int, found: Passes, _is_base: bool
) -> None:
    bulk = programs[0]
    rows = part.rows
    breaks, slot_at, slot_year, lengths = _padded(days)
    most = max(program.matrix.shape[0] for program in programs)
    matrices = np.zeros((len(programs), most, bulk.matrix.shape[1]), dtype=np.int64)
    for nth, program in enumerate(programs):
        matrices[nth, : program.matrix.shape[0]] = program.matrix
    sums = np.stack([tally.sums for tally in found.tallies])
    by_claim = np.stack([tally.by_claim for tally in found.tallies])
    by_year = np.stack([tally.by_year for tally in found.tallies])
    edges = np.array(part.blocks, dtype=np.int64)
    driver(bulk.source, f"{bulk.scheme.scheme_id}_{bulk.benefit_id}")(
        edges[:, 0],
        edges[:, 1],
        _fixed(rows.person),
        _fixed(rows.day),
        _fixed(rows.year if rows.year is not None else np.zeros(1, dtype=np.int32)),
        rows.year is not None,
        lengths,
        breaks,
        slot_at,
        slot_year,
        matrices,
        part.unit,
        part.ends,
        found.faults,
        found.refused,
        found.differs,
        summed_of(bulk),
        bulk.source.outputs.index(remainder_name(bulk.program)),
        line,
        sums,
        by_claim,
        by_year,
        *(_fixed(rows.inputs[name]) for name in bulk.source.inputs),
    )
    for nth, tally in enumerate(found.tallies):
        tally.sums, tally.by_claim, tally.by_year = sums[nth], by_claim[nth], by_year[nth]


def summed_of(bulk: BulkProgram) -> int:
    """How many of the outputs, from the first, are added up; of a bill's scenarios all but the remainder, see `rests`."""
    rest_at = bulk.source.outputs.index(remainder_name(bulk.program))
    return rest_at if bulk.program.kind is Kind.BILL else len(bulk.source.outputs)


def rests(bulk: BulkProgram, base: Tally, tally: Tally) -> None:
    """What people bear of bills they share with the base: as much less as the layers of the bill pay more (S1)."""
    outputs = bulk.source.outputs
    rest_at = outputs.index(remainder_name(bulk.program))
    inside = {step for _, step, _, _ in bulk.program.layer_at}
    at = [nth for nth, name in enumerate(outputs[:rest_at]) if name in inside]
    more = (tally.sums[:, at] - base.sums[:, at]).sum(axis=1)
    tally.sums[:, rest_at] = base.sums[:, rest_at] - more


def _fixed(column: Column) -> Column:
    """The column as one that cannot be written: some come so, and numba would compile anew for each mixture."""
    held = column.view()
    held.flags.writeable = False
    return held


def _padded(days: Sequence[Calendar]) -> tuple[Any, Any, Any, Int64s]:
    """Calendars of several lengths as rows of one array each, and their lengths."""
    most = max(*(len(one.breaks) for one in days), 1)
    breaks, slots, years = (np.zeros((len(days), most), dtype=np.int32) for _ in range(3))
    lengths = np.array([len(one.breaks) for one in days], dtype=np.int64)
    for nth, one in enumerate(days):
        breaks[nth, : len(one.breaks)] = one.breaks
        slots[nth, : len(one.slot_at)] = one.slot_at
        years[nth, : len(one.slot_year)] = one.slot_year
    return breaks, slots, years, lengths


@lru_cache(maxsize=64)
def driver(source: BulkSource, stem: str) -> Callable[..., None]:
    """The driver of a loop, compiled; from the cache where this text was compiled before."""
    import numba

    text = driver_text(source)
    module = load_text(text, hashlib.sha256(text.encode()).hexdigest(), f"many_{stem}")
    module.bulk = numba.njit(nogil=True, error_model="numpy")(module.bulk)
    module.add_up = numba.njit(nogil=True, error_model="numpy")(_add_up)
    compiled: Callable[..., None] = numba.njit(cache=True, nogil=True, error_model="numpy")(module.many)
    return compiled


def driver_text(source: BulkSource) -> str:
    """The loop's text with the driver below it; both hold no number of any param."""
    inputs = [f"_in_{name}" for name in source.inputs]
    slices = [f"{name}[_a:_z]" for name in inputs]
    openings = ["_none" for _ in source.accumulators]
    outputs = [f"_amounts[{at}]" for at in range(len(source.outputs))]
    call = ", ".join([*slices, *openings, *outputs])
    added_up = hashlib.sha256(inspect.getsource(_add_up).encode()).hexdigest()
    made = DRIVER.format(inputs=", ".join(inputs), call=call, columns=len(source.outputs), added_up=added_up)
    return source.text + made


DRIVER: Final = '''

from numpy import uint8 as _byte, zeros as _zeros

add_up = None  # {added_up}


def many(_lows, _highs, _person, _day, _year, _has_year, _lengths, _breaks, _slot_at, _slot_year, _matrices, _unit,
         _ends, _base, _refused, _differs, _summed, _rest_at, _line, _sums, _by_claim, _by_year, {inputs}):
    """Every scenario over each block of rows in turn, added up while the block is at hand."""
    _width = 1
    for _block in range(len(_lows)):
        _width = max(_width, _highs[_block] - _lows[_block])
    _amounts = _zeros(({columns}, _width), _int)
    _faults = _zeros(_width, _byte)
    _found = _zeros(_width, _int)
    _none = _zeros(1, _int)
    _any = False
    for _at in range(len(_base)):
        if _base[_at] != 0:
            _any = True
    for _block in range(len(_lows)):
        _a = _lows[_block]
        _z = _highs[_block]
        _n = _z - _a
        for _s in range(_matrices.shape[0]):
            for _row in range(_n):
                _faults[_row] = 0
            _last = _lengths[_s]
            _bad = bulk(_n, _person[_a:_z], _day[_a:_z], _year[_a:_z], _has_year, _breaks[_s, :_last],
                        _slot_at[_s, :max(_last - 1, 0)], _slot_year[_s, :max(_last - 1, 0)], _matrices[_s], _none,
                        False, _faults[:_n], _found[:_n], {call})
            if _bad > 0:
                for _row in range(_n):
                    _fault = _faults[_row]
                    if _fault != 0:
                        _refused[_s, _fault] += 1
                        for _column in range({columns}):
                            _amounts[_column, _row] = 0
            if _bad > 0 or _any:
                for _row in range(_n):
                    if (_faults[_row] != 0) != (_base[_a + _row] != 0):
                        _differs[_s] = 1
            add_up(_unit[_a:_z], _ends[_a:_z], _faults[:_n], _amounts, _sums[_s], _summed, _rest_at, _line, _by_claim[_s],
                   _by_year[_s])
'''
