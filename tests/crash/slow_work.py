"""A worker that a test kills: `python -m tests.crash.slow_work ask|hang|finish`, on the database of HUIBAO_DB."""

import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from huibao.cli.database import open_database


def say(what: object) -> None:
    """One line for the test."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def hang(task: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a Task; nothing of Django may be imported before it is set up
    """Begin, tell how far it is, and never come back."""
    task.step("数到一百", "counting to a hundred", 100)
    task.advance(40)
    say("begun")
    time.sleep(600)
    return {"who": "hung"}


def finish(task: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the same
    """Do the whole of it."""
    task.step("数到一百", "counting to a hundred", 100)
    task.advance(100)
    return {"who": "finished"}


def main(act: str) -> None:
    """Ask for work, or do it in one of two ways."""
    clock = open_database()
    from huibao.app import work
    from huibao.app.access import Actor, Reach, Role
    from huibao.app.work import kinds, worker
    from huibao.store import staff
    from huibao.store.unit import unit_of_work

    kinds.KINDS["count"] = kinds.Kind("数数", "count", f"{__name__}:{act}")
    if act == "ask":
        with unit_of_work():
            made = staff.record_staff("li.wen", "示范", "county_clerk", [("430423", "")], clock.now(), None, True)
        by = Actor(made, "li.wen", "示范", Role.COUNTY_CLERK, (Reach("430423"),))
        say(work.start("count", {}, by, "count", clock).id)
        return
    worker.LEASE = timedelta(seconds=2)  # type: ignore[misc] # nobody waits half a minute in a test
    if act == "hang":
        kinds.KINDS["count"] = kinds.Kind("数数", "count", "tests.crash.slow_work:hang")
    else:
        kinds.KINDS["count"] = kinds.Kind("数数", "count", "tests.crash.slow_work:finish")
    done = 0
    for _ in range(100):
        done += worker.work_off(clock)
        if done:
            break
        time.sleep(0.2)
    say(done)


if __name__ == "__main__":
    main(sys.argv[1])
