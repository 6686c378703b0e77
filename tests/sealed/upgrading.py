"""`upgrading.py`: the database that HUIBAO_DB names goes back to before columns were sealed, and forward again; prints what it saw.

What the path (`path.py`) left is full of rows. Back at each station every value stands in plain and the guards stand;
people of then, written by the models of then, are found afterwards like the others.
"""

import json
import sys
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from huibao.cli.database import open_database

Rows = dict[str, list[dict[str, str]]]
BEFORE_TEXTS: Final = "0010_kept_form"
BEFORE_ANY: Final = "0004_accounts"
NUMBER: Final = "430423197707070773"


def main() -> None:
    """There and back, twice; JSON of what stood in plain each time, what differed afterwards, and what the audit says."""
    open_database()
    from django.core.management import call_command
    from django.db import connection

    from huibao.app.audit import check_all
    from huibao.store import guards, rotation
    from huibao.store import roster as people

    said: dict[str, Any] = {}
    for station in (BEFORE_TEXTS, BEFORE_ANY):
        before = everything()
        call_command("migrate", "store", station, verbosity=0, interactive=False)
        said[station] = {"plain": plain(), "guards missing": _missing_here(connection)}
        here = columns()
        if station == BEFORE_ANY:
            of_then(station)
        call_command("migrate", verbosity=0, interactive=False)
        after = everything()
        said[station]["differs"] = sorted(differing(before, after, here))
    said["found"] = people.person_by_identity(NUMBER) is not None
    said["broken"] = [count.place for count in rotation.standing() if count.broken]
    said["guards missing"] = guards.missing(connection)
    said["audit"] = [one.number for one in check_all() if not one.holds]
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def everything() -> Rows:
    """Every row of every table as the models of now read it; PostgreSQL keeps no order of names in plain JSON."""
    from django.apps import apps

    def told(value: object) -> str:
        return json.dumps(value, sort_keys=True, default=repr)

    return {
        model._meta.db_table: [
            {name: told(value) for name, value in row.items()}
            for row in model.objects.order_by("pk").values()  # type: ignore[attr-defined] # Django's manager
        ]
        for model in apps.get_app_config("store").get_models()
    }


def columns() -> dict[str, set[str]]:
    """The columns of every table as it stands now."""
    from django.db import connection

    with connection.cursor() as cursor:
        return {
            table: {one.name for one in connection.introspection.get_table_description(cursor, table)}
            for table in connection.introspection.table_names(cursor)
        }


def differing(before: Rows, after: Rows, here: dict[str, set[str]]) -> Iterable[str]:
    """Tables whose rows of before read otherwise now; what had no room on the way back is not looked at."""
    for table, names in here.items():
        kept = [
            [{name: row[name] for name in names & row.keys()} for row in rows.get(table, ())]
            for rows in (before, after)
        ]
        if any(row not in kept[1] for row in kept[0]):
            yield table


def plain() -> str:
    """Every row as the raw table shows it."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def of_then(station: str) -> None:
    """Somebody recorded by the program of then."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    state = MigrationExecutor(connection).loader.project_state(("store", station))
    state.apps.get_model("store", "Person").objects.create(
        name="吴从前",
        identity=NUMBER,
        sex="male",
        birth_on=date(1977, 7, 7),
        entered_on=date(2020, 1, 1),
        area="430423",
        phone="13711112222",
    )


def _missing_here(connection: Any) -> list[str]:  # noqa: ANN401 - Django's connection
    from huibao.store import guards

    there = set(connection.introspection.table_names())
    named = {f"facts_stay_{table}_{act}" for table in guards.GUARDED if table in there for act in ("update", "delete")}
    return sorted(named & set(guards.missing(connection)))


if __name__ == "__main__":
    main()
