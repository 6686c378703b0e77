"""Several questions asked as one: each part answers rows under its name, and the database is asked once.

A settlement has to know a dozen things of half a dozen tables. Asked one after the other that is a dozen trips, each
with its wait; asked as one it is one trip, with the same snapshot for all.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from huibao.store.prepared import Rows, Statement, trip

AMONG: Final = {"sqlite": "IN (SELECT value FROM json_each(%s))", "postgresql": "= ANY(%s)"}
"""How a column is compared with a list handed over as one value, however long."""

ARRAY: Final = {"sqlite": "json_array({})", "postgresql": "jsonb_build_array({})::text"}

CHINA: Final = ZoneInfo("Asia/Shanghai")
"""The database hands moments back in UTC; the day of a thing is the day in China."""

Answers = dict[str, list[list[Any]]]
"""Rows by the name of their part."""


class Question:
    """A question in the making. In a part's text `{among}` compares with the next of its lists."""

    def __init__(self) -> None:
        self._vendor = connection.vendor
        self._lets: list[str] = []
        self._parts: list[str] = []
        self._let_values: list[Any] = []
        self._values: list[Any] = []

    def let(self, name: str, select: str, *values: object) -> None:
        """Name a selection that the parts may speak of; found once, before them."""
        self._lets.append(f"{name} AS ({select.format(among=AMONG[self._vendor])})")
        self._let_values += [self._value(value) for value in values]

    def ask(self, name: str, columns: str, rest: str, *values: object) -> None:
        """Add a part: what to select, and everything from FROM on, with its values in order; lists for `{among}`."""
        row = ARRAY[self._vendor].format(columns)
        select = f"SELECT '{name}' AS part, {row} AS said {rest.format(among=AMONG[self._vendor])}"
        # Around each part, because an order or a limit in one of several would belong to all of them.
        self._parts.append(f"SELECT * FROM ({select}) {name}")  # noqa: S608 - the same
        self._values += [self._value(value) for value in values]

    def statement(self) -> Statement:
        """The question as it is asked; `answers_in` reads what comes back."""
        named = f"WITH {', '.join(self._lets)} " if self._lets else ""
        return named + " UNION ALL ".join(self._parts), self._let_values + self._values

    def answers(self, *before: Statement) -> Answers:
        """Each part's rows. Statements `before` (locks) go along in the same trip, ahead of it and apart from it.

        Apart, because a statement sees what was there when it began, and what a lock waited for has come since.
        """
        return answers_in(trip(*before, self.statement())[-1])

    def _value(self, value: object) -> Any:  # noqa: ANN401 - whatever the database takes
        if isinstance(value, (list, tuple)):
            return json.dumps(list(value), ensure_ascii=False) if self._vendor == "sqlite" else list(value)
        return value


def answers_in(rows: Rows) -> Answers:
    """What came back, by part."""
    found: Answers = {}
    for part, said in rows:
        found.setdefault(part, []).append(json.loads(said))
    return found


def moment(text: str) -> datetime:
    """A moment as the database writes it into JSON: with its zone, or in UTC without."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(CHINA)


def inner(value: Any) -> Any:  # noqa: ANN401 - any JSON value; SQLite hands it over as text
    """A JSON column within a row."""
    return json.loads(value) if isinstance(value, str) else value
