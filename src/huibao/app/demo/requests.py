"""Money that waits for a second person, in the demonstration: one request open, one approved, one declined. All made up."""

from datetime import date
from typing import Final

from huibao.app import approvals, funds
from huibao.app.access import Actor, Role
from huibao.app.accounts.sign_in import actor_of
from huibao.app.demo.accounts import CONTRACT, COUNTY, NAMES
from huibao.app.money_requests import MoneyRequest
from huibao.domain.approval import Approval, Kind, State
from huibao.domain.ledger import SourceKind
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import contract as contracts
from huibao.store import staff

FUND: Final = "local_budget"
GIVER: Final = "县财政追加（虚构）"
RECEIVED: Final = Fen(50_000_00)
DAY: Final = date(2026, 2, 2)
"""Within the second act's year, after its premium was paid."""
KEY: Final = "demo/requests"


def open_requests(clock: Clock) -> int:
    """Make them where they are missing; returns how many there are. None where the second act was not played."""
    try:
        contracts.contract(CONTRACT)
    except Refused:
        return 0
    funds.receive(COUNTY, FUND, RECEIVED, SourceKind.FISCAL, DAY, f"{KEY}/receive", clock, giver=GIVER)
    approver = _actor(Role.FINANCE_APPROVER)
    done = _asked(Fen(8_000_00), "第二批参保所需", "done", clock)
    if done.state is State.ASKED:
        approvals.decide(approver, done.number, clock, yes=True, reason="同意，按批次安排。")
    declined = _asked(Fen(30_000_00), "预留全年增补", "declined", clock)
    if declined.state is State.ASKED:
        approvals.decide(approver, declined.number, clock, yes=False, reason="金额超过增补测算，请按实际人数重报。")
    _asked(Fen(12_000_00), "新增残疾人参保（年中增补）", "open", clock)
    return 3


def _asked(fen: Fen, note: str, name: str, clock: Clock) -> Approval:
    asked = MoneyRequest(Kind.ALLOCATION, CONTRACT, Line.ACCIDENT, fen, DAY, fund=FUND, area=COUNTY, note=note)
    request = asked.request(f"{KEY}/{name}")
    clerk = _actor(Role.FINANCE_CLERK)
    return approvals.ask(clerk, request, clock)


def _actor(role: Role) -> Actor:
    found = staff.by_name(NAMES[role][0])
    if found is None:
        raise LookupError(NAMES[role][0])
    return actor_of(found)
