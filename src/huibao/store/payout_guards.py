"""The database itself keeps payment lines: the bank's answer is given once, and nothing else of a line ever changes.

Put up after every migration, like the other guards.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE: Final = "payment_line"
SAYS: Final = "L6: a payment line is answered once and otherwise never changed"
KEPT: Final = ("file_id", "no", "claim_id", "payment", "part", "fen", "payee", "bank", "tail", "account_no")
"""Columns that never change; a sealed account may be sealed anew when keys are changed."""


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers once the table exists."""
    if TABLE not in connection.introspection.table_names():
        return
    changed = " OR ".join(f'NEW."{one}" <> OLD."{one}"' for one in KEPT)
    condition = f"{changed} OR (OLD.answer <> '' AND NEW.answer <> OLD.answer)"
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, condition):
            cursor.execute(statement)


def _statements(vendor: str, condition: str) -> tuple[str, ...]:
    if vendor == "postgresql":
        refuses = f"BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END"
        return (
            f"CREATE OR REPLACE FUNCTION huibao_payment_line() RETURNS trigger LANGUAGE plpgsql AS $$ {refuses} $$",
            (
                f"CREATE OR REPLACE TRIGGER payment_line_stays BEFORE UPDATE ON {TABLE} FOR EACH ROW "
                f"WHEN ({condition}) EXECUTE FUNCTION huibao_payment_line()"
            ),
            (
                f"CREATE OR REPLACE TRIGGER payment_line_kept BEFORE DELETE ON {TABLE} FOR EACH ROW "
                "EXECUTE FUNCTION huibao_payment_line()"
            ),
        )
    raises = f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    return (
        f"CREATE TRIGGER IF NOT EXISTS payment_line_stays BEFORE UPDATE ON {TABLE} WHEN {condition} {raises}",
        f"CREATE TRIGGER IF NOT EXISTS payment_line_kept BEFORE DELETE ON {TABLE} {raises}",
    )
