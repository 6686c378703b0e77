"""F4: 32 what-ifs over a province's year against one replay of it, Parquet to Parquet, in one run.

Run with `make bench`, or `python -m bench.whatif --quick` for a look. The claims are those of the synthetic province.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bench.page import Goal, measure, peak_megabytes, table, write
from bench.province import BENEFIT, SCHEME, write_year
from huibao.bulk.replay import plan_of, replay_parquet
from huibao.bulk.whatif.engine import Question, ask
from huibao.bulk.whatif.figures import figures_of
from huibao.bulk.whatif.page import write_report
from huibao.bulk.whatif.population import of_total
from huibao.bulk.whatif.scenario import base_program, scenarios_of, wishes_of
from huibao.bulk.whatif.source import from_files

CLAIMS: Final = 5_000_000
QUICK: Final = 4_000
SCENARIOS: Final = 32
GOAL: Final = 3
ROUNDS: Final = 2


def replayed(folder: Path, target: Path) -> None:
    """One replay of the year."""
    replay_parquet(sorted(folder.glob("claims-*.parquet")), target, plan_of(SCHEME, BENEFIT))


def asked(folder: Path, target: Path, scenarios: int, resamples: int) -> None:
    """All scenarios with costs, distributions, people over a line, premiums and intervals, and the folder written."""
    base = base_program(SCHEME, BENEFIT, None, {}, None)
    rates = "/".join(f"{60 + at} %" for at in range(scenarios))
    made, told = scenarios_of(base, wishes_of([], [f"target_rate={rates}"] if scenarios else [], None))
    question = Question(base, made, 10_000_00, resamples)
    found = figures_of(
        ask(question, from_files(sorted(folder.glob("claims-*.parquet")), base).tables), of_total(CLAIMS), 500
    )
    write_report(target, found, told)


WAYS: Final[Mapping[str, Callable[[Path, Path], None]]] = {
    "replay": replayed,
    "whatif": lambda folder, target: asked(folder, target, SCENARIOS, 400),
    "plain": lambda folder, target: asked(folder, target, SCENARIOS, 0),
    "base": lambda folder, target: asked(folder, target, 0, 400),
}


def one_run(folder: Path, what: str) -> dict[str, float]:
    """One way in this process: the first run and the best of some, processor and wall time, peak memory."""

    def fresh() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as target:
            WAYS[what](folder, Path(target) / "out")

    first, best = measure(fresh, 1), measure(fresh, ROUNDS)
    return {
        "first_cpu_s": first.cpu_seconds,
        "first_wall_s": first.seconds,
        "cpu_s": best.cpu_seconds,
        "wall_s": best.seconds,
        "peak_mb": peak_megabytes(),
    }


def in_a_process(folder: Path, what: str) -> dict[str, float]:
    """The same in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.whatif", "--one", str(folder), what]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own module
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Print F4 and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--one", nargs=2)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one_run(Path(given.one[0]), given.one[1])))
        return
    claims = QUICK if given.quick else CLAIMS
    with tempfile.TemporaryDirectory(prefix="huibao-bench-") as scratch:
        write_year(Path(scratch), claims, recorded=True)
        runs = {what: in_a_process(Path(scratch), what) for what in WAYS}
    lines, goal = _told(claims, runs)
    write("F4", f"{SCENARIOS} what-ifs over a province's year", lines, [goal], keep=not given.quick)


NAMES: Final = {
    "replay": "one replay",
    "whatif": f"**{SCENARIOS} what-ifs with intervals of 400 resamples**",
    "plain": f"{SCENARIOS} what-ifs without intervals",
    "base": "the scheme as it stands, with intervals",
}
HEADS: Final = (
    "what",
    "cpu-s, first run of a process",
    "cpu-s, best",
    "wall s, best",
    "cpu, replay = 1",
    "by the clock, replay = 1",
    "peak MB",
)


def _told(claims: int, runs: dict[str, dict[str, float]]) -> tuple[list[str], Goal]:
    """The section and its line of the table on top; first runs are compared, as F3 holds itself to them."""
    one, asked_run = runs["replay"], runs["whatif"]
    rows = [
        (
            NAMES[what],
            *(f"{run[key]:.2f}" for key in ("first_cpu_s", "cpu_s", "wall_s")),
            f"{run['cpu_s'] / one['cpu_s']:.2f}",
            f"{run['wall_s'] / one['wall_s']:.2f}",
            f"{run['peak_mb']:.0f}",
        )
        for what, run in runs.items()
    ]
    first, best = asked_run["first_cpu_s"] / one["first_cpu_s"], asked_run["cpu_s"] / one["cpu_s"]
    each = (asked_run["cpu_s"] - runs["base"]["cpu_s"]) / SCENARIOS / claims * 1e9
    lines = [
        f"{claims:,} made-up claims of {SCHEME} {BENEFIT}; Parquet in, report folder with Parquet out, two threads.",
        "",
        *table(HEADS, rows),
        "",
        f"Goal: at most {GOAL} × one replay, in processor time. First run of a process, by which F3 is held: {first:.2f} ×.",
        f"Warm: {best:.2f} ×; a warm replay costs little more than reading the file, and here the rules run 33 times.",
        f"A further scenario costs {each:.1f} ns of processor time a claim: the rules' own loop, adding up, counting bands.",
    ]
    goal = Goal(
        f"{SCENARIOS} what-ifs over {claims:,} claims, intervals included",
        f"≤ {GOAL} × one replay",
        f"one replay {one['first_cpu_s']:.2f} cpu-s, warm {one['cpu_s']:.2f}",
        f"{asked_run['first_cpu_s']:.2f} cpu-s, warm {asked_run['cpu_s']:.2f}, {asked_run['peak_mb']:.0f} MB",
        f"{first:.1f} ×, warm {best:.1f} ×",
        first <= GOAL,
        "the rules run 33 times over every claim, a replay runs them once beside reading the file",
    )
    return lines, goal


if __name__ == "__main__":
    main()
