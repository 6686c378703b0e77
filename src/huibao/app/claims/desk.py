"""Acting on a claim from a desk: by an account within its contract, on the case as it was shown, once, on record.

Whoever has a page open acts on what the page showed: where the claim moved on meanwhile, nothing is done and that is
said. The same form sent again (a double click, the back button) gives the first answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from huibao.app import access
from huibao.app.access import Actor as Account
from huibao.app.access import Noun, must
from huibao.app.claims.order import existing
from huibao.app.meanwhile import About, acts_of_others
from huibao.domain.claims import problems
from huibao.domain.claims.claim import Actor, Claim, Role
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import claim as store
from huibao.store import contract as contracts
from huibao.store import staff as accounts
from huibao.store import standing
from huibao.store.locks import lock_accumulators
from huibao.store.standing import Counts, Queued, Wanted
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

ROLES: Final[Mapping[access.Role, Role]] = {
    access.Role.INSURER_HANDLER: Role.HANDLER,
    access.Role.INSURER_APPROVER: Role.APPROVER,
    access.Role.INSURER_PAYER: Role.PAYER,
}
"""In what quality an account acts on a claim."""
KEY_STEM: Final = "desk"
SECOND: Final = "+"
"""Added to a key for the second order of one act."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One act: who, on which claim as it stood, under which key."""

    account: Account
    by: Actor
    claim: Claim
    contract: Contract
    key: str
    clock: Clock
    repeated: bool = False
    """The same form was sent before: what it asked for is done."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a form was drawn from: the claim's last step, and the last act about it (`newest`; None: not known).

    Accounts, visits and what an approver sends back are no steps, yet a colleague who did one meanwhile is told of.
    """

    step: int
    act: int | None = None


def contracts_of(account: Account) -> tuple[str, ...]:
    """Numbers of the contracts an insurer's account is for."""
    return tuple(dict.fromkeys(reach.contract for reach in account.reaches if reach.contract))


def opened(account: Account, number: str, verb: access.Verb) -> tuple[Claim, Contract]:
    """A claim that this account may see or act on. One of another contract is answered like none."""
    claim = existing(number)
    contract = contracts.contract(claim.facts.contract)
    must(account, verb, Noun.CLAIM)
    if access.may(account, verb, Noun.CLAIM, contract.area, contract.number) is not None:
        raise Refused(problems.UNKNOWN(number=number))
    return claim, contract


@contextmanager
def turn(
    account: Account,
    number: str,
    verb: access.Verb,
    step: int | Drawn,
    key: str,
    clock: Clock,
    *,
    what: str,
    source: str = "",
) -> Iterator[Turn]:
    """Hold a claim, see that it stands where the form saw it, let one act be done, and put it on record.

    `step` is the claim's last step when the form was drawn, or that with the last act about it.
    """
    drawn = step if isinstance(step, Drawn) else Drawn(step)
    with unit_of_work():
        claim, contract = opened(account, number, verb)
        lock_accumulators([claim.facts.person_id])
        claim = existing(number)
        full = f"{KEY_STEM}/{account.staff_id}/{key}"
        repeated = store.by_key(full) is not None
        if not repeated and (claim.events[-1].no != drawn.step or _others_acted(account, number, drawn.act)):
            raise Refused(problems.MOVED_ON(number=number))
        yield Turn(account, Actor(ROLES[account.role], account.name), claim, contract, full, clock, repeated)
        if not repeated:
            note(account, number, contract, what, clock, source)


def about(number: str) -> tuple[About, ...]:
    """A claim, as the record of acts names it."""
    return ((Noun.CLAIM, number),)


def _others_acted(account: Account, number: str, act: int | None) -> bool:
    return act is not None and bool(acts_of_others(account, about(number), act))


def note(account: Account, number: str, contract: Contract, what: str, clock: Clock, source: str) -> None:
    """Put an act about a claim on record."""
    append(
        Deed(
            clock.now(),
            account.staff_id,
            account.role.value,
            what,
            Noun.CLAIM.value,
            number,
            area=contract.area,
            source=source,
        )
    )


def queue(account: Account, wanted: Wanted, clock: Clock, start: int, count: int) -> Sequence[Queued]:
    """One page of the queue, what is due first at the top."""
    must(account, access.Verb.READ, Noun.CLAIM)
    return standing.queue(wanted, clock.today(), start, count)


def counts(account: Account, clock: Clock) -> Counts:
    """What is due when under this account's contracts."""
    must(account, access.Verb.READ, Noun.CLAIM)
    return standing.counts(contracts_of(account), account.name, clock.today())


def shown_names(names: Sequence[str]) -> dict[str, str]:
    """How accounts are shown to people, by account name; somebody without an account by the name that stands there."""
    return accounts.shown_names(sorted(set(names)))
