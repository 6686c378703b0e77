"""Reference tables that come with the software: read once from the package's data files, checked, and kept."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from huibao.kernel.division import Change, Division, DivisionTable

DIVISIONS = "schemes/reference/divisions"


@cache
def division_table() -> DivisionTable:
    """Provinces, cities and counties since 2010 with their changes, and the towns of the demonstration counties.

    Changes are dated to the year only: an old code ends on 31 December and a new one begins on 1 January of the
    year of change, so both hold within it. The data's README names sources and limits.
    """
    rows = (*_rows("divisions.csv"), *_rows("towns.csv"))
    divisions = (Division(row["code"], row["name"], row["parent"], _day(row["from"]), _day(row["to"])) for row in rows)
    changes = (Change(row["old_code"], row["new_code"]) for row in _rows("changes.csv"))
    return DivisionTable.of(divisions, changes)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("huibao").joinpath(DIVISIONS, name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
