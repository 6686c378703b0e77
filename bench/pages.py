"""F9: every page of every role on a database of two million people, PostgreSQL: server time, statements, bytes.

`python -m bench.pages`; `--quick` for a look, `--people N` for another size. People, facts and covers are written by the
database itself; figures are then counted county by county as `huibao report count` does. Each page is asked for through
all of the middleware, as a signed-in account of each role, and timed at the server: no network is between.
"""

import argparse
import os
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bench.enrolment import set_up
from bench.keys import keys
from bench.page import Goal, peak_megabytes, table, write
from scripts.postgres import temporary

if TYPE_CHECKING:
    from django.test import Client

PEOPLE, QUICK_PEOPLE = 2_000_000, 2_000
ROUNDS, QUICK_ROUNDS = 20, 1
P95_GOAL_MS, STATEMENTS_GOAL, KILOBYTES_GOAL = 200, 30, 150
COUNTY: Final = "370102"
CITY, PROVINCE = "370100", "370000"
CONTRACT: Final = f"BENCH-{COUNTY}"
ON: Final = date(2020, 6, 30)

COVERS: Final = """
INSERT INTO coverage (person_id, contract_id, enrolment_id, line, product, variant, death_cover, "group", groups, town,
first_on, last_on, premium_fen)
SELECT p.id, c.id, e.id, 'medical_supplementary', 'medical_supplementary', '', false, 'poverty_relief', 'poverty_relief',
p.town, date '2020-01-01' + (p.id %% 100)::int, date '2020-12-31', 13000
FROM person p JOIN contract c ON c.area = p.area JOIN enrolment e ON e.contract_id = c.id WHERE p.id %% 10 < 7
"""
SHARES: Final = """
INSERT INTO premium_share (coverage_id, position, payer_kind, payer, fen)
SELECT id, 0, 'government_fund', 'provincial_poverty_fund', premium_fen FROM coverage
"""


LEFT_OUT: Final[dict[str, set[int]]] = {}
"""Pages some role did not get, with the answers."""


class Calendar:
    """The pages' clock: a day on which all contracts are in force, and time that passes."""

    passed = timedelta()
    began = time.monotonic()

    def today(self) -> date:
        """The day."""
        return self.now().astimezone(ZoneInfo("Asia/Shanghai")).date()

    def now(self) -> datetime:
        """Nine in the morning, and what has passed since."""
        return datetime(2020, 6, 30, 1, tzinfo=UTC) + self.passed + timedelta(seconds=time.monotonic() - self.began)

    def on(self, **by: float) -> None:
        """Let time pass."""
        type(self).passed += timedelta(**by)


@dataclass
class Measured:
    """One page over all roles that may open it."""

    roles: set[str] = field(default_factory=set)
    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Of the server's process alone: what a quiet machine would need, the database's part left out."""
    statements: int = 0
    kilobytes: float = 0

    def row(self, name: str) -> tuple[str, ...]:
        """Its line in the table."""
        return (
            name,
            str(len(self.roles)),
            f"{statistics.median(self.ms):.0f}",
            f"{p95(self.ms):.0f}",
            f"{statistics.median(self.cpu_ms):.0f}",
            str(self.statements),
            f"{self.kilobytes:.0f}",
        )


def main() -> None:
    """Print the figures of F9 and keep them on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny size; writes nothing")
    parser.add_argument("--people", type=int, help="how many people; writes nothing")
    asked = parser.parse_args()
    people = asked.people or (QUICK_PEOPLE if asked.quick else PEOPLE)
    with temporary("shared_buffers=1GB", "maintenance_work_mem=256MB") as cluster:
        os.environ |= {"HUIBAO_DB": cluster.url(), "DJANGO_SETTINGS_MODULE": "huibao.config.settings", **keys()}
        os.environ |= {"HUIBAO_PLAIN_HTTP": "1", "HUIBAO_HOSTS": "testserver"}
        counties = set_up(people)
        begun = time.perf_counter()
        _insured()
        loaded = time.perf_counter() - begun
        begun = time.perf_counter()
        figures = _counted(counties)
        counted = time.perf_counter() - begun
        rounds = QUICK_ROUNDS if asked.quick else ROUNDS
        found = _measured(rounds)
    _tell(found, people, counted, figures, loaded, keep=not (asked.quick or asked.people))


def _tell(found: dict[str, Measured], people: int, counted: float, figures: int, loaded: float, *, keep: bool) -> None:
    every = [ms for one in found.values() for ms in one.ms]
    worst = max(found, key=lambda name: p95(found[name].ms))
    most = max(found, key=lambda name: found[name].statements)
    largest = max(found, key=lambda name: found[name].kilobytes)
    goals = [
        Goal(
            f"{len(found)} pages by all roles on {people:,} people, server time p95 of the slowest",
            f"≤ {P95_GOAL_MS} ms",
            f"p50 of all pages {statistics.median(every):.0f} ms",
            f"{p95(found[worst].ms):.0f} ms ({worst})",
            "",
            holds=p95(found[worst].ms) <= P95_GOAL_MS,
        ),
        Goal(
            "statements of the page that asks most",
            f"≤ {STATEMENTS_GOAL}",
            "",
            f"{found[most].statements} ({most})",
            "",
            holds=found[most].statements <= STATEMENTS_GOAL,
        ),
        Goal(
            "largest page, not packed",
            f"≤ {KILOBYTES_GOAL} KB",
            "",
            f"{found[largest].kilobytes:.0f} KB ({largest})",
            "",
            holds=found[largest].kilobytes <= KILOBYTES_GOAL,
        ),
    ]
    rows = [one.row(name) for name, one in sorted(found.items(), key=lambda item: -p95(item[1].ms))]
    lines = [
        *table(("page", "roles", "p50 ms", "p95 ms", "cpu-ms", "statements", "KB"), rows),
        "",
        f"- {people:,} people in ten counties of one city, 70 % of them insured; figures of 15 days kept.",
        f"- Figures of all counties counted in {counted:.0f} s ({figures:,} rows), one county after the other, one process.",
        f"- Covers written in {loaded:.0f} s. Peak memory of this process {peak_megabytes():.0f} MB.",
        "- A page is there when some role gets it with status 200. Left out, because they need what is not on record here or",
        f"  are no page to look at: {', '.join(sorted(LEFT_OUT.keys() - found.keys()))}.",
    ]
    write("F9", "pages on a province's people", lines, goals, keep=keep)


# --- the data -----------------------------------------------------------------------------------------------------------


def _insured() -> None:
    from django.db import connection, transaction

    from huibao.store.coverage import Batch, record_batch
    from huibao.store.models.contract import Contract

    with transaction.atomic():
        for number in Contract.objects.values_list("number", flat=True):
            record_batch(Batch(f"bench-{number}", "enrol", "", {}), number, date(2020, 1, 1), "", Calendar().now())
    with transaction.atomic(), connection.cursor() as cursor:
        # Only here, to have the covers there quickly: whether they fit is measured elsewhere.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (COVERS, SHARES):
            cursor.execute(statement.replace("%%", "%"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _counted(counties: list[str]) -> int:
    from huibao.app.figures import count_county

    return sum(count_county(area, Calendar()) for area in counties)


# --- the pages ----------------------------------------------------------------------------------------------------------


def _measured(rounds: int) -> dict[str, Measured]:
    from django.conf import settings

    from huibao.app.access import BY_CONTRACT, Reach, Role
    from tests.web.desk_world import signed_in

    clock = Calendar()
    settings.HUIBAO_CLOCK = clock
    areas = {Role.CITY_SUPERVISOR: CITY, Role.PROVINCE_SUPERVISOR: PROVINCE, Role.AUDITOR: PROVINCE}
    found: dict[str, Measured] = defaultdict(Measured)
    for number, role in enumerate(Role):
        reach = Reach(areas.get(role, COUNTY), CONTRACT if role in BY_CONTRACT else "")
        client = signed_in(role, clock, reach, f"bench.{number}")  # type: ignore[arg-type] # a clock that moves, like theirs
        for name, path in _routes():
            _ask(client, name, path, role, rounds, found)
    return dict(found)


def _ask(client: "Client", name: str, path: str, role: str, rounds: int, found: dict[str, Measured]) -> None:
    """The first answer warms; it also tells whether there is a page for the role."""
    answer = client.get(path)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        LEFT_OUT.setdefault(name, set()).add(answer.status_code)
        return
    one = found[name]
    one.roles.add(role)
    one.kilobytes = max(one.kilobytes, len(answer.content) / 1000)
    for _ in range(rounds):
        with _statements() as asked:
            begun, cpu = time.perf_counter(), time.process_time()
            client.get(path)
            one.ms.append((time.perf_counter() - begun) * 1000)
            one.cpu_ms.append((time.process_time() - cpu) * 1000)
        one.statements = max(one.statements, asked[0])


def _routes() -> Iterator[tuple[str, str]]:
    """Every page of the console by its name, with an address; a desk's new page is measured without being listed here."""
    from huibao.store.models.coverage import Coverage
    from huibao.web import urls

    person = Coverage.objects.filter(contract__number=CONTRACT).order_by("pk").values_list("person_id", flat=True)[100]
    known = {
        "person_id": str(person),
        "area": COUNTY,
        "contract": CONTRACT,
        "year": "2020",
        "line": "medical_supplementary",
    }
    for route in urls.urlpatterns:
        text = str(route.pattern)
        if route.name and route.name not in {"enter", "code", "enrol", "join", "leave", "stay"}:
            yield route.name, "/" + re.sub(r"<\w+:(\w+)>", lambda hit: known.get(hit[1], "1"), text)


@contextmanager
def _statements() -> Iterator[list[int]]:
    """How many statements the database was asked meanwhile."""
    from django.db import connection

    asked = [0]

    def counting(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:  # noqa: ANN401 - Django's own signature
        asked[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        yield asked


def p95(values: list[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) * 95 // 100, len(values) - 1)]


if __name__ == "__main__":
    main()
