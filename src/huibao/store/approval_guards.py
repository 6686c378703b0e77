"""The database itself keeps clerk, approver and payer apart, and what was decided as it was decided, whoever writes.

Made from the rules of `domain/approval.py`: who may ask, decide and pay which kind, and along which moves a request goes
(T2). An entry that names an approval of ours is refused unless that one was approved and is of a kind that such an entry
may rest on (T3). Put up after every migration like the other guards; the names carry a hash of the rules, so that changed
rules replace them.
"""

import hashlib
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from huibao.domain.approval import MARK, MOVES, RULES, Rule

PREFIX: Final = "approval_kept_"
SAYS: Final = "T2: who asks, who approves and who pays are different people, and what was decided stays"
SAYS_ENTRY: Final = "T3: an entry names an approval that was given, of its own kind"
ASKED: Final = (
    "kind",
    "subject",
    "area",
    "contract",
    "fen",
    "terms",
    "note",
    "key",
    "content",
    "asked_by_id",
    "asked_at",
)
DECIDED: Final = ("decided_by_id", "decided_at", "reason")


def names() -> tuple[str, ...]:
    """Every guard there must be."""
    rules = "|".join((_moves(), *(_roles(part) for part in ("asks", "decides", "pays")), _causes()))
    mark = hashlib.sha256(rules.encode()).hexdigest()[:12]
    return tuple(f"{PREFIX}{which}_{mark}" for which in ("asked", "moved", "gone", "entry"))


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make the guards if their tables are there and they are not; drop those of earlier rules."""
    if not {"approval", "entry", "staff"} <= set(connection.introspection.table_names()):
        return
    if set(standing(connection)) == set(names()):
        return
    take_down(connection)
    asked, moved, gone, entry = names()
    with connection.cursor() as cursor:
        for name, when, table, refused, says in (
            (asked, "INSERT", "approval", _bad_request(), SAYS),
            (moved, "UPDATE", "approval", _bad_move(_differs(connection.vendor)), SAYS),
            (gone, "DELETE", "approval", "", SAYS),
            (entry, "INSERT", "entry", _bad_entry(connection.vendor), SAYS_ENTRY),
        ):
            for statement in _statements(connection.vendor, name, (when, table), refused, says):
                cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Remove the guards: to replace them, to empty a test database, or to plant a fault in one."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for one in standing(connection):
            table = "entry" if one.startswith(f"{PREFIX}entry_") else "approval"
            cursor.execute(f'DROP TRIGGER "{one}"{f" ON {table}" if postgresql else ""}')


def standing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Names of the guards that stand."""
    asks = (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(asks, [f"{PREFIX}%"])
        return tuple(row[0] for row in cursor.fetchall())


def missing(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The guards that do not stand."""
    there = standing(connection)
    return tuple(name for name in names() if name not in there)


def _moves() -> str:
    return ", ".join(sorted(f"'{frm.value}>{to.value}'" for (frm, _), to in MOVES.items()))


def _roles(part: str) -> str:
    """Kind and role of everybody who may do a part, as texts of SQL."""

    def of(rule: Rule) -> frozenset[str]:
        found: frozenset[str] = getattr(rule, part)
        return found

    return ", ".join(sorted(f"'{kind.value}>{role}'" for kind, rule in RULES.items() for role in of(rule)))


def _causes() -> str:
    return ", ".join(sorted(f"'{kind.value}>{cause.value}'" for kind, rule in RULES.items() for cause in rule.causes))


def _may_not(column: str, part: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM staff s WHERE s.id = NEW.{column} "  # noqa: S608 - made of constants # nosec B608
        f"AND NEW.kind || '>' || s.role IN ({_roles(part)}))"
    )


def _bad_request() -> str:
    return f"NEW.state <> 'asked' OR {_may_not('asked_by_id', 'asks')}"


def _bad_move(differs: str) -> str:
    """Something asked or decided is changed, the way is none of the moves, or the role is not one for this part."""
    paying = ", ".join(sorted(f"'{kind.value}'" for kind, rule in RULES.items() if rule.pays))
    changed = " OR ".join(differs.format(column=column) for column in ASKED)
    decided = " OR ".join(differs.format(column=column) for column in DECIDED)
    return (
        f"{changed} OR OLD.state || '>' || NEW.state NOT IN ({_moves()}) "
        f"OR (OLD.decided_by_id IS NOT NULL AND ({decided})) "
        f"OR (NEW.decided_by_id IS NOT NULL AND {_may_not('decided_by_id', 'decides')}) "
        f"OR (NEW.paid_by_id IS NOT NULL AND {_may_not('paid_by_id', 'pays')}) "
        f"OR (NEW.state = 'done' AND (NEW.kind IN ({paying})) <> (NEW.paid_by_id IS NOT NULL))"
    )


NAMED: Final = {
    "sqlite": f"a.id = CAST(substr(NEW.approval, {len(MARK) + 1}) AS INTEGER) AND '{MARK}' || a.id = NEW.approval",
    "postgresql": (
        f"a.id = CASE WHEN NEW.approval ~ '^{MARK}[1-9][0-9]{{0,17}}$' "
        f"THEN CAST(substr(NEW.approval, {len(MARK) + 1}) AS bigint) END"
    ),
}
"""Which approval an entry names, found by its number; a text that only looks like one names none."""


def _bad_entry(vendor: str) -> str:
    return (
        f"NEW.approval LIKE '{MARK}%' AND NOT EXISTS (SELECT 1 FROM approval a "  # noqa: S608 - made of constants # nosec B608
        f"WHERE {NAMED[vendor]} AND a.state = 'approved' AND a.kind || '>' || NEW.cause IN ({_causes()}))"
    )


def _differs(vendor: str) -> str:
    return (
        "NEW.{column} IS DISTINCT FROM OLD.{column}" if vendor == "postgresql" else "NEW.{column} IS NOT OLD.{column}"
    )


def _statements(vendor: str, name: str, where: tuple[str, str], refused: str, says: str) -> tuple[str, ...]:
    when, table = where
    if vendor == "postgresql":
        # 23000 is a constraint violated, which is what it is.
        raises = f"RAISE EXCEPTION '{says}' USING ERRCODE = '23000';"
        body = f"BEGIN IF {refused} THEN {raises} END IF; RETURN NEW; END" if refused else f"BEGIN {raises} END"
        function = f"huibao_{PREFIX}{when.lower()}_{table}"
        # Most entries name no approval: they never reach the function.
        some = f" WHEN (NEW.approval LIKE '{MARK}%')" if table == "entry" else ""
        return (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW{some} EXECUTE FUNCTION {function}()",
        )
    when_refused = f" WHEN {refused}" if refused else ""
    return (f"CREATE TRIGGER {name} BEFORE {when} ON {table}{when_refused} BEGIN SELECT RAISE(ABORT, '{says}'); END",)
