"""Benchmarks run: each once at tiny size, which leaves the page of figures and the folder as they were."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import modules
from bench.page import FIGURES, Goal, page, sections, summary

ROOT = Path(__file__).parents[2]
LONG = {
    "enrolment": "starts a PostgreSQL of its own",
    "hospital": "starts a PostgreSQL and a server of its own",
    "pages": "starts a PostgreSQL of its own",
    "spark": "starts a cluster of its own",
    "soak": "starts a PostgreSQL and a server of its own",
}
SECONDS = 120


def files() -> dict[Path, bytes]:
    """What a benchmark could have written: the page, its pictures, and whatever else is no source."""
    return {path: path.read_bytes() for path in (ROOT / "bench").glob("*.*") if path.suffix != ".py"}


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.slow) if each in LONG else each for each in [*modules(), "soak"]]
)
def test_a_benchmark_runs_and_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    before = files()
    command = [sys.executable, "-m", f"bench.{name}", "--quick"]
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=here, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    figure = next((each for each, module in FIGURES.items() if module == name), "F")
    assert f"## {figure}" in done.stdout or "## G9" in done.stdout
    assert (files(), [*tmp_path.iterdir()]) == (before, [])


def test_the_table_on_top_tells_every_goal_and_what_was_not_measured() -> None:
    goal = Goal("a loop", "≥ 80 %", "by hand 10 M/s", "7 M/s", "70 %", holds=False, cause="the day is looked up")
    section = "\n".join(
        [
            "## F2 · loops",
            "",
            "Measured 2026-11-23, commit abc1234, 2 shared cores, load 0.1.",
            f"<!-- goal | {' | '.join(goal.cells())} -->",
            "",
            "Words.",
            "",
        ]
    )
    text = page({"F2": section})
    line = "| F2 | a loop | ≥ 80 % | by hand 10 M/s | 7 M/s | 70 % | no: the day is looked up | 2026-11-23, abc1234 |"
    assert line in summary(sections(text))
    assert "| F1 | settlement |" in text
    assert page(sections(text)) == text
