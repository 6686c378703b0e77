"""F12: making up a province: claims, people and a roster a second, on one core, and how much memory any size takes.

Run with `make bench`, or `python -m bench.synthetic --quick` for a look.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from bench.page import Goal, measure, peak_megabytes, quick_asked, table, write
from huibao.bulk.synthetic import (
    BLOCK,
    Knobs,
    Province,
    claim_blocks,
    people_blocks,
    province_of,
    write_claims,
    write_roster,
)
from huibao.bulk.synthetic.inputs import program_for_inputs
from huibao.rules.shelf import open_scheme

BILLS: Final = ("shandong/2020/demo-city", "one_stop")
ACCIDENTS: Final = ("hunan/2025/demo-county", "accident")
PEOPLE, MANY, QUICK = 16 * BLOCK, 128 * BLOCK, 4_096
GOAL: Final = 1_000_000
"""Claims a second on one core."""


def peak_of(people: int) -> float:
    """Peak memory of writing a year of so many people in a process of its own, MB."""
    command = [sys.executable, "-m", "bench.synthetic", "--one", str(people)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own module
    return float(json.loads(done.stdout.splitlines()[-1]))


def one(people: int) -> None:
    """Write a year and say the peak."""
    scheme = open_scheme(BILLS[0])
    with tempfile.TemporaryDirectory(prefix="huibao-bench-") as scratch:
        write_claims(Path(scratch), program_for_inputs(scheme, BILLS[1]), province_of(scheme, people))
    print(json.dumps(peak_megabytes()))


def ways(people: int, scratch: Path) -> list[tuple[str, Callable[[], int]]]:
    """What is measured; each gives how many rows it made."""
    found: list[tuple[str, Callable[[], int]]] = []
    for what, (scheme_id, benefit) in (("bills", BILLS), ("accidents, everybody claiming", ACCIDENTS)):
        scheme = open_scheme(scheme_id)
        bulk = program_for_inputs(scheme, benefit)
        province = province_of(scheme, people, knobs=Knobs(busy=what != "bills"))
        found.append((f"{what} ({scheme_id})", lambda b=bulk, p=province: sum(t.num_rows for t in claim_blocks(b, p))))  # type: ignore[misc] # bound at once
        if what == "bills":
            found.append((f"{what}, written as Parquet", lambda b=bulk, p=province: write_claims(scratch, b, p).claims))  # type: ignore[misc] # bound at once
    relief = Province(people)
    found.append(("people, with names and numbers", lambda: sum(t.num_rows for t in people_blocks(relief))))
    holders = Province(people // 4, area="430000", year=2025)
    path = scratch / "roster.csv"
    found.append(
        (
            "rows of a roster, written as GB18030 csv, faults planted",
            lambda: write_roster(path, holders, "disability_certificate", date(2025, 5, 1)).rows,
        )
    )
    return found


def main() -> None:
    """Print F12 and keep it."""
    if "--one" in sys.argv:
        one(int(sys.argv[-1]))
        return
    quick = quick_asked(__doc__)
    people, many = (QUICK, 2 * QUICK) if quick else (PEOPLE, MANY)
    lines, speeds = [], []
    with tempfile.TemporaryDirectory(prefix="huibao-bench-") as scratch:
        for what, act in ways(people, Path(scratch)):
            rows = act()
            taken = measure(act, 1 if quick else 3)
            speeds.append(rows / taken.cpu_seconds)
            lines.append((what, f"{rows:,}", f"{speeds[-1] / 1e6:.2f}", f"{taken.cpu_seconds / rows * 1e9:.0f}"))
    peaks = [(f"{count:,}", f"{peak_of(count):,.0f}") for count in (people, many)]
    text = [
        "Everything is made up by hashes of seed and number, a block of people at a time, on one core.",
        "",
        *table(("what", "rows", "M rows a cpu-second", "cpu-ns a row"), lines),
        "",
        *table(("people of a year of bills written as Parquet", "peak MB of the process"), peaks),
    ]
    goal = Goal(
        "making up bills",
        f"≥ {GOAL / 1e6:.0f} M claims a cpu-second",
        f"{GOAL:,} a second",
        f"{speeds[0] / 1e6:.2f} M",
        f"{speeds[0] / GOAL:.1f} × the goal",
        holds=speeds[0] >= GOAL,
        cause="small sample" if quick else "",
    )
    write("F12", "making up a province", text, [goal], keep=not quick)


if __name__ == "__main__":
    main()
