"""Defects that a test of concurrency has to notice, planted in a process that writes. Each is a mistake people make."""

import time
from dataclasses import replace
from types import ModuleType
from typing import Any

from django.db import connection

READ_MODIFY_WRITE = "read-modify-write on the cap"
POSTED_APART = "posting outside the transaction"
NO_UNIQUE_KEY = "missing unique key"
CONFLICT_IGNORED = "conflict ignored"

DEFECTS = (READ_MODIFY_WRITE, POSTED_APART, NO_UNIQUE_KEY, CONFLICT_IGNORED)
PAUSE = 0.003


def plant(defect: str) -> None:
    """Change the program of this process (or, for a missing key, the database) so that it has the defect."""
    {"": _nothing, READ_MODIFY_WRITE: _read_modify_write, POSTED_APART: _posted_apart, CONFLICT_IGNORED: _ignored}.get(
        defect, _nothing
    )()


def drop_unique_keys() -> None:
    """Take away what makes a settlement's number and key unique."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'settlement'::regclass AND contype = 'u'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE settlement DROP CONSTRAINT "{name}"')


def _nothing() -> None:
    """Leave the program as it is."""


def _read_modify_write() -> None:
    """Where everything stands is read in a transaction of its own, before the one that writes."""
    from huibao.app import settlement_batch
    from huibao.store import settling
    from huibao.store.unit import unit_of_work

    gather, attempt = settling.gather, settlement_batch._try
    kept: list[settling.World] = []

    def read_before(bills: Any, clock: Any) -> Any:  # noqa: ANN401 - stands in for the real one
        with unit_of_work():
            batch = settlement_batch.Batch(bills, clock)
        kept[:] = [replace(batch.world, books=None)]
        time.sleep(PAUSE)
        settling.gather = lambda *_: kept[0]
        try:
            return attempt(bills, clock)
        finally:
            settling.gather = gather

    settlement_batch._try = read_before


def _posted_apart() -> None:
    """The settlement is committed, and the payment follows in a transaction of its own."""
    from huibao.app import settlement, settlement_batch
    from huibao.store import ledger, settling

    write, settle = settling.write, settlement_batch.settle_in_one
    kept: list[Any] = []

    def without_links(settled: Any, moved: Any, links: Any, books: Any, *, commits: bool = False) -> bool:  # noqa: ANN401 - the same
        written = write(settled, moved, (), books, commits=commits)
        kept.extend(link.entry for link in links if written)
        return written

    def then_post(bills: Any, clock: Any) -> Any:  # noqa: ANN401 - the same
        results = settle(bills, clock)
        time.sleep(PAUSE)
        ledger.post(kept, clock.now())
        kept.clear()
        return results

    _replace(settling, write=without_links)
    _replace(settlement, settle_in_one=then_post)


def _ignored() -> None:
    """A number that somebody else took meanwhile is answered as if it had been written."""
    from huibao.store import settling

    write = settling.write

    def always(*words: Any, commits: bool = False) -> bool:  # noqa: ANN401 - the same
        write(*words, commits=commits)
        return True

    _replace(settling, write=always)


def _replace(module: ModuleType, **names: object) -> None:
    """Put something else in the place of a module's own."""
    for name, stand_in in names.items():
        setattr(module, name, stand_in)
