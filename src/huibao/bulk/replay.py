"""A closed year run again under the rules as known on a day, and what differs: by layer, by group, by area.

What is on record is never changed here. Under the rules as known then nothing may differ (S6). Claims that were settled
after later ones of the same person keep their place in the order of record; what the order of days would have given is
told beside it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk.differences import (
    codes_of,
    difference_rows,
    difference_table,
    differing,
    figures_of,
    numbers_of,
    sums_of,
)
from huibao.bulk.files import write_text, write_whole
from huibao.bulk.kernel import BulkProgram, ready
from huibao.bulk.kernel import run as run_rows
from huibao.bulk.parquet import ROWS_A_PART, Run, process
from huibao.bulk.schema import AREA, CLAIM, DAY, OPENING, ORDER, PERSON, RECORDED, YEAR, check_schema, whole
from huibao.bulk.tables import PROBLEM, Settled, check_table, settle_rows, settled
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define
from huibao.rules.bulk_source import FOUND_BEFORE, FULL_FROM
from huibao.rules.vocabulary import MAX_INPUT_FEN

SAMPLED_PEOPLE: Final = 8
"""People of each part whose claims are settled a second time one by one, and by themselves (S7, B1)."""
MAX_RECORDED_FEN: Final = 100 * MAX_INPUT_FEN
"""Largest amount one layer of a case may have on record: a hundred times what one input may state."""
LEAST_ALIKE: Final = 10
"""Amounts that must all be a hundredth before a column is said to be in yuan: fewer could be so by chance."""
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
RECORD_BEYOND = define(
    "BULK-046",
    "列 {field} 中有 {found} 分，应在 0 到 {most} 之间",
    "请核对该列；冲销的结算请先从年度数据中取出。",
    "The column {field} holds {found} fen, it should lie between 0 and {most}",
    "Check the column; take reversed settlements out of the year first.",
)
RECORDED_IN_YUAN = define(
    "BULK-045",
    "列 {field} 的 {count} 个金额都恰是重演结果的百分之一，应是以元记录的",
    "请把该列换算成分（1 元 = 100 分）再送。",
    "All {count} amounts of the column {field} are a hundredth of what comes out: they are in yuan",
    "Convert the column to fen (1 yuan = 100 fen).",
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
    _refuse_yuan(table, result, names)
    changed = _changed(table, result, names)
    figures = figures_of(table, result, names, changed, plan.bulk)
    late = late_rows(table)
    figures["late"] = int(late.sum()) if late is not None else 0
    if late is not None and late.any():
        by_day = settle_rows(table, plan.bulk, absent=plan.absent)
        figures["by_day"] = {
            name: sums_of(numbers_of(table, f"{RECORDED}{name}"), numbers_of(by_day, name), slice(None))
            for name in names
        }
    return differing(table, result, names, changed), figures


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
    return {"claims": result.num_rows, "refused": refused, "problems": codes_of(result), "sums": sums}


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
    mine = replace(
        done.rows,
        person=done.rows.person[few],
        day=done.rows.day[few],
        inputs={name: column[few] for name, column in done.rows.inputs.items()},
        faults=np.where(own, faults, 0).astype(np.uint8),
        found=done.rows.found[few],
        year=done.rows.year[few] if done.rows.year is not None else None,
    )

    def same(*, compiled: bool | None) -> bool:
        again = replace(mine, faults=mine.faults.copy(), found=mine.found.copy())
        answer = run_rows(bulk, again, compiled=compiled)
        alike = all(np.array_equal(done.results[name][few], answer[name]) for name in answer)
        return alike and np.array_equal(again.faults, faults)

    invariant(same(compiled=None), "B1", f"{bulk.benefit_id}: a smaller batch differs")
    invariant(same(compiled=False), "S7", f"{bulk.benefit_id}: the loop and the case differ")


def recorded_names(table: pa.Table, bulk: BulkProgram) -> tuple[str, ...]:
    """Outputs of which the table holds the recorded figure; refused where there is none."""
    names = tuple(name for name in bulk.source.outputs if f"{RECORDED}{name}" in table.column_names)
    if not names:
        raise Refused(NOTHING_RECORDED())
    for name in names:
        kind = table.schema.field(f"{RECORDED}{name}").type
        if not pa.types.is_integer(kind):
            raise Refused(WRONG_RECORD(field=f"{RECORDED}{name}", found=kind))
        least, most = pc.min_max(table[f"{RECORDED}{name}"]).as_py().values()
        if least is not None and not 0 <= least <= most <= MAX_RECORDED_FEN:
            found = least if least < 0 else most
            raise Refused(RECORD_BEYOND(field=f"{RECORDED}{name}", found=found, most=MAX_RECORDED_FEN))
    return names


def _refuse_yuan(table: pa.Table, result: pa.Table, names: Sequence[str]) -> None:
    """Refuse results on record of which each is the hundredth part of what comes out: no rule differs so, a unit does."""
    for name in names:
        before, now = numbers_of(table, f"{RECORDED}{name}"), numbers_of(result, name)
        some = (before != 0) | (now != 0)
        told = before[some] * 100
        if len(told) >= LEAST_ALIKE and (abs(now[some] - told) < 100).all() and (before[some] != now[some]).all():  # noqa: PLR2004 - fen of a yuan
            raise Refused(RECORDED_IN_YUAN(field=f"{RECORDED}{name}", count=len(told)))


def late_rows(table: pa.Table) -> npt.NDArray[np.bool_] | None:
    """Claims recorded after later ones of the same person and year; None where the order of record is not known."""
    if ORDER not in table.column_names:
        return None
    person, order = numbers_of(table, PERSON), numbers_of(table, ORDER)
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


def _changed(table: pa.Table, result: pa.Table, names: Sequence[str]) -> npt.NDArray[np.bool_]:
    changed = np.zeros(table.num_rows, dtype=np.bool_)
    for name in names:
        before, now = whole(table[f"{RECORDED}{name}"]), whole(result[name])
        changed |= numbers_of(table, f"{RECORDED}{name}") != numbers_of(result, name)
        if before.null_count or now.null_count:
            changed |= pc.xor(pc.is_null(before), pc.is_null(now)).to_numpy(zero_copy_only=False)
    return changed


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
        check=lambda schema: check_schema(schema, plan.bulk, plan.absent),
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
