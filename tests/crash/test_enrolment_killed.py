"""F7: an enrolment killed at any point is begun again and ends with exactly everybody, once. On PostgreSQL, by COPY."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from scripts.postgres import Cluster, temporary

PEOPLE = 6_000
COUNTIES = 2
SET_UP = f"from bench import enrolment as b; b.set_up({PEOPLE})"
ENROL = f"""
from bench import enrolment as b
print("began", flush=True)
for area in b.COUNTIES[:{COUNTIES}]:
    print(*b.enrol_county(area), flush=True)
"""
COUNTED = """
SELECT (SELECT COUNT(*) FROM coverage), (SELECT COUNT(DISTINCT person_id) FROM coverage),
(SELECT COUNT(*) FROM premium_share), (SELECT SUM(fen) FROM premium_share), (SELECT COUNT(*) FROM enrolment)
"""


@pytest.fixture
def server() -> Iterator[Cluster]:
    with temporary() as started:
        yield started


def start(server: Cluster, code: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"HUIBAO_DB": server.url(), "DJANGO_SETTINGS_MODULE": "huibao.config.settings"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["writer", "postmaster"])
def test_an_enrolment_killed_at_any_point_ends_with_everybody_once(server: Cluster, victim: str) -> None:
    with start(server, SET_UP) as made:
        assert made.wait(300) == 0
    dice = random.Random(victim)
    for _ in range(6):
        with start(server, ENROL) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(dice.uniform(0.2, 2.0))
            if victim == "postmaster":
                server.kill()
            process.kill()
        if server.server is None:
            server.start()
        server.wait()
        counts = [int(count or 0) for count in server.ask(COUNTED)[0].split("|")]
        assert counts[0] == counts[1] == counts[2] == counts[4] * PEOPLE // COUNTIES, "whole counties, or none of one"
    with start(server, ENROL) as last:
        said, _ = last.communicate(timeout=300)
    assert [int(line.split()[0]) for line in said.splitlines()[1:]] == [PEOPLE // COUNTIES] * COUNTIES
    # 130 yuan each.
    assert server.ask(COUNTED) == [f"{PEOPLE}|{PEOPLE}|{PEOPLE}|{PEOPLE * 13_000}|{COUNTIES}"]
