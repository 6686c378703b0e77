"""Three people of an office and requests for tests of approvals; all made up."""

from dataclasses import dataclass

from huibao.app.access import Actor, Reach, Role
from huibao.domain.approval import Kind, Request
from huibao.kernel.fen import Fen
from huibao.store import staff as store
from huibao.store.unit import unit_of_work
from tests.app.staff_world import COUNTY, Hands

CONTRACT = "甲-2026"


@dataclass(frozen=True)
class Office:
    """Who asks, who decides, who pays, and one more who decides."""

    clerk: Actor
    approver: Actor
    second_approver: Actor
    payer: Actor


def person(name: str, role: Role, clock: Hands, contract: str = "", area: str = COUNTY) -> Actor:
    """One more account, which never signs in: hashing its password is not what these tests are about."""
    with unit_of_work():
        made = store.record_staff(name, f"示范{name}", role.value, [(area, contract)], clock.now(), None, made_up=True)
    return Actor(made, name, f"示范{name}", role, (Reach(area, contract),))


def insurer(clock: Hands) -> Office:
    """The people of an insurer that handle, approve and pay claims of a contract."""
    return Office(
        person("lipei", Role.INSURER_HANDLER, clock, CONTRACT),
        person("fuhe", Role.INSURER_APPROVER, clock, CONTRACT),
        person("fuhe.er", Role.INSURER_APPROVER, clock, CONTRACT),
        person("zhifu", Role.INSURER_PAYER, clock, CONTRACT),
    )


def payment(key: str = "k1", subject: str = "CLAIM-1", fen: int = 500_00, contract: str = CONTRACT) -> Request:
    """A claim's payment of 500.00 yuan."""
    return Request(Kind.CLAIM_PAYMENT, subject, key, COUNTY, contract, Fen(fen), {"payees": "1"}, "单证齐全")
