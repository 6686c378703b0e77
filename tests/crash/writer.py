"""A process that posts to the real books until somebody kills it; also the source of the statements that are replayed.

`writer.py post FIRST` tells on standard output, one JSON line each, what it found in the books at its start, and then
every key after the commit that holds it; with `early` it tells before the commit, which a test has to notice.
`writer.py capture COUNT` posts COUNT entries and prints the schema and the SQL
statements of each post. The database is HUIBAO_DB.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

os.environ["DJANGO_SETTINGS_MODULE"] = "huibao.config.settings"

if TYPE_CHECKING:
    from huibao.domain.ledger import Entry

NOW = datetime(2020, 6, 1, tzinfo=UTC)
Context = dict[str, Any]
Cursor = Any
Execute = Callable[[str, Any, bool, Context], Cursor]
EARLY_SECONDS = 0.005
REPLAYED = 20
"""The last so many keys are sent again after a crash: a client that got no answer does the same."""


def entry_for(number: int) -> "Entry":
    """The entry of that number, always the same: a gift, then settlements out of it of one to three transfers."""
    from huibao.domain import ledger
    from huibao.kernel.fen import Fen

    dice = random.Random(number)
    special, paid = ledger.special("C1", "accident"), ledger.claims_paid("C1", "accident")
    donor = ledger.outside(ledger.SourceKind.DONOR, f"d{number % 7}")
    moves: tuple[ledger.Transfer, ...]
    if number % 4 == 0:
        moves = (ledger.Transfer(donor, special, Fen(10_000_000)),)
        cause = ledger.Cause.PREMIUM_PAID
    else:
        cause = ledger.Cause.CLAIM_PAID
        moves = tuple(
            ledger.Transfer(special, paid, Fen(dice.randint(1, 100_000)), f"payee {at}")
            for at in range(dice.randint(1, 3))
        )
    return ledger.Entry(f"k{number}", cause, f"s{number}", date(2020, 1, 1 + number % 28), moves, "SD-6.4")


def tell(what: dict[str, Any]) -> None:
    """Write one line to whoever watches, at once."""
    os.write(1, json.dumps(what).encode() + b"\n")


def post(first: int, when: str = "") -> None:
    """Check the books, repeat the last entries before `first`, then go on posting for ever."""
    from huibao.app.audit import run
    from huibao.store import ledger as books
    from huibao.store.audits.ledger import AUDITS
    from huibao.store.durability import refuse_weak_durability
    from huibao.store.unit import snapshot, unit_of_work

    refuse_weak_durability()
    with snapshot():  # a killed writer's last commit may still be on its way, or another writer be at work
        keys = [record.entry.key for record in books.entries()]
        broken = [place.says_en for audit in AUDITS for place in run(audit).broken]
        half = [record.entry.key for record in books.entries() if record.entry != entry_for(int(record.entry.key[1:]))]
    again = {key: books.post([entry_for(int(key[1:]))], NOW)[0].status.value for key in keys[-REPLAYED:]}
    tell({"keys": keys, "broken": broken, "half": half, "again": again})
    number = first
    while True:
        with unit_of_work():
            books.post([entry_for(number)], NOW)
            if when == "early":
                tell({"acknowledged": f"k{number}"})
                time.sleep(EARLY_SECONDS)
        if when != "early":
            tell({"acknowledged": f"k{number}"})
        number += 1


def capture(count: int) -> None:
    """Post so many entries and print the schema, and the statements of each post with their values."""
    from django.db import connection

    from huibao.store import ledger as books

    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        schema = [row[0] for row in cursor.fetchall()]
    posts = []
    for number in range(count):
        statements: list[tuple[str, Any]] = []

        with connection.execute_wrapper(partial(keep, statements)):
            books.post([entry_for(number)], NOW)
        posts.append({"key": f"k{number}", "transfers": len(entry_for(number).transfers), "statements": statements})
    tell({"schema": schema, "posts": posts})


def keep(
    kept: list[tuple[str, Any]], execute: Execute, sql: str, params: Sequence[Any] | None, many: bool, context: Context
) -> Cursor:
    """Keep a statement with its values, and let it run."""
    kept.append((sql, list(params or ())))
    return execute(sql, params, many, context)


def main() -> None:
    """Set Django up and do as asked."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    if sys.argv[1] == "capture":
        capture(int(sys.argv[2]))
    else:
        post(int(sys.argv[2]), *sys.argv[3:])


if __name__ == "__main__":
    main()
