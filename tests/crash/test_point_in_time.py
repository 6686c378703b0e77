"""The runbook's recovery to a point in time (docs/guides/operations.md), done: base backup, log, restore point, promote."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.postgres import Cluster, temporary

RISKY = "before-migration"
POST = """
import os, sys; os.environ["DJANGO_SETTINGS_MODULE"] = "huibao.config.settings"
import django; django.setup()
from django.core.management import call_command; call_command("migrate", verbosity=0)
from huibao.store import ledger
sys.path.insert(0, "tests/crash")
import writer
ledger.post([writer.entry_for(number) for number in range(int(sys.argv[1]), int(sys.argv[2]))], writer.NOW)
"""
# The writer's entries are not of any settlement on record, so the books alone are asked.
BOOKS = ["huibao", "check", "--only", "L1", "--only", "L2", "--only", "L3", "--only", "L4"]
CHECK = f"from huibao.cli.main import main; import sys; sys.argv = {BOOKS}; main()"
KEYS = "SELECT count(*), max(number) FROM entry"


def python(cluster: Cluster, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", *words],
        env=os.environ | {"HUIBAO_DB": cluster.url()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_runbook_brings_back_what_was_there_at_the_spot_and_nothing_after_it() -> None:
    with temporary() as place:
        archive = place.folder / "archive"
        archive.mkdir()
        shutil.chown(archive, place.folder.owner(), place.folder.group())
        place.stop()
        keep = f"test ! -f {archive}/%f && cp %p {archive}/%f.part && mv {archive}/%f.part {archive}/%f"
        place.start("archive_mode=on", f"archive_command={keep}", "archive_timeout=60")
        python(place, POST, "0", "20")
        base = place.folder / "base"
        place.run("pg_basebackup", "-D", str(base), "-X", "none", "-c", "fast", "-h", str(place.folder), "-U", "huibao")
        python(place, POST, "20", "40")
        place.ask(f"SELECT pg_create_restore_point('{RISKY}')")
        python(place, POST, "40", "60")
        place.ask("SELECT pg_switch_wal()")
        assert place.ask(KEYS) == ["60|60"]
        place.stop()
        again = Cluster(place.folder / "again")
        bring_back(again, base, archive)
        try:
            again.start()
            again.wait()
            assert again.ask(KEYS) == ["40|40"]
            python(again, CHECK)
            # Whoever had sent something after the spot sends it again, with some from before it.
            python(again, POST, "30", "60")
            assert again.ask(KEYS) == ["60|60"]
            python(again, CHECK)
        finally:
            again.stop()


def bring_back(cluster: Cluster, base: Path, archive: Path) -> None:
    """Steps 2 and 3: the base backup as a data folder of its own, and the spot to which the log is read."""
    cluster.folder.mkdir()
    shutil.move(base, cluster.data)
    said = {
        "restore_command": f"cp {archive}/%f %p",
        "recovery_target_name": RISKY,
        "recovery_target_action": "promote",
    }
    with (cluster.data / "postgresql.auto.conf").open("a") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in said.items())
    (cluster.data / "recovery.signal").touch()
    owner, group = archive.owner(), archive.group()
    for each in (cluster.folder, cluster.data, cluster.data / "recovery.signal"):
        shutil.chown(each, owner, group)
        if each.is_dir():
            each.chmod(0o700)
