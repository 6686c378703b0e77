"""The database itself refuses a second cover of a person and line on one day (V1), whoever writes and by whatever road.

An end of cover only ever moves to an earlier day, so that V1 cannot be broken by ending either. Like the other
guards these are put up after every migration, since SQLite drops a table's triggers when it rebuilds the table.
On PostgreSQL, where writers are many, the guard itself holds the people's rows while it looks, and looks once a
statement: a county's covers come in one.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

SAYS_V1: Final = "V1: nobody has two covers of one line on one day"
SAYS_END: Final = "V1: an end of cover moves to an earlier day only, at most to the day before the cover began"

ENDS_ON: Final = """COALESCE(
(SELECT MIN(e.last_on) FROM coverage_end e WHERE {other_end} e.coverage_id = c.id), c.last_on)"""

OVERLAPS: Final = f"""EXISTS (SELECT 1 FROM coverage c WHERE {{other_cover}} c.person_id = {{new}}.person_id
AND c.line = {{new}}.line AND c.first_on <= {{new}}.last_on AND {ENDS_ON} >= {{new}}.first_on AND {ENDS_ON} >= c.first_on)
"""  # noqa: S608 - made of constants

LATER: Final = f"""{{new}}.last_on >= (SELECT {ENDS_ON} FROM coverage c WHERE c.id = {{new}}.coverage_id)
OR {{new}}.last_on < (SELECT {{eve}} FROM coverage c WHERE c.id = {{new}}.coverage_id)"""  # noqa: S608 - made of constants

GUARDS: Final = (
    ("cover_once", "coverage", OVERLAPS, SAYS_V1),
    ("cover_ends_earlier", "coverage_end", LATER, SAYS_END),
)
"""Name, table, the condition under which an insert is refused, and what is said."""

WORDS: Final = {
    "sqlite": {"new": "NEW", "eve": "date(c.first_on, '-1 day')", "other_cover": "", "other_end": ""},
    # There the statement's rows stand in the table while it is looked at; a row is not compared with itself.
    "postgresql": {
        "new": "n",
        "eve": "c.first_on - 1",
        "other_cover": "c.id <> n.id AND",
        "other_end": "e.id <> n.id AND",
    },
}
"""What differs between the engines: the day before a cover's first, and which rows are the others."""

HELD_BY: Final = {
    "cover_once": "SELECT person_id FROM fresh",
    "cover_ends_earlier": "SELECT c.person_id FROM fresh f JOIN coverage c ON c.id = f.coverage_id",
}
"""Whose rows a guard holds on PostgreSQL while it looks, so that two writers cannot each miss the other's cover."""


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
    condition = condition.format_map(WORDS[vendor])
    if vendor == "postgresql":
        held = f"PERFORM 1 FROM person WHERE id IN ({HELD_BY[name]}) ORDER BY id FOR NO KEY UPDATE;"
        refuse = f"RAISE EXCEPTION '{says}' USING ERRCODE = '23000'"
        found = f"EXISTS (SELECT 1 FROM fresh n WHERE {condition})"  # noqa: S608 - made of constants
        body = f"BEGIN {held} IF {found} THEN {refuse}; END IF; RETURN NULL; END"
        function = f"CREATE OR REPLACE FUNCTION huibao_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        each = f"REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION huibao_{name}()"
        return (
            function,
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} AFTER INSERT ON {table} {each}",
        )
    refuse = f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
    return (f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE INSERT ON {table} WHEN {condition} {refuse}",)
