"""The table of moves, and the one function that moves a claim along it. C1.

Every way a claim can take stands here: from which state, by what, to which, who may, what must hold, and whether
money is posted. The diagram and the permission matrix of docs/claims-moves.md are drawn from it.
"""

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import Final

from huibao.domain.claims import guards, papers, problems
from huibao.domain.claims.claim import (
    MAX_EVENTS,
    MAX_NAME_CHARS,
    MAX_TEXT_CHARS,
    Claim,
    ClaimEvent,
    Payment,
    Role,
    State,
    Verb,
)
from huibao.domain.claims.guards import Attempt, Order, Problems, Terms
from huibao.kernel.fen import yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem

Guard = Callable[[Attempt], Problems]


@dataclass(frozen=True, slots=True)
class Move:
    """One row: `verb` takes a claim from `frm` to `to`, by one of `actor`, if every guard is silent."""

    frm: State
    verb: Verb
    to: State
    actor: tuple[Role, ...]
    guard: tuple[Guard, ...] = ()
    posts: bool = False
    """Whether exactly one ledger entry is posted with it. L6."""


HANDLER: Final = (Role.HANDLER,)
APPROVER: Final = (Role.APPROVER,)
PAYER: Final = (Role.PAYER,)
PERSON: Final = (Role.INSURED, Role.REPORTER)

OPEN: Final = (State.REPORTED, State.PAPERS_ASKED, State.PAPERS_COMPLETE, State.WAITING_FIRST_PAYER, State.ASSESSED)
"""Nothing is decided yet."""


def _stays(
    states: tuple[State, ...], verb: Verb, actor: tuple[Role, ...], *guard: Guard, posts: bool = False
) -> list[Move]:
    return [Move(state, verb, state, actor, guard, posts) for state in states]


def _leads(states: tuple[State, ...], verb: Verb, to: State, actor: tuple[Role, ...], *guard: Guard) -> list[Move]:
    return [Move(state, verb, to, actor, guard) for state in states]


_BEFORE_PAPERS: Final = (State.REPORTED, State.PAPERS_ASKED)
_WITH_PAPERS: Final = (State.PAPERS_COMPLETE, State.WAITING_FIRST_PAYER, State.ASSESSED)

MOVES: Final[tuple[Move, ...]] = (
    Move(State.NEW, Verb.REPORT, State.REPORTED, PERSON, (guards.in_cover, guards.in_limitation)),
    *_stays(OPEN, Verb.ASSIGN, HANDLER, guards.other_than_approver),
    Move(
        State.REPORTED,
        Verb.ASK_PAPERS,
        State.PAPERS_ASKED,
        HANDLER,
        (guards.never_asked, guards.other_than_approver),
    ),
    *_stays((*_BEFORE_PAPERS, *_WITH_PAPERS, State.DECIDED), Verb.RECEIVE_PAPERS, HANDLER),
    *_leads(
        _BEFORE_PAPERS,
        Verb.COMPLETE_PAPERS,
        State.PAPERS_COMPLETE,
        HANDLER,
        guards.papers_there,
        guards.other_than_approver,
    ),
    Move(State.PAPERS_COMPLETE, Verb.SUSPEND, State.WAITING_FIRST_PAYER, HANDLER, (guards.first_payer_unknown,)),
    *_stays(
        (*_BEFORE_PAPERS, State.PAPERS_COMPLETE),
        Verb.RECORD_FIRST_PAYER,
        HANDLER,
        guards.amount_in_bounds,
        guards.other_than_approver,
    ),
    *_leads(
        (State.WAITING_FIRST_PAYER, State.ASSESSED),
        Verb.RECORD_FIRST_PAYER,
        State.PAPERS_COMPLETE,
        HANDLER,
        guards.amount_in_bounds,
        guards.other_than_approver,
    ),
    *_leads(
        (State.PAPERS_COMPLETE, State.ASSESSED),
        Verb.ASSESS,
        State.ASSESSED,
        HANDLER,
        guards.first_payer_known,
        guards.override_reasoned,
        guards.other_than_approver,
    ),
    *_stays((*OPEN, State.DECIDED), Verb.NAME_BENEFICIARIES, HANDLER, guards.shares_usable),
    *_stays((State.ASSESSED,), Verb.AGREE_ADVANCE, APPROVER, guards.undisputed, guards.other_than_clerk),
    *_stays(
        (State.ASSESSED,),
        Verb.ADVANCE,
        PAYER,
        guards.advance_agreed,
        guards.payees_known,
        guards.other_than_both,
        posts=True,
    ),
    Move(
        State.ASSESSED,
        Verb.DECIDE,
        State.DECIDED,
        APPROVER,
        (guards.something_due, guards.other_than_clerk),
    ),
    Move(
        State.DECIDED,
        Verb.PAY,
        State.PAID,
        PAYER,
        (guards.something_left, guards.payees_known, guards.other_than_both),
        posts=True,
    ),
    Move(State.DECIDED, Verb.CLOSE, State.PAID, PAYER, (guards.nothing_left,)),
    *_leads(OPEN, Verb.REFUSE, State.REFUSED, APPROVER, guards.reasoned, guards.nothing_paid, guards.other_than_clerk),
    *_stays((State.REFUSED,), Verb.SEND_REFUSAL, HANDLER, guards.not_sent),
    *_leads(OPEN, Verb.WITHDRAW, State.WITHDRAWN, PERSON, guards.reasoned, guards.nothing_paid),
    Move(State.PAID, Verb.APPEAL, State.PAYMENT_APPEALED, PERSON, (guards.reasoned,)),
    Move(State.REFUSED, Verb.APPEAL, State.REFUSAL_APPEALED, PERSON, (guards.reasoned,)),
    Move(
        State.PAYMENT_APPEALED,
        Verb.UPHOLD,
        State.PAID,
        APPROVER,
        (guards.reasoned, guards.other_than_decider),
    ),
    Move(
        State.REFUSAL_APPEALED,
        Verb.UPHOLD,
        State.REFUSED,
        APPROVER,
        (guards.reasoned, guards.other_than_decider),
    ),
    *_leads(
        (State.PAYMENT_APPEALED, State.REFUSAL_APPEALED),
        Verb.REOPEN,
        State.REPORTED,
        APPROVER,
        guards.reasoned,
        guards.other_than_decider,
    ),
    *_leads((State.PAID, State.REFUSED, State.WITHDRAWN), Verb.REOPEN, State.REPORTED, APPROVER, guards.reasoned),
)

BY_STATE: Final = {(move.frm, move.verb): move for move in MOVES}
"""The row for a state and a verb: there is never more than one."""

UNDECIDED: Final = frozenset(OPEN)


def possible(claim: Claim) -> tuple[Verb, ...]:
    """Return what the table lets be done to the claim as it stands, in the table's order."""
    return tuple(verb for verb in Verb if (claim.state, verb) in BY_STATE)


def move(claim: Claim, order: Order, terms: Terms, today: date) -> Claim | tuple[Problem, ...]:
    """Return the claim with one event more, or why not. Nothing else makes an event. C1."""
    row = BY_STATE.get((claim.state, order.verb))
    if row is None:
        return (_no_such_move(claim, order),)
    found = [*_checks(claim, order, row, today)]
    for guard in row.guard:
        found += guard(Attempt(claim, order, terms))
    if found:
        return tuple(found)
    invariant(isinstance(order.detail, Payment) == row.posts, "L6", f"{claim.number} {order.verb}")
    event = ClaimEvent(len(claim.events) + 1, order.verb, row.frm, row.to, order.on, order.by, order.detail)
    moved = replace(claim, events=(*claim.events, event))
    invariant(moved.state is row.to, "C1", f"{claim.number} {order.verb}")
    return moved


def replay(claim: Claim) -> tuple[str, ...]:
    """Return where the events of a claim leave the table: rows that do not exist, gaps, days that run back. C1."""
    broken: list[str] = []
    state, day = State.NEW, None
    for at, event in enumerate(claim.events, 1):
        row = BY_STATE.get((event.frm, event.verb))
        if event.no != at:
            broken.append(f"{claim.number}: event {event.no} stands at place {at}")
        if event.frm is not state:
            broken.append(f"{claim.number}/{event.no}: from {event.frm}, but the claim stood at {state}")
        if row is None or row.to is not event.to:
            broken.append(f"{claim.number}/{event.no}: no row {event.frm} —{event.verb}→ {event.to}")
        elif event.by.role not in row.actor:
            broken.append(f"{claim.number}/{event.no}: {event.verb} by {event.by.role}")
        elif isinstance(event.detail, Payment) != row.posts:
            broken.append(f"{claim.number}/{event.no}: {event.verb} and its payment do not match")
        if day is not None and event.on < day:
            broken.append(f"{claim.number}/{event.no}: {event.on} lies before {day}")
        state, day = event.to, event.on
    return tuple(broken)


def _checks(claim: Claim, order: Order, row: Move, today: date) -> list[Problem]:
    """What holds for every move: the role may, the day fits, the claim is not endless."""
    found: list[Problem] = []
    if order.by.role not in row.actor:
        roles = "、".join(role.zh for role in row.actor)
        found.append(
            problems.WRONG_ROLE(verb=order.verb.zh, roles=roles, name=order.by.name, role=order.by.role.zh, field="by")
        )
    if claim.events and order.on < claim.events[-1].on:
        last = claim.events[-1]
        found.append(problems.OUT_OF_ORDER(day=order.on, what=last.verb.zh, earlier=last.on, field="on"))
    if order.on > today:
        found.append(problems.IN_FUTURE(what=order.verb.zh, day=order.on, today=today, field="on"))
    if not order.by.name.strip():
        found.append(problems.EMPTY(what="经手人 by", field="by"))
    if len(order.by.name) > MAX_NAME_CHARS:
        found.append(problems.TOO_MANY(what="经手人 by", limit=MAX_NAME_CHARS, found=len(order.by.name)))
    longest = max((len(text) for text in _texts(astuple(order.detail))), default=0)
    if longest > MAX_TEXT_CHARS:
        found.append(problems.TOO_MANY(what="文字 characters", limit=MAX_TEXT_CHARS, found=longest))
    if len(claim.events) >= MAX_EVENTS:
        found.append(problems.TOO_MANY(what="案件步骤 events", limit=MAX_EVENTS, found=len(claim.events)))
    return found


def _texts(said: object) -> Iterator[str]:
    """Every text a detail holds, however deep."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, tuple):
        for each in said:
            yield from _texts(each)


def _no_such_move(claim: Claim, order: Order) -> Problem:
    """Say why in the words of the case, where the case is one people run into."""
    state, verb = claim.state, order.verb
    if verb in {Verb.ASSESS, Verb.DECIDE} and state in _BEFORE_PAPERS:
        lacking = papers.missing(claim.papers_asked, claim.papers)
        return problems.NO_PAPERS(number=claim.number, missing="、".join(paper.zh for paper in lacking) or "齐全登记")
    if verb is Verb.PAY and state is State.PAID:
        return problems.PAID_ALREADY(number=claim.number, day=claim.events[-1].on, yuan=yuan_text(claim.paid_fen))
    if verb in {Verb.PAY, Verb.CLOSE} and state in UNDECIDED:
        return problems.NOT_DECIDED(number=claim.number)
    if verb is Verb.ASK_PAPERS and claim.asked_on is not None:
        return problems.ASKED_ALREADY(number=claim.number, day=claim.asked_on)
    if verb is Verb.ASSESS and state is State.WAITING_FIRST_PAYER:
        return problems.FIRST_PAYER_UNKNOWN(cause=claim.facts.cause.zh)
    words = "、".join(each.zh for each in possible(claim)) or "—"
    return problems.NO_SUCH_MOVE(number=claim.number, state=state.zh, verb=verb.zh, possible=words)
