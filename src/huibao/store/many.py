"""Many rows at once: by COPY on PostgreSQL, where that is ten times as quick as statements with values, by INSERT on SQLite.

COPY comes to the database as one statement, so that its guards look at all rows at once; it is part of the unit of work
like anything else, and leaves nothing when that ends early.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from django.db import connection, models

from huibao.store.sealed import as_kept, with_indexes
from huibao.store.unit import must_be_in_unit

FEW: Final = 1_000
"""Up to so many rows a statement with values is as quick, and needs no thought about what it makes of them."""
INSERTED_AT_ONCE: Final = 2_000


def insert_many(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows to a model's table; `columns` are names in the table, `rows` their values as Python has them.

    Sealed columns are sealed here, and blind indexes follow by themselves.
    """
    must_be_in_unit("inserting rows")
    if connection.vendor == "postgresql" and len(rows) > FEW:
        kept = as_kept(model, columns, rows)
        named = ", ".join(f'"{column}"' for column in with_indexes(model, columns))
        with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({named}) FROM STDIN') as copy:  # noqa: SLF001 - Django's way to a table's name
            for text in _texts(kept):
                copy.write(text)
        return
    attributes = {field.column: field.attname for field in model._meta.concrete_fields}  # noqa: SLF001 - the same
    names = [attributes[column] for column in columns]
    made = (model(**dict(zip(names, row, strict=True))) for row in rows)
    while some := list(islice(made, INSERTED_AT_ONCE)):
        model._default_manager.bulk_create(some)  # noqa: SLF001 - the same


def new_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """So many numbers for new rows, which nobody else gets. Only where `insert_many` copies; otherwise none are needed."""
    table = model._meta.db_table  # noqa: SLF001 - the same
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(nextval(pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)", [table, count]
        )
        found: Sequence[int] = cursor.fetchone()[0]
    return found


def copies(count: int) -> bool:
    """Whether `insert_many` would copy so many rows, so that their numbers have to be taken first."""
    return connection.vendor == "postgresql" and count > FEW


TEXT: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
ROWS_A_WRITE: Final = 500


def _texts(rows: Iterable[Sequence[Any]]) -> Iterable[str]:
    """Rows in COPY's own text, some at a time: writing each value apart costs more than the database takes for the row."""
    lines = ("\t".join(_text(value) for value in row) + "\n" for row in rows)
    while some := "".join(islice(lines, ROWS_A_WRITE)):
        yield some


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, str):
        return value.translate(TEXT)
    return value.isoformat() if isinstance(value, date) else str(value)
