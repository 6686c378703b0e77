"""F8: one-stop settlements through the hospital interface: signed HTTP, the served process, PostgreSQL with fsync.

`python -m bench.hospital`; `--quick` for a look. Each request settles another stay (2304): signature, nonce, message kept
with its answer, layers, accumulators, posting, debt of the person, all durable before the answer leaves.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.bare import Bare, bare
from bench.keys import keys
from bench.page import Goal, quick_asked, table, write
from bench.soak.watch import cpu_seconds
from scripts.postgres import temporary

if TYPE_CHECKING:
    from tests.hospital.world import Hospital

ROOT: Final = Path(__file__).resolve().parents[1]
PEOPLE, STAYS, PACED = 300, 6_000, 500
QUICK: Final = (40, 200, 200, 50)
WARM: Final = 1_000
"""Settlements before the measurement: each thread has then led a company, and its connection has planned its statements."""
CLIENTS, WORKERS, THREADS = 48, 1, 48
"""Saturated: so many wait that those who go together are many. Of two cores one is the server's, one PostgreSQL's: a second
process of the server would only take turns with the first, and make two small companies of one large."""
PACE: Final = 50
RATE_GOAL, P99_GOAL_MS, STATEMENTS_GOAL = 500, 100, 6
PEER: Final = "openIMIS through its API 2.2/s"
MASTER: Final = "made-up-master-key-for-measuring-0123456789"


def main() -> None:
    """Print the figures of F8 and keep them on the page."""
    people, warm, stays, paced = QUICK if (quick := quick_asked(__doc__)) else (PEOPLE, WARM, STAYS, PACED)
    days = (datetime.now().astimezone().date() - datetime(2020, 6, 30).astimezone().date()).days
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bench.hospital_settings",
        "BENCH_DAYS_BACK": str(days),
        "HUIBAO_GATEWAY_KEY": MASTER,
        "HUIBAO_SECRET_KEY": MASTER,
        **keys(),
    }
    with temporary() as cluster:
        os.environ["HUIBAO_DB"] = cluster.new_database()
        requests, statements = _made(people, warm + stays + paced)
        barely = bare(cluster)
        with _serving() as (port, server):
            _sent(port, requests[:warm], CLIENTS)
            of = Processes(server, int((cluster.data / "postmaster.pid").read_text().split()[0]))
            quickly = _saturated(port, requests[warm : warm + stays], of)
            slow = _paced(port, requests[warm + stays :])
    found = Found(quickly, slow, statements, barely)
    _tell(found, quick=quick, what=(people, warm, stays, paced))


@dataclass(frozen=True)
class Processes:
    """The server's and PostgreSQL's first processes."""

    server: int
    postmaster: int

    def seconds(self) -> tuple[float, float, float]:
        """Processor time of the server, of PostgreSQL and of this client."""
        return cpu_seconds(self.server), cpu_seconds(self.postmaster), time.process_time()


@dataclass(frozen=True)
class Saturated:
    """So many a second, what each cost in processor time, how long each took, and how many shared a transaction."""

    rate: float
    server_ms: float
    postgres_ms: float
    client_ms: float
    times: list[float]
    together: float


@dataclass(frozen=True)
class Found:
    """All that was measured."""

    saturated: Saturated
    slow: list[float]
    statements: int
    bare: Bare


def _made(people: int, count: int) -> tuple[list[bytes], int]:
    """A county with people, everybody admitted and discharged often enough, and a signed settlement for each stay."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    call_command("migrate", verbosity=0)
    from bench.hospital_settings import Then
    from huibao.app.hospital import institutions
    from tests.app import insured_county as county
    from tests.hospital import world

    county.insure(people=people, pool_fen=10**11)
    made = institutions.add_institution(world.institution(), institutions.HMAC_SHA1, "", "AK-bench", Then())
    hospital = world.Hospital(made.access_key, made.secret, world.Ticking(Then().now()))
    stays = [_stay(hospital, 1 + at % people, at) for at in range(count + 2)]
    hospital.ask("2304", world.bill(*stays[-2]))
    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:  # noqa: ANN401 - Django's own
        statements.extend(one for one in sql.split("; ") if not one.startswith(("PREPARE", "COMMIT")))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        hospital.ask("2304", world.bill(*stays[-1]))
    connections.close_all()
    hospital.clock = world.Ticking(Then().now())
    return [_bytes(hospital, *stay) for stay in stays[:-2]], len(statements)


def _stay(hospital: "Hospital", person: int, at: int) -> tuple[str, str]:
    from huibao.app.hospital.admission import Admission, admit, discharge
    from huibao.app.hospital.desk import Desk
    from huibao.app.hospital.regions import regions
    from huibao.store.institution import institution
    from huibao.store.unit import unit_of_work
    from tests.app import insured_county as county

    one = institution(hospital.code)
    if one is None:
        raise SystemExit(hospital.code)
    desk = Desk(one, f"bench-{at}", hospital.clock, regions(None))
    begun = datetime(2020, 5, 1, 8, tzinfo=hospital.clock.now().tzinfo)
    said = Admission(f"P{person}", county.identity(person), "01", begun, "2101", "390", "", f"Z{at}", {})
    with unit_of_work():
        stay = admit(desk, said)
        discharge(desk, stay.number, f"P{person}", begun.replace(day=12), {})
    return stay.number, stay.psn_no


def _bytes(hospital: "Hospital", mdtrt_id: str, psn_no: str) -> bytes:
    """A whole HTTP request, signed, ready to be sent."""
    from tests.hospital import world

    body = json.dumps(hospital.envelope("2304", world.bill(mdtrt_id, psn_no), hospital.msgid())).encode()
    headers = {
        **hospital.headers("2304"),
        "Host": "127.0.0.1",
        "Content-Type": "text/plain",
        "Content-Length": len(body),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {world.PATH}2304 HTTP/1.1\r\n{head}\r\n".encode() + body


@contextmanager
def _serving() -> Iterator[tuple[int, int]]:
    """The interface as it is served: granian, two processes; its port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backpressure", "64", "--log-level", "warning",
        "huibao.config.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(words, cwd=ROOT)  # noqa: S603 - our own server
    try:
        _wait(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not come up")


def _one(line: socket.socket, request: bytes) -> None:
    """Send one request and read its answer; anything but a settlement ends the measurement."""
    line.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += line.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length"))
    while len(body) < length:
        body += line.recv(65536)
    if b'"infcode":0' not in body[:40]:
        raise SystemExit(body[:400].decode())


def _sent(port: int, requests: Sequence[bytes], clients: int) -> list[float]:
    """All requests by so many clients at once; seconds each took."""
    times: list[float] = []
    faults: list[BaseException] = []

    def client(mine: Sequence[bytes]) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), 60) as line:
                for each in mine:
                    begun = time.perf_counter()
                    _one(line, each)
                    times.append(time.perf_counter() - begun)
        except BaseException as fault:  # noqa: BLE001 - told by whoever started the thread
            faults.append(fault)

    threads = [threading.Thread(target=client, args=(requests[at::clients],)) for at in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise SystemExit(str(faults[0]))
    return times


def _saturated(port: int, requests: Sequence[bytes], of: Processes) -> Saturated:
    before, begun = of.seconds(), time.perf_counter()
    times = _sent(port, requests, CLIENTS)
    seconds, count = time.perf_counter() - begun, len(requests)
    server, postgres, client = (1_000 * (b - a) / count for a, b in zip(before, of.seconds(), strict=True))
    return Saturated(count / seconds, server, postgres, client, times, _shared(count))


def _shared(count: int) -> float:
    """How many of the last settlements were recorded in one transaction, on average."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT said) FROM (SELECT xmin::text AS said FROM stay_settlement"
            " ORDER BY id DESC LIMIT %s) last",
            [count],
        )
        settled, transactions = cursor.fetchone()
    connection.close()
    return float(settled / transactions)


def _paced(port: int, requests: Sequence[bytes]) -> list[float]:
    """So many a second, each on a line of its own; seconds each took from the moment it was due."""
    times: list[float] = []
    begun = time.perf_counter()

    def send(at: int, each: bytes) -> None:
        due = begun + at / PACE
        time.sleep(max(due - time.perf_counter(), 0))
        with socket.create_connection(("127.0.0.1", port), 60) as line:
            _one(line, each)
        times.append(time.perf_counter() - due)

    threads = [threading.Thread(target=send, args=(at, each)) for at, each in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1_000


def _tell(found: Found, *, quick: bool, what: tuple[int, ...]) -> None:
    fast, barely, statements = found.saturated, found.bare, found.statements
    p99 = _at(found.slow, 0.99)
    cpu = (f"{fast.server_ms:.2f}", f"{fast.postgres_ms:.2f}", f"{fast.client_ms:.2f}", f"{fast.together:.1f}")
    saturated = (f"{fast.rate:,.0f}/s", f"{_at(fast.times, 0.5):.1f}", f"{_at(fast.times, 0.99):.1f}")
    rows = [
        ("saturated", f"{CLIENTS} clients", *saturated, *cpu),
        ("paced", f"{PACE} a second", f"{PACE}/s", f"{_at(found.slow, 0.5):.1f}", f"{p99:.1f}", *[""] * 4),
    ]
    heads = (
        "load", "by", "settlements", "p50 ms", "p99 ms", "server cpu-ms", "PostgreSQL cpu-ms", "client cpu-ms", "together",
    )  # fmt: skip
    about = (
        f"{what[2]:,} settlements saturated and {what[3]:,} paced, after {what[1]:,} to warm up, {what[0]} people, {WORKERS} "
        f"server processes of {THREADS} threads, PostgreSQL with fsync; {statements} statements a message in all, whether one is "
        "settled or many together. "
        "cpu-ms are a message's; `together` is how many shared a transaction on average."
    )
    machine = (
        f"The same PostgreSQL in the same run, by pgbench with 16 clients: {barely.commits:,.0f} commits of one row a second, "
        f"{barely.six:,.0f} a second of one row held and five written in one statement."
    )
    busy = fast.server_ms + fast.postgres_ms + fast.client_ms
    cause = f"{busy:.1f} cpu-ms a message, and client, server and database share {os.cpu_count()} cores"
    goals = [
        Goal(
            "settlements through the hospital interface, durable",
            f"≥ {RATE_GOAL}/s",
            f"bare six-row transactions {barely.six:,.0f}/s; {PEER}",
            f"{fast.rate:,.0f}/s",
            f"{fast.rate / barely.six:.2f}; {fast.rate / 2.2:,.0f} ×",
            fast.rate >= RATE_GOAL,
            cause,
        ),
        Goal(f"the same at {PACE} a second, p99", f"≤ {P99_GOAL_MS} ms", "", f"{p99:.0f} ms", "", p99 <= P99_GOAL_MS),
        Goal(
            "statements a settlement message",
            f"≤ {STATEMENTS_GOAL}",
            "openIMIS 290",
            str(statements),
            f"1/{290 // max(statements, 1)}",
            statements <= STATEMENTS_GOAL,
        ),
    ]
    write(
        "F8",
        "one-stop settlement through the hospital interface",
        [about, "", *table(heads, rows), "", machine],
        goals,
        keep=not quick,
    )


if __name__ == "__main__":
    main()
