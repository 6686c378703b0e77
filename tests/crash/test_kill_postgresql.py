"""kill -9 of the writer, of PostgreSQL's backend and of the postmaster: nothing acknowledged is lost or doubled. G1

The writer is the one of `test_kill.py`, here against a PostgreSQL of its own. That an answer before the commit would be
noticed is shown at the end.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scripts.postgres import Cluster, temporary

FULL = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
ROUNDS = 70 if FULL else 2
ASK = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"

Kill = Callable[[Cluster, "subprocess.Popen[bytes]"], None]


def the_writer(_: Cluster, writer: "subprocess.Popen[bytes]") -> None:
    os.kill(writer.pid, signal.SIGKILL)


def the_backend(cluster: Cluster, _: "subprocess.Popen[bytes]") -> None:
    """The process that serves the writer; the postmaster then starts everything anew from the log."""
    for pid in cluster.ask(ASK):
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def the_postmaster(cluster: Cluster, _: "subprocess.Popen[bytes]") -> None:
    cluster.kill()


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A PostgreSQL for one test alone: others would not like to see theirs killed."""
    with temporary() as started:
        yield started


def a_round(
    server: Cluster, first: int, seconds: float, kill: Kill, when: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Let a writer begin at a number and kill something so long after its first sign; its finding, and its answers."""
    command = [sys.executable, str(Path(__file__).parent / "writer.py"), "post", str(first), *([when] if when else [])]
    with subprocess.Popen(
        command, env=os.environ | {"HUIBAO_DB": server.url()}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as writer:
        assert writer.stdout is not None
        found = json.loads(writer.stdout.readline())
        time.sleep(seconds)
        kill(server, writer)
        acknowledged = []
        for line in writer.stdout:
            with suppress(ValueError):  # the last line may be cut
                acknowledged.append(json.loads(line)["acknowledged"])
    assert writer.returncode != 0, "it was killed, or lost its server"
    if server.server is None:
        server.start()
    server.wait()
    return found, acknowledged


@pytest.mark.parametrize("kill", [the_writer, the_backend, the_postmaster], ids=lambda kill: kill.__name__)
def test_whoever_is_killed_nothing_acknowledged_is_lost(server: Cluster, kill: Kill) -> None:
    dice = random.Random(20201123)
    acknowledged: list[str] = []
    first = 0
    for _ in range(ROUNDS):
        found, told = a_round(server, first, dice.uniform(0.05, 0.4), kill)
        beyond = found["keys"][len(acknowledged) :]
        assert found["keys"][: len(acknowledged)] == acknowledged, "everything acknowledged, in order"
        assert len(beyond) <= 1, "at most the one whose answer was on its way"
        assert (found["broken"], found["half"]) == ([], [])
        assert set(found["again"].values()) <= {"exists"}, "sent again, nothing moves"
        acknowledged += [*beyond, *told]
        first = int(acknowledged[-1][1:]) + 2 if acknowledged else 0
    assert acknowledged, "the writer wrote"


def test_an_answer_before_the_commit_is_noticed(server: Cluster) -> None:
    dice = random.Random(1)
    lost = 0
    first = 0
    for _ in range(10):
        _, told = a_round(server, first, dice.uniform(0.05, 0.2), the_writer, "early")
        there = set(server.ask("SELECT key FROM entry"))
        lost += len(set(told) - there)
        first = int(told[-1][1:]) + 2 if told else first
        if lost:
            break
    assert lost > 0
