"""One unit of work: everything inside is recorded together or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DataError, connection, transaction

from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define

NOT_TAKEN = define(
    "STORE-003",
    "有一项内容数据库不能保存：{why}。",
    "请检查是否有过长的编号、名称，或从别处粘贴来的不可见字符；本次未作任何改动。",
    "The database cannot keep one of the values: {why}.",
    "Look for a number or name that is too long, or an invisible character pasted in; nothing was done.",
)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Open a transaction (on SQLite the write lock is taken at its start); inside another, be part of it.

    A unit inside a unit is a savepoint: when it fails, the outer one may go on without it.
    """
    with _what_the_database_takes(), transaction.atomic():
        yield


@contextmanager
def joined_unit() -> Iterator[None]:
    """Open a transaction, or be part of one without a savepoint: an error inside ends the outer one as well.

    For what writes by a single statement, which leaves nothing behind when it fails and would only pay for a savepoint.
    """
    with _what_the_database_takes(), transaction.atomic(savepoint=False):
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


@contextmanager
def _what_the_database_takes() -> Iterator[None]:
    """Refuse what the database itself does not take, where no door has noticed it before; nothing was done then."""
    try:
        yield
    except DataError as error:
        # Up to the first quotation mark: what comes after it may be somebody's.
        why = str(error).split('"', maxsplit=1)[0].splitlines()[0].strip() if str(error) else type(error).__name__
        raise Refused(NOT_TAKEN(why=why)) from None


def is_outermost() -> bool:
    """Whether the unit of work that is open is no part of another: what it writes last may carry its commit along.

    The block's own commit finds nothing left to do then; on SQLite a commit is no trip and is left to it.
    """
    return connection.vendor == "postgresql" and len(connection.atomic_blocks) == 1


def in_unit_of_work() -> bool:
    """Whether a transaction is open."""
    return bool(connection.in_atomic_block)


def must_be_in_unit(what: str) -> None:
    """Our own belief: this is only ever done inside a unit of work; a lock outside one would hold nothing."""
    invariant(in_unit_of_work(), "L2", f"{what} outside a unit of work")
