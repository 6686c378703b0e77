"""Sealing anew: everything under a former key is opened and sealed under the one that stands first, some rows at a time.

Each batch is a unit of work of its own, and only rows that still stand under a former key are looked for; so a run that
was killed goes on by being started again, and others work meanwhile. Facts stay what they say: their guard steps aside
for the batch alone, in the same transaction, and stands again when it ends, however it ends.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper

from huibao.kernel.problem import Refused
from huibao.store import approval_guards, guards, kept, keys, payee, payout, work
from huibao.store.sealed import SEALING, BlindIndex, SealedBytes
from huibao.store.sealed import place as place_of
from huibao.store.unit import unit_of_work
from huibao.store.vault import (
    INDEX,
    TAG_CHARS,
    blind,
    blinds,
    index_tag,
    ring,
    seal,
    seal_bytes,
    tag_of,
    unseal,
    unseal_bytes,
)

AT_ONCE: Final = 500
"""Rows of one unit of work: a writer waits for so many at most."""

Values = Sequence[Any]
About = Callable[[Values], str]


@dataclass(frozen=True, slots=True)
class Place:
    """A column that holds sealed values. `about` says from the `beside` columns what each value is bound to."""

    table: str
    column: str
    about: About
    beside: tuple[str, ...] = ()
    joins: str = ""
    of_bytes: bool = False
    index: str = ""
    """The blind index that follows it, if one does."""

    @property
    def name(self) -> str:
        """Table and column."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class Count:
    """What stands in a place: values by the key that opens them, and the rows that do not open or are found wrongly."""

    place: str
    by_key: Mapping[str, int]
    broken: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a run did: values sealed anew by place, and the keys that nothing stands under any more."""

    sealed: Mapping[str, int] = field(default_factory=dict)
    free: tuple[str, ...] = ()


OF_CLAIM: Final = " JOIN claim c ON c.id = t.claim_id"
OF_FILE: Final = " JOIN payment_file f ON f.id = t.file_id"
BOUND: Final = (
    Place("staff", "totp", lambda row: f"staff.totp:{row[0]}", ("t.id",)),
    Place("sitting", "pending", lambda row: f"sitting.pending:{row[0]}", ("t.id",)),
    Place("sitting", "kept", lambda row: f"sitting.kept:{row[0]}", ("t.id",)),
    Place("draft_row", "sealed", lambda row: f"draft/{row[0]}/{row[1]}", ("t.draft_id", "t.number")),
    Place("work_block", "sealed", lambda row: work.about(*row), ("t.work_id", "t.head", "t.block")),
    Place("payee_account", "sealed", lambda row: payee.about(*row), ("c.number", "t.payee", "t.no"), OF_CLAIM),
    Place("payment_line", "sealed", lambda row: payout.about(*row), ("f.number", "t.no"), OF_FILE),
    Place("kept_file", "sealed", lambda _: kept.ABOUT, of_bytes=True),
)
"""Columns whose values are bound to their row, by the module that writes them."""


def places() -> tuple[Place, ...]:
    """Every column with sealed values; models say which, and `BOUND` names those that are bound to their row."""
    found = []
    for model in apps.get_app_config("store").get_models():
        fields = model._meta.concrete_fields  # noqa: SLF001 - Django's way to a model's columns
        follows = {one.of: one.column for one in fields if isinstance(one, BlindIndex)}
        for one in fields:
            if isinstance(one, SEALING):
                where = place_of(one)
                found.append(
                    Place(
                        model._meta.db_table,  # noqa: SLF001 - the same
                        one.column,
                        lambda _, where=where: where,  # type: ignore[misc] # the default binds this turn's value
                        of_bytes=isinstance(one, SealedBytes),
                        index=follows.get(one.name, ""),
                    )
                )
    return (*found, *BOUND)


def standing(tell: Callable[[int], None] = lambda _: None) -> tuple[Count, ...]:
    """Open everything there is: how much stands under which key, and what does not open or is not found by its index."""
    return tuple(_counted(place, tell) for place in places())


def to_do() -> int:
    """Values that stand under a former key."""
    return sum(_ask(f"SELECT COUNT(*) FROM {_from(place)} WHERE {{}}", place)[0][0] for place in places())  # noqa: S608 - our own names


def rotate(tell: Callable[[int], None] = lambda _: None) -> Rotated:
    """Seal and index everything anew that stands under a former key; then forget the keys nothing stands under."""
    writing = ring().writing
    keys.begin_with(writing)
    done: dict[str, int] = {}
    for place in places():
        while some := _batch(place):
            done[place.name] = done.get(place.name, 0) + some
            tell(some)
    used = {name for count in standing() for name in count.by_key}
    free = tuple(name for name in keys.keys_named() if name not in used and name not in writing)
    keys.forget(free)
    return Rotated(done, free)


def _batch(place: Place) -> int:
    lock = " FOR NO KEY UPDATE OF t" if connection.vendor == "postgresql" else ""
    sets = f'"{place.column}" = %s' + (f', "{place.index}" = %s' if place.index else "")
    # The guard first: it waits for whoever writes to the table, and who waits should not hold rows meanwhile.
    with unit_of_work(), _guard_aside(place.table), connection.cursor() as cursor:
        asks = f"SELECT {_columns(place)} FROM {_from(place)} WHERE {{}} ORDER BY t.id LIMIT {AT_ONCE}{lock}"  # noqa: S608 - our own names
        rows = _ask(asks, place)
        changed = [anew(place, pk, raw, beside) for pk, raw, _, *beside in rows]
        if changed:
            cursor.executemany(f'UPDATE "{place.table}" SET {sets} WHERE id = %s', changed)  # noqa: S608 - our own names
    return len(rows)


def anew(place: Place, pk: int, raw: Any, beside: Values) -> tuple[Any, ...]:  # noqa: ANN401 - text or bytes
    """A value sealed under the first key, its index under the writing one, and its row."""
    about = place.about(beside)
    if place.of_bytes:
        return seal_bytes(unseal_bytes(raw, about), about), pk
    said = unseal(raw, about)
    found = (blind(said, f"{place.table}.{place.index}"),) if place.index else ()
    return (seal(said, about), *found, pk)


def _counted(place: Place, tell: Callable[[int], None]) -> Count:
    by_key: dict[str, int] = {}
    broken: list[int] = []
    names = {tag_of(name): name for name in ring().marks if name.startswith(INDEX)}
    for pk, raw, index, *beside in _everything(place):
        name = (bytes(raw).partition(b":")[0].decode("ascii", "replace")) if place.of_bytes else raw.partition(":")[0]
        try:
            about = place.about(beside)
            said = unseal_bytes(raw, about) if place.of_bytes else unseal(raw, about)
        except Refused:
            broken.append(pk)
            continue
        by_key[name] = by_key.get(name, 0) + 1
        if place.index:
            named = names.get(index[:TAG_CHARS], "?")
            by_key[named] = by_key.get(named, 0) + 1
            if index not in blinds([str(said)], f"{place.table}.{place.index}"):
                broken.append(pk)
        tell(1)
    return Count(place.name, by_key, tuple(broken))


def _everything(place: Place) -> Iterator[tuple[Any, ...]]:
    last = 0
    asks = f"SELECT {_columns(place)} FROM {_from(place)} WHERE {_there(place)} AND t.id > %s ORDER BY t.id LIMIT {AT_ONCE}"  # noqa: S608 - our own names
    while True:
        with connection.cursor() as cursor:
            cursor.execute(asks, [last])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def _columns(place: Place) -> str:
    index = f't."{place.index}"' if place.index else "''"
    return ", ".join([f't.id, t."{place.column}", {index}', *place.beside])


def _from(place: Place) -> str:
    return f'"{place.table}" t{place.joins}'


def _there(place: Place) -> str:
    return f'LENGTH(t."{place.column}") > 0'


def _ask(sql: str, place: Place) -> list[tuple[Any, ...]]:
    """Ask about the values that stand under a former key; `{}` takes the condition."""
    first = f"{ring().first}:"
    behind = [f'substr(t."{place.column}", 1, {len(first)}) <> %s']
    values: list[Any] = [first.encode() if place.of_bytes else first]
    if place.index:
        behind.append(f'substr(t."{place.index}", 1, {TAG_CHARS}) <> %s')
        values.append(index_tag())
    with connection.cursor() as cursor:
        cursor.execute(sql.format(f"{_there(place)} AND ({' OR '.join(behind)})"), values)
        return list(cursor.fetchall())


@contextmanager
def _guard_aside(table: str) -> Iterator[None]:
    """Let the guards of a table step aside within this unit of work; when it fails, they never did."""
    names = _guards_of(table)
    if not names:
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks outstanding cannot be altered
            _each(cursor, f'ALTER TABLE "{table}" DISABLE TRIGGER {{}}', names)
            yield
            _each(cursor, f'ALTER TABLE "{table}" ENABLE TRIGGER {{}}', names)
        else:
            _each(cursor, "DROP TRIGGER IF EXISTS {}", names)
            yield
            guards.put_up(connection)
            approval_guards.put_up(connection)


def _guards_of(table: str) -> tuple[str, ...]:
    """What would refuse that a row of this table is written anew."""
    if table == "approval":
        return tuple(name for name in approval_guards.standing(connection) if "_moved_" in name)
    return (f"facts_stay_{table}_update",) if table in guards.GUARDED else ()


def _each(cursor: CursorWrapper, statement: str, names: Sequence[str]) -> None:
    for name in names:
        cursor.execute(statement.format(name))
