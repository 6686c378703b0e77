"""Claims of whole people made ready to be run many times: where each row's amounts are added, and who is drawn together.

Intervals come from drawing people again. Each person is a unit of their own while a part holds few; where it holds many,
the people of one area and one set of groups are dealt by a seeded hash into bundles, and bundles are drawn. A bundle
holds whole people chosen without regard to what they cost, and by chance more or fewer: its sums scatter as theirs do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huibao.bulk.kernel import BulkProgram, Column, Int64s, Rows
from huibao.bulk.schema import AREA, WRONG_TYPE, whole
from huibao.bulk.tables import CODES, check_table, read_rows, row_years
from huibao.kernel.problem import Refused, define
from huibao.rules import bulk_source as text
from huibao.rules.program import FULL
from huibao.rules.vocabulary import INPUTS

UNITS_A_PART: Final = 2_048
"""Units of one part of the claims (some 500,000 rows): a county of a province still has a few dozen in each part."""
LEAST_BUNDLES: Final = 16
"""Bundles of the people of one area and set of groups in a part."""
MAX_CELLS: Final = 20_000
"""Areas times sets of groups; a nation's counties with a few groups each."""
BLOCK_ROWS: Final = 8_192
"""Rows worked on at once, at the next person: their columns stay in the processor's own memory for all scenarios."""

TOO_MANY_AREAS = define(
    "WHATIF-020",
    "地区与人群的组合有 {found} 种，超过上限 {limit}",
    "area 应为县级代码，不要细到乡镇或村。",
    "There are {found} combinations of area and groups, more than {limit}",
    "Let area be the county's code, not the township's or village's.",
)

Cell = tuple[str, tuple[str, ...]]
"""An area ("" where not known) and the groups somebody is in, in the order of the scheme."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some whole people's claims, faults put aside, in blocks that begin with a person."""

    rows: Rows
    unit: npt.NDArray[np.int32]
    """Where each row's amounts are added."""
    ends: npt.NDArray[np.uint8]
    """1 on the last row of a person's policy year."""
    blocks: tuple[tuple[int, int], ...]
    cells: tuple[Cell, ...]
    cell_units: tuple[tuple[int, int], ...]
    """First unit and the one after the last of each cell."""
    claims: tuple[int, ...]
    """Rows of each cell."""
    people: tuple[int, ...]
    """People of each cell; somebody with claims in two cells counts in both."""
    all_people: int
    person_years: int
    policy_years: frozenset[int]
    """First days of the policy years that the rows lie in."""
    bundled: bool

    @property
    def units(self) -> int:
        """How many units there are."""
        return self.cell_units[-1][1] if self.cell_units else 0


def read_part(table: pa.Table, bulk: BulkProgram, seed: int) -> tuple[Part | None, dict[str, int]]:
    """A table of whole people made ready, None where no row of it can be settled; and the rows put aside, by code.

    Refused where the table does not fit.
    """
    check_table(table, bulk)
    rows, _, order = read_rows(table, bulk)
    place = np.arange(table.num_rows) if order is None else order
    refused = _refused(rows)
    if refused:
        fine = np.flatnonzero(rows.faults == 0)
        place, rows = place[fine], _taken(rows, fine)
        if not len(fine):
            return None, refused
    cells, cell_at = _cells(table, bulk, None if order is None and not refused else place)
    new_person = _changes(rows.person)
    starts = np.flatnonzero(new_person)
    years = row_years(bulk, rows)
    ends = np.ones(len(rows.person), dtype=np.uint8)
    ends[:-1] = new_person[1:] | (years[1:] != years[:-1])
    unit, cell_units, bundled = _units(rows.person, new_person, cell_at, len(cells), seed)
    part = Part(
        rows=rows,
        unit=unit,
        ends=ends,
        blocks=_blocks(starts, len(rows.person)),
        cells=cells,
        cell_units=cell_units,
        claims=tuple(np.bincount(cell_at, minlength=len(cells)).tolist()),
        people=_people(new_person, cell_at, len(cells)),
        all_people=len(starts),
        person_years=int(ends.sum()),
        policy_years=frozenset(np.unique(years).tolist()) if len(years) else frozenset(),
        bundled=bundled,
    )
    return part, refused


def _refused(rows: Rows) -> dict[str, int]:
    if not rows.faults.any():
        return {}
    faults, counts = np.unique(rows.faults[rows.faults != 0], return_counts=True)
    return fault_codes(dict(zip(faults.tolist(), counts.tolist(), strict=True)))


def fault_codes(counts: Mapping[int, int]) -> dict[str, int]:
    """Counts of faults as counts of problem codes."""
    found: dict[str, int] = {}
    for fault, count in counts.items():
        code = FULL.code if fault >= text.FULL_FROM else CODES[fault]
        found[code] = found.get(code, 0) + count
    return found


def _taken(rows: Rows, at: npt.NDArray[np.int64]) -> Rows:
    return Rows(
        rows.person[at],
        rows.day[at],
        {name: column[at] for name, column in rows.inputs.items()},
        rows.faults[at],
        rows.found[at],
        rows.year[at] if rows.year is not None else None,
    )


def _changes(column: Column) -> npt.NDArray[np.bool_]:
    """Rows whose value is another than the row's before; the first is."""
    new = np.ones(len(column), dtype=np.bool_)
    new[1:] = column[1:] != column[:-1]
    return new


def _cells(
    table: pa.Table, bulk: BulkProgram, place: npt.NDArray[np.int64] | None
) -> tuple[tuple[Cell, ...], npt.NDArray[np.int64]]:
    """The cells that occur, and each row's."""
    areas, codes = _areas(table)
    groups = [name for name in bulk.scheme.groups if f"in_{name}" in table.column_names and f"in_{name}" not in INPUTS]
    code = codes
    for name in groups:
        kind = table.schema.field(f"in_{name}").type
        if not (pa.types.is_boolean(kind) or pa.types.is_integer(kind)):
            raise Refused(WRONG_TYPE(field=f"in_{name}", found=kind, expected="bool"))
        flags = whole(table[f"in_{name}"]).cast(pa.int8()).fill_null(0).to_numpy(zero_copy_only=False)
        code = code * 2 + (flags != 0)
    if place is not None:
        code = code[place]
    size = len(areas) << len(groups)
    if size <= max(4 * len(code), 1 << 20):
        held = np.flatnonzero(np.bincount(code, minlength=size))
        among = np.zeros(size, dtype=np.int64)
        among[held] = np.arange(len(held))
        at = among[code]
    else:
        held, at = np.unique(code, return_inverse=True)
    if len(held) > MAX_CELLS:
        raise Refused(TOO_MANY_AREAS(field=AREA, found=len(held), limit=MAX_CELLS))
    cells = []
    for one in held.tolist():
        area, bits = divmod(one, 1 << len(groups))
        mine = tuple(name for nth, name in enumerate(reversed(groups)) if bits >> nth & 1)
        cells.append((areas[area], tuple(reversed(mine))))
    return tuple(cells), at.astype(np.int64, copy=False)


def _areas(table: pa.Table) -> tuple[list[str], npt.NDArray[np.int64]]:
    if AREA not in table.column_names:
        return [""], np.zeros(table.num_rows, dtype=np.int64)
    column = whole(table[AREA])
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    names = ["", *(str(name or "") for name in coded.dictionary.to_pylist())]
    codes = coded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False) + 1
    first = {name: at for at, name in reversed(list(enumerate(names)))}
    if len(first) < len(names):  # the same name twice, or an empty one beside "not known"
        codes = np.array([first[name] for name in names], dtype=np.int64)[codes]
    return names, codes


def _units(
    person: Int64s, new_person: npt.NDArray[np.bool_], cell_at: npt.NDArray[np.int64], cells: int, seed: int
) -> tuple[npt.NDArray[np.int32], tuple[tuple[int, int], ...], bool]:
    """Each row's unit, units of a cell together. A person with claims in two cells is a unit, or in a bundle, of each."""
    runs = new_person | _changes(cell_at)
    count = int(runs.sum())
    if count <= UNITS_A_PART:
        run_cell = cell_at[runs]
        order = np.argsort(run_cell, kind="stable")
        number = np.empty(count, dtype=np.int32)
        number[order] = np.arange(count, dtype=np.int32)
        edges = np.searchsorted(run_cell[order], np.arange(cells + 1))
        return number[np.cumsum(runs) - 1], _spans(edges.tolist()), False
    bundles = max(UNITS_A_PART // cells, LEAST_BUNDLES)
    dealt = _scattered(person, seed) % np.uint64(bundles)
    unit = (cell_at * bundles + dealt.astype(np.int64)).astype(np.int32)
    return unit, _spans([at * bundles for at in range(cells + 1)]), True


def _spans(edges: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple(pairwise(edges))


def _scattered(person: Int64s, seed: int) -> npt.NDArray[np.uint64]:
    """A number for each person without pattern: the finishing steps of SplitMix64, the same on every machine."""
    with np.errstate(over="ignore"):
        mixed = person.astype(np.uint64) + np.uint64((seed * 2 + 1) % 2**64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: npt.NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return found


def _people(new_person: npt.NDArray[np.bool_], cell_at: npt.NDArray[np.int64], cells: int) -> tuple[int, ...]:
    number = np.cumsum(new_person) - 1
    runs = new_person | _changes(cell_at)
    if int(runs.sum()) == int(new_person.sum()):
        mine = cell_at[new_person]
    else:
        pairs = np.sort(number[runs] * cells + cell_at[runs])
        mine = pairs[_changes(pairs)] % cells
    return tuple(np.bincount(mine, minlength=cells).tolist())


def _blocks(starts: npt.NDArray[np.int64], count: int) -> tuple[tuple[int, int], ...]:
    """Stretches of rows of about the same length, each beginning with a person."""
    edges = [0]
    while count - edges[-1] > BLOCK_ROWS:
        at = int(np.searchsorted(starts, edges[-1] + BLOCK_ROWS, side="left"))
        if at == len(starts):
            break
        edges.append(int(starts[at]))
    return _spans([*edges, count])
