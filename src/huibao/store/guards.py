"""Facts stay: the database itself refuses to change or delete what the books rest on (L3).

The triggers are put up after every migration rather than by one, because SQLite rebuilds a table to alter it and
drops its triggers without a word. The audit of L3 checks that they stand. PostgreSQL can empty a table without
deleting a row of it, so there a third trigger refuses that.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED: Final = (
    "account",
    "entry",
    "transfer",
    "closed_period",
    "closing_balance",
    "claim",
    "claim_event",
    "contract",
    "settlement",
    "settlement_layer",
    "contract_line",
    "enrolment",
    "coverage",
    "coverage_end",
    "premium_share",
    "premium_refund",
    "consent",
    "message",
    "stay",
    "stay_event",
    "charge_line",
    "stay_settlement",
    "payer_call",
    "debt_step",
    "act",
    "payee_account",
    "payment_file",
    "payment_return",
    "reminder",
    "reminder_step",
)
ACTS: Final = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}
SAYS: Final = "L3: facts are never changed or deleted; reverse the entry instead"

PG_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION huibao_facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS} (%)', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def names(vendor: str) -> tuple[str, ...]:
    """Every trigger there must be on an engine."""
    return tuple(f"facts_stay_{table}_{act}" for table in GUARDED for act in ACTS[vendor])


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make each trigger that does not stand yet, for those tables that exist."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(PG_FUNCTION)
        for table in GUARDED:
            if table not in there:
                continue
            for act in ACTS[connection.vendor]:
                cursor.execute(_trigger(connection.vendor, table, act))


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers: only to empty a test database, or to plant a fault in one."""
    with connection.cursor() as cursor:
        for table in GUARDED:
            for act in ACTS[connection.vendor]:
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS facts_stay_{table}_{act}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The triggers that do not stand."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'facts_stay_%%' AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'facts_stay_%'")
        standing = {row[0] for row in cursor.fetchall()}
    return tuple(name for name in names(connection.vendor) if name not in standing)


def _trigger(vendor: str, table: str, act: str) -> str:
    if vendor == "postgresql":
        each = "STATEMENT" if act == "truncate" else "ROW"
        return (
            f"CREATE OR REPLACE TRIGGER facts_stay_{table}_{act} BEFORE {act.upper()} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION huibao_facts_stay()"
        )
    return (
        f"CREATE TRIGGER IF NOT EXISTS facts_stay_{table}_{act} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{SAYS} ({table})'); END"
    )
