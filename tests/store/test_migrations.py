"""One linear history that an open office would not notice, and an empty database brought up to date by it alone. F11"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
import pytest_django
from django.core.management import call_command
from django.db import connection, connections, migrations, models
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from huibao.config.database import database_settings
from huibao.store import balances, claim_guards, cover_guards, guards
from tests.store import migration_rules as rules

INITIAL = "0001_initial"
FRESH = "fresh"
KINDS = {
    "CREATE TABLE",
    "CREATE INDEX",
    "CREATE UNIQUE",
    "CREATE TRIGGER",
    "CREATE OR",
    "DROP TRIGGER",
    "INSERT INTO",
    "COMMENT ON",
}
"""What bringing an empty database up to date consists of; besides, constraints are added to tables that are empty."""


def history() -> dict[str, migrations.Migration]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {name: one for (app, name), one in loader.disk_migrations.items() if app == "store"}


def with_one(*operations: Operation) -> list[str]:
    made = type("Migration", (migrations.Migration,), {"operations": list(operations)})
    return list(rules.faults("0009_try", made("0009_try", "store")))


def test_the_history_is_one_line() -> None:
    assert list(rules.linear(history())) == []


def test_no_migration_rewrites_or_locks_a_table_that_may_be_full() -> None:
    assert [fault for name, one in history().items() if name != INITIAL for fault in rules.faults(name, one)] == []


def test_two_migrations_after_the_same_one_are_noticed() -> None:
    some = history()
    module = import_module("huibao.store.migrations.0002_kept_balances")
    assert list(rules.linear(some | {"0002_second": module.Migration("0002_second", "store")})) != []


@pytest.mark.parametrize(
    "operation, says",
    [
        (ops.AddField("entry", "shop", models.CharField(max_length=9)), "not null without db_default"),
        (ops.AddField("entry", "shop", models.CharField(max_length=9, null=True, db_index=True)), "index is built"),
        (ops.AlterField("entry", "key", models.CharField(max_length=99)), "may rewrite the table"),
        (ops.AddIndex("entry", models.Index(fields=["key"], name="again")), "build it concurrently"),
        (ops.AddConstraint("entry", models.CheckConstraint(condition=models.Q(number=1), name="x")), "not valid"),
        (ops.RenameField("entry", "key", "name"), "still runs"),
        (ops.RemoveField("entry", "key"), "loses facts"),
        (ops.DeleteModel("entry"), "loses facts"),
        (ops.RunSQL("UPDATE entry SET key = 'x'", ""), "only fills a table"),
        (ops.RunSQL("INSERT INTO entry SELECT 1"), "no way back"),
        (ops.RunPython(ops.RunPython.noop), "say it in SQL"),
    ],
)
def test_each_rule_catches_what_it_is_for(operation: Operation, says: str) -> None:
    assert any(says in fault for fault in with_one(operation))


def test_what_is_harmless_passes() -> None:
    assert with_one(ops.AddField("entry", "shop", models.CharField(max_length=9, null=True))) == []
    assert with_one(ops.AddField("entry", "shop", models.IntegerField(db_default=0))) == []
    assert with_one(ops.CreateModel("Shop", []), ops.AddIndex("shop", models.Index(fields=["id"], name="i"))) == []


@pytest.fixture
def fresh(tmp_path: Path, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """An empty database of the engine the tests run on, as a connection of its own."""
    settings = dict(connections["default"].settings_dict)
    if connection.vendor == "sqlite":
        settings |= database_settings(str(tmp_path / "fresh.sqlite3"))
    else:
        settings["NAME"] = f"{settings['NAME']}_fresh"[:60]
    with django_db_blocker.unblock():
        connections.settings[FRESH] = connections.configure_settings({"default": settings})["default"]
        if connection.vendor == "postgresql":
            with connections["default"]._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{settings["NAME"]}"')
                cursor.execute(f'CREATE DATABASE "{settings["NAME"]}"')
        yield FRESH
        connections[FRESH].close()
        if connection.vendor == "postgresql":
            with connections["default"]._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{settings["NAME"]}"')
        del connections[FRESH]
        del connections.settings[FRESH]


@pytest.mark.django_db
def test_an_empty_database_is_brought_up_to_date_without_touching_a_row(fresh: str) -> None:
    kinds: set[str] = set()

    def look(execute: Callable[..., object], sql: str, *more: object) -> object:
        words = sql.split()
        if words[0].upper() not in {"SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE"}:
            kinds.add(" ".join(words[:2]).upper())
        return execute(sql, *more)

    with connections[fresh].execute_wrapper(look):
        call_command("migrate", database=fresh, verbosity=0, interactive=False)
    # SQLite makes a table anew to add a column that points to another; an empty table costs nothing.
    allowed = KINDS | (
        {"ALTER TABLE", "DROP INDEX"}
        if connection.vendor == "postgresql"
        else {"ALTER TABLE", "DROP INDEX", "DROP TABLE"}
    )
    assert kinds <= allowed
    ready = connections[fresh]
    assert guards.missing(ready) == cover_guards.missing(ready) == ()
    assert claim_guards.standing(ready) == (claim_guards.name(),)
    assert balances.stands(ready)
