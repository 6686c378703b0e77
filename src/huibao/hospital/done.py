"""What a transaction hands back to the door, and what a transaction is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Answer
from huibao.app.hospital.payers import Line
from huibao.hospital.messages.reading import Request


@dataclass(frozen=True, slots=True)
class Done:
    """The output of an answer; what it made (`reference`), and which message it undid."""

    output: Mapping[str, Any]
    reference: str = ""
    undoes: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction: whether it changes something (then its answer is kept), and what it does inside the unit of work.

    `before` runs outside of any transaction of the database and may ask over the network; what it finds goes on in
    `Request.heard`. One that settles has no `act`: it is settled together with others (`hospital/together.py`), and `settles`
    tells what came of it.
    """

    infno: str
    name: str
    writes: bool
    act: Callable[[Desk, Request], Done] | None = None
    before: Callable[[Desk, Request, Line], None] | None = None
    settles: Callable[[Desk, Answer], Done] | None = None
