"""Sections of bench/RESULTS.md: one a figure, each with its own day, commit and load; the others stay as they are."""

import os
import re
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

STATUS: Final = Path("/proc/self/status")
RESULTS: Final = Path(__file__).with_name("RESULTS.md")
HEAD: Final = """# Measured figures

The last run of each benchmark; `make bench` writes this page. Times vary from run to run, so each figure stands beside
baselines measured in the same run: read the ratios. The load is the machine's own average of one minute before the run.
Not measured yet: F4 (32 what-ifs), F5 (Spark) and F6 (a roster of two million rows).
"""


@dataclass(frozen=True)
class Measured:
    """The best of several rounds."""

    seconds: float
    cpu_seconds: float


def measure(act: Callable[[], object], rounds: int = 3) -> Measured:
    """Time an act; the least wall and the least processor time of the rounds."""
    walls, cpus = [], []
    for _ in range(rounds):
        cpu, wall = time.process_time(), time.perf_counter()
        act()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Measured(min(walls), min(cpus))


def peak_megabytes() -> float:
    """Largest resident size of this process so far, MB.

    Linux hands `ru_maxrss` on from the process that started this one; VmHWM is this program's own.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table; figures are given as they should read."""
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join(['---'] + ['---:'] * (len(heads) - 1))}|"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)]


def write(figure: str, title: str, lines: Sequence[str], *, keep: bool = True) -> None:
    """Print a section and, unless it was only a quick look, put it in its place on the page."""
    load = os.getloadavg()[0]
    stamp = f"{datetime.now(tz=UTC).date()}, commit {_commit()}, {os.cpu_count()} shared cores, load {load:.1f}"
    section = "\n".join([f"## {figure} · {title}", "", f"Measured {stamp}.", "", *lines, ""])
    print(section)
    if not keep:
        return
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else HEAD
    sections = {found[2]: found[1] for found in re.finditer(r"(?ms)^(## (\S+) ·.*?)(?=^## |\Z)", text)}
    sections[figure] = section
    body = "\n".join(sections[name].rstrip() + "\n" for name in sorted(sections))
    RESULTS.write_text(f"{HEAD}\n{body}", encoding="utf-8")


def _commit() -> str:
    with suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "rev-parse", "--short", "HEAD"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=RESULTS.parent)  # noqa: S603 - fixed words
        return done.stdout.strip()
    return "unknown"
