"""Opening the database for a command: Django set up, tables brought up to date, durability read back."""

import contextlib
import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from huibao.kernel.clock import Clock

CHINA = ZoneInfo("Asia/Shanghai")
OWNER_ONLY: Final = 0o600


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
    from huibao.store.keys import begin_with
    from huibao.store.vault import ring

    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        _say_when_new(str(default["NAME"]))
    look_through(opening=True)
    _ready_keys(default)
    call_command("migrate", verbosity=0, interactive=False)
    begin_with(ring().writing)
    weak = durability_problems()
    if weak:
        show_problems(weak)
        click.get_current_context().exit(DATABASE_REFUSED)
    return present()


def _ready_keys(default: dict[str, Any]) -> None:
    """See that there are keys to seal with; a new SQLite file gets its own, in a file beside it.

    Never for a database that was written with keys already: what is missing then are those.
    """
    from django.conf import settings

    from huibao.cli.output import say
    from huibao.kernel.problem import Refused
    from huibao.store.key_file import key_file
    from huibao.store.keys import KEY_GONE, keys_named
    from huibao.store.vault import NO_KEYS, new_keys, ready_to_seal

    if ready_to_seal():
        return
    gone = keys_named()
    if gone:
        raise Refused([KEY_GONE(key=name) for name in gone])
    place = key_file(default)
    if place is None:
        if str(default["ENGINE"]).endswith("sqlite3"):
            settings.HUIBAO_KEYS = new_keys()  # a database in memory is gone with its keys
            return
        raise Refused(NO_KEYS())
    part = place.with_name(f"{place.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write("\n".join([*new_keys().split(","), ""]))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # of two that begin at once, the second takes the first's
        os.link(part, place)
    part.unlink()
    settings.HUIBAO_KEYS = place.read_text(encoding="utf-8")
    say(
        f"已生成密钥文件 {place}：没有它，数据库和备份都打不开；请另存一份到别处，正式使用时移到数据库以外的地方。",
        f"A file of keys was made: {place}. Without it neither database nor backup can be read; keep a copy elsewhere, and "
        "for real use move it away from the database (HUIBAO_KEYS_FILE).",
    )


def _say_when_new(path: str) -> None:
    """Tell that a new database is begun, so that a mistyped path is not taken for a county without people."""
    from huibao.cli.output import say

    if not path.startswith((":", "file:")) and not Path(path).exists():
        say(f"新建数据库 {path}（原来没有这个文件）。", f"A new database is begun: {path} (there was no such file).")
