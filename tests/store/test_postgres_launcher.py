"""The PostgreSQL that tests and measurements start: two side by side, gone when whoever started it is, kill -9 included."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts import postgres
from scripts.postgres import Cluster

pytestmark = pytest.mark.own_engine
START = "import sys; from scripts.postgres import temporary\nwith temporary() as c: print(c.folder, c.server.pid, flush=True); sys.stdin.read()"


def test_two_do_not_meet(cluster: Cluster) -> None:
    with postgres.temporary() as other:
        assert other.folder != cluster.folder
        assert other.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == ["0"]
        assert "listen_addresses=" in " ".join(postgres.SETTINGS), "no port, so none to collide on"
    assert cluster.ask("SELECT 1") == ["1"], "stopping one leaves the other alone"
    assert not other.folder.exists()


def test_a_server_whose_starter_was_killed_stops_by_itself_and_its_folder_is_swept() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        folder, pid = started.stdout.readline().split()
        os.kill(started.pid, signal.SIGKILL)
    until = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
    postgres.sweep()
    assert not Path(folder).exists()


def test_what_the_command_answers_is_what_the_launcher_answers() -> None:
    command = [sys.executable, "-m", "scripts.postgres", "run", "--", sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, check=False).returncode == 7


def test_where_there_is_no_postgresql_one_clear_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_found", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(postgres.UnavailableError, match="sudo apt-get install -y postgresql"):
        postgres.install()
