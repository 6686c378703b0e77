"""A closed year run again under the rules as known on a day, and what differs: by layer, by group, by area.

What is on record is never changed here. Under the rules as known then nothing may differ (S6). Claims that were settled
after later ones of the same person keep their place in the order of record; what the order of days would have given is
told beside it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk.files import write_text, write_whole
from huibao.bulk.kernel import BulkProgram, Int64s, Rows, ready
from huibao.bulk.kernel import run as run_rows
from huibao.bulk.parquet import ROWS_A_PART, Run, process
from huibao.bulk.schema import AREA, CLAIM, DAY, PERSON, YEAR, whole
from huibao.bulk.tables import PROBLEM, Settled, check_table, settle_rows, settled
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define
from huibao.rules.bulk_source import FOUND_BEFORE, FULL_FROM
from huibao.rules.vocabulary import INPUTS

RECORDED: Final = "recorded."
OPENING: Final = "opening."
ORDER: Final = "settled_no"
"""Place of a claim in the order of record; with it claims run in that order, without it by day."""
SAMPLED_PEOPLE: Final = 16
"""People of each part whose claims are settled a second time one by one, and by themselves (S7, B1)."""
NOWHERE, NOBODY = "-", "-"
DIFFERENCES: Final = "differences.parquet"

NOTHING_RECORDED = define(
    "BULK-040",
    "表中没有记录的结果（列 recorded.NAME），无从比较",
    "请先用 huibao replay --record 结算一遍，留下可比较的一年。",
    "The table holds no recorded result (columns recorded.NAME) to compare with",
    "Settle it once with huibao replay --record, which leaves a year that can be compared.",
)
WRONG_RECORD = define(
    "BULK-041",
    "列 {field} 的类型为 {found}，应为整数分",
    "记录的结果以整数分给出。",
    "The column {field} is of type {found}, it should hold whole fen",
    "Recorded results are whole fen.",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run a year under."""

    bulk: BulkProgram
    independent: bool = False
    """Each case starts from the sums on record instead of those of the case before it."""
    absent: tuple[str, ...] = ()
    settings: tuple[tuple[str, str | int], ...] = ()

    def said(self) -> dict[str, Any]:
        """In plain values: what makes this run another than the next."""
        return {
            "scheme": self.bulk.scheme.scheme_id,
            "scheme_hash": self.bulk.scheme.hash,
            "benefit": self.bulk.benefit_id,
            "known_on": self.bulk.known_on.isoformat() if self.bulk.known_on else "",
            "loop": self.bulk.source.hash,
            "numbers": [[int(number) for number in row] for row in self.bulk.matrix],
            "independent": self.independent,
            "absent": list(self.absent),
        }


def plan_of(
    scheme: str,
    benefit: str,
    *,
    known_on: date | None = None,
    settings: Mapping[str, str | int] | None = None,
    independent: bool = False,
    absent: tuple[str, ...] = (),
) -> Plan:
    """The plan of a run; refused as the scheme's benefit would be."""
    bulk = ready(scheme, benefit, known_on, settings)
    return Plan(bulk, independent, absent, tuple(sorted((settings or {}).items())))


def replay_table(table: pa.Table, plan: Plan) -> tuple[pa.Table, dict[str, Any]]:
    """Run a table with recorded results again: the claims that differ, and the figures, which add up over tables."""
    names = recorded_names(table, plan.bulk)
    result = _settled(table, plan)
    changed = _changed(table, result, names)
    figures = _figures(table, result, names, changed, plan.bulk)
    late = late_rows(table)
    figures["late"] = int(late.sum()) if late is not None else 0
    if late is not None and late.any():
        by_day = settle_rows(table, plan.bulk, absent=plan.absent)
        figures["by_day"] = {
            name: _sums(_numbers(table, f"{RECORDED}{name}"), _numbers(by_day, name), slice(None)) for name in names
        }
    return _differing(table, result, names, changed), figures


def settled_table(table: pa.Table, plan: Plan) -> tuple[pa.Table, dict[str, Any]]:
    """The keys with what each claim comes to."""
    result = _settled(table, plan)
    return result, _totals(result, plan)


def record_table(table: pa.Table, plan: Plan) -> tuple[pa.Table, dict[str, Any]]:
    """The table with the results beside it, as a year that later runs are compared with."""
    result = _settled(table, plan)
    kept = table.drop_columns([name for name in table.column_names if name.startswith(RECORDED)])
    for name in plan.bulk.source.outputs:
        kept = kept.append_column(pa.field(f"{RECORDED}{name}", pa.int64(), metadata={b"unit": b"fen"}), result[name])
    return kept, _totals(result, plan)


def _totals(result: pa.Table, plan: Plan) -> dict[str, Any]:
    sums = {name: pc.sum(result[name]).as_py() or 0 for name in plan.bulk.source.outputs}
    refused = result.num_rows - result[PROBLEM].null_count
    return {"claims": result.num_rows, "refused": refused, "problems": _codes(result), "sums": sums}


def _settled(table: pa.Table, plan: Plan) -> pa.Table:
    if plan.independent:
        check_table(table, plan.bulk, plan.absent)
        return _each_by_itself(table, plan)
    order = ORDER if ORDER in table.column_names else None
    done = settled(table, plan.bulk, absent=plan.absent, order_by=order)
    _sample(done, plan.bulk)
    return done.table


def _each_by_itself(table: pa.Table, plan: Plan) -> pa.Table:
    """Every case from the sums on record before it, as it was settled then."""
    rows = pa.array(np.arange(table.num_rows, dtype=np.int64))
    alone = table.set_column(table.column_names.index(PERSON), pa.field(PERSON, pa.int64()), rows)
    if YEAR not in alone.column_names:
        alone = alone.append_column(YEAR, alone[DAY])
    held = {
        name: alone[f"{OPENING}{name}"]
        for name in plan.bulk.source.accumulators
        if f"{OPENING}{name}" in alone.column_names
    }
    opening = pa.table({PERSON: rows, YEAR: alone[YEAR], **held})
    return settle_rows(alone, plan.bulk, opening=opening, absent=plan.absent)


def _sample(done: Settled, bulk: BulkProgram) -> None:
    """The first people's claims once more: in a batch of their own (B1), and one case after the other (S7)."""
    people = done.rows.person[: 50 * SAMPLED_PEOPLE]
    begins = np.flatnonzero(people[1:] != people[:-1]) + 1
    few = slice(0, int(begins[SAMPLED_PEOPLE - 1]) if len(begins) >= SAMPLED_PEOPLE else len(people))
    faults, own = done.rows.faults[few], (done.rows.faults[few] >= FOUND_BEFORE) & (done.rows.faults[few] < FULL_FROM)
    for compiled, number, says in (
        (None, "B1", "a smaller batch differs"),
        (False, "S7", "the loop and the case differ"),
    ):
        mine = Rows(
            done.rows.person[few],
            done.rows.day[few],
            {name: column[few] for name, column in done.rows.inputs.items()},
            np.where(own, faults, 0).astype(np.uint8),
            done.rows.found[few].copy(),
            done.rows.year[few] if done.rows.year is not None else None,
        )
        answer = run_rows(bulk, mine, compiled=compiled)
        same = all(np.array_equal(done.results[name][few], answer[name]) for name in answer)
        invariant(same and np.array_equal(mine.faults, faults), number, f"{bulk.benefit_id}: {says}")


def recorded_names(table: pa.Table, bulk: BulkProgram) -> tuple[str, ...]:
    """Outputs of which the table holds the recorded figure; refused where there is none."""
    names = tuple(name for name in bulk.source.outputs if f"{RECORDED}{name}" in table.column_names)
    if not names:
        raise Refused(NOTHING_RECORDED())
    for name in names:
        kind = table.schema.field(f"{RECORDED}{name}").type
        if not pa.types.is_integer(kind):
            raise Refused(WRONG_RECORD(field=f"{RECORDED}{name}", found=kind))
    return names


def late_rows(table: pa.Table) -> npt.NDArray[np.bool_] | None:
    """Claims recorded after later ones of the same person and year; None where the order of record is not known."""
    if ORDER not in table.column_names:
        return None
    person, order = _numbers(table, PERSON), _numbers(table, ORDER)
    day = whole(table[DAY]).view(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    year = (
        whole(table[YEAR]).view(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
        if YEAR in table.column_names
        else np.zeros(len(day), dtype=np.int32)
    )
    at = np.lexsort((order, year, person))
    new = np.ones(len(at), dtype=np.bool_)
    new[1:] = (person[at][1:] != person[at][:-1]) | (year[at][1:] != year[at][:-1])
    # The latest day so far within each person's year: a running maximum that starts anew by a step larger than any day.
    lift = np.cumsum(new) * (1 << 24)
    latest = np.maximum.accumulate(day[at] + lift) - lift
    late = np.zeros(len(at), dtype=np.bool_)
    late[at] = day[at] < latest
    return late


def _numbers(table: pa.Table, name: str) -> Int64s:
    numbers: Int64s = whole(table[name]).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return numbers


def _changed(table: pa.Table, result: pa.Table, names: Sequence[str]) -> npt.NDArray[np.bool_]:
    changed = np.zeros(table.num_rows, dtype=np.bool_)
    for name in names:
        before, now = whole(table[f"{RECORDED}{name}"]), whole(result[name])
        changed |= _numbers(table, f"{RECORDED}{name}") != _numbers(result, name)
        if before.null_count or now.null_count:
            changed |= pc.xor(pc.is_null(before), pc.is_null(now)).to_numpy(zero_copy_only=False)
    return changed


def _sums(before: Int64s, now: Int64s, rows: Any) -> dict[str, int]:  # noqa: ANN401 - a slice or a mask
    old, new = before[rows], now[rows]
    return {
        "claims": len(old),
        "changed": int((old != new).sum()),
        "recorded_fen": int(old.sum()),
        "replayed_fen": int(new.sum()),
    }


def _figures(
    table: pa.Table, result: pa.Table, names: Sequence[str], changed: npt.NDArray[np.bool_], bulk: BulkProgram
) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "claims": table.num_rows,
        "changed": int(changed.sum()),
        "refused": result.num_rows - result[PROBLEM].null_count,
        "problems": _codes(result),
        "layer": {},
        "group": {},
        "area": {},
    }
    groups = _groups(table, bulk)
    areas = _areas(table)
    for name in names:
        before, now = _numbers(table, f"{RECORDED}{name}"), _numbers(result, name)
        figures["layer"].setdefault(name, {})["all"] = _sums(before, now, slice(None))
        for group, mask in groups.items():
            figures["group"].setdefault(name, {})[group] = _sums(before, now, mask)
        for area, rows in areas.items():
            figures["area"].setdefault(name, {})[area] = _sums(before, now, rows)
    return figures


def _codes(result: pa.Table) -> dict[str, int]:
    if result[PROBLEM].null_count == result.num_rows:
        return {}
    counted = pc.value_counts(whole(result[PROBLEM].cast(pa.string()).drop_null()))
    return dict(sorted((each["values"], each["counts"]) for each in counted.to_pylist()))


def _groups(table: pa.Table, bulk: BulkProgram) -> dict[str, npt.NDArray[np.bool_]]:
    """Rows of each group by the flags of the table; a person of two groups counts in both."""
    found: dict[str, npt.NDArray[np.bool_]] = {}
    for name in table.column_names:
        if name.startswith("in_") and name not in INPUTS and name.removeprefix("in_") in bulk.scheme.groups:
            found[name.removeprefix("in_")] = (
                whole(table[name]).cast(pa.int8()).fill_null(0).to_numpy(zero_copy_only=False).astype(bool)
            )
    if not found:
        return {}
    none = ~np.logical_or.reduce(list(found.values()))
    return {**found, NOBODY: none} if none.any() else found


def _areas(table: pa.Table) -> dict[str, npt.NDArray[np.int64]]:
    """Places of the rows of each area."""
    if AREA not in table.column_names:
        return {}
    column = whole(table[AREA])
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    names = [*coded.dictionary.to_pylist()]
    order = np.argsort(codes, kind="stable")
    firsts = np.searchsorted(codes[order], np.arange(-1, len(names) + 1))
    spans = zip([NOWHERE, *names], firsts[:-1], firsts[1:], strict=True)
    return {str(name): order[first:end] for name, first, end in spans if end > first}


def _differing(table: pa.Table, result: pa.Table, names: Sequence[str], changed: npt.NDArray[np.bool_]) -> pa.Table:
    """The claims that differ, what is on record and what comes out now."""
    mask = pa.array(changed)
    kept = [name for name in (CLAIM, PERSON, DAY, AREA) if name in table.column_names]
    columns = {name: table[name].filter(mask) for name in kept}
    for name in names:
        columns[f"{RECORDED}{name}"] = table[f"{RECORDED}{name}"].filter(mask)
        columns[f"replayed.{name}"] = result[name].filter(mask)
    columns[PROBLEM] = result[PROBLEM].cast(pa.string()).filter(mask)
    return pa.table(columns)


def settle_parquet(
    places: Sequence[Path],
    target: Path,
    plan: Plan,
    *,
    rows_a_part: int = ROWS_A_PART,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Run:
    """Settle Parquet files into the folder `target`: keys, layers and problems of each claim; resumable."""
    return _run("settle", settled_table, places, target, plan, rows_a_part, progress)


def replay_parquet(
    places: Sequence[Path],
    target: Path,
    plan: Plan,
    *,
    record: bool = False,
    rows_a_part: int = ROWS_A_PART,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Run:
    """Run a year of Parquet files again into the folder `target`; goes on where a killed run stood."""
    if record:
        return _run("record", record_table, places, target, plan, rows_a_part, progress)
    run = _run("replay", replay_table, places, target, plan, rows_a_part, progress)
    rows = difference_rows(run.figures)
    write_text(target / "differences.json", json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    write_whole(target / DIFFERENCES, difference_table(rows))
    return run


def _run(
    what: str,
    work: Callable[[pa.Table, Plan], tuple[pa.Table, dict[str, Any]]],
    places: Sequence[Path],
    target: Path,
    plan: Plan,
    rows_a_part: int,
    progress: Callable[[int], None],
) -> Run:
    """One of the three ways to go through the files; what is written tells which it was."""
    return process(
        places,
        target,
        {**plan.said(), "what": what},
        lambda table: work(table, plan),
        columns=None if what == "record" else lambda schema: _wanted(schema, plan, replay=what == "replay"),
        rows_a_part=rows_a_part,
        progress=progress,
    )


def _wanted(schema: pa.Schema, plan: Plan, *, replay: bool) -> list[str]:
    """Columns that a run reads: keys, inputs, results on record, groups, areas, and money others reported."""
    inputs = set(plan.bulk.source.inputs)
    keys = {CLAIM, PERSON, DAY, YEAR, AREA, ORDER}
    starts = (RECORDED, OPENING, "reported_", "in_") if replay else ("reported_",)
    return [name for name in schema.names if name in inputs or name in keys or name.startswith(starts)]


def difference_rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures as rows: dimension, key, layer, claims, changed, recorded, replayed and difference in fen."""
    rows = []
    for dimension in ("layer", "group", "area"):
        for layer, keys in sorted(figures.get(dimension, {}).items()):
            for key, sums in sorted(keys.items()):
                rows.append({"dimension": dimension, "key": key, "layer": layer, **_with_difference(sums)})
    for layer, sums in sorted(figures.get("by_day", {}).items()):
        rows.append({"dimension": "by_day", "key": "late", "layer": layer, **_with_difference(sums)})
    return rows


def _with_difference(sums: Mapping[str, int]) -> dict[str, int]:
    held = {name: sums[name] for name in ("claims", "changed", "recorded_fen", "replayed_fen")}
    return {**held, "difference_fen": sums["replayed_fen"] - sums["recorded_fen"]}


def difference_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The rows as an Arrow table with units."""
    fen = {b"unit": b"fen"}
    schema = pa.schema(
        [
            *(pa.field(name, pa.string()) for name in ("dimension", "key", "layer")),
            *(pa.field(name, pa.int64()) for name in ("claims", "changed")),
            *(pa.field(name, pa.int64(), metadata=fen) for name in ("recorded_fen", "replayed_fen", "difference_fen")),
        ]
    )
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
