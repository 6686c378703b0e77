"""An empty database for the next seed: migrated, and every fact of the last run gone."""

from django.core.management import call_command
from django.db import connection, transaction

from huibao.store.protection import put_up_all, stand_aside


def emptied() -> None:
    """Bring the database up to date, and empty it; the guards step aside for that alone, and stand again after it."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        stand_aside(connection)
    call_command("flush", verbosity=0, interactive=False)
    put_up_all(connection)
