"""One account for each role of the demonstration, all made up."""

from dataclasses import dataclass
from typing import Final

import pyotp

from huibao.app.access import BY_CONTRACT, BY_INSTITUTION, ROLES, Reach, Role
from huibao.app.accounts.invitation import invite, join
from huibao.app.accounts.sign_in import Where
from huibao.kernel.clock import Clock
from huibao.store import staff as store
from huibao.store.unit import unit_of_work

COUNTY: Final = "430423"
CONTRACT: Final = "示范-衡山-2026"
NAMES: Final = {
    Role.COUNTY_CLERK: ("jingban", "示范甲"),
    Role.COUNTY_APPROVER: ("fuhe", "示范乙"),
    Role.INSURER_HANDLER: ("lipei", "示范丙"),
    Role.INSURER_APPROVER: ("lipei.fuhe", "示范丁"),
    Role.INSURER_PAYER: ("zhifu", "示范戊"),
    Role.HOSPITAL_CASHIER: ("jiesuan", "示范己"),
    Role.FINANCE_CLERK: ("zijin", "示范庚"),
    Role.FINANCE_APPROVER: ("zijin.fuhe", "示范辛"),
    Role.CITY_SUPERVISOR: ("shiji", "示范壬"),
    Role.PROVINCE_SUPERVISOR: ("shengji", "示范癸"),
    Role.AUDITOR: ("shenji", "示范子"),
    Role.KEEPER: ("guanli", "示范丑"),
}
HOSPITAL_AREA: Final = "370323"
HOSPITAL: Final = "H37032300001"
"""The made-up hospital of the first act, whose bills of the last month wait at the counter."""
OF_BOTH_ACTS: Final = frozenset({Role.FINANCE_CLERK, Role.FINANCE_APPROVER})
"""Those who also decide what a cashier of the first act's hospital asks."""
AREAS: Final = {Role.CITY_SUPERVISOR: "430400", Role.PROVINCE_SUPERVISOR: "430000", Role.AUDITOR: "430000"}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration, as it is told to whoever tries it."""

    name: str
    role_zh: str
    role_en: str


def accounts() -> tuple[DemoAccount, ...]:
    """All of them, in the order of the work."""
    return tuple(DemoAccount(NAMES[role][0], words.zh, words.en) for role, words in ROLES.items())


def open_accounts(password: str, clock: Clock) -> int:
    """Make those that are missing; returns how many. Each has a second factor whose code the page itself shows."""
    made = 0
    for role, (name, shown) in NAMES.items():
        if store.by_name(name) is not None:
            continue
        reach = Reach(AREAS.get(role, COUNTY), CONTRACT if role in BY_CONTRACT else "")
        if role in BY_INSTITUTION:
            reach = Reach(HOSPITAL_AREA, HOSPITAL)
        reaches = [reach, Reach(HOSPITAL_AREA)] if role in OF_BOTH_ACTS else [reach]
        link = invite(name, shown, role, reaches, clock, made_up=True)
        join(link, password, Where(), clock)
        found = store.by_name(name)
        if found is not None:
            with unit_of_work():
                store.set_totp(found.id, pyotp.random_base32())
                store.end_sittings(found.id, clock.now())
        made += 1
    return made
