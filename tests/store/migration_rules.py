"""What a migration may do to an office that is open: nothing that rewrites, scans or locks a table with a province in it.

Each rule answers faults as text. A migration that has to break one says so itself: `waives = {"fault": "why"}`.
"""

from collections.abc import Iterator, Mapping, Sequence

from django.db import migrations, models
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation

NEEDS_NO_RULE = (
    ops.CreateModel,
    ops.AlterModelOptions,
    ops.AlterModelManagers,
    ops.AlterModelTableComment,
    ops.RemoveConstraint,
    ops.RemoveIndex,
)


def linear(history: Mapping[str, migrations.Migration]) -> Iterator[str]:
    """One history: numbered on, each after the one before."""
    names = sorted(history)
    for at, name in enumerate(names):
        if int(name[:4]) != at + 1:
            yield f"{name}: number {at + 1:04} is missing or taken twice"
        before = [("store", names[at - 1])] if at else []
        if list(history[name].dependencies) != before:
            yield f"{name}: follows {before[0][1] if before else 'nothing'} and that alone"


def faults(name: str, migration: migrations.Migration) -> Iterator[str]:
    """Everything a migration does that an open office would notice, less what it waives with a reason."""
    waived: Mapping[str, str] = getattr(migration, "waives", {})
    new = {op.name_lower for op in migration.operations if isinstance(op, ops.CreateModel)}
    for operation in migration.operations:
        for fault in _faults(operation, new):
            if not waived.get(fault, "").strip():
                yield f"{name}: {fault}"


def _faults(operation: Operation, new: set[str]) -> Iterator[str]:
    model = str(getattr(operation, "model_name", "")).lower()
    if isinstance(operation, NEEDS_NO_RULE) or model in new:
        return
    if isinstance(operation, ops.AddField):
        yield from _added(operation, model)
    elif isinstance(operation, ops.AlterField):
        yield f"AlterField {model}.{operation.name}: may rewrite the table; add a field and fill it by and by"
    elif isinstance(operation, ops.AddIndex):
        yield f"AddIndex {model}: holds up every writer while it is built; build it concurrently"
    elif isinstance(operation, ops.AddConstraint):
        yield f"AddConstraint {model}: reads the whole table under a lock; add it not valid, then validate"
    elif isinstance(operation, (ops.RenameField, ops.RenameModel, ops.AlterModelTable)):
        yield f"{type(operation).__name__} {model}: breaks the program that still runs"
    elif isinstance(operation, (ops.RemoveField, ops.DeleteModel)):
        yield f"{type(operation).__name__} {model or getattr(operation, 'name', '')}: loses facts"
    elif isinstance(operation, ops.RunSQL):
        yield from _run_sql(operation, new)
    elif isinstance(operation, ops.RunPython):
        yield "RunPython: runs row by row on whatever is there; say it in SQL"
    else:
        yield f"{type(operation).__name__}: no rule for it yet"


def _added(operation: ops.AddField, model: str) -> Iterator[str]:
    field = operation.field
    if not field.null and field.db_default is models.NOT_PROVIDED and not field.many_to_many:
        yield f"AddField {model}.{operation.name}: not null without db_default; the rows there have no value"
    if field.unique or getattr(field, "db_index", False):
        yield f"AddField {model}.{operation.name}: its index is built while every writer waits"


def _run_sql(operation: ops.RunSQL, new: set[str]) -> Iterator[str]:
    """SQL of our own may fill a table that the same migration made, and go back."""
    texts = [operation.sql] if isinstance(operation.sql, str) else [str(part) for part in operation.sql]
    for text in texts:
        words: Sequence[str] = text.split()
        if [word.upper() for word in words[:2]] != ["INSERT", "INTO"] or words[2].strip('"').lower() not in new:
            yield f"RunSQL {' '.join(words[:3])}: only fills a table the same migration made"
    if operation.reverse_sql is None:
        yield "RunSQL: has no way back"
