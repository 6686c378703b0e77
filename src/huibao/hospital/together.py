"""Settlements that wait at one moment are recorded in one unit of work, each with its own answer. F8

What one message has wrong is its own refusal. Where anything else goes wrong nothing is recorded, and every message of the
company is settled by itself, by its own thread. So is one whose person somebody else holds: no other waits for that.
"""

import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError

from huibao.app.hospital.discharge import Answer
from huibao.app.hospital.settling import Case, settle_all
from huibao.hospital.asking import Asking
from huibao.hospital.company import Company
from huibao.hospital.messages.reading import Request
from huibao.hospital.refusals import REPLAY
from huibao.hospital.trust import Untrusted
from huibao.kernel.problem import Refused
from huibao.store.message import Message
from huibao.store.settling import Beside
from huibao.store.together import AtHand, Hold, Named, at_hand
from huibao.store.unit import unit_of_work

MOST_TOGETHER: Final = 32
"""Messages in one unit of work; what one has to wait for the others stays a fraction of a second."""
MOST_TRIES: Final = 3
"""A msgid that another process takes at this moment is met again as one that is known."""

log = logging.getLogger("huibao.hospital")


@dataclass(slots=True)
class Ticket:
    """A message that waits to be settled. `case` is None where it could not be read; `nonce` is empty once it is taken."""

    asking: Asking
    request: Request
    case: Case | None
    nonce: str

    @property
    def named(self) -> Named:
        """What it names, for the question."""
        sign_no = self.asking.envelope.sign_no
        if self.case is not None:
            return self.case.named(self.nonce, sign_no)
        desk = self.asking.desk
        return Named(desk.institution.id, desk.msgid, sign_no, self.nonce, "", "", Beside())

    @property
    def marks(self) -> frozenset[Hashable]:
        """By what it is told that two must not be settled together: stay, message and signature."""
        named = self.named
        marks = [("message", named.institution_id, named.msgid), ("stay", named.stay), ("nonce", named.nonce)]
        return frozenset(mark for mark in marks if mark[-1])


Found = bytes | Refused | Untrusted | None
"""The answer, why there is none, or None: it has to be settled by itself."""


def settle(ticket: Ticket) -> bytes:
    """Settle a message, with those that wait beside it; its answer is durable when it is there."""
    found = company(ticket)
    if found is None:
        found = _alone(ticket)
    if isinstance(found, bytes):
        return found
    raise found


def _in_company(tickets: Sequence[Ticket]) -> list[Found]:
    """What became of each, all in one unit of work."""
    try:
        with unit_of_work():
            found = _settled(tickets, Hold.FREE)
    except Exception as error:  # noqa: BLE001 - whatever it is: it is looked at anew with each message alone
        log.warning("together %d: %s", len(tickets), type(error).__name__)
        return [None] * len(tickets)
    for ticket in tickets:
        ticket.nonce = ""
    return found


def _alone(ticket: Ticket) -> bytes | Refused | Untrusted:
    """One message in a unit of work of its own, waiting for whoever holds its person."""
    for left in reversed(range(MOST_TRIES)):
        try:
            with unit_of_work():
                (found,) = _settled([ticket], Hold.WAIT)
        except IntegrityError:
            if not left:
                raise
        else:
            if found is not None:
                return found
    raise AssertionError("whoever waits for a person holds it")


def _settled(tickets: Sequence[Ticket], hold: Hold) -> list[Found]:
    """Mark, hold and ask; decide; write once."""
    first = tickets[0].asking
    hand = at_hand([ticket.named for ticket in tickets], first.desk.clock.today(), first.came_at, hold)
    found: list[Found] = [None] * len(tickets)
    cases: list[tuple[int, Case]] = []
    for at, ticket in enumerate(tickets):
        try:
            found[at] = _met(ticket, hand)
            if found[at] is None and _is_held(ticket, hand):
                cases.append((at, _read(ticket)))
        except (Refused, Untrusted) as refused:
            found[at] = refused
    made: dict[int, Message] = {}

    def keep(place: int, answer: Answer) -> Message:
        ticket = tickets[cases[place][0]]
        made[place] = ticket.asking.settled(answer, ticket.request.remarks)
        return made[place]

    for place, answer in enumerate(settle_all([case for _, case in cases], hand, keep, commits=True)):
        found[cases[place][0]] = answer if isinstance(answer, Refused) else made[place].answer.encode()
    return found


def _met(ticket: Ticket, hand: AtHand) -> bytes | None:
    """What the message was answered before. `Untrusted` when its signature was seen, Refused when it may not be done."""
    if ticket.nonce and ticket.nonce not in hand.fresh:
        raise Untrusted(REPLAY())
    earlier = ticket.asking.earlier(hand.met)
    if earlier is None:
        ticket.asking.must_be_signed_in(hand.met)
    return earlier


def _is_held(ticket: Ticket, hand: AtHand) -> bool:
    """Whether the person of its stay is held; one without a stay is refused all the same."""
    here = hand.stays.get(ticket.named.stay)
    return here is None or hand.held is None or here.stay.person_id in hand.held


def _read(ticket: Ticket) -> Case:
    if ticket.case is None:
        raise Refused(ticket.request.problems)
    return ticket.case


company: Final = Company[Ticket, Found](_in_company, lambda ticket: ticket.marks, MOST_TOGETHER)
"""The line of this process."""
