"""All benchmarks one after the other, each in a process of its own, and the table of the page at the end.

Run with `make bench`; with `--quick` each runs at tiny size and the page stays as it is.
"""

import subprocess
import sys
import time
from pathlib import Path

from bench.page import FIGURES, RESULTS, quick_asked, sections, summary

STARTS = 'if __name__ == "__main__":'
"""What a module has that can be run by itself."""


def modules() -> list[str]:
    """Names of the benchmarks: those with a figure in its order, then the others by name."""
    found = Path(__file__).parent.glob("*.py")
    there = {path.stem for path in found if STARTS in path.read_text(encoding="utf-8")} - {"__main__"}
    first = [name for name in FIGURES.values() if name in there]
    return [*first, *sorted(there - {*first})]


def main() -> None:
    """Run them all; ends with 1 where one of them failed."""
    quick = quick_asked(__doc__)
    failed = []
    for name in modules():
        begun = time.perf_counter()
        command = [sys.executable, "-m", f"bench.{name}", *(["--quick"] if quick else [])]
        done = subprocess.run(command, check=False)  # noqa: S603 - our own modules
        print(f"-- bench.{name}: {time.perf_counter() - begun:.0f} s\n", flush=True)
        if done.returncode:
            failed.append(name)
    print(summary(sections(RESULTS.read_text(encoding="utf-8"))))
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
