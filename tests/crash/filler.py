"""A process that posts to the real books until it cannot: `filler.py post:COUNT` or `filler.py look`. HUIBAO_DB names them.

On standard output: how many entries are confirmed in all, and the code of the problem that ended it, if one did; `look`
tells how many there are and whether every invariant of the books holds.
"""

import os
import sys
from contextlib import suppress

from tests.crash.writer import NOW, entry_for

os.environ["DJANGO_SETTINGS_MODULE"] = "huibao.config.settings"


def tell(*what: object) -> None:
    """One line to whoever started this."""
    sys.stdout.write(" ".join(map(str, what)) + "\n")


def main(act: str) -> None:
    """Do the act."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    from huibao.store import failing
    from huibao.store import ledger as books

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM entry")
            return int(cursor.fetchone()[0])

    if act == "look":
        from huibao.app.audit import run
        from huibao.store.audits.ledger import AUDITS

        broken = [place.says_en for audit in AUDITS for place in run(audit).broken]
        tell(count(), broken[0] if broken else "holds")
        return
    with suppress(DatabaseError):
        call_command("migrate", verbosity=0)
    confirmed = count()
    problem = ""
    for number in range(confirmed, confirmed + int(act.partition(":")[2])):
        try:
            books.post([entry_for(number)], NOW)
        except DatabaseError as error:
            found = failing.problem_of(error)
            problem = found.code if found is not None else repr(error)
            break
        confirmed += 1
    tell(confirmed, problem)


if __name__ == "__main__":
    main(sys.argv[1])
