"""One run: serve, load, look at the database, tell."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

from bench.page import Goal, table, write
from bench.soak import county
from bench.soak.after import After, look, pool
from bench.soak.load import Load, Times, at_share
from bench.soak.watch import Watch, cpu_seconds
from scripts.postgres import Cluster

ROOT: Final = Path(__file__).resolve().parents[2]
WORKERS: Final = 2
SEED: Final = 20201123
KEPT_FROM_MINUTES: Final = 30
SLOW_SECONDS, SLOW_GOAL_BP = 1.0, 100
STRETCHES: Final = 6
SHOWN: Final = 12
WARMING: Final = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds of the load's time."""

    server: float
    database: float
    client: float


def soak(cluster: Cluster, database: str, rate: int, minutes: float, people: int) -> None:
    """Run the load, look at the database afterwards, tell."""
    begun = time.perf_counter()
    made = county.made(people)
    pool_fen = pool()
    print(f"{people:,} people insured in {time.perf_counter() - begun:.0f} s", flush=True)
    cluster.ask("CHECKPOINT")
    with _serving() as (server, port):
        watch = Watch(server, cluster, database, min(60.0, minutes * 60 / 5))
        load = Load(port, made, SEED)
        postmaster = cluster.server.pid if cluster.server is not None else 0
        before = _cost(server, postmaster)
        watch.start()
        asyncio.run(load.run(rate, minutes * 60))
        watch.ended.set()
        watch.look()
        after = _cost(server, postmaster)
    cost = Cost(*(b - a for a, b in zip(before, after, strict=True)))
    _tell(
        load.times,
        watch,
        cost,
        look(load.known, pool_fen),
        rate=rate,
        minutes=round(load.times.seconds / 60),
        people=people,
    )


@contextmanager
def _serving() -> Iterator[tuple[int, int]]:
    """The product as it is served: granian, two processes; its process and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", "8", "--backpressure", "64", "--log-level", "warning",
        "huibao.config.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(words, cwd=ROOT)  # noqa: S603 - our own server
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit("the server did not come up")
        _warm(port)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(30)


def _warm(port: int) -> None:
    """Ask for a page often enough at once that each process has loaded everything: the load meets a server that runs."""

    def ask(_: int) -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=120)
        line.request("GET", "/")
        line.getresponse().read()
        line.close()

    with ThreadPoolExecutor(WARMING) as threads:
        list(threads.map(ask, range(4 * WARMING)))


def _cost(server: int, postmaster: int) -> tuple[float, float, float]:
    return cpu_seconds(server), cpu_seconds(postmaster), time.process_time()


def _tell(times: Times, watch: Watch, cost: Cost, found: After, *, rate: int, minutes: int, people: int) -> None:
    every = [one for kind in times.by_kind.values() for one in kind]
    slow_bp = sum(one > SLOW_SECONDS for one in every) * 10_000 // max(len(every), 1)
    reached = times.sent / times.seconds
    first, last = watch.seen[0], watch.seen[-1]
    about = (
        f"{times.sent:,} requests in {times.seconds / 60:.1f} minutes, {reached:.1f} a second of {rate} asked for, open "
        f"loop, each timed from the moment it was due; {times.patients:,} patients of {people:,} insured people, {WORKERS} "
        "server processes, PostgreSQL with fsync; client, server and database on this one machine. Shares and amounts are "
        "made up for measuring (`bench/soak/patients.py`)."
    )
    grown = (
        f"Memory of the server: {first.server_mb:.0f} MB after the first minute, {last.server_mb:.0f} MB at the end, "
        f"{max(one.server_mb for one in watch.seen):.0f} MB at most. Database: {first.database_mb:.0f} → "
        f"{last.database_mb:.0f} MB."
    )
    heads = ("answered", "p50 ms", "p99 ms", "longest ms", "over 1 s")
    lines = [
        about,
        "",
        *table(("what", "measured"), _facts(times, cost, found, every), words=True),
        "",
        *table(("request", *heads), _kinds(times, every)),
        "",
        *table(("minutes", *heads), _stretches(times)),
        "",
        grown,
    ]
    wrong = [*found.lost, *found.doubled, *found.broken]
    if times.errors or wrong:
        lines += [
            "",
            *table(
                ("error or finding", "times"),
                [*times.errors.most_common(SHOWN)] + [(one, "") for one in wrong[:SHOWN]],
                words=True,
            ),
        ]
    share = f"{slow_bp // 100}.{slow_bp % 100:02d} %"
    goals = [
        Goal(
            f"mixed load, {minutes} min at {rate}/s: answers over 1 s",
            "≤ 1 %",
            "national platform: mean 0.8 s",
            f"{share} at {reached:.0f}/s",
            "",
            slow_bp <= SLOW_GOAL_BP and reached >= rate * 0.99,
            "others used the machine at the same time" if os.getloadavg()[0] > (os.cpu_count() or 1) else "",
        ),
        Goal(
            "the same: acknowledged and lost, done twice",
            "0, 0",
            "",
            f"{len(found.lost)}, {len(found.doubled)}",
            "",
            not found.lost and not found.doubled and not times.other_answers,
        ),
        Goal("the same: invariants that do not hold afterwards", "0", "", str(len(found.broken)), "", not found.broken),
    ]
    write("G9", "an hour of mixed load", lines, goals, keep=minutes >= KEPT_FROM_MINUTES)


def _facts(times: Times, cost: Cost, found: After, every: Sequence[float]) -> list[tuple[str, str]]:
    sent = max(times.sent, 1)
    return [
        (
            "answers within / over 1 s",
            f"{sum(one <= SLOW_SECONDS for one in every):,} / {sum(one > SLOW_SECONDS for one in every):,}",
        ),
        ("sent twice at once", f"{times.twice:,}"),
        ("line cut before the answer", f"{times.unread:,}"),
        ("asked again", f"{times.asked_again:,}, of which answered otherwise {times.other_answers}"),
        ("errors answered or met", f"{times.errors.total():,}, patients given up {times.given_up}"),
        ("settlements standing at the end", f"{found.settlements:,}"),
        ("acknowledged and not in the database", f"{len(found.lost)}"),
        ("done twice", f"{len(found.doubled)}"),
        ("`huibao check`", f"{'every invariant holds' if not found.broken else 'BROKEN'}, {found.check_seconds:.0f} s"),
        (
            "processor seconds: server, database, client",
            f"{cost.server:,.0f}, {cost.database:,.0f}, {cost.client:,.0f}",
        ),
        (
            "processor ms a request: server, database",
            f"{cost.server / sent * 1_000:.2f}, {cost.database / sent * 1_000:.2f}",
        ),
    ]


def _row(name: str, times: Sequence[float]) -> tuple[str, ...]:
    slow = sum(one > SLOW_SECONDS for one in times)
    shown = (f"{at_share(times, share):.1f}" for share in (0.5, 0.99, 1.0))
    return (name, f"{len(times):,}", *shown, f"{slow:,}")


def _kinds(times: Times, every: Sequence[float]) -> list[tuple[str, ...]]:
    return [*(_row(kind, times.by_kind[kind]) for kind in sorted(times.by_kind)), _row("all", every)]


def _stretches(times: Times) -> list[tuple[str, ...]]:
    minutes = max(times.by_minute, default=0) + 1
    width = max(minutes // STRETCHES, 1)
    rows = []
    for first in range(0, minutes, width):
        held = [one for minute in range(first, first + width) for one in times.by_minute.get(minute, ())]
        if held:
            rows.append(_row(f"{first}–{first + width}", held))
    return rows
