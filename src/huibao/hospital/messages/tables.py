"""The field tables of the interface, read once from `tables.csv`, with the dictionaries of `dictionaries.yaml`.

A field's `needed` says that we cannot act without it. The interface requires more fields than that; real senders leave
some out, so a required field that is missing and not needed is remarked on (`warn_msg`) and not refused.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

FOLDER: Final = files(__package__)


class Way(StrEnum):
    """Whether a table is of a request or of an answer."""

    IN = "in"
    OUT = "out"


class FieldKind(StrEnum):
    """What a value is, and how it is written in JSON."""

    TEXT = "text"
    MONEY = "money"
    """Yuan with two decimals in the message, whole fen here."""
    NUMBER = "number"
    WHOLE = "whole"
    DATE = "date"
    MOMENT = "moment"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a table. `size` is the most characters of a text, or "digits,decimals" of a number."""

    code: str
    zh: str
    kind: FieldKind
    size: str
    required: bool
    needed: bool
    dictionary: str

    @property
    def chars(self) -> int:
        """Most characters of a text; 0 for everything else."""
        return int(self.size) if self.kind is FieldKind.TEXT and self.size else 0

    @property
    def decimals(self) -> int:
        """Decimals of a number."""
        return int(self.size.partition(",")[2] or 0)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One table of a message: a single row, or several. There is one of each, so that what is made of it can be kept."""

    name: str
    many: bool
    fields: tuple[Field, ...]


@cache
def by_code(table: Node) -> Mapping[str, Field]:
    """Fields of a table by their code in lower case: senders differ in case."""
    return {field.code.lower(): field for field in table.fields}


@cache
def tables() -> Mapping[tuple[str, Way], Mapping[str, Node]]:
    """Every table, by transaction number and way, in the order of the interface."""
    found: dict[tuple[str, Way], dict[str, list[tuple[bool, Field]]]] = {}
    lines = FOLDER.joinpath("tables.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        field = Field(
            code=row["code"],
            zh=row["zh"],
            kind=FieldKind(row["kind"]),
            size=row["size"],
            required=row["required"] == "R",
            needed=row["needed"] == "N",
            dictionary=row["dictionary"],
        )
        nodes = found.setdefault((row["infno"], Way(row["way"])), {})
        nodes.setdefault(row["node"], []).append((row["many"] == "1", field))
    return {
        at: {name: Node(name, rows[0][0], tuple(field for _, field in rows)) for name, rows in nodes.items()}
        for at, nodes in found.items()
    }


def node(infno: str, way: Way, name: str) -> Node:
    """One table; it exists, or the transaction was written wrongly."""
    return tables()[infno, way][name]


def nodes(infno: str, way: Way) -> tuple[Node, ...]:
    """The tables of one message; none where it has no body."""
    return tuple(tables().get((infno, way), {}).values())


@cache
def dictionaries() -> Mapping[str, Mapping[str, str]]:
    """Code values by dictionary."""
    read: dict[str, dict[str, str]] = yaml.safe_load(FOLDER.joinpath("dictionaries.yaml").read_text(encoding="utf-8"))
    return read


def word(dictionary: str, code: str) -> str:
    """What a code means; the code itself where the dictionary does not know it."""
    return dictionaries().get(dictionary, {}).get(code, code)
