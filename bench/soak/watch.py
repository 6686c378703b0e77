"""Memory, processor time and size of what runs, seen from outside."""

import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.postgres import Cluster, children

TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """A process and everybody below it."""
    return [pid, *(below for child in children(pid) for below in tree(child))]


def memory_mb(pid: int) -> float:
    """What a process and its children hold, shared pages counted once (PSS)."""
    total = 0
    for each in tree(pid):
        with suppress(OSError):
            text = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
            total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, of its children, and of those that ended."""
    total = 0
    for each in tree(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11 : (15 if each == pid else 13)])
    return total / TICKS


def database_mb(cluster: Cluster, name: str) -> float:
    """Size of a database."""
    return int(cluster.ask(f"SELECT pg_database_size('{name}')")[0]) / 2**20


@dataclass(slots=True)
class Seen:
    """One look."""

    at: float
    server_mb: float
    database_mb: float


@dataclass
class Watch:
    """Looks once in a while from a thread of its own, and says so on the terminal."""

    server: int
    cluster: Cluster
    database: str
    every: float
    seen: list[Seen] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def look(self) -> Seen:
        """Look now."""
        one = Seen(time.perf_counter(), memory_mb(self.server), database_mb(self.cluster, self.database))
        self.seen.append(one)
        return one

    def start(self) -> None:
        """Begin; the first look is after the first stretch, when the server is warm."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        begun = time.perf_counter()
        while not self.ended.wait(self.every):
            one = self.look()
            print(
                f"{(one.at - begun) / 60:6.1f} min: server {one.server_mb:.0f} MB, database {one.database_mb:.0f} MB",
                flush=True,
            )
