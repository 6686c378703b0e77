"""A whole database as one file, and back: SQLite by its own online copy, PostgreSQL by pg_dump and pg_restore.

What a copy holds is said from the very state it was made from (`Contents`), so that a restored one can be compared.
"""

import os
import shutil
import sqlite3
import subprocess  # nosec B404 - judged where it is started
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from huibao.kernel.problem import Refused, define

PACKED: Final = Path("/usr/lib/postgresql")
"""Where Debian keeps PostgreSQL's programs, a folder for each version."""

TOOL_FAILED = define(
    "BACKUP-006",
    "{tool} 没有完成：{why}。",
    "请确认已安装与服务器同版本或更新的 postgresql-client，并且地址、账号可用。",
    "{tool} did not finish: {why}.",
    "See that postgresql-client is installed, as new as the server, and that address and account are right.",
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: rows by table, the last migration, and the end of the hash chain."""

    rows: Mapping[str, int]
    migration: str
    last_number: int
    head_hash: str


def contents(tables: Iterable[str] | None = None) -> Contents:
    """What the open database holds now, in these tables or all of ours; inside a snapshot, of one state."""
    with connection.cursor() as cursor:
        rows = {}
        there = connection.introspection.table_names(cursor)
        for table in sorted(set(our_tables() if tables is None else tables).intersection(there)):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608 - a table that is there
            rows[table] = int(cursor.fetchone()[0])
        cursor.execute("SELECT MAX(name) FROM django_migrations WHERE app = 'store'")
        migration = str(cursor.fetchone()[0])
        cursor.execute("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1")
        number, head = cursor.fetchone() or (0, "")
    return Contents(rows, migration, int(number), str(head))


def our_tables() -> list[str]:
    """Every table of the store."""
    return sorted(model._meta.db_table for model in apps.get_app_config("store").get_models())  # noqa: SLF001 - Django's way to a table's name


def bring_up_to_date() -> None:
    """Apply the migrations that a database of an older version lacks."""
    call_command("migrate", verbosity=0, interactive=False)


def last_migration() -> str:
    """The last migration this program knows."""
    from django.db.migrations.loader import MigrationLoader

    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return max(name for app, name in found if app == "store")


def in_use() -> bool:
    """Whether the database that HUIBAO_DB names is there already: a file with something in it, or tables."""
    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        return place.exists() and place.stat().st_size > 0
    return bool(connection.introspection.table_names())


def copy_out(target: Path) -> Contents:
    """Write the whole database into a new file, while others go on; what it holds."""
    found = _sqlite_out(target) if connection.vendor == "sqlite" else _postgresql_out(target)
    _on_disk(target)
    return found


def copy_in(source: Path) -> None:
    """Fill the database that HUIBAO_DB names, which must not be in use, from a file."""
    connection.close()
    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        part = place.with_name(f"{place.name}.restoring")
        shutil.copyfile(source, part)
        _on_disk(part)
        part.replace(place)
        _on_disk(place.parent)
    else:
        _tool(
            "pg_restore",
            ["--single-transaction", "--no-owner", "--exit-on-error", f"--dbname={_address()}", str(source)],
        )


def empty_again() -> None:
    """Take away what `copy_in` made: a copy that turned out to be wrong is not left to be worked on."""
    if connection.vendor == "sqlite":
        connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{ending}").unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def _sqlite_out(target: Path) -> Contents:
    """SQLite's online backup, from a connection of its own; what it holds is read from the copy itself."""
    with (
        closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        # One file without a log beside it, which can be carried away as it is.
        copy.execute("PRAGMA journal_mode=DELETE")
        counted = "SELECT COUNT(*) FROM"
        rows = {table: int(copy.execute(f'{counted} "{table}"').fetchone()[0]) for table in our_tables()}
        migration = copy.execute("SELECT MAX(name) FROM django_migrations WHERE app = 'store'").fetchone()[0]
        number, head = copy.execute("SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1").fetchone() or (0, "")
    return Contents(rows, migration, number, head)


def _postgresql_out(target: Path) -> Contents:
    """pg_dump under a snapshot that we count under as well."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        found = contents()
        words = [
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            f"--file={target}",
            f"--dbname={_address()}",
        ]
        _tool("pg_dump", words)
    return found


def _address() -> str:
    """The connection for PostgreSQL's own programs, without the password, which goes by the environment."""
    from psycopg.conninfo import make_conninfo

    settings = connection.settings_dict
    said = {"dbname": settings["NAME"], "user": settings["USER"], "host": settings["HOST"], "port": settings["PORT"]}
    return make_conninfo("", **{name: value for name, value in said.items() if value})


def _tool(name: str, words: Sequence[str]) -> None:
    secret: dict[str, Any] = (
        {"PGPASSWORD": connection.settings_dict["PASSWORD"]} if connection.settings_dict["PASSWORD"] else {}
    )
    packed = sorted(PACKED.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    program = str(packed[-1]) if packed else shutil.which(name)
    if program is None:
        raise Refused(TOOL_FAILED(tool=name, why="没有找到这个程序 there is no such program"))
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell # nosec B603
        [program, *words], env=os.environ | secret, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(TOOL_FAILED(tool=name, why=" ".join(done.stderr.split())[:300]))


def _on_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
