"""`python -m tests.simulator --seed N --days 365 [--db ADDRESS]`: one year, or the days of a seed that failed, at once.

Without `--db` on a SQLite file of its own. On PostgreSQL: `python -m scripts.postgres run -- python -m tests.simulator …`.
Several seeds: `--seed 1 --seeds 20` goes through 1 to 20.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

MASTER = "made-up-master-key-for-the-simulator-0123456789"
KEYS = ",".join(f"{name}:{letter * 43}=" for name, letter in (("sim", "a"), ("index-sim", "b")))


def main() -> int:
    """Run, and say how it went: 0 when everything agreed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, from --seed on")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--db", default=os.environ.get("HUIBAO_DB", ""), help="a file or the address of a PostgreSQL")
    parser.add_argument("--trace", action="store_true", help="print everything that happened")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huibao-sim-db-") as folder:
        os.environ["HUIBAO_DB"] = asked.db or str(Path(folder) / "sim.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "huibao.config.settings"
        os.environ["HUIBAO_GATEWAY_KEY"] = MASTER
        os.environ.setdefault("HUIBAO_KEYS", KEYS)
        return _seeds(range(asked.seed, asked.seed + asked.seeds), asked.days, trace=asked.trace)


def _seeds(seeds: range, days: int, *, trace: bool) -> int:
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    from tests.simulator.emptied import emptied
    from tests.simulator.events import SimulationError
    from tests.simulator.year import run

    failed = 0
    for seed in seeds:
        emptied()
        begun = time.monotonic()
        try:
            done = run(seed, days)
        except SimulationError as error:
            failed += 1
            print(f"FAILED {error}", flush=True)  # noqa: T201 - a script's output is its result
            continue
        took = time.monotonic() - begun
        if trace:
            print(*done.trace, sep="\n")  # noqa: T201 - the same
        said = f"seed {seed}: {days} days, {done.people} people, {done.bills} bills, {done.claims} claims, {took:.0f} s"
        print(f"{said}, trace {done.fingerprint[:16]}", flush=True)  # noqa: T201 - the same
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
