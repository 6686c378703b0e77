"""Balances kept at hand by the database itself, with every transfer and whoever writes it (L2).

A derivation that a program has to remember to bring up to date is one that gets forgotten. Like the guards the triggers
are put up after every migration, and the audit of L2 both looks whether they stand and sums the transfers anew.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

NAME: Final = "balance_kept"
TABLES: Final = frozenset({"transfer", "balance"})

ADD: Final = "ON CONFLICT (account_id) DO UPDATE SET fen = balance.fen + excluded.fen"

SQLITE: Final = f"""
CREATE TRIGGER IF NOT EXISTS {NAME} AFTER INSERT ON transfer BEGIN
INSERT INTO balance (account_id, fen) VALUES (NEW.source_id, -NEW.fen), (NEW.target_id, NEW.fen) {ADD};
END
"""  # noqa: S608 - made of constants

# In the order of the accounts: a second statement that touches two of them waits for the first and never crosswise.
POSTGRESQL: Final = (
    f"""
CREATE OR REPLACE FUNCTION huibao_{NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO balance (account_id, fen) SELECT account_id, SUM(fen) FROM (
SELECT source_id AS account_id, -fen AS fen FROM fresh UNION ALL SELECT target_id, fen FROM fresh
) moves GROUP BY account_id ORDER BY account_id {ADD}; RETURN NULL; END $$
""",  # noqa: S608 - made of constants
    f"DROP TRIGGER IF EXISTS {NAME} ON transfer",
    (
        f"CREATE TRIGGER {NAME} AFTER INSERT ON transfer REFERENCING NEW TABLE AS fresh "
        f"FOR EACH STATEMENT EXECUTE FUNCTION huibao_{NAME}()"
    ),
)


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make the trigger once its tables exist."""
    if not set(connection.introspection.table_names()) >= TABLES:
        return
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else (SQLITE,):
            cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Remove the trigger: only to plant a fault in a test database."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}{' ON transfer' if connection.vendor == 'postgresql' else ''}")


def stands(connection: BaseDatabaseWrapper) -> bool:
    """Whether the trigger stands."""
    asks = (
        "SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(asks, [NAME])
        return cursor.fetchone() is not None
