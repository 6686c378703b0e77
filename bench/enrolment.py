"""F7: a province's people enrolled on PostgreSQL, county by county, durable: judged, recorded with payers, answered.

`python -m bench.enrolment`; `--quick` for a look, `--people N` for another size. Everybody is on record with two facts
before the clock starts; two processes each take the next county. The limit is the bare COPY of the same rows into tables
without keys or indexes, in the same run.
"""

import argparse
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from typing import Any, Final
from zoneinfo import ZoneInfo

from bench.keys import keys
from bench.page import Goal, table, write
from scripts.postgres import temporary

PEOPLE, QUICK_PEOPLE = 2_000_000, 20_000
A_COUNTY: Final = 200_000
WORKERS: Final = 2
GOAL_SECONDS: Final = 120
PEER: Final = "openIMIS 26.04: 6–9 a second"
START: Final = date(2020, 1, 1)
COUNTIES: Final = ("370102", "370103", "370104", "370105", "370112", "370113", "370114", "370115", "370116", "370117")

CONTRACT: Final = """
contract: BENCH-{area}
scheme: shandong/2020/demo-city
area: "{area}"
insurer: 示范保险（虚构）
status: demonstration
period: 2020-01-01..2020-12-31
chain_first_on: 2019-01-01
term_limit: 3 years
prorata: daily
leaving: {{died: none}}
operating_cost_ceiling: 5 %
profit_and_loss:
  profit: [{{from: 0 %, insurer: 100 %}}, {{from: 3 %, insurer: 0 %}}]
  loss: [{{from: 0 %, insurer: 100 %}}, {{from: 5 %, insurer: 50 %}}]
preexisting_disability: this_accident_only
settings: {{}}
lines:
  medical_supplementary:
    product: medical_supplementary
    premium: 130 yuan
    payers:
      - {{payer: government_fund, id: provincial_poverty_fund, share: 100 %}}
"""

FIRST_BORN: Final = date(1940, 1, 1)
BIRTHDAYS: Final = 25_000
COLUMNS: Final = (
    "name", "identity", "birth_on", "sex", "phone", "address", "bank_account", "area", "town", "village", "entered_on",
)  # fmt: skip
DOMICILES: Final = """
INSERT INTO fact (person_id, kind, value, detail, from_on, source, agency, area, sheet, row_no, entered_on)
SELECT id, 'domicile', town, '', date '2015-01-01' + (id %% 1500)::int, 'bench', 'bench', area, '', 0, date '2019-12-01'
FROM person
"""
RELIEF: Final = """
INSERT INTO fact (person_id, kind, value, detail, from_on, source, agency, area, sheet, row_no, entered_on)
SELECT id, 'poverty_relief', 'enjoying', '', date '2018-01-01' + (id %% 700)::int, 'bench', 'bench', area, '', 0,
date '2019-12-01' FROM person
"""


class Calendar:
    """A clock that stands still."""

    def today(self) -> date:
        """Return the day everything happens on."""
        return START

    def now(self) -> datetime:
        """Return a moment of that day."""
        return datetime(2020, 1, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def main() -> None:
    """Print the figures of F7 and keep them on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny size; writes nothing")
    parser.add_argument("--people", type=int, help="how many people; writes nothing")
    asked = parser.parse_args()
    people = asked.people or (QUICK_PEOPLE if asked.quick else PEOPLE)
    with temporary("autovacuum=off", "shared_buffers=1GB", "maintenance_work_mem=256MB") as cluster:
        os.environ |= {"HUIBAO_DB": cluster.url(), "DJANGO_SETTINGS_MODULE": "huibao.config.settings", **keys()}
        counties = set_up(people)
        begun = time.perf_counter()
        with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
            done = list(workers.map(enrol_county, counties))
        seconds = time.perf_counter() - begun
        again = enrol_county(counties[0])
        bare = bare_copy()
        counts = counted()
    entered = sum(covers for covers, _ in done)
    expected = len(counties) * (people // len(counties))
    exact = counts == (expected, expected) and entered == expected and again[0] == done[0][0]
    rate = entered / seconds
    goal = Goal(
        f"{entered:,} people enrolled, durable, PostgreSQL",
        f"≤ {GOAL_SECONDS} s for 2,000,000; resumes exactly",
        f"bare COPY of the same rows {bare:.1f} s; {PEER}",
        f"{seconds:.1f} s, {rate:,.0f}/s",
        f"{seconds / bare:.1f} × bare COPY",
        holds=exact and seconds * PEOPLE / entered <= GOAL_SECONDS,
    )
    rows = [
        ("people", f"{entered:,}"),
        ("counties, processes", f"{len(counties)}, {WORKERS}"),
        ("wall", f"{seconds:.1f} s"),
        ("people a second", f"{rate:,.0f}"),
        ("longest county: judged and recorded", f"{max(taken for _, taken in done):.1f} s"),
        ("one county sent again: the first answer", f"{again[1]:.2f} s"),
        ("bare COPY of covers and shares", f"{bare:.1f} s"),
        ("counts exact", "yes" if exact else "NO"),
    ]
    lines = [
        *table(("what", "measured"), rows),
        "",
        "Checked by the database while it takes them: keys, days, payers, V1.",
    ]
    write("F7", "enrolment of a province", lines, [goal], keep=not (asked.quick or asked.people))


def set_up(people: int) -> list[str]:
    """Tables, people with facts, and a contract for each county; codes of the counties."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from huibao.app.contract import add_contract
    from huibao.store.many import insert_many
    from huibao.store.models.roster import Person

    call_command("migrate", verbosity=0, interactive=False)
    counties = list(COUNTIES[: max(min(people // A_COUNTY, len(COUNTIES)), 2)])
    each = people // len(counties)
    with transaction.atomic(), connection.cursor() as cursor:
        # Only here, to have the people there quickly: whether their keys fit is not what is measured.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for area in counties:
            insert_many(Person, COLUMNS, [_person(area, number) for number in range(1, each + 1)])
        cursor.execute(DOMICILES.replace("%%", "%"))
        cursor.execute(RELIEF.replace("%%", "%"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for area in counties:
        add_contract(CONTRACT.format(area=area), f"{area}.yaml", Calendar())
    connection.close()
    return counties


def _person(area: str, number: int) -> tuple[Any, ...]:
    """A made-up person as a row; the identity number is told from all others, and nobody's."""
    born = FIRST_BORN + timedelta(days=number % BIRTHDAYS)
    identity = f"{area}{born:%Y%m%d}{number // BIRTHDAYS:04d}"
    sex = "male" if number % 2 else "female"
    town = f"{area}{100 + number % 20}"
    return f"测试{number}", identity, born, sex, "", "", "", area, town, "", date(2019, 12, 1)


def enrol_county(area: str) -> tuple[int, float]:
    """Enrol one county in a process of its own; how many covers its batch made, and the seconds it took."""
    import django

    django.setup()
    from django.db import connection

    from huibao.app.enrolment import enrol

    begun = time.perf_counter()
    result = enrol(f"BENCH-{area}", START, f"enrol-{area}", Calendar())
    taken = time.perf_counter() - begun
    connection.close()
    return result.entered, taken


def counted() -> tuple[int, int]:
    """Covers and shares in the tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT COUNT(*) FROM coverage), (SELECT COUNT(*) FROM premium_share)")
        covers, shares = cursor.fetchone()
    return int(covers), int(shares)


def bare_copy() -> float:
    """Seconds to write the same rows by COPY into tables that have neither key nor index, in one transaction."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        texts = {name: b"".join(_out(cursor, name)) for name in ("coverage", "premium_share")}
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for name, text in texts.items():
            cursor.execute(f"CREATE TABLE bare_{name} AS SELECT * FROM {name} LIMIT 0")  # noqa: S608 - our own names
            with cursor.copy(f"COPY bare_{name} FROM STDIN") as copy:
                copy.write(text)
    return time.perf_counter() - begun


def _out(cursor: Any, name: str) -> Iterator[bytes]:  # noqa: ANN401 - Django's cursor
    with cursor.copy(f"COPY {name} TO STDOUT") as copy:
        for part in copy:
            yield bytes(part)


if __name__ == "__main__":
    main()
