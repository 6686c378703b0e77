"""Columns that the raw database does not show: sealed on their way in, opened on their way out, and how they are found.

A model says `identity = SealedText()` and is otherwise as before. The database cannot compare what is sealed, so asking
for a value of such a column is an error in the program; what must be found stands in a `BlindIndex` beside it. What is
empty stays empty, so that "is there one?" can be asked.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

from huibao.store.vault import INDEX_CHARS, blind, blinds, seal, seal_bytes, unseal, unseal_bytes

if TYPE_CHECKING:
    AnyText = models.TextField[Any, Any]
else:
    AnyText = models.TextField

EMPTY: Final = ("", b"")
PLAIN: Final = json.JSONEncoder(ensure_ascii=False)


def place(field: "models.Field[Any, Any]") -> str:
    """Where a value belongs, as it is sealed with it: moved to another table or column it does not open."""
    return f"{field.model._meta.db_table}.{field.column}"  # noqa: SLF001 - Django's way to a table's name


class _Sealed:
    """What every sealed column has: no comparing in the database but with nothing."""

    def get_lookup(self, lookup_name: str) -> Any:  # noqa: ANN401 - Django's type of a lookup
        """Only "is it there?" can be asked."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)  # type: ignore[misc] # mixed into a field, which has it
        if lookup_name == "exact":
            return _Empty
        msg = f"a sealed column cannot be compared ({lookup_name}); find it by its blind index"
        raise FieldError(msg)


class _Empty(models.lookups.Exact):  # type: ignore[type-arg] # a lookup of any field
    """`column = ''`, the one comparison a sealed column knows."""

    def get_prep_lookup(self) -> Any:  # noqa: ANN401 - as the parent's
        """Nothing but nothing is compared."""
        if self.rhs not in EMPTY:
            msg = "a sealed column cannot be compared with a value; find it by its blind index"
            raise FieldError(msg)
        return self.rhs


class SealedText(_Sealed, models.TextField):  # type: ignore[type-arg] # the stubs' parameters are inferred
    """Text that the raw database does not show."""

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 - whatever the model was given
        """Seal on the way in."""
        text = super().get_prep_value(value)
        return seal(text, place(self)) if text else text

    def from_db_value(self, value: str | None, _expression: object, _connection: BaseDatabaseWrapper) -> str | None:
        """Open on the way out."""
        return self.opened(value)

    def opened(self, value: str | None) -> str | None:
        """What a raw value of this column says; for statements that do not pass through a model."""
        return unseal(value, place(self)) if value else value


class SealedJSON(_Sealed, AnyText):
    """A JSON value that the raw database does not show."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Write and seal."""
        return value if value is None else seal(PLAIN.encode(value), place(self))

    def from_db_value(self, value: str | None, _expression: object, _connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 - any JSON value
        """Open and read."""
        return self.opened(value)

    def opened(self, value: str | None) -> Any:  # noqa: ANN401 - any JSON value
        """What a raw value of this column says."""
        return None if value is None else json.loads(unseal(value, place(self)))


class SealedBytes(_Sealed, models.BinaryField):  # type: ignore[type-arg] # the stubs' parameters are inferred
    """Content that the raw database does not show."""

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: ANN401 - bytes of any kind
        """Seal on the way in."""
        sealed = seal_bytes(bytes(value), place(self)) if value else value
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, _expression: object, _connection: BaseDatabaseWrapper) -> bytes | None:  # noqa: ANN401 - bytes of any kind
        """Open on the way out."""
        return self.opened(value)

    def opened(self, value: Any) -> bytes | None:  # noqa: ANN401 - bytes of any kind
        """What a raw value of this column holds."""
        return unseal_bytes(bytes(value), place(self)) if value else value


class BlindIndex(models.CharField):  # type: ignore[type-arg] # the stubs' parameters are inferred
    """What a sealed column `of` the same model is found by; follows it whenever a row is written."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's options
        self.of = of
        super().__init__(*args, **{"max_length": INDEX_CHARS, "editable": False, **kwargs})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """For migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Follow the column it belongs to."""
        del add
        made = self.made(str(getattr(model_instance, self.of) or ""))
        setattr(model_instance, self.attname, made)
        return made

    def made(self, value: str) -> str:
        """What a value is found by, as it is written."""
        return blind(value, place(self))


Sealing = SealedText | SealedJSON | SealedBytes
SEALING: Final = (SealedText, SealedJSON, SealedBytes)


def index_of(model: type[models.Model], name: str) -> BlindIndex:
    """A model's blind index by name."""
    return cast("BlindIndex", model._meta.get_field(name))  # noqa: SLF001 - Django's way to a model's columns


def sought(model: type[models.Model], name: str, values: Sequence[str]) -> list[str]:
    """What the column `name`, a blind index, is compared with to find these values."""
    return blinds(values, place(index_of(model, name)))


def opened(model: type[models.Model], name: str, raw: Any) -> Any:  # noqa: ANN401 - text, JSON or bytes
    """What a raw value of a sealed column says; for statements that do not pass through a model."""
    return cast("Sealing", model._meta.get_field(name)).opened(raw)  # noqa: SLF001 - the same


def as_kept_in(field: "models.Field[Any, Any]", value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A value as its column keeps it: sealed where the column is, otherwise as it was."""
    return field.get_db_prep_save(value, connection) if isinstance(field, SEALING) else value


def kept_row(model: type[models.Model], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row by column as its table keeps it, for statements that do not pass through a model."""
    return {
        **row,
        **{each: field.get_db_prep_save(row[each], connection) for each, field in _sealing(model) if each in row},
    }


@cache
def _sealing(model: type[models.Model]) -> tuple[tuple[str, Sealing], ...]:
    """A model's sealed columns with their fields."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - the same
    return tuple((field.column, field) for field in fields if isinstance(field, SEALING))


def with_indexes(model: type[models.Model], columns: Sequence[str]) -> tuple[str, ...]:
    """These columns and, after them, the blind indexes that follow one of them."""
    return (*columns, *(field.column for field in _following(model, columns)))


def as_kept(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[Sequence[Any]]:
    """Rows as the table keeps them, by `with_indexes`: sealed where the column is, everything else as it was."""
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 - the same
    sealing = [(at, field) for at, name in enumerate(columns) if isinstance(field := fields[name], SEALING)]
    follow = [(columns.index(fields[field.of].column), field) for field in _following(model, columns)]
    for row in rows:
        if not sealing:
            yield row
            continue
        kept = [*row, *(field.made(row[at]) for at, field in follow)]
        for at, field in sealing:
            kept[at] = field.get_db_prep_save(row[at], connection)
        yield kept


def _following(model: type[models.Model], columns: Sequence[str]) -> list[BlindIndex]:
    fields = [field for field in model._meta.concrete_fields if isinstance(field, BlindIndex)]  # noqa: SLF001 - the same
    return [field for field in fields if field.of in columns and field.column not in columns]
