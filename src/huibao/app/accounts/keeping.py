"""What the keeper of accounts does: see, invite, invite anew, end; within the own area, each act on record."""

from typing import Final

from huibao.app.access import BY_INSTITUTION, Actor, Noun, Reach, Role, Verb, may, must
from huibao.app.accounts import invitation
from huibao.app.accounts.problems import DEALT_WITH, NO_ACCOUNT, NOT_ONESELF
from huibao.app.hospital import institutions
from huibao.app.meanwhile import MOST_READ, About
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import contract as contracts
from huibao.store import staff as store
from huibao.store import trail
from huibao.store.locks import lock_keys
from huibao.store.staff import StaffRecord
from huibao.store.unit import unit_of_work

KEEPING: Final = frozenset({"invite", "join", "end"})
"""Acts by which an account is another than before."""
PAGE: Final = 50
"""Accounts on one page of the list."""


def visible(actor: Actor, page: int) -> tuple[tuple[StaffRecord, ...], int]:
    """One page (from 1) of the accounts all of whose reaches lie within the keeper's, by name; and how many pages."""
    must(actor, Verb.INVITE, Noun.ACCOUNTS)
    found = [each for each in store.everybody() if _within(actor, each)]
    pages = max(1, -(-len(found) // PAGE))
    at = min(max(page, 1), pages) - 1
    return tuple(found[at * PAGE : (at + 1) * PAGE]), pages


def invite(actor: Actor, name: str, shown: str, role: str, reach: str, clock: Clock) -> str:
    """A new account within the keeper's area; returns the secret of its link."""
    chosen = invitation.read_role(role)
    where = invitation.read_reach(reach, chosen, clock)
    _must_reach(actor, where)
    if chosen in BY_INSTITUTION:
        institutions.existing(where.contract)
    elif where.contract:
        contracts.contract(where.contract)
    return invitation.invite(name, shown, chosen, [where], clock, by=actor)


def about(found: StaffRecord) -> tuple[About, ...]:
    """An account, as the record of acts names it."""
    return (("staff", str(found.id)),)


def about_name(actor: Actor, name: str) -> tuple[About, ...]:
    """The same of an account by its name; nothing where there is none within the keeper's area."""
    found = store.by_name(name)
    return about(found) if found is not None and _within(actor, found) else ()


def version(found: StaffRecord) -> int:
    """What a form about an account remembers: what was done with it last. Its owner's own signing in counts for nothing."""
    acts = (act for noun, ref in about(found) for act in trail.acts_about(str(noun), ref, MOST_READ))
    return next((act.number for act in acts if act.deed.verb in KEEPING), 0)


def held(actor: Actor, name: str, seen: int | None) -> StaffRecord:
    """The account, held until the unit of work ends; Refused where another keeper dealt with it since the form was drawn."""
    lock_keys(invitation.LOCK, [name])
    found = one(actor, name)
    if seen not in {None, version(found)}:
        raise Refused(DEALT_WITH(name=name))
    return found


def invite_anew(actor: Actor, name: str, clock: Clock, seen: int | None = None) -> str:
    """A new link for an account: its password and second factor are set again by its owner."""
    with unit_of_work():
        found = held(actor, name, seen)
        return invitation.invite(name, found.shown, Role(found.role), [], clock, by=actor, again=True)


def end(actor: Actor, name: str, clock: Clock, seen: int | None = None) -> None:
    """An account serves no more. Nobody ends the own one: a county would be left without a keeper by a slip."""
    with unit_of_work():
        found = held(actor, name, seen)
        if found.id == actor.staff_id:
            raise Refused(NOT_ONESELF())
        invitation.end(name, clock, by=actor)


def one(actor: Actor, name: str) -> StaffRecord:
    """An account in use within the keeper's area; any other is answered like none at all."""
    must(actor, Verb.INVITE, Noun.ACCOUNTS)
    found = store.by_name(name)
    if found is None or found.ended_at is not None or not _within(actor, found):
        raise Refused(NO_ACCOUNT(name=name))
    return found


def _must_reach(actor: Actor, where: Reach) -> None:
    must(actor, Verb.INVITE, Noun.ACCOUNTS, where.area, where.contract)


def _within(actor: Actor, each: StaffRecord) -> bool:
    return bool(each.reaches) and all(
        may(actor, Verb.INVITE, Noun.ACCOUNTS, area, contract) is None for area, contract in each.reaches
    )
