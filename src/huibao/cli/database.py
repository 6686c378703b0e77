"""Opening the database for a command: Django set up, tables brought up to date, durability read back."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from huibao.kernel.clock import Clock

CHINA = ZoneInfo("Asia/Shanghai")


class WallClock:
    """The real present, in China's time zone."""

    def today(self) -> date:
        """Return today's date in China."""
        return self.now().date()

    def now(self) -> datetime:
        """Return the moment, with China's time zone."""
        return datetime.now(CHINA)


def present() -> "Clock":
    """The clock of this installation: the real one; for a demonstration the days back that it was started with."""
    from huibao.kernel.clock import Behind

    days = int(os.environ.get("HUIBAO_DEMONSTRATION_DAYS_BACK", "0"))
    return Behind(WallClock(), days) if days else WallClock()


def set_up() -> None:
    """Make Django ready, and leave the database as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huibao.config.settings")
    import django

    django.setup()


def open_database() -> "Clock":
    """Make the database ready for a command and return the clock it runs by.

    New tables are made where the file is new. Settings that could lose an acknowledged entry in a power cut are
    refused (exit code 4) before anything is read or written.
    """
    set_up()
    from django.conf import settings
    from django.core.management import call_command

    from huibao.cli.output import DATABASE_REFUSED, show_problems
    from huibao.store.durability import durability_problems
    from huibao.store.failing import look_through

    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        _say_when_new(str(default["NAME"]))
    look_through(opening=True)
    call_command("migrate", verbosity=0, interactive=False)
    weak = durability_problems()
    if weak:
        show_problems(weak)
        click.get_current_context().exit(DATABASE_REFUSED)
    return present()


def _say_when_new(path: str) -> None:
    """Tell that a new database is begun, so that a mistyped path is not taken for a county without people."""
    from huibao.cli.output import say

    if not path.startswith((":", "file:")) and not Path(path).exists():
        say(f"新建数据库 {path}（原来没有这个文件）。", f"A new database is begun: {path} (there was no such file).")
