"""`huibao work`: the worker by itself, for an installation that runs it apart from the pages. `huibao serve` starts one."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from huibao.cli.output import say

MOST_LANES: Final = 16
STOP_SECONDS: Final = 15
WATCH_SECONDS: Final = 1.0


@click.command()
@click.option(
    "--lanes", type=click.IntRange(1, MOST_LANES), default=2, show_default=True, help="同时办几项。Works at once."
)
@click.option("--once", is_flag=True, help="办完等待中的任务即退出。Do what waits and stop.")
@click.option("--parent", type=int, hidden=True, help="Stop when this process is gone.")
def work(lanes: int, once: bool, parent: int | None) -> None:
    """办理后台任务：名册导入、参保、打印。Do background work: rosters, enrolment, print runs."""
    from huibao.cli.database import open_database, present, set_up

    if parent is None:
        clock = open_database()
    else:
        # The parent has brought the tables up to date already.
        set_up()
        clock = present()
    from huibao.app.work.worker import Worker, work_off

    if once:
        done = work_off(clock)
        say(f"办完 {done} 项后台任务。", f"Works done: {done}.")
        return
    worker = Worker(clock, lanes)

    def stop(*_: object) -> None:
        worker.stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if parent is None:
        say("后台任务程序在运行，按 Ctrl+C 停止。", "The worker runs; Ctrl+C stops it.")
    else:
        threading.Thread(target=_watch, args=(parent, worker.stop), daemon=True).start()
    worker.run()


@contextmanager
def worker_beside() -> Iterator[None]:
    """Run a worker in a process of its own while the pages are served: what it reckons does not slow them."""
    command = [sys.executable, "-m", "huibao.cli.main", "work", "--parent", str(os.getpid())]
    beside = subprocess.Popen(command)  # noqa: S603 - our own command, nothing of it from outside # nosec B603 - the same reason
    try:
        yield
    finally:
        beside.terminate()
        try:
            beside.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            beside.kill()
            beside.wait()


def _watch(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        if stop.wait(WATCH_SECONDS):
            return
    stop.set()
