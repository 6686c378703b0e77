"""What several audits read one after the other is read from the database once, where it is little.

Nine audits look at every settlement, each from the first to the last. In an office's database most of the time of
`huibao check` went into reading the same rows nine times; in a province's they must not be held in memory, so above a
limit each audit reads for itself. Facts do not change within the snapshot in which the audits run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

MOST: Final = 20_000
"""Rows of one kind that are held; about a kilobyte or two each."""

T = TypeVar("T")
_held: ContextVar[dict[str, list[Any] | None] | None] = ContextVar("rows read once", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within this block what is read to its end is not read again."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def once(kind: str, rows: Callable[[], Iterator[T]]) -> Iterator[T]:
    """The rows of a kind, in their order; outside such a block, or where they are many, read anew."""
    held = _held.get()
    if held is None:
        yield from rows()
        return
    known = held.get(kind)
    if known is not None:
        yield from known
        return
    taken: list[T] = []
    for one in rows():
        if len(taken) <= MOST:
            taken.append(one)
        yield one
    held[kind] = taken if len(taken) <= MOST else None
