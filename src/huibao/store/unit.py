"""One unit of work: everything inside is recorded together or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from huibao.kernel.invariant import invariant


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Open a transaction (on SQLite the write lock is taken at its start); inside another, be part of it.

    A unit inside a unit is a savepoint: when it fails, the outer one may go on without it.
    """
    with transaction.atomic():
        yield


@contextmanager
def joined_unit() -> Iterator[None]:
    """Open a transaction, or be part of one without a savepoint: an error inside ends the outer one as well.

    For what writes by a single statement, which leaves nothing behind when it fails and would only pay for a savepoint.
    """
    with transaction.atomic(savepoint=False):
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """Open a transaction that sees one state of the data throughout, for what adds up over many questions.

    On PostgreSQL each statement would otherwise see what others have committed meanwhile. Within a larger unit of work
    that one's rules hold.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextmanager
def rehearsal() -> Iterator[None]:
    """Open a transaction that leaves nothing behind, however it ends: a dry run asks what would happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def in_unit_of_work() -> bool:
    """Whether a transaction is open."""
    return bool(connection.in_atomic_block)


def must_be_in_unit(what: str) -> None:
    """Our own belief: this is only ever done inside a unit of work; a lock outside one would hold nothing."""
    invariant(in_unit_of_work(), "L2", f"{what} outside a unit of work")
