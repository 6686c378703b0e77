"""The database itself refuses a second cover of a person and line on one day (V1), whoever writes and by whatever road.

An end of cover only ever moves to an earlier day, so that V1 cannot be broken by ending either. Like the other
guards these are put up after every migration, since SQLite drops a table's triggers when it rebuilds the table.
PostgreSQL keeps the same rule by a trigger under the lock of the person's row (`store/locks.py`).
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

SAYS_V1: Final = "V1: nobody has two covers of one line on one day"
SAYS_END: Final = "V1: an end of cover moves to an earlier day only, at most to the day before the cover began"

ENDS_ON: Final = "COALESCE((SELECT MIN(e.last_on) FROM coverage_end e WHERE e.coverage_id = c.id), c.last_on)"

OVERLAPS: Final = f"""EXISTS (SELECT 1 FROM coverage c WHERE c.person_id = NEW.person_id AND c.line = NEW.line
AND c.first_on <= NEW.last_on AND {ENDS_ON} >= NEW.first_on AND {ENDS_ON} >= c.first_on)"""  # noqa: S608 - made of constants

LATER: Final = f"""NEW.last_on >= (SELECT {ENDS_ON} FROM coverage c WHERE c.id = NEW.coverage_id)
OR NEW.last_on < (SELECT {{eve}} FROM coverage c WHERE c.id = NEW.coverage_id)"""  # noqa: S608 - made of constants

GUARDS: Final = (
    ("cover_once", "coverage", OVERLAPS, SAYS_V1),
    ("cover_ends_earlier", "coverage_end", LATER, SAYS_END),
)
"""Name, table, the condition under which an insert is refused, and what is said."""

EVES: Final = {"sqlite": "date(c.first_on, '-1 day')", "postgresql": "c.first_on - 1"}
"""The day before a cover's first, in each engine's words."""


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make each guard that does not stand yet, once its tables exist."""
    there = set(connection.introspection.table_names())
    if not {"coverage", "coverage_end"} <= there:
        return
    with connection.cursor() as cursor:
        for name, table, condition, says in GUARDS:
            for statement in _statements(connection.vendor, name, table, condition, says):
                cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Remove the guards: only to plant a fault in a test database."""
    with connection.cursor() as cursor:
        for name, table, _, _ in GUARDS:
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if connection.vendor == 'postgresql' else ''}"
            )


def missing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The guards that do not stand."""
    asks = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asks)
        standing = {row[0] for row in cursor.fetchall()}
    return tuple(name for name, _, _, _ in GUARDS if name not in standing)


def _statements(vendor: str, name: str, table: str, condition: str, says: str) -> tuple[str, ...]:
    condition = condition.format(eve=EVES[vendor])
    if vendor == "postgresql":
        body = f"BEGIN IF {condition} THEN RAISE EXCEPTION '{says}'; END IF; RETURN NEW; END"
        function = f"CREATE OR REPLACE FUNCTION huibao_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        each = f"BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION huibao_{name}()"
        return (function, f"CREATE OR REPLACE TRIGGER {name} {each}")
    refuse = f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
    return (f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE INSERT ON {table} WHEN {condition} {refuse}",)
