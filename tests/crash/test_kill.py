"""kill -9 of a writer at random moments: what it acknowledged is in the books, whole, once; repeating changes nothing. G1

The writer is a process of its own that posts to the real books and tells each key over a pipe after its commit.
"""

import json
import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Timer
from typing import Any

FULL = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
ROUNDS = 40 if FULL else 3


def a_round(place: Path, first: int, seconds: float, at_least: int = 0) -> tuple[dict[str, Any], list[str]]:
    """Let a writer begin at a number and kill it so many seconds after its first sign; its finding, and its answers.

    With `at_least` it lives on until it has acknowledged so many: of two writers one may wait long for its turn.
    """
    command = [sys.executable, str(Path(__file__).parent / "writer.py"), "post", str(first)]
    with subprocess.Popen(command, env=os.environ | {"HUIBAO_DB": str(place)}, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        found = json.loads(writer.stdout.readline())

        def kill() -> None:
            with suppress(ProcessLookupError):
                os.kill(writer.pid, signal.SIGKILL)

        due = Event()
        timer = Timer(seconds, due.set if at_least else kill)
        timer.start()
        acknowledged = []
        for line in writer.stdout:
            with suppress(ValueError):  # the last line may be cut
                acknowledged.append(json.loads(line)["acknowledged"])
            if due.is_set() and len(acknowledged) >= at_least:
                kill()
        timer.cancel()
        timer.join()
    assert writer.returncode == -signal.SIGKILL
    return found, acknowledged


def test_a_writer_killed_at_any_moment_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    dice = random.Random(20200101)
    place = tmp_path / "books.sqlite3"
    acknowledged: list[str] = []
    first = 0
    for _ in range(ROUNDS):
        found, told = a_round(place, first, dice.uniform(0.05, 0.4))
        beyond = found["keys"][len(acknowledged) :]
        assert found["keys"][: len(acknowledged)] == acknowledged, "everything acknowledged, in order"
        assert len(beyond) <= 1, "at most the one whose answer was on its way"
        assert (found["broken"], found["half"]) == ([], [])
        assert set(found["again"].values()) <= {"exists"}, "sent again, nothing moves"
        acknowledged += [*beyond, *told]
        # The next writer leaves out one number, in case the last commit was made and its answer lost.
        first = int(acknowledged[-1][1:]) + 2 if acknowledged else 0
    assert len(acknowledged) > ROUNDS, "the writer wrote"


def test_two_writers_at_once_make_one_chain_and_lose_nothing(tmp_path: Path) -> None:
    place = tmp_path / "books.sqlite3"
    a_round(place, 0, 0.0)  # the tables are made, so that the two begin together
    with ThreadPoolExecutor(2) as two:
        rounds = [two.submit(a_round, place, first, 1.0, at_least=5) for first in (1_000, 2_000)]
        told = [each.result()[1] for each in rounds]
    found, _ = a_round(place, 3_000, 0.0)
    assert all(len(each) >= 5 for each in told), "both wrote"
    assert {key for each in told for key in each} <= set(found["keys"])
    assert (found["broken"], found["half"]) == ([], [])
