"""F2: bulk settlement with yearly sums, against the same rule written by hand in five other ways, in the same run.

Run with `make bench`, or `python -m bench.bulk --quick` for a look. Every way must come to the same fen in every row.
polars and DuckDB are baselines only: where they are not installed their rows say so.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.page import Goal, Measured, measure, measure_together, peak_megabytes, quick_asked, table, write
from bench.province import BENEFIT, SCHEME, made_up_claims
from huibao.bulk.kernel import BulkProgram, Rows, day_number, ready, run
from huibao.bulk.tables import read_rows, settle_rows
from huibao.rules.bulk_source import WIDTHS

CLAIMS, QUICK_CLAIMS, PYTHON_CLAIMS = 5_000_000, 20_000, 200_000
ROUNDS: Final = 15
GOAL: Final = 0.8
OTHERS: Final = (
    "reported_basic_medical",
    "reported_critical_illness",
    "reported_medical_assistance",
    "reported_hospital_reduction",
    "reported_disaster",
    "reported_other",
)
Int64s = npt.NDArray[np.int64]
Answer = tuple[Any, Any]


@dataclass(frozen=True)
class Values:
    """The numbers of the rule: rates in bp, amounts in fen."""

    outpatient_bp: int
    target_bp: int
    floor_fen: int
    cap_fen: int


def values_of(bulk: BulkProgram) -> Values:
    """The demonstration city's numbers."""
    names = ("chronic_outpatient_share", "target_rate", "self_pay_floor", "medical_yearly_cap")
    return Values(*(int(bulk.matrix[0, bulk.places(name)][0]) for name in names))


def hand_loops() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """SD-4.1 as one would write it for numba, for this one scheme: bare, and refusing what the rules refuse."""
    import numba

    def bare(person, total, in_policy, a, b, c, d, e, f, outpatient, numbers, paid, rest):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913, PLR0917 - numba types the columns
        outpatient_bp, target_bp, floor, cap = numbers
        who, spent = -1, 0
        for row in range(person.size):
            if person[row] != who:
                who, spent = person[row], 0
            others = a[row] + b[row] + c[row] + d[row] + e[row] + f[row]
            covered = (in_policy[row] * outpatient_bp + 5_000) // 10_000 if outpatient[row] else in_policy[row]
            gap = (covered * target_bp + 5_000) // 10_000 - others
            pays = max(min(gap, total[row] - others - floor, cap - spent), 0)
            spent += pays
            paid[row] = pays
            rest[row] = total[row] - others - pays

    def checked(person, total, in_policy, a, b, c, d, e, f, outpatient, numbers, paid, rest, day, year, faults):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913, PLR0917 - the same
        outpatient_bp, target_bp, floor, cap = numbers
        who, spent = -1, 0
        for row in range(person.size):
            if faults[row] != 0:
                continue
            if day[row] < year[0] or day[row] > year[1]:
                faults[row] = 1
                continue
            if person[row] != who:
                who, spent = person[row], 0
            others = a[row] + b[row] + c[row] + d[row] + e[row] + f[row]
            covered = (in_policy[row] * outpatient_bp + 5_000) // 10_000 if outpatient[row] else in_policy[row]
            gap = (covered * target_bp + 5_000) // 10_000 - others
            pays = max(min(gap, total[row] - others - floor, cap - spent), 0)
            left = total[row] - others - pays
            if left < 0:
                faults[row] = 4
                paid[row] = 0
                rest[row] = 0
            else:
                spent += pays
                paid[row] = pays
                rest[row] = left

    compile_loop: Any = numba.njit(nogil=True, error_model="numpy")
    return compile_loop(bare), compile_loop(checked)


def plain_python(claims: pa.Table, values: Values) -> Answer:
    """The same over lists."""
    columns = [claims[name].to_pylist() for name in ("person_id", "bill_total", "in_policy", "outpatient", *OTHERS)]
    who, spent = -1, 0
    paid, rest = [], []
    for person, total, in_policy, outpatient, *reported in zip(*columns, strict=True):
        if person != who:
            who, spent = person, 0
        others = sum(reported)
        covered = (in_policy * values.outpatient_bp + 5_000) // 10_000 if outpatient else in_policy
        gap = (covered * values.target_bp + 5_000) // 10_000 - others
        pays = max(min(gap, total - others - values.floor_fen, values.cap_fen - spent), 0)
        spent += pays
        paid.append(pays)
        rest.append(total - others - pays)
    return paid, rest


def plain_numpy(rows: Rows, values: Values) -> Answer:
    """Whole columns at a time. What a year pays is its wish cut at the cap, so a running sum does for the loop."""
    held = rows.inputs
    others = sum((held[name] for name in OTHERS[1:]), held[OTHERS[0]])
    share = (held["in_policy"] * values.outpatient_bp + 5_000) // 10_000
    covered = np.where(held["outpatient"] != 0, share, held["in_policy"])
    gap = (covered * values.target_bp + 5_000) // 10_000 - others
    wish = np.maximum(np.minimum(gap, held["bill_total"] - others - values.floor_fen), 0)
    run_on = np.cumsum(wish)
    first = np.empty(len(wish), dtype=np.bool_)
    first[0], first[1:] = True, rows.person[1:] != rows.person[:-1]
    before = (run_on - wish)[np.flatnonzero(first)][np.cumsum(first) - 1]
    so_far = run_on - before
    paid = np.minimum(so_far, values.cap_fen) - np.minimum(so_far - wish, values.cap_fen)
    return paid, held["bill_total"] - others - paid


def polars_windows(claims: pa.Table, values: Values) -> Answer:
    """The same as expressions over a window of each person."""
    pl: Any = import_module("polars")
    col, others = pl.col, pl.sum_horizontal(OTHERS)
    share = (col("in_policy") * values.outpatient_bp + 5_000) // 10_000
    covered = pl.when(col("outpatient")).then(share).otherwise(col("in_policy"))
    gap = (covered * values.target_bp + 5_000) // 10_000 - col("others")
    room = col("bill_total") - col("others") - values.floor_fen
    capped = pl.min_horizontal(col("so_far"), values.cap_fen)
    before = pl.min_horizontal(col("so_far") - col("wish"), values.cap_fen)
    done = (
        pl.from_arrow(claims)
        .lazy()
        .with_columns(others=others)
        .with_columns(wish=pl.max_horizontal(pl.min_horizontal(gap, room), pl.lit(0, dtype=pl.Int64)))
        .with_columns(so_far=col("wish").cum_sum().over("person_id"))
        .with_columns(paid=capped - before)
        .select("paid", rest=col("bill_total") - col("others") - col("paid"))
        .collect()
    )
    return done["paid"].to_numpy(), done["rest"].to_numpy()


def duckdb_windows(claims: pa.Table, values: Values) -> Answer:
    """The same as SQL over a window of each person."""
    duckdb: Any = import_module("duckdb")
    share = f"(in_policy * {values.outpatient_bp} + 5000) // 10000"
    gap = f"(CASE WHEN outpatient THEN {share} ELSE in_policy END * {values.target_bp} + 5000) // 10000 - others"
    query = f"""
        WITH a AS (SELECT *, {" + ".join(OTHERS)} AS others FROM claims),
        b AS (SELECT *, greatest(least({gap}, bill_total - others - {values.floor_fen}), 0) AS wish FROM a),
        c AS (SELECT *, sum(wish) OVER (PARTITION BY person_id ORDER BY settles_on, claim_id ROWS UNBOUNDED PRECEDING)
              AS so_far FROM b),
        d AS (SELECT *, least(so_far, {values.cap_fen}) - least(so_far - wish, {values.cap_fen}) AS paid FROM c)
        SELECT claim_id, paid::BIGINT AS paid, (bill_total - others - paid)::BIGINT AS rest FROM d ORDER BY claim_id
    """  # noqa: S608 - numbers and names of our own
    with duckdb.connect() as connection:
        connection.register("claims", claims)
        done = connection.execute(query).fetchnumpy()
    return np.asarray(done["paid"]), np.asarray(done["rest"])


def bandwidth(count: int) -> list[tuple[str, Measured, float]]:
    """Copy and triad over columns as long as ours: what the memory gives, in GB a second."""
    import numba

    a, b, c = (np.ones(count * 4, dtype=np.int64) for _ in range(3))

    def add(x: Int64s, y: Int64s, z: Int64s) -> None:
        for at in range(len(x)):
            x[at] = y[at] + 3 * z[at]

    triad: Any = numba.njit(nogil=True)(add)
    triad(a, b, c)
    copied, summed = measure(lambda: np.copyto(a, b), 5), measure(lambda: triad(a, b, c), 5)
    size = a.nbytes / 1e9
    return [("memory: copy", copied, 2 * size / copied.seconds), ("memory: triad", summed, 3 * size / summed.seconds)]


def same(what: str, found: Answer, ours: dict[str, Int64s]) -> None:
    """Stop where another way of computing the rule comes to other fen."""
    for mine, theirs in zip(ours.values(), found, strict=True):
        if not np.array_equal(mine[: len(theirs)], np.asarray(theirs)):
            raise SystemExit(f"{what} and the generated loop differ")


def main() -> None:
    """Print F2 and keep it."""
    quick = quick_asked(__doc__)
    count = QUICK_CLAIMS if quick else CLAIMS
    bulk = ready(SCHEME, BENEFIT)
    values = values_of(bulk)
    claims = made_up_claims(bulk, count, seed=1)
    rows, _, _ = read_rows(claims, bulk)
    few = claims.slice(0, min(PYTHON_CLAIMS, count))
    paid, rest = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    columns = [rows.inputs[name] for name in ("bill_total", "in_policy", *OTHERS, "outpatient")]
    numbers = (values.outpatient_bp, values.target_bp, values.floor_fen, values.cap_fen)
    bare, checked = hand_loops()
    period = bulk.scheme.period
    year = (day_number(period.first_on), day_number(period.last_on))

    def by_hand() -> Answer:
        checked(rows.person, *columns, numbers, paid, rest, rows.day, year, rows.faults)
        return paid, rest

    def by_hand_bare() -> Answer:
        bare(rows.person, *columns, numbers, paid, rest)
        return paid, rest

    out = run(bulk, rows)
    threads = os.cpu_count()
    ways: list[tuple[str, Callable[[], Answer], int, int]] = [
        ("plain numpy", lambda: plain_numpy(rows, values), count, 3),
        ("pure Python", lambda: plain_python(few, values), len(few), 1),
    ]
    for package, way in (("polars", polars_windows), ("duckdb", duckdb_windows)):
        if find_spec(package):
            ways.append((f"{package} windows ({threads} threads)", lambda way=way: way(claims, values), count, 3))  # type: ignore[misc] # bound at once
    same("the hand-written loop", by_hand(), out)
    same("the bare hand-written loop", by_hand_bare(), out)
    for what, act, _, _ in ways:
        same(what, act(), out)
    hand, ours, plain = measure_together((by_hand, lambda: run(bulk, rows, outputs=out), by_hand_bare), ROUNDS)
    measured = [
        ("hand-written numba loop", hand, count),
        ("**the scheme's loop, generated**", ours, count),
        ("hand-written numba loop that refuses nothing", plain, count),
        ("settle_table: Arrow in, checked, Arrow out", measure(lambda: settle_rows(claims, bulk), 5), count),
        *((what, measure(act, rounds), size) for what, act, size, rounds in ways),
    ]
    keep(measured, bytes_a_claim(bulk), bandwidth(count), quick=quick)


def bytes_a_claim(bulk: BulkProgram) -> int:
    """What the loop reads and writes for one claim: person, day, fault, inputs, outputs."""
    widths = {entry.name: np.dtype(WIDTHS[entry.type]).itemsize for entry in bulk.program.inputs}
    return 8 + 4 + 1 + sum(widths.values()) + 8 * len(bulk.source.outputs)


def keep(
    measured: list[tuple[str, Measured, int]], width: int, memory: list[tuple[str, Measured, float]], *, quick: bool
) -> None:
    """Write the section."""
    hand, ours, count = measured[0][1], measured[1][1], measured[0][2]
    base = hand.cpu_seconds / count
    lines = [
        (
            what,
            f"{size / each.seconds / 1e6:.2f}",
            f"{each.cpu_seconds / size * 1e9:.1f}",
            f"{each.cpu_seconds:.3f}",
            f"{base * size / each.cpu_seconds:.2f}",
        )
        for what, each, size in measured
    ]
    missing = [name for name in ("polars", "duckdb") if not find_spec(name)]
    reached = hand.cpu_seconds / ours.cpu_seconds
    most = memory[1][2] * 1e3 / width
    text = [
        f"{count:,} made-up claims of {SCHEME} {BENEFIT}, sorted; every way gives the same fen in every row.",
        f"Pure Python is measured on {min(PYTHON_CLAIMS, count):,} of them. numpy, polars and DuckDB reckon the year's cap by",
        "a running sum, which this one rule allows and rules in general do not; they refuse no row.",
        "",
        *table(("way", "M claims/s by the clock", "cpu-ns a claim", "cpu-s", "of the hand-written loop"), lines),
        "",
        *(f"- {what}: {rate:.1f} GB/s." for what, _, rate in memory),
        f"- A claim is {width} bytes read and written: at triad speed the memory gives {most:,.0f} M claims/s.",
        f"- Goal: at least {GOAL:.0%} of the hand-written loop; reached {reached:.0%}.",
        "- The generated loop also looks up the stretch of days its numbers hold for, and holds each running sum to its limit.",
        f"- Peak memory of the whole run: {peak_megabytes():,.0f} MB.",
        *(f"- Not installed here, so not measured: {name}." for name in missing),
    ]
    goal = Goal(
        "the scheme's loop, claims with yearly sums",
        f"≥ {GOAL:.0%} of the hand-written loop",
        f"hand-written numba loop {count / hand.cpu_seconds / 1e6:.0f} M/s; memory {most:,.0f} M/s",
        f"{count / ours.cpu_seconds / 1e6:.0f} M/s a thread",
        f"{reached:.0%}",
        reached >= GOAL,
        "the look-up of the day and the limits of the sums",
    )
    write("F2", "bulk settlement with yearly sums", text, [goal], keep=not quick)


if __name__ == "__main__":
    main()
