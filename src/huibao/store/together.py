"""Hospital messages that settle, several at once: marked as seen, their people held, and everything they need asked, in one trip.

Three statements, whether one message waits or twenty: the signatures' marks, the hold, the question. F8
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from django.db import connection

from huibao.kernel.period import Period
from huibao.store.institution import spending
from huibao.store.message import Met, ask_met, met_in
from huibao.store.open_stay import HOLD, HOLD_FREE, OpenStay, ask_stays, stays_in
from huibao.store.prepared import trip
from huibao.store.question import Question, answers_in
from huibao.store.settling import Beside, World, ask_books, ask_world, world_in
from huibao.store.unit import must_be_in_unit

FIRST_DAY: Final = date(1900, 1, 1)
"""A stay's day of settling is known only when the stay is; covers of all days are asked for."""


class Hold(Enum):
    """How the people are held while everything about them is read."""

    WAIT = "wait"
    """Wait until nobody else holds them."""
    FREE = "free"
    """Leave out whom somebody else holds: nobody waits for another's person."""
    NOT = "not"
    """Not at all: what is read will not be written upon. The books are read in the same trip."""


@dataclass(frozen=True, slots=True)
class Named:
    """What one message names: itself, its stay, and the numbers under which it would settle."""

    institution_id: int
    msgid: str
    sign_no: str
    nonce: str
    """The mark of its signature; empty where that was taken before."""
    stay: str
    number: str
    """Number of the settlement proper."""
    beside: Beside


@dataclass(frozen=True, slots=True)
class AtHand:
    """What is known of messages when they are decided."""

    fresh: frozenset[str]
    """Marks that were not seen before."""
    held: frozenset[int] | None
    """Ids of the people that are held; None: all of them."""
    met: Met
    stays: Mapping[str, OpenStay]
    world: World


def at_hand(named: Sequence[Named], day: date, at: datetime, hold: Hold) -> AtHand:
    """Note the signatures as seen, hold the people and read all that these messages are settled by, until `day`."""
    must_be_in_unit("settling messages")
    stays = sorted({one.stay for one in named})
    numbers = [one.number for one in named]
    question = Question()
    ask_stays(question, stays)
    question.let("who", "SELECT DISTINCT person_id AS id FROM here")
    ask_world(question, numbers, Period(FIRST_DAY, day))
    signs = sorted({one.sign_no for one in named if one.sign_no})
    ask_met(question, sorted({one.institution_id for one in named}), sorted({one.msgid for one in named}), signs)
    locks = connection.vendor == "postgresql" and hold is not Hold.NOT
    if not locks:
        ask_books(question, numbers, beside(named))
    marks = sorted({one.nonce for one in named if one.nonce})
    statements = [
        *([spending(marks, at)] if marks else []),
        *([(HOLD if hold is Hold.WAIT else HOLD_FREE, [stays])] if locks else []),
        question.statement(),
    ]
    rows = trip(*statements)
    answers = answers_in(rows[-1])
    return AtHand(
        frozenset(value for (value,) in rows[0]) if marks else frozenset(),
        frozenset(pk for (pk,) in rows[-2]) if locks else None,
        met_in(answers),
        stays_in(answers),
        world_in(answers, with_books=not locks),
    )


def beside(named: Sequence[Named]) -> Beside:
    """What the books must know beside the bills' own payments, for all of these messages."""
    keys = tuple(key for one in named for key in one.beside.keys)
    return Beside(keys, tuple(dict.fromkeys(owner for one in named for owner in one.beside.owners)))


def meet(institution_id: int, msgid: str, sign_no: str, nonce: str, at: datetime) -> tuple[bool, Met]:
    """Note one signature as seen and read what is known of its message; whether it was not seen before, and that.

    Without a nonce it was noted before; without a msgid nothing is known of a message that changes nothing.
    """
    must_be_in_unit("meeting a message")
    question = Question()
    asks = bool(msgid or sign_no)
    ask_met(question, [institution_id], [msgid], [sign_no] if sign_no else [])
    statements = [*([spending([nonce], at)] if nonce else []), *([question.statement()] if asks else [])]
    rows = trip(*statements) if statements else []
    return not nonce or bool(rows[0]), met_in(answers_in(rows[-1]) if asks else {})
