"""Accounts begin with an invitation and end by a decision; nobody signs up by himself."""

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from huibao.app.access import BY_CONTRACT, BY_INSTITUTION, Actor, Reach, Role
from huibao.app.accounts import problems
from huibao.app.accounts.passwords import hashed, password_problem
from huibao.app.accounts.sign_in import TOKEN_BYTES, Opened, Where
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.store import passkey as passkeys
from huibao.store import staff as store
from huibao.store.locks import lock_keys
from huibao.store.staff import StaffRecord
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

LOCK: Final = "account"
"""Two who invite the same name at once: the second finds it taken."""
SERVES: Final = timedelta(days=3)
NAME: Final = re.compile(r"[a-z][a-z0-9.-]{2,31}")
REACH: Final = re.compile(r"(\d{6})(?::(\S{1,64}))?")


def read_reach(text: str, role: Role, clock: Clock) -> Reach:
    """`430423` or `430423:contract`; insurers' roles need the contract, cashiers the institution's code in its place."""
    found = REACH.fullmatch(text.strip())
    if found is None or division_table().at(found.group(1), clock.today()) is None:
        raise Refused(problems.BAD_REACH(reach=text))
    if role in BY_CONTRACT | BY_INSTITUTION and not found.group(2):
        raise Refused(problems.BAD_REACH(reach=text))
    return Reach(found.group(1), found.group(2) or "")


def read_role(text: str) -> Role:
    """The role of that name; Refused with the list otherwise."""
    try:
        return Role(text)
    except ValueError:
        raise Refused(problems.BAD_ROLE(role=text, known=", ".join(Role))) from None


def invite(
    name: str,
    shown: str,
    role: Role,
    reaches: Sequence[Reach],
    clock: Clock,
    *,
    by: Actor | None = None,
    again: bool = False,
    made_up: bool = False,
) -> str:
    """Make an account and return the secret of its link. `again`: a new link for one there is, both factors anew."""
    if NAME.fullmatch(name) is None:
        raise Refused(problems.BAD_NAME(name=name))
    now = clock.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with unit_of_work():
        lock_keys(LOCK, [name])
        found = store.by_name(name)
        if found is not None and not again:
            raise Refused(problems.TAKEN(name=name))
        if found is None:
            if again:
                raise Refused(problems.NO_ACCOUNT(name=name))
            pairs = [(reach.area, reach.contract) for reach in reaches]
            staff_id = store.record_staff(name, shown, role.value, pairs, now, by.staff_id if by else None, made_up)
        else:
            staff_id = found.id
            store.set_totp(staff_id, "")
            passkeys.remove_all(staff_id)
            store.set_password(staff_id, "", now)
            store.end_sittings(staff_id, now)
        store.record_invitation(staff_id, token, now + SERVES, now)
        append(_deed(clock, by, "invite", staff_id))
    return token


def invited(token: str, clock: Clock) -> StaffRecord:
    """Whose link it is; Refused when it serves no more."""
    found = store.invited(token, clock.now())
    if found is None:
        raise Refused(problems.NO_INVITATION())
    return found


def join(token: str, password: str, where: Where, clock: Clock) -> Opened:
    """Set the password by a link, once; the second factor is set up next."""
    found = invited(token, clock)
    fault = password_problem(password, (found.name, found.shown))
    if fault is not None:
        raise Refused(fault)
    now = clock.now()
    cookie = secrets.token_urlsafe(TOKEN_BYTES)
    kept = hashed(password)
    with unit_of_work():
        if not store.use_invitation(token, now):
            raise Refused(problems.NO_INVITATION())
        store.set_password(found.id, kept, now)
        store.open_sitting(found.id, cookie, "enrol", where.device, where.source, now)
        append(Deed(now, found.id, found.role, "join", "staff", str(found.id), source=where.source))
    return Opened(cookie, "enrol")


def end(name: str, clock: Clock, by: Actor | None = None) -> None:
    """An account serves no more from now on; what it did stays on record."""
    found = store.by_name(name)
    if found is None:
        raise Refused(problems.NO_ACCOUNT(name=name))
    with unit_of_work():
        store.end_staff(found.id, clock.now())
        append(_deed(clock, by, "end", found.id))


def everybody() -> tuple[StaffRecord, ...]:
    """All accounts, by name."""
    return store.everybody()


def _deed(clock: Clock, by: Actor | None, verb: str, staff_id: int) -> Deed:
    return Deed(clock.now(), by.staff_id if by else None, by.role.value if by else "", verb, "staff", str(staff_id))
