"""F3: a province's year from Parquet to Parquet, and whether a claim costs the same in a county and in a nation.

Run with `make bench`, or `python -m bench.province --quick` for a look. The claims are those of the synthetic province.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from bench.page import RESULTS, Goal, Measured, measure, peak_megabytes, table, write
from huibao.bulk.files import write_whole
from huibao.bulk.kernel import BulkProgram
from huibao.bulk.replay import plan_of, record_table, replay_parquet, settle_parquet
from huibao.bulk.synthetic import claims_of

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"
FILE_CLAIMS: Final = 5_000_000
"""Claims of one file of the made-up data: the larger years are as many files."""
SIZES: Final = (100_000, 300_000, 1_000_000, 5_000_000, 10_000_000, 50_000_000)
QUICK: Final = (2_000, 4_000)
FLAT, GOAL_CPU_S, GOAL_MB = 1.3, 2.5, 700
FIXED_PART: Final = (
    "Every run has a fixed part of some two milliseconds (opening files, checking columns, settling a sample of people a "
    "second time, naming the part in the manifest), which weighs on the smallest sizes."
)
CHART: Final = RESULTS.with_name("cost-per-claim.svg")


def made_up_claims(bulk: BulkProgram, count: int, seed: int, first_person: int = 0) -> pa.Table:
    """Claims of the synthetic province by person and day, with the county of each: see docs/SYNTHETIC.md."""
    return claims_of(bulk, count, seed=seed, first_person=first_person)


def write_year(folder: Path, claims: int, *, recorded: bool = False) -> list[Path]:
    """The year as files of at most five million claims, no person in two."""
    plan = plan_of(SCHEME, BENEFIT)
    files = []
    for at in range(-(-claims // FILE_CLAIMS)):
        count = min(claims - at * FILE_CLAIMS, FILE_CLAIMS)
        held = made_up_claims(plan.bulk, count, 1, at * FILE_CLAIMS)
        path = folder / f"claims-{at:03d}.parquet"
        write_whole(path, record_table(held, plan)[0] if recorded else held)
        files.append(path)
    return files


def one_run(folder: Path, claims: int, what: str, rounds: int) -> dict[str, float]:
    """Settle or replay the files of a folder in this process; processor time, wall time and peak memory."""
    plan = plan_of(SCHEME, BENEFIT)
    files = sorted(folder.glob("claims-*.parquet"))
    act = settle_parquet if what == "settle" else replay_parquet

    def fresh() -> Measured:
        with tempfile.TemporaryDirectory(dir=folder) as target:
            return measure(lambda: act(files, Path(target) / "out", plan), 1)

    first = fresh()
    more = [fresh() for _ in range(rounds)] or [first]
    return {
        "claims": claims,
        "first_cpu_s": first.cpu_seconds,
        "cpu_s": min(each.cpu_seconds for each in more),
        "wall_s": min(each.seconds for each in more),
        "peak_mb": peak_megabytes(),
    }


def in_a_process(folder: Path, claims: int, what: str, rounds: int) -> dict[str, float]:
    """The same in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.province", "--one", str(folder), str(claims), what, str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own module
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Print F3, draw the chart, keep both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--one", nargs=4)
    given = parser.parse_args()
    if given.one:
        folder, claims, what, rounds = given.one
        print(json.dumps(one_run(Path(folder), int(claims), what, int(rounds))))
        return
    year, sizes = (4_000, QUICK) if given.quick else (5_000_000, SIZES)
    with tempfile.TemporaryDirectory(prefix="huibao-bench-") as scratch:
        lines, goals = _year(Path(scratch), year)
        costs = _costs(Path(scratch), sizes)
    more, flat = _flat(costs)
    lines += ["", *more]
    if not given.quick:
        CHART.write_text(chart(costs), encoding="utf-8")
        lines += ["", f"![Processor time a claim by number of claims]({CHART.name})"]
    write("F3", "a province's year, Parquet to Parquet", lines, [*goals, flat], keep=not given.quick)


def _year(scratch: Path, claims: int) -> tuple[list[str], list[Goal]]:
    rows, goals = [], []
    for what, recorded in (("settle", False), ("replay", True)):
        folder = scratch / what
        folder.mkdir()
        write_year(folder, claims, recorded=recorded)
        run = in_a_process(folder, claims, what, 2)
        copied = copy_seconds(folder)
        within = run["first_cpu_s"] <= GOAL_CPU_S and run["peak_mb"] <= GOAL_MB
        rows.append(
            (
                what,
                f"{claims:,}",
                f"{run['first_cpu_s']:.2f}",
                f"{run['cpu_s']:.2f}",
                f"{run['wall_s']:.2f}",
                f"{run['peak_mb']:.0f}",
                f"{copied:.2f}",
                "yes" if within else "no",
            )
        )
        goals.append(
            Goal(
                f"{what} a province's year of {claims:,} claims, Parquet to Parquet",
                f"≤ {GOAL_CPU_S} cpu-s, ≤ {GOAL_MB} MB",
                f"Arrow alone reads and writes all columns in {copied:.2f} cpu-s",
                f"{run['first_cpu_s']:.2f} cpu-s, {run['peak_mb']:.0f} MB",
                f"{run['first_cpu_s'] / copied:.1f} ×",
                within,
            )
        )
        shutil.rmtree(folder)
    heads = (
        "what",
        "claims",
        "cpu-s, first run of a process",
        "cpu-s, best",
        "wall s, best",
        "peak MB",
        "cpu-s for Arrow to read and write all columns",
        "within goal",
    )
    goal = f"Goal: {GOAL_CPU_S} cpu-s and {GOAL_MB} MB for 5,000,000 claims, files read, checked, settled and written."
    return [goal, "", *table(heads, rows)], goals


def copy_seconds(folder: Path) -> float:
    """Processor time to read the files with Arrow and write all their columns again as we write ours: bare transport."""
    files = sorted(folder.glob("claims-*.parquet"))

    def act() -> None:
        for path in files:
            write_whole(path.with_suffix(".copy"), pq.read_table(path), forced=False)

    return measure(act, 2).cpu_seconds


def rounds_of(claims: int) -> int:
    """More rounds where a run is short: there a busy moment of the machine weighs most.

    The best of them counts, so a size measured fewer times than another would look dearer than it is: at least three.
    """
    return max(3, min(40, 4_000_000 // claims))


def _costs(scratch: Path, sizes: tuple[int, ...]) -> list[tuple[int, float]]:
    costs = []
    for claims in sizes:
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            write_year(Path(folder), claims)
            run = in_a_process(Path(folder), claims, "settle", rounds_of(claims))
        costs.append((claims, run["cpu_s"] / claims * 1e9))
    return costs


def _flat(costs: list[tuple[int, float]]) -> tuple[list[str], Goal]:
    least = min(cost for _, cost in costs)
    rows = [(f"{claims:,}", f"{cost:.0f}", f"{cost / least:.2f} ×") for claims, cost in costs]
    most = max(cost for _, cost in costs) / least
    dearest = max(costs, key=lambda cost: cost[1])[0]
    verdict = "holds" if most <= FLAT else "does not hold"
    goal = Goal(
        f"cost of a claim from {costs[0][0]:,} to {costs[-1][0]:,} claims",
        f"flat within {FLAT} ×",
        f"least {least:.0f} ns a claim",
        f"most {most * least:.0f} ns a claim",
        f"{most:.2f} ×",
        most <= FLAT,
        f"a claim is dearest at {dearest:,} claims",
    )
    lines = [
        *table(("claims", "ns of processor time a claim", "against the least"), rows),
        "",
        f"Goal: within {FLAT} × over all sizes; largest ratio {most:.2f} ×: {verdict}.",
        FIXED_PART,
    ]
    return lines, goal


def chart(costs: list[tuple[int, float]]) -> str:
    """Bars on a plain ground, each with its figure; the table beside it says the same."""
    top = max(FLAT * min(cost for _, cost in costs), *(cost for _, cost in costs)) * 1.2
    bars = []
    for at, (claims, cost) in enumerate(costs):
        x, height = 60 + at * 90, 180 * cost / top
        bars.append(
            f'<rect x="{x}" y="{210 - height:.1f}" width="60" height="{height:.1f}" fill="#1d70b8"/>'
            f'<text x="{x + 30}" y="{226 - height:.1f}" text-anchor="middle" fill="#ffffff">{cost:.0f}</text>'
            f'<text x="{x + 30}" y="228" text-anchor="middle">{claims:,}</text>'
        )
    width = 80 + 90 * len(costs)
    least = min(cost for _, cost in costs)
    limit = 210 - 180 * FLAT * least / top
    bars.append(
        f'<line x1="50" y1="{limit:.1f}" x2="{width - 20}" y2="{limit:.1f}" stroke="#0b0c0c" stroke-dasharray="4 4"/>'
        f'<text x="{width - 20}" y="{limit - 4:.1f}" text-anchor="end">{FLAT} × the least: {FLAT * least:.0f}</text>'
    )
    title = "Processor time a claim, ns, by number of claims (Parquet to Parquet)"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 250" role="img" aria-labelledby="t" '
        f'font-family="sans-serif" font-size="12"><title id="t">{title}</title>'
        f'<rect width="{width}" height="250" fill="#ffffff"/><text x="20" y="18">{title}</text>'
        f'<line x1="50" y1="210" x2="{width - 20}" y2="210" stroke="#0b0c0c"/>{"".join(bars)}</svg>\n'
    )


if __name__ == "__main__":
    main()
