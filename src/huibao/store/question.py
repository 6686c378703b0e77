"""Several questions asked as one: each part answers rows under its name, and the database is asked once.

A settlement has to know a dozen things of half a dozen tables. Asked one after the other that is a dozen trips, each
with its wait; asked as one it is one trip, with the same snapshot for all.
"""

import json
from typing import Any, Final

from django.db import connection

from huibao.store.prepared import Statement, run

AMONG: Final = {"sqlite": "IN (SELECT value FROM json_each(%s))", "postgresql": "= ANY(%s)"}
"""How a column is compared with a list handed over as one value, however long."""

ARRAY: Final = {"sqlite": "json_array({})", "postgresql": "jsonb_build_array({})::text"}


class Question:
    """A question in the making. In a part's text `{among}` compares with the next of its lists."""

    def __init__(self) -> None:
        self._vendor = connection.vendor
        self._parts: list[str] = []
        self._values: list[Any] = []

    def ask(self, name: str, columns: str, rest: str, *values: object) -> None:
        """Add a part: what to select, and everything from FROM on, with its values in order; lists for `{among}`."""
        row = ARRAY[self._vendor].format(columns)
        select = f"SELECT '{name}' AS part, {row} AS said {rest.format(among=AMONG[self._vendor])}"
        # Around each part, because an order or a limit in one of several would belong to all of them.
        self._parts.append(f"SELECT * FROM ({select}) {name}")  # noqa: S608 - the same
        self._values += [self._value(value) for value in values]

    def answers(self, *before: Statement) -> dict[str, list[list[Any]]]:
        """Each part's rows. Statements `before` (locks) go along in the same trip, ahead of it and apart from it.

        Apart, because a statement sees what was there when it began, and what a lock waited for has come since.
        """
        sql = " UNION ALL ".join(self._parts)
        found: dict[str, list[list[Any]]] = {}
        with connection.cursor() as cursor:
            if self._vendor == "postgresql":
                run(cursor, before, sql, self._values)
            else:
                cursor.execute(sql, self._values)
            for part, said in cursor.fetchall():
                found.setdefault(part, []).append(json.loads(said))
        return found

    def _value(self, value: object) -> Any:  # noqa: ANN401 - whatever the database takes
        if isinstance(value, (list, tuple)):
            return json.dumps(list(value), ensure_ascii=False) if self._vendor == "sqlite" else list(value)
        return value
