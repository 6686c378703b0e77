"""The database itself lets a claim move along its table alone (C1), whoever writes and by whatever road.

The triggers are made from `MOVES`, so the table in the code and the table in the database cannot differ; like the
guards of the books they are put up after every migration. Their names carry a hash of the table: a changed table
replaces them.
"""

import hashlib
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from huibao.domain.claims.moves import MOVES

TABLE: Final = "claim_event"
PREFIX: Final = "claim_moves_"
SAYS: Final = "C1: a claim moves only along its table of moves, one step after the other"


def rows() -> str:
    """The table of moves as text: `from>verb>to` between bars."""
    return "|" + "|".join(sorted(f"{move.frm.value}>{move.verb.value}>{move.to.value}" for move in MOVES)) + "|"


def name() -> str:
    """Name of the trigger that belongs to the table of moves as it is."""
    return PREFIX + hashlib.sha256(rows().encode()).hexdigest()[:12]


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make the trigger if the table is there and the trigger is not; drop those of earlier tables of moves."""
    if TABLE not in connection.introspection.table_names() or standing(connection) == (name(),):
        return
    take_down(connection)
    with connection.cursor() as cursor:
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers: to replace them, or to plant a fault in a test."""
    where = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for one in standing(connection):
            cursor.execute(f'DROP TRIGGER "{one}"{where}')


def standing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Names of the triggers that stand."""
    asks = (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(asks, [f"{PREFIX}%"])
        return tuple(row[0] for row in cursor.fetchall())


FOLLOWS: Final = f"""
NEW.no <> (SELECT COUNT(*) + 1 FROM {TABLE} WHERE claim_id = NEW.claim_id)
OR NEW.frm <> COALESCE((SELECT e."to" FROM {TABLE} e WHERE e.claim_id = NEW.claim_id ORDER BY e.no DESC LIMIT 1), 'new')
"""  # noqa: S608 - made of constants


def _sqlite() -> tuple[str, ...]:
    leads = f"instr('{rows()}', '|' || NEW.frm || '>' || NEW.verb || '>' || NEW.\"to\" || '|') = 0"
    when = f"WHEN {FOLLOWS} OR {leads}"
    return (f"CREATE TRIGGER {name()} BEFORE INSERT ON {TABLE} {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",)


def _postgresql() -> tuple[str, ...]:
    leads = f"position('|' || NEW.frm || '>' || NEW.verb || '>' || NEW.\"to\" || '|' in '{rows()}') = 0"
    # 23000 is a constraint violated, which is what it is; without a code it would pass for a fault in the statement.
    refuses = (
        f"BEGIN IF {FOLLOWS} OR {leads} THEN RAISE EXCEPTION '{SAYS}' USING ERRCODE = '23000'; END IF; RETURN NEW; END"
    )
    return (
        f"CREATE OR REPLACE FUNCTION huibao_claim_moves() RETURNS trigger LANGUAGE plpgsql AS $$ {refuses} $$",
        f"CREATE TRIGGER {name()} BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION huibao_claim_moves()",
    )
