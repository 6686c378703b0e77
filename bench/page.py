"""The page of measured figures: one section a figure, each with its own day, commit and load, and one table above all.

A benchmark measures with `measure`, says what it holds itself to with `Goal`, and writes its section with `write`. The
sections of others stay as they are; the table at the top is gathered anew from all of them.
"""

import argparse
import os
import re
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

STATUS: Final = Path("/proc/self/status")
RESULTS: Final = Path(__file__).with_name("RESULTS.md")
FIGURES: Final[Mapping[str, str]] = {
    "F1": "settlement",
    "F2": "bulk",
    "F3": "province",
    "F4": "whatif",
    "F5": "spark",
    "F6": "roster",
    "F7": "enrolment",
    "F8": "hospital",
    "F9": "pages",
}
"""Figures in the order of the page, each with the module that measures it; further modules add theirs behind."""
HEAD: Final = """# Measured figures

`make bench` measures them all and writes this page; one of them alone is `python -m bench.NAME`. Times vary from run to
run, so each figure stands beside baselines measured in the same run: read the ratios. The load of a section is the
machine's own average of the minute before it was written.
"""
SUMMARY_HEADS: Final = (
    "figure",
    "what",
    "goal",
    "limit or baseline",
    "measured",
    "ratio",
    "holds",
    "measured on, commit",
)
SECTION: Final = re.compile(r"(?ms)^## ([FG]\d+) · .*?(?=^## |\Z)")
GOAL: Final = re.compile(r"(?m)^<!-- goal \| (.*) -->$")
STAMP: Final = re.compile(r"(?m)^Measured (\d{4}-\d\d-\d\d), commit (\S+),")


@dataclass(frozen=True)
class Measured:
    """The best of several rounds."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Goal:
    """One line of the table at the top: what the figure is held to, and what came out, as they should read."""

    what: str
    goal: str
    limit: str
    """What bounds it: a hand-written program, the engine's own pass, the bandwidth of the memory."""
    measured: str
    ratio: str
    """Measured against that limit or baseline, of the same run."""
    holds: bool
    cause: str = ""
    """Where it does not hold: why."""

    def cells(self) -> tuple[str, ...]:
        """The line without figure and day."""
        verdict = "yes" if self.holds else f"no: {self.cause or 'see the section'}"
        return (*astuple(self)[:5], verdict)


def quick_asked(doc: str | None) -> bool:
    """Whether `--quick` was given: a look at tiny size, in seconds, that leaves the page as it is."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--quick", action="store_true", help="tiny size; writes nothing")
    return bool(parser.parse_args().quick)


def measure(act: Callable[[], object], rounds: int = 3) -> Measured:
    """Time an act; the least wall and the least processor time of the rounds."""
    walls, cpus = [], []
    for _ in range(rounds):
        cpu, wall = time.process_time(), time.perf_counter()
        act()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Measured(min(walls), min(cpus))


def measure_together(acts: Sequence[Callable[[], object]], rounds: int) -> list[Measured]:
    """The same for acts that are compared: one round of each in turn, so that a busy moment meets them all."""
    found = [[measure(act, 1) for act in acts] for _ in range(rounds)]
    return [
        Measured(min(each.seconds for each in held), min(each.cpu_seconds for each in held))
        for held in zip(*found, strict=True)
    ]


def peak_megabytes() -> float:
    """Largest resident size of this process so far, MB.

    Linux hands `ru_maxrss` on from the process that started this one; VmHWM is this program's own.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, words: bool = False) -> list[str]:
    """A Markdown table; figures are given as they should read, to the right unless they are words."""
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join(['---'] + ['---' if words else '---:'] * (len(heads) - 1))}|"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)]


def write(figure: str, title: str, lines: Sequence[str], goals: Sequence[Goal] = (), *, keep: bool = True) -> None:
    """Print a section and, unless it was only a quick look, put it in its place on the page.

    Goals and limits may not hold a bar: they become cells of the table at the top.
    """
    load = os.getloadavg()[0]
    stamp = f"{datetime.now(tz=UTC).date()}, commit {_commit()}, {os.cpu_count()} shared cores, load {load:.1f}"
    told = [f"<!-- goal | {' | '.join(goal.cells())} -->" for goal in goals]
    section = "\n".join([f"## {figure} · {title}", "", f"Measured {stamp}.", *told, "", *lines, ""])
    print(section)
    if keep:
        held = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
        RESULTS.write_text(page({**sections(held), figure: section}), encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """The sections of a page by figure."""
    return {found[1]: found[0] for found in SECTION.finditer(text)}


def page(held: Mapping[str, str]) -> str:
    """The whole page: its head, the table gathered from the sections, the sections in the order of their figures."""
    ordered = sorted(held, key=_place)
    body = "\n".join(held[figure].rstrip() + "\n" for figure in ordered)
    return f"{HEAD}\n{summary(held)}\n\n{body}"


def summary(held: Mapping[str, str]) -> str:
    """One line a goal, and a line for each figure that was not measured yet."""
    rows: list[Sequence[str]] = []
    for figure in sorted({*FIGURES, *held}, key=_place):
        section = held.get(figure, "")
        stamp = STAMP.search(section)
        when = f"{stamp[1]}, {stamp[2]}" if stamp else "–"
        found = GOAL.findall(section)
        rows += [(figure, *goal.split(" | "), when) for goal in found]
        if not found:
            rows.append((figure, FIGURES.get(figure, ""), "", "", "not measured yet", "", "", when))
    return "\n".join(table(SUMMARY_HEADS, rows, words=True))


def _place(figure: str) -> tuple[str, int]:
    """Speed (F) before reliability (G), each by number."""
    return figure[0], int(figure[1:])


def _commit() -> str:
    with suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "rev-parse", "--short", "HEAD"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=RESULTS.parent)  # noqa: S603 - fixed words
        return done.stdout.strip()
    return "unknown"
