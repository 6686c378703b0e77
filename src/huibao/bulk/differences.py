"""What differs between a year on record and what comes out now: figures by layer, group and area, and the claims themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk.kernel import BulkProgram, Int64s
from huibao.bulk.schema import AREA, CLAIM, DAY, PERSON, RECORDED, whole
from huibao.bulk.tables import PROBLEM
from huibao.rules.vocabulary import INPUTS

NOWHERE, NOBODY = "-", "-"


def numbers_of(table: pa.Table, name: str) -> Int64s:
    """A column as whole numbers, nothing where it holds nothing."""
    numbers: Int64s = whole(table[name]).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return numbers


def sums_of(before: Int64s, now: Int64s, rows: Any) -> dict[str, int]:  # noqa: ANN401 - a slice or a mask
    """Claims, how many changed, and both sums of some rows."""
    old, new = before[rows], now[rows]
    return {
        "claims": len(old),
        "changed": int((old != new).sum()),
        "recorded_fen": int(old.sum()),
        "replayed_fen": int(new.sum()),
    }


def figures_of(
    table: pa.Table, result: pa.Table, names: Sequence[str], changed: npt.NDArray[np.bool_], bulk: BulkProgram
) -> dict[str, Any]:
    """Whole numbers that add up over parts: by layer, group and area, with what was refused."""
    figures: dict[str, Any] = {
        "claims": table.num_rows,
        "changed": int(changed.sum()),
        "refused": result.num_rows - result[PROBLEM].null_count,
        "problems": codes_of(result),
        "layer": {},
        "group": {},
        "area": {},
    }
    groups = _groups(table, bulk)
    areas = _areas(table)
    for name in names:
        before, now = numbers_of(table, f"{RECORDED}{name}"), numbers_of(result, name)
        figures["layer"].setdefault(name, {})["all"] = sums_of(before, now, slice(None))
        for group, mask in groups.items():
            figures["group"].setdefault(name, {})[group] = sums_of(before, now, mask)
        for area, rows in areas.items():
            figures["area"].setdefault(name, {})[area] = sums_of(before, now, rows)
    return figures


def codes_of(result: pa.Table) -> dict[str, int]:
    """How many rows have each problem."""
    if result[PROBLEM].null_count == result.num_rows:
        return {}
    counted = pc.value_counts(whole(result[PROBLEM].cast(pa.string()).drop_null()))
    return dict(sorted((each["values"], each["counts"]) for each in counted.to_pylist()))


def _groups(table: pa.Table, bulk: BulkProgram) -> dict[str, npt.NDArray[np.bool_]]:
    """Rows of each group by the flags of the table; a person of two groups counts in both."""
    found: dict[str, npt.NDArray[np.bool_]] = {}
    for name in table.column_names:
        if name.startswith("in_") and name not in INPUTS and name.removeprefix("in_") in bulk.scheme.groups:
            flags = whole(table[name])
            none = False if pa.types.is_boolean(flags.type) else 0
            found[name.removeprefix("in_")] = flags.fill_null(none).to_numpy(zero_copy_only=False).astype(bool)
    if not found:
        return {}
    outside = ~np.logical_or.reduce(list(found.values()))
    return {**found, NOBODY: outside} if outside.any() else found


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


def differing(table: pa.Table, result: pa.Table, names: Sequence[str], changed: npt.NDArray[np.bool_]) -> pa.Table:
    """The claims that differ, what is on record and what comes out now."""
    mask = pa.array(changed)
    kept = [name for name in (CLAIM, PERSON, DAY, AREA) if name in table.column_names]
    columns = {name: table[name].filter(mask) for name in kept}
    for name in names:
        columns[f"{RECORDED}{name}"] = table[f"{RECORDED}{name}"].filter(mask)
        columns[f"replayed.{name}"] = result[name].filter(mask)
    columns[PROBLEM] = result[PROBLEM].cast(pa.string()).filter(mask)
    return pa.table(columns)


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
